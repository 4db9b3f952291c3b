"""Short programs of ours that are run inside of a session for somebody outside, and what they print.

What is inside belongs to the session's user: an answer may be late, missing, or a lie about that user's own session. It
is bounded in time and length, and told to those alone who may see the session.
"""

import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from greenroom.engines.base import EngineError
from greenroom.engines.commands import capture
from greenroom.engines.desktop import announcement, idleness, picture
from greenroom.engines.desktop.outfit import errand
from greenroom.engines.shim.runtime import RuntimeDirectory

_PATIENCE = 4.0
"""Seconds that an errand may take."""
_AT_ONCE = 2
"""Pictures that are taken at the same time: a page with many desktops must not take the machine from all of them."""
_LARGEST_ANSWER = 64 * 1024
_JPEG = b"\xff\xd8\xff"


class Pictures:
    """Small pictures of desktops, each kept in its session's runtime directory while the session runs. Thread-safe."""

    def __init__(self) -> None:
        self._slots = threading.BoundedSemaphore(_AT_ONCE)
        self._guard = threading.Lock()
        self._tried: dict[Path, float] = {}
        """When a picture of each was last tried for: one that cannot be had is not asked for by every caller."""

    def of(self, runtime: RuntimeDirectory, max_age: float) -> bytes | None:
        """A picture that is at most `max_age` seconds old, else the last one, where another cannot be taken now.

        None where there is none.
        """
        kept, age = _kept(runtime)
        if kept is not None and age <= max_age:
            return kept
        if not self._may_try(runtime.path, max_age):
            return kept
        if not self._slots.acquire(timeout=_PATIENCE):
            return kept
        try:
            taken = run(runtime, picture.__name__)
        finally:
            self._slots.release()
        if taken is None or not taken.startswith(_JPEG) or len(taken) > picture.LARGEST_BYTES:
            return kept
        runtime.keep_picture(taken)
        return taken

    def _may_try(self, path: Path, max_age: float) -> bool:
        now = time.monotonic()
        with self._guard:
            if now - self._tried.get(path, -float("inf")) < min(max_age, _PATIENCE):
                return False
            self._tried = {each: at for each, at in self._tried.items() if now - at < _PATIENCE} | {path: now}
        return True


def tell(runtime: RuntimeDirectory, title: str, text: str, until: float) -> None:
    """See Engine.tell. Raises EngineError where the desktop does not answer."""
    if not runtime.launch().shown:
        return
    if run(runtime, announcement.__name__, (title, text, f"{until:.0f}")) is None:
        raise EngineError(
            f"the desktop of session {runtime.path.name} shows nothing: it is still coming up, frozen, or its system "
            "has no notify-send (apt install libnotify-bin dunst)",
            reason="desktop-silent",
        )


def unused_for(runtime: RuntimeDirectory, without_commands: float) -> float | None:
    """Seconds without input and without commands; None where the desktop does not say.

    `without_commands`: seconds since somebody ran one.
    """
    if not runtime.launch().shown:
        return without_commands
    said = run(runtime, idleness.__name__)
    if said is None or not said.strip().isdigit():
        return None
    return min(without_commands, int(said) / 1000)


def run(runtime: RuntimeDirectory, module: str, arguments: Sequence[str] = ()) -> bytes | None:
    """What `main` of that module prints inside of the session; None where it fails, or there is no desktop."""
    command = errand(runtime.launch(), module, arguments)
    return None if command is None else capture(runtime, command, _PATIENCE, _LARGEST_ANSWER)


def _kept(runtime: RuntimeDirectory) -> tuple[bytes | None, float]:
    """The last picture, and its age in seconds."""
    try:
        with runtime.picture.open("rb") as file:
            return file.read(_LARGEST_ANSWER), time.time() - os.fstat(file.fileno()).st_mtime
    except FileNotFoundError:
        return None, 0.0
