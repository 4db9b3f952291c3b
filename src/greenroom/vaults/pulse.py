"""Whether a process still does anything: a restic that hangs must be told from one whose store is slow."""

import contextlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_LEAST_CPU = 0.05
"""Seconds of processor time that count as doing something; a hanging Go program wakes up now and then for nothing."""

_LEAST_BYTES = 64 << 10
"""Bytes read or written that do; a hanging restic still writes its lock anew every five minutes."""

_TICK = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class _Signs:
    cpu: float
    bytes: int
    lines: int


class Pulse:
    """The signs of life of one process. `lines` counts what it has said so far."""

    def __init__(
        self,
        pid: int,
        lines: Callable[[], int],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        proc: str = "/proc",
    ) -> None:
        self._directory = Path(proc) / str(pid)
        self._lines = lines
        self._monotonic = monotonic
        self._since = monotonic()
        self._last = self._signs()

    def silence(self) -> float:
        """Seconds for which it has done next to nothing, as of now."""
        now, signs = self._monotonic(), self._signs()
        alive = (
            signs.cpu - self._last.cpu >= _LEAST_CPU
            or signs.bytes - self._last.bytes >= _LEAST_BYTES
            or signs.lines != self._last.lines
        )
        if alive:
            self._since, self._last = now, signs
        return now - self._since

    def _signs(self) -> _Signs:
        cpu, moved = 0.0, 0
        with contextlib.suppress(OSError, ValueError, IndexError):  # it has ended: nothing more will come
            # The program's name, in parentheses, may hold blanks and parentheses itself.
            words = (self._directory / "stat").read_text().rpartition(")")[2].split()
            cpu = (int(words[11]) + int(words[12])) * _TICK
        with contextlib.suppress(OSError, ValueError, IndexError):
            for line in (self._directory / "io").read_text().splitlines():
                if line.startswith(("rchar:", "wchar:")):
                    moved += int(line.split()[1])
        return _Signs(cpu, moved, self._lines())
