"""What is asked of a desktop from outside."""

import time
from pathlib import Path

import pytest
from tests.engines.sessions import Place, local_place
from tests.support import wait_until
from websockets.sync.client import ClientConnection, connect

from greenroom.engines.base import EngineError, SessionSpec
from greenroom.engines.desktop import errands
from greenroom.engines.desktop.errands import Pictures
from greenroom.engines.shim.runtime import RuntimeDirectory


def seen(desktop: Place, spec: SessionSpec, max_age: float) -> bytes | None:
    return desktop.engine.picture(spec.session_id, max_age)


def told(desktop: Place, spec: SessionSpec) -> bool:
    """Whether something was said in the desktop."""
    try:
        desktop.engine.tell(spec.session_id, "This session stops in 5 minutes", "At {time}. <b>", time.time() + 300)
    except EngineError:
        return False
    return True


def unused(desktop: Place, spec: SessionSpec) -> float:
    """Seconds without use."""
    return wait_until(lambda: desktop.engine.unused_for(spec.session_id) or 1e-9, 20, what="how long it is unused")


def stream(desktop: Place, spec: SessionSpec) -> ClientConnection:
    """A browser's way into the desktop."""
    inside = desktop.engine.open_stream(spec.session_id, 20)
    inside.setblocking(True)
    return connect("ws://session/api/websockets", sock=inside, compression=None, max_size=None, proxy=None)


def test_a_desktop_is_seen_from_outside(desktop: Place) -> None:
    spec = desktop.started()
    first = wait_until(lambda: seen(desktop, spec, 1000), 60, what="a picture")
    assert (first[:3], len(first) <= 15 * 1024) == (b"\xff\xd8\xff", True)
    assert seen(desktop, spec, 1000) == first

    wait_until(lambda: desktop.run(spec, "pgrep", "-x", "dunst").output, 30, what="what shows notices")
    wait_until(lambda: told(desktop, spec), 30, what="the notice")
    assert desktop.shell(spec, "dunstctl count displayed") == "1"

    # Commands are use, and so is input through the stream; what Greenroom itself asks is none.
    used = unused(desktop, spec)
    wait_until(lambda: unused(desktop, spec) > used + 1, 20, what="time without use")
    desktop.shell(spec, "true")
    before = unused(desktop, spec)
    assert before < used + 1
    wait_until(lambda: unused(desktop, spec) > before + 1, 20, what="more time without use")
    with stream(desktop, spec) as browser:
        browser.send("m,200,200,0,0")
        wait_until(lambda: unused(desktop, spec) < before + 1, 20, what="input")

    desktop.engine.stop(spec.session_id, 0)
    assert seen(desktop, spec, 1000) is None
    assert not desktop.runtime(spec).picture.exists()


def test_a_session_without_a_desktop_shows_nothing(data: Path) -> None:
    with local_place(data) as place:
        spec = place.started()
        assert seen(place, spec, 0) is None
        place.engine.tell(spec.session_id, "title", "text", time.time())
        first = place.engine.unused_for(spec.session_id)
        assert first is not None
        wait_until(lambda: (place.engine.unused_for(spec.session_id) or 0) > first, what="time without commands")
        before = place.engine.unused_for(spec.session_id) or 0.0
        with Path("/dev/null").open("r+b") as null:
            files = {name: null.fileno() for name in ("stdin", "stdout", "stderr")}
            assert place.engine.execute(spec.session_id, ["true"], **files, timeout=20) == 0
        assert (place.engine.unused_for(spec.session_id) or 0.0) > before
        place.shell(spec, "true")
        wait_until(lambda: (place.engine.unused_for(spec.session_id) or 1e-9) < before + 10, what="use")
        absent = place.spec()
        assert seen(place, absent, 0) is None
        assert place.engine.unused_for(absent.session_id) is None
        with pytest.raises(EngineError):
            place.engine.tell(absent.session_id, "title", "text", time.time())


@pytest.fixture
def runtime(tmp_path: Path) -> RuntimeDirectory:
    """Of a session that nobody runs."""
    path = tmp_path / "session"
    path.mkdir()
    return RuntimeDirectory(path)


@pytest.mark.parametrize("answer", [None, b"<svg onload=alert(1)>", b"\xff\xd8\xff" + bytes(16 * 1024)])
def test_what_is_no_small_picture_is_not_shown(
    answer: bytes | None, runtime: RuntimeDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errands, "run", lambda _runtime, _module: answer)
    assert Pictures().of(runtime, 0) is None
    runtime.keep_picture(b"\xff\xd8\xffolder")
    assert Pictures().of(runtime, 0) == b"\xff\xd8\xffolder"


def test_one_that_cannot_be_had_is_not_asked_for_by_every_caller(
    runtime: RuntimeDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    monkeypatch.setattr(errands, "run", lambda _runtime, _module: asked.append(time.monotonic()))
    pictures = Pictures()
    for _ in range(5):
        assert pictures.of(runtime, 1000) is None
    assert len(asked) == 1
