"""Connections into a session, made there with the rights of its user."""

import os
import socket
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.engines.sessions import Place
from tests.support import wait_until

from greenroom.engines.base import SessionSpec
from greenroom.engines.shim import channel

INSIDE = "/tmp"  # noqa: S108  the session's own
DOOR = f"{INSIDE}/door"
SERVE = (
    "import socket; s = socket.socket(socket.AF_UNIX); s.bind('/tmp/door'); s.listen(); s.accept()[0].send(b'hello')"
)


def connect(place: Place, spec: SessionSpec, path: str, patience: float) -> tuple[dict[str, object], Sequence[int]]:
    """What the shim answers."""
    with place.runtime(spec).connect(patience + 10) as connection:
        channel.send(connection, {"do": "connect", "path": path, "patience": patience})
        received = channel.receive(connection)
    assert received is not None
    return received


def test_who_listens_inside_is_reached_also_where_they_come_later(local: Place) -> None:
    spec = local.started()
    local.shell(spec, f'(sleep 0.3; exec python3 -c "{SERVE}") >/dev/null 2>&1 &')
    answer, files = connect(local, spec, DOOR, 30)
    assert (answer, len(files)) == ({"connected": True}, 1)
    with socket.socket(fileno=files[0]) as inside:
        inside.settimeout(20)
        assert inside.recv(10) == b"hello"


@pytest.mark.parametrize("path", [f"{INSIDE}/nobody", "/etc/passwd", "/nowhere/at/all"])
def test_where_nobody_listens_the_answer_says_so_in_time(local: Place, path: str) -> None:
    spec = local.started()
    began = time.monotonic()
    answer, files = connect(local, spec, path, 0.1)
    assert (list(answer), list(files)) == (["error"], [])
    assert path in str(answer["error"])
    assert time.monotonic() - began < 10


def test_a_path_is_the_sessions_own_not_the_machines(local: Place) -> None:
    spec = local.started()
    with socket.socket(socket.AF_UNIX) as outside:
        place = f"{INSIDE}/greenroom-door-{os.getpid()}"
        outside.bind(place)
        try:
            outside.listen()
            local.shell(spec, f"ln -s {place} /tmp/link")
            for path in (place, f"{INSIDE}/link", "/proc/1/root" + place):
                assert "error" in connect(local, spec, path, 0)[0]
        finally:
            Path(place).unlink()


def test_nobody_goes_on_trying_for_a_caller_who_left(local: Place) -> None:
    spec = local.started()
    shim = local.state(spec).shim.pid

    def companions() -> list[str]:
        return Path(f"/proc/{shim}/task/{shim}/children").read_text().split()

    before = len(companions())
    with local.runtime(spec).connect(5) as connection:
        channel.send(connection, {"do": "connect", "path": f"{INSIDE}/nobody", "patience": 1000.0})
        wait_until(lambda: len(companions()) > before, what="the companion")
    wait_until(lambda: len(companions()) <= before, what="its end")
