"""Initialization scripts, really run in sessions of the local engine."""

import os
from pathlib import Path

import pytest
from tests.engines.sessions import Place, processes_of
from tests.support import wait_until

from greenroom.engines.base import EnginePermanentError, Script, SessionLimits
from greenroom.engines.shim.initialization import OUTPUT_BYTES, interpreter


def system(text: str, **environment: str) -> Script:
    return Script("system script 1 of the studio component Tools", text, as_root=True, environment=environment)


def user(text: str, **environment: str) -> Script:
    return Script("user script 1 of the studio component Tools", text, environment=environment)


def refused(place: Place, *scripts: Script, **changes: object) -> EnginePermanentError:
    """What a start with those scripts raises; nothing runs then."""
    spec = place.spec(scripts=scripts, **changes)
    with pytest.raises(EnginePermanentError) as caught:
        place.engine.start(spec)
    assert caught.value.status_code == "INITIALIZATION_SCRIPT_ERROR"
    assert not place.engine.is_running(spec.session_id)
    if os.geteuid() == 0:
        assert processes_of(spec.uid) == []
    return caught.value


def test_scripts_run_in_order_as_root_and_as_the_user_with_their_parameters(local: Place) -> None:
    spec = local.started(
        scripts=[
            system('echo "$(id -u) $SHOW" > /home/artist/order', SHOW="dune"),
            user('echo "$(id -un) $SHOW $PWD" >> order', SHOW="arrakis"),
        ]
    )
    assert local.shell(spec, "cat order") == "0 dune\nartist arrakis /home/artist"
    log = local.engine.log(spec.session_id)
    assert "system script 1 of the studio component Tools: done" in log.initialization
    assert "session-" in log.session


def test_what_a_system_script_writes_to_etc_is_seen_by_the_user_and_cannot_be_changed(local: Place) -> None:
    spec = local.started(
        scripts=[
            system("echo 'export LICENSE=27000@host' > /etc/profile.d/license.sh; echo '10.0.0.1 farm' >> /etc/hosts")
        ]
    )
    assert "27000@host" in local.shell(spec, ". /etc/profile.d/license.sh; echo $LICENSE")
    assert local.shell(spec, "getent hosts farm; id -un").split() == ["10.0.0.1", "farm", "artist"]
    assert local.run(spec, "sh", "-c", "echo x >> /etc/hosts").status != 0
    assert not Path("/etc/profile.d/license.sh").exists()


def test_root_of_a_session_owns_nothing_of_the_machine(local: Place) -> None:
    spec = local.started(
        scripts=[
            system(
                "for f in /usr/bin/x /opt/x; do touch $f && echo wrote $f; done\n"
                "mount -t tmpfs none /mnt && echo mounted; umount /etc && echo unmounted\n"
                "mknod /tmp/disk b 8 0 && echo device\n"
                "cat /etc/shadow && echo shadow; hostname other && echo renamed\n"
                "grep -E 'Cap(Eff|Bnd)|NoNew' /proc/self/status\n"
                "exit 0\n"
            )
        ]
    )
    said = local.engine.log(spec.session_id).initialization
    for word in ("wrote", "mounted", "device", "renamed"):
        assert f"\n{word}" not in said
    assert "NoNewPrivs:\t1" in said
    assert "CapBnd:\t00000000000004fb" in said


def test_the_first_line_names_the_interpreter(local: Place) -> None:
    local.started(scripts=[user("#!/usr/bin/python3 -I\nimport sys\nprint(sys.argv)\n")])
    assert interpreter("#!/usr/bin/env python3\n", "/bin/sh") == ["/usr/bin/env", "python3"]
    assert interpreter("#!/bin/sh\r\n", "/bin/bash") == ["/bin/sh"]
    assert interpreter("echo", "/bin/bash") == ["/bin/bash"]
    assert interpreter("#!", "/bin/bash") == ["/bin/bash"]


def test_a_script_that_fails_fails_the_start_and_names_itself_and_its_last_line(local: Place) -> None:
    secret = "hunter2"
    error = refused(local, user(f"TOKEN={secret}; echo one; echo no licence left >&2; exit 3"), user("touch never"))
    assert str(error) == (
        "The user script 1 of the studio component Tools ended with status 3. Its last line: no licence left"
    )
    spec = local.specs[-1]
    assert not (spec.volume / "never").exists()
    log = local.engine.log(spec.session_id)
    assert "one\nno licence left" in log.initialization
    assert secret not in log.initialization + log.session + str(error) + repr(spec)


def test_a_start_whose_script_failed_can_be_tried_again(local: Place) -> None:
    spec = local.spec(scripts=[user("test -e ok || { echo not yet; exit 1; }")])
    with pytest.raises(EnginePermanentError, match="not yet"):
        local.engine.start(spec)
    (spec.volume / "ok").touch()
    local.engine.start(spec)
    assert local.engine.is_running(spec.session_id)
    assert "not yet" not in local.engine.log(spec.session_id).initialization


def test_a_script_that_never_ends_is_ended_with_all_it_started(local: Place) -> None:
    error = refused(local, user("setsid sleep 4321 & echo waiting; sleep 4321"), script_timeout=0.5)
    assert "took longer than 0.5 s" in str(error)
    assert "Its last line: waiting" in str(error)


def test_a_script_that_prints_for_ever_fills_no_disk(local: Place) -> None:
    refused(local, user("yes"), script_timeout=3)
    log = local.runtime(local.specs[-1]).scripts
    assert log.stat().st_size < OUTPUT_BYTES + 4096
    assert "left out" in log.read_text()


def test_a_script_that_forks_for_ever_is_bounded_and_ended(local: Place) -> None:
    bomb = "f() { f | f & }; f; sleep 60"
    error = refused(local, user(bomb), script_timeout=2, limits=SessionLimits(pids=64))
    assert "user script 1" in str(error)


def test_what_a_script_leaves_running_goes_on_in_the_session(local: Place) -> None:
    spec = local.started(scripts=[user("setsid sleep 4322 >/dev/null 2>&1 &")])
    wait_until(lambda: "4322" in local.shell(spec, "ps -eo args"))


def test_a_killed_start_leaves_nothing(local: Place) -> None:
    refused(local, system("kill -9 -1; sleep 100"), script_timeout=2)
