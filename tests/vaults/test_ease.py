"""What a restic of the background is started with."""

import os
import subprocess
from pathlib import Path

from greenroom.vaults.ease import giving_way


def told(*prefix: str) -> list[str]:
    """Niceness, disk priority and arguments of a command with that before it, in a session of its own."""
    line = [*prefix, "sh", "-c", 'nice; ionice; echo "$@"', "sh", "two words", "$HOME"]
    return subprocess.run(line, check=True, capture_output=True, text=True, start_new_session=True).stdout.splitlines()


def test_a_command_takes_the_last_place_and_joins_its_group(tmp_path: Path) -> None:
    door = tmp_path / "a group's" / "cgroup.procs"
    door.parent.mkdir()
    door.touch()
    niceness, disk, arguments = told(*giving_way([door]))
    assert (niceness, disk, arguments) == ("19", "best-effort: prio 7", "two words $HOME")
    assert door.read_text() == "0\n"


def test_a_group_that_is_gone_keeps_no_command_from_running(tmp_path: Path) -> None:
    assert told(*giving_way([tmp_path / "gone" / "cgroup.procs"]))[0] == "19"
    assert not (tmp_path / "gone").exists()
    assert os.nice(0) < 19
