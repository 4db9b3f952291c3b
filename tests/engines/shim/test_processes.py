"""Processes by who they are."""

import os
import subprocess
from dataclasses import replace

from tests.support import wait_until

from greenroom.engines.shim.processes import ProcessIdentity, SessionProcesses


def test_a_living_process_is_the_same_for_all_its_life() -> None:
    with subprocess.Popen(["sleep", "100"]) as process:
        identity = ProcessIdentity.of(process.pid)
        assert identity is not None
        assert identity.alive()
        assert not identity.wait(0)
        identity.kill()
        assert identity.wait(5)
        assert not identity.alive()  # not even as a zombie
    assert ProcessIdentity.of(process.pid) is None
    assert identity.wait(0)
    identity.kill()


def test_another_process_of_the_same_number_is_not_killed() -> None:
    with subprocess.Popen(["sleep", "100"]) as process:
        identity = ProcessIdentity.of(process.pid)
        assert identity is not None
        for earlier in (replace(identity, start_ticks=1), replace(identity, boot="earlier")):
            assert not earlier.alive()
            assert earlier.wait(0)
            earlier.kill()
        assert identity.alive()
        process.kill()


def test_a_name_with_brackets_and_spaces_is_no_obstacle() -> None:
    with subprocess.Popen(["bash", "-c", "exec -a ') Z 1 (' sleep 100"]) as process:
        wait_until(lambda: os.path.basename(os.readlink(f"/proc/{process.pid}/exe")) == "sleep")  # noqa: PTH115, PTH119
        assert ProcessIdentity.of(process.pid) is not None
        process.kill()


def test_the_processes_of_a_session_that_has_ended_are_none() -> None:
    gone = SessionProcesses(2**22 + 1)
    assert not gone.any_left()
    assert gone.all_stopped()
