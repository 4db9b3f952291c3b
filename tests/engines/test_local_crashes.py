"""What is left, found and cleared when a part of the local engine is killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.engines.sessions import Place, processes_of
from tests.support import wait_until

from greenroom.engines.base import EngineError
from greenroom.engines.local import LocalEngine
from greenroom.engines.shim.runtime import Launch

STARTER = """
import sys
from pathlib import Path
from greenroom.engines.local import LocalEngine
from greenroom.engines.shim.runtime import Launch
LocalEngine(Path(sys.argv[1])).start(Launch.from_json(sys.stdin.read()).spec)
print("started", flush=True)
sys.stdin.close()
input()
"""


def starter(place: Place, launch: Launch) -> "subprocess.Popen[str]":
    """A server of its own that starts the session."""
    process = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(place.data / "sessions")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdin is not None
    process.stdin.write(launch.to_json())
    process.stdin.close()
    return process


def test_a_killed_server_leaves_its_session_running_to_be_found(local: Place) -> None:
    spec = local.spec()
    with starter(local, Launch(spec, spec.uid, "bwrap", (), "", "")) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "started\n"
        os.killpg(server.pid, signal.SIGKILL)
    assert [running.session_id for running in local.engine.running()] == [spec.session_id]
    assert local.shell(spec, "echo well") == "well"


@pytest.mark.parametrize("moment", ["lock", "spec.json", "state"])
def test_a_server_killed_while_it_starts_a_session_leaves_a_true_state(local: Place, moment: str) -> None:
    spec = local.spec()
    with starter(local, Launch(spec, spec.uid, "bwrap", (), "", "")) as server:
        wait_until((local.runtime(spec).path / moment).exists)
        os.killpg(server.pid, signal.SIGKILL)
    wait_until(lambda: local.engine.is_running(spec.session_id) or not local.runtime(spec).is_locked())
    local.engine.start(spec)
    assert local.shell(spec, "echo well") == "well"


def test_a_killed_shim_ends_all_and_is_noticed(local: Place) -> None:
    spec = local.started(command=("sleep", "1000"))
    local.shell(spec, "setsid sleep 1000 >/dev/null 2>&1 &")
    state = local.state(spec)
    state.shim.kill()
    wait_until(lambda: not local.engine.is_running(spec.session_id), timeout=2)
    assert state.init is not None
    assert state.init.wait(5)
    if os.geteuid() == 0:
        wait_until(lambda: processes_of(spec.uid) == [], timeout=5)
    assert local.engine.running() == []


def test_a_session_whose_first_process_is_killed_has_ended(local: Place) -> None:
    spec = local.started(command=("sleep", "1000"))
    init = local.state(spec).init
    assert init is not None
    init.kill()
    wait_until(lambda: not local.engine.is_running(spec.session_id))
    wait_until(lambda: not local.runtime(spec).is_locked())
    assert "the session's first process ended" in local.log(spec)


def test_what_a_killed_shim_left_is_cleared_by_a_stop(local: Place) -> None:
    spec = local.started()
    state = local.state(spec)
    state.shim.kill()
    local.engine.stop(spec.session_id)
    assert not (local.runtime(spec).path / "state").exists()
    assert not (local.runtime(spec).path / "control").exists()
    assert not [group for group in state.control_groups if group.exists()]


def test_what_a_killed_shim_left_is_cleared_when_it_is_forgotten(local: Place) -> None:
    spec = local.started()
    state = local.state(spec)
    state.shim.kill()
    wait_until(lambda: not local.engine.is_running(spec.session_id))
    local.engine.forget(spec.session_id)
    assert not local.runtime(spec).path.exists()
    assert not [group for group in state.control_groups if group.exists()]


def test_a_session_whose_shim_was_killed_starts_again_with_its_volume(local: Place) -> None:
    spec = local.started()
    local.shell(spec, "echo kept > work")
    local.state(spec).shim.kill()
    wait_until(lambda: not local.engine.is_running(spec.session_id))
    local.engine.start(spec)
    assert local.shell(spec, "cat work") == "kept"


def test_a_shim_killed_while_the_session_is_frozen_leaves_nothing_frozen(local: Place) -> None:
    spec = local.started(command=("sleep", "1000"))
    state = local.state(spec)
    assert local.engine.freeze(spec.session_id)
    state.shim.kill()
    assert state.init is not None
    assert state.init.wait(5)
    local.engine.stop(spec.session_id)


def test_a_shim_that_hangs_is_killed_by_a_stop(local: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = local.started(command=("sleep", "1000"))
    state = local.state(spec)
    monkeypatch.setattr("greenroom.engines.local.STOP_TIMEOUT", 1.5)
    monkeypatch.setattr("greenroom.engines.commands.ANSWER_TIMEOUT", 0.2)
    os.kill(state.shim.pid, signal.SIGSTOP)
    local.engine.stop(spec.session_id, 0)
    assert not local.engine.is_running(spec.session_id)
    assert state.init is not None
    assert not state.init.alive()


def test_a_start_beside_a_shim_that_hangs_says_so(local: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = local.started()
    shim = local.state(spec).shim
    monkeypatch.setattr("greenroom.engines.local.START_TIMEOUT", 0.5)
    monkeypatch.setattr("greenroom.engines.commands.ANSWER_TIMEOUT", 0.2)
    os.kill(shim.pid, signal.SIGSTOP)
    try:
        with pytest.raises(EngineError, match="another start or stop has held it"):
            local.engine.start(spec)
    finally:
        os.kill(shim.pid, signal.SIGCONT)


@pytest.mark.parametrize("seconds", [0.0, 0.03, 0.06, 0.1])
def test_a_start_that_takes_too_long_leaves_nothing(
    local: Place, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    spec = local.spec()
    monkeypatch.setattr("greenroom.engines.local.START_TIMEOUT", seconds)
    try:
        local.engine.start(spec)
    except EngineError:
        assert not local.engine.is_running(spec.session_id)
        assert not local.runtime(spec).is_locked()
        assert local.runtime(spec).state() is None
    else:
        assert local.engine.is_running(spec.session_id)


def test_a_shutdown_of_the_machine_ends_the_session_in_order(local: Place) -> None:
    script = "trap 'echo saved > work; exit' TERM; touch ready; while :; do sleep 0.01; done"
    spec = local.started(command=("sh", "-c", script))
    wait_until((spec.volume / "ready").exists)
    os.kill(local.state(spec).shim.pid, signal.SIGTERM)
    wait_until(lambda: not local.runtime(spec).is_locked())
    assert (spec.volume / "work").read_text() == "saved\n"
    assert local.runtime(spec).state() is None


def test_traces_of_an_earlier_boot_mean_nothing(local: Place) -> None:
    spec = local.started()
    local.engine.stop(spec.session_id)
    state = local.runtime(spec).path / "state"
    boot = '"boot": "an-earlier-one"'
    own = f'{{"pid": {os.getpid()}, "start_ticks": 1, {boot}}}'
    state.write_text(
        f'{{"shim": {own}, "init": {own}, "control_groups": [], "started_at": "2023-01-31T09:30:00+00:00"}}'
    )
    assert not local.engine.is_running(spec.session_id)
    local.engine.stop(spec.session_id)
    assert not state.exists()


def test_what_a_server_killed_while_it_forgets_left_is_deleted_with_the_next(local: Place) -> None:
    killed, spec = (local.started() for _ in range(2))
    for each in (killed, spec):
        local.engine.stop(each.session_id)
    local.runtime(killed).retire()
    local.engine.forget(spec.session_id)
    assert list((local.data / "sessions").iterdir()) == []


def test_files_that_are_no_sessions_are_passed_over(local: Place) -> None:
    (local.data / "sessions").mkdir()
    (local.data / "sessions" / "simulated.db").write_text("")
    (local.data / "sessions" / "half-made").mkdir()
    (local.data / "sessions" / "broken").mkdir()
    (local.data / "sessions" / "broken" / "state").write_text("{")
    assert local.engine.running() == []
    local.engine.stop("broken")
    local.engine.forget("half-made")


def test_sessions_of_two_data_directories_with_one_id_do_not_meet(local: Place, tmp_path: Path) -> None:
    spec = local.started()
    other = LocalEngine(tmp_path / "other")
    assert not other.is_running(spec.session_id)
    other.start(spec)
    try:
        other.stop(spec.session_id)
        assert local.engine.is_running(spec.session_id)
    finally:
        other.stop(spec.session_id, 0)
