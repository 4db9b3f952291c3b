"""A restic that runs: its output is read from it, its patience is bounded, and it leaves no process behind."""

import contextlib
import fcntl
import os
import select
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from greenroom.vaults import failures
from greenroom.vaults.base import VaultError
from greenroom.vaults.call import Call
from greenroom.vaults.pulse import Pulse
from greenroom.vaults.words import Words

_GRACE = 5.0
"""Seconds that an interrupted restic has to remove its lock before it is killed."""

_HANGS = 30
"""After so many times its `patience` without any sign of life, a restic is taken to hang."""

_HANGS_WITHOUT_ROOM = 3
"""The same where its repository's disk is full, which is what it was seen to hang on."""

_HANGS_FOR_SURE = 900.0
"""Seconds without one that no store is given more of."""

_WATCH = 0.5
"""Seconds between two looks at a restic that runs."""


class Running:
    """A started restic. Leaving the `with` waits for it and raises its failure; leaving by an error ends it.

    `cramped` says whether the disk that it writes to has next to no room.
    """

    def __init__(
        self,
        call: Call,
        process: subprocess.Popen[bytes],
        pid: int,
        patience: float,
        failure: Callable[[Call, int, Words], VaultError],
        cramped: Callable[[], bool],
    ) -> None:
        assert process.stdout is not None  # noqa: S101  piped in Restic.start
        assert process.stderr is not None  # noqa: S101  likewise
        self.stdout: IO[bytes] = process.stdout
        self._pid = pid
        self._descriptor = _descriptor(pid)
        self._outer = os.pidfd_open(process.pid)
        self._call = call
        self._process = process
        self._failure = failure
        self._cramped = cramped
        self._patience = patience
        self._words = Words()
        self._gave_up = ""
        self._gave_up_at = 0.0
        self._ended = threading.Event()
        self._listener = threading.Thread(target=self._listen, args=(process.stderr,), daemon=True)
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._listener.start()
        self._watcher.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.finish()
        finally:
            self._end()

    def finish(self) -> None:
        """Wait for the end, and raise what went wrong."""
        self.stdout.read()
        self._listener.join()
        status = self._process.wait()
        complained = self._call.strict and any(line.startswith("error:") for line in self._words.lines)
        if status != 0 or self._gave_up or complained:
            self._words.lines.append(self._gave_up)
            raise self._failure(self._call, status, self._words)

    def ended_within(self, seconds: float) -> bool:
        """Wait for the end, but no longer than that."""
        # Not reaped by this: until all that it started is gone, its id is to stay nobody else's.
        waiting = select.poll()
        waiting.register(self._outer, select.POLLIN)
        return bool(waiting.poll(seconds * 1000))

    def written(self) -> int:
        """Bytes that restic has written anywhere so far, 0 once it has ended."""
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self._pid}/io").read_text().splitlines():
                if line.startswith("wchar:"):
                    return int(line.split()[1])
        return 0

    def _end(self) -> None:
        """Whatever happened, leave no process and no thread."""
        self._kill()
        self._listener.join()
        self._process.wait()
        self._ended.set()
        self._watcher.join()
        self.stdout.close()
        os.close(self._outer)
        if self._descriptor is not None:
            os.close(self._descriptor)

    def _listen(self, stderr: IO[bytes]) -> None:
        with stderr:
            for raw in stderr:
                line = raw.decode(errors="replace").rstrip("\n")
                if self._words.heard(line) > self._patience and not self._gave_up:
                    self._give_up(line)

    def _watch(self) -> None:
        """Give up a restic that takes too long or hangs, and end one that was given up and does not end by itself.

        restic 0.14 was seen to stand still for ever when its disk was full, without a word.
        """
        deadline = self._call.deadline
        pulse, started, ended_at = Pulse(self._pid, lambda: self._words.count), time.monotonic(), 0.0
        while not self._ended.wait(_WATCH):
            now = time.monotonic()
            if self._gave_up:
                if now - self._gave_up_at > _GRACE:
                    self._kill()
            elif deadline is not None and now - started > deadline:
                self._give_up(f"no answer within {deadline:.0f} s: i/o timeout")
            elif self.ended_within(0):
                # What it started lives on and keeps us listening.
                ended_at = ended_at or now
                if now - ended_at > _GRACE:
                    self._kill()
            elif self._hangs(silence := pulse.silence()) and not self._unread():
                self._give_up(f"restic {failures.HUNG} for {silence:.0f} s")

    def _hangs(self, silence: float) -> bool:
        """Whether so many seconds without a sign of life are too many."""
        if silence > min(_HANGS * self._patience, _HANGS_FOR_SURE):
            return True
        return silence > min(_HANGS_WITHOUT_ROOM * self._patience, _HANGS_FOR_SURE) and self._cramped()

    def _unread(self) -> int:
        """Bytes that it has printed and nobody has taken yet: who waits for its reader does not hang."""
        return int.from_bytes(fcntl.ioctl(self.stdout.fileno(), termios.FIONREAD, bytes(4)), sys.byteorder)

    def _give_up(self, why: str) -> None:
        """restic would retry for a quarter of an hour: a worker has better to do, and comes back."""
        self._gave_up_at = time.monotonic()
        self._gave_up = why
        if self._descriptor is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._descriptor, signal.SIGINT)

    def _kill(self) -> None:
        """End it with all that it started, inside its namespace and outside."""
        if self._process.returncode is None:  # not reaped yet: its id, which is its group's, is nobody else's
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        if self._descriptor is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)


def _descriptor(pid: int) -> int | None:
    """A handle on a process that, unlike its id, never comes to mean another one; None where it has ended."""
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        return None
