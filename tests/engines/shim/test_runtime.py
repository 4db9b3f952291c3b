"""A session's runtime directory."""

import os
import socket
import threading
from pathlib import Path

import pytest
from tests.support import wait_until

from greenroom.engines.base import SessionLimits, SessionSpec
from greenroom.engines.shim.processes import ProcessIdentity
from greenroom.engines.shim.runtime import Launch, RuntimeDirectory, State

OWN = ProcessIdentity.of(os.getpid())


@pytest.fixture
def runtime(tmp_path: Path) -> RuntimeDirectory:
    return RuntimeDirectory(tmp_path / "sessions" / "s-1")


def test_one_holder_of_the_lock_at_a_time(runtime: RuntimeDirectory) -> None:
    lock = runtime.try_lock()
    assert lock is not None
    assert runtime.try_lock() is None
    assert runtime.is_locked()
    os.close(lock)
    assert not runtime.is_locked()
    again = runtime.try_lock()
    assert again is not None
    os.close(again)


def test_looking_whether_it_is_locked_makes_nothing(runtime: RuntimeDirectory) -> None:
    assert not runtime.is_locked()
    assert not runtime.path.exists()


def test_a_lock_on_a_retired_directory_is_no_lock(runtime: RuntimeDirectory) -> None:
    lock = runtime.try_lock()
    assert lock is not None
    runtime.retire()
    assert not runtime.is_locked()
    new = runtime.try_lock()
    assert new is not None
    assert runtime.is_locked()
    os.close(lock)
    assert runtime.is_locked()
    os.close(new)


def test_many_who_take_the_lock_and_retire_the_directory_never_hold_it_together(runtime: RuntimeDirectory) -> None:
    holders: list[int] = []
    together: list[int] = []

    def work() -> None:
        for _ in range(30):
            lock = wait_until(lambda: runtime.try_lock() or None)
            holders.append(lock)
            together.append(len(holders))
            holders.remove(lock)
            runtime.retire()
            os.close(lock)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == [1] * 90


def test_what_to_run_is_read_back_as_it_was(runtime: RuntimeDirectory) -> None:
    spec = SessionSpec(
        "s-1",
        "ws-1",
        "artist",
        1234,
        Path("/v"),
        Path("/image"),
        ("a", "b c"),
        {"K": "ü"},
        SessionLimits(1.5, 10, None),
    )
    launch = Launch(spec, 5678, "/usr/bin/bwrap", (Path("/data"),), "s-1-abc", "0123")
    lock = runtime.try_lock()
    runtime.write_launch(launch)
    assert runtime.launch() == launch
    assert lock is not None
    os.close(lock)


def test_a_session_runs_when_it_is_ready_and_its_lock_is_held(runtime: RuntimeDirectory) -> None:
    assert OWN is not None
    lock = runtime.try_lock()
    assert lock is not None
    assert runtime.running() is None
    state = State(OWN, OWN, (Path("/sys/fs/cgroup/x"),))
    runtime.write_state(state)
    assert runtime.running() is None
    runtime.write_state(state.ready("2023-01-31T09:30:00+00:00"))
    assert runtime.running() == state.ready("2023-01-31T09:30:00+00:00")
    os.close(lock)
    assert runtime.running() is None
    assert runtime.state() is not None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"shim": 1}', "\xff"])
def test_a_state_that_cannot_be_read_is_none(runtime: RuntimeDirectory, text: str) -> None:
    runtime.path.mkdir(parents=True)
    (runtime.path / "state").write_text(text)
    assert runtime.state() is None


def test_the_control_socket_is_the_owners_alone_however_deep_it_lies(tmp_path: Path) -> None:
    runtime = RuntimeDirectory(tmp_path / ("deep" * 40) / ("deeper" * 30))
    runtime.path.mkdir(parents=True)
    with runtime.listen() as listener:
        assert (runtime.path / "control").stat().st_mode & 0o777 == 0o600
        with runtime.connect(5) as client:
            server, _ = listener.accept()
            with server:
                client.send(b"hello")
                assert server.recv(10) == b"hello"


def test_a_socket_that_a_killed_shim_left_is_replaced(runtime: RuntimeDirectory) -> None:
    runtime.path.mkdir(parents=True)
    runtime.listen().close()
    with pytest.raises(ConnectionRefusedError):
        runtime.connect(1)
    with runtime.listen(), runtime.connect(1) as client:
        assert client.family is socket.AF_UNIX
