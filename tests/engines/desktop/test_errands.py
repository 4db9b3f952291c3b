"""What is asked of a desktop from outside."""

import time
from pathlib import Path

import pytest
from tests.engines.sessions import Place, local_place
from tests.support import wait_until

from greenroom.engines.base import SessionSpec
from greenroom.engines.desktop import errands
from greenroom.engines.desktop.errands import Pictures
from greenroom.engines.shim.runtime import RuntimeDirectory


def seen(desktop: Place, spec: SessionSpec, max_age: float) -> bytes | None:
    return desktop.engine.picture(spec.session_id, max_age)


def test_a_desktop_is_seen_from_outside(desktop: Place) -> None:
    spec = desktop.started()
    first = wait_until(lambda: seen(desktop, spec, 1000), 60, what="a picture")
    assert (first[:3], len(first) <= 15 * 1024) == (b"\xff\xd8\xff", True)
    assert seen(desktop, spec, 1000) == first
    desktop.engine.stop(spec.session_id, 0)
    assert seen(desktop, spec, 1000) is None
    assert not desktop.runtime(spec).picture.exists()


def test_a_session_without_a_desktop_shows_nothing(data: Path) -> None:
    with local_place(data) as place:
        assert seen(place, place.started(), 0) is None
        assert seen(place, place.spec(), 0) is None


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
