"""The way from many requests to one file: a bounded queue, and a thread that writes what is in it."""

import errno
import time
from collections.abc import Callable, Sequence
from functools import partial
from threading import Condition, RLock, Thread
from typing import Protocol

import structlog

log = structlog.get_logger("greenroom.audit")

QUEUE = 4096
"""Events that wait at most; who has one more waits until there is room."""
GATHERING_SECONDS = 0.05
"""How long the thread lets events gather that nobody waits for."""
SYNC_SECONDS = 1.0
"""How long an event that nobody waits for may be in the file and not yet on the disk."""
RETRY_SECONDS = 0.5
PATIENCE_SECONDS = 10.0
"""How long a request waits for the disk before it is answered with a fault."""


class AuditUnavailableError(Exception):
    """The audit cannot be written, and calls are refused while that is so; the text says why and what to do."""

    def __init__(self, reason: str, advice: str = "") -> None:
        """`reason` names no place: callers are told it."""
        super().__init__(f"The audit cannot be kept: {reason}. {advice}".strip())
        self.reason = reason


class Destination(Protocol):
    """Where the thread writes to (greenroom.server.audit.journal)."""

    def append(self, events: Sequence[bytes]) -> None:
        """Write these. Raises OSError."""

    def sync(self) -> None:
        """Have the disk hold what was appended. Raises OSError."""

    def close(self) -> None:
        """Let go of the files."""


class AuditLog:
    """Thread-safe. The thread starts with the first event."""

    def __init__(self, destination: Destination, *, capacity: int = QUEUE, patience: float = PATIENCE_SECONDS) -> None:
        self._destination = destination
        self._capacity = capacity
        self._patience = patience
        lock = RLock()
        self._changed = Condition(lock)
        self._writer_wakes = Condition(lock)
        self._waiting: list[bytes] = []
        self._accepted = 0
        self._durable = 0
        self._demanded = 0
        self._failure: str | None = None
        self._closing = False
        self._thread: Thread | None = None

    @property
    def has_room(self) -> bool:
        """Whether an event that is not durable could be handed over without waiting."""
        return len(self._waiting) < self._capacity

    @property
    def is_failing(self) -> bool:
        """Whether the last try to write failed."""
        return self._failure is not None

    def check(self) -> None:
        """Raises AuditUnavailableError where the last try to write failed."""
        if self._failure is not None:
            raise self._unavailable(self._failure)

    def record(self, event: bytes, *, durable: bool) -> None:
        """Hand over an event; with `durable`, return when it is on disk.

        Raises AuditUnavailableError where that takes longer than the log's patience, and at once where the last try to
        write failed. A durable event is in the queue even then; another one is not where there was no room for it.
        """
        with self._changed:
            if self._thread is None:
                self._start()
            # While the disk is known not to take it nobody waits: that would hold up all other calls as well.
            patience = self._patience if self._failure is None else 0.0
            # Those that are waited for are bounded by the threads that wait.
            if not durable and not self._changed.wait_for(lambda: self.has_room, patience):
                raise self._unavailable(self._failure or "its queue is full and does not drain")
            self._waiting.append(event)
            self._accepted += 1
            number = self._accepted
            if durable:
                self._demanded = number
                self._writer_wakes.notify()
                if not self._changed.wait_for(lambda: self._durable >= number, patience):
                    raise self._unavailable(self._failure or "its disk takes too long")
            elif len(self._waiting) == 1 or len(self._waiting) >= self._capacity:
                self._writer_wakes.notify()

    @staticmethod
    def _unavailable(reason: str) -> AuditUnavailableError:
        return AuditUnavailableError(reason, "Look at the space and the rights of the audit's folder.")

    def close(self) -> None:
        """Write what waits, and end; where the disk does not take it, say so in the log and give up."""
        with self._changed:
            self._closing = True
            self._writer_wakes.notify()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _start(self) -> None:
        self._closing = False
        self._thread = Thread(target=self._run, name="audit", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        synced_at = time.monotonic()
        written = 0
        while True:
            with self._changed:
                pending_sync = written > self._durable
                self._gather(SYNC_SECONDS if pending_sync else None)
                batch, last = self._waiting, self._accepted
                closing, demanded = self._closing, self._demanded > self._durable
                if not batch and not pending_sync and closing:
                    break
                self._waiting = []
                self._changed.notify_all()
            if batch and not self._try(partial(self._destination.append, batch), "written", len(batch)):
                with self._changed:
                    self._waiting = batch + self._waiting
                    if self._closing:
                        break
                continue
            written = last
            if not (closing or demanded or time.monotonic() - synced_at >= SYNC_SECONDS):
                continue
            if self._try(self._destination.sync, "synced", written - self._durable):
                synced_at = time.monotonic()
                with self._changed:
                    self._durable = written
                    self._changed.notify_all()
            elif closing:
                break
        self._destination.close()

    def _gather(self, longest: float | None) -> None:
        """Wait for events, `longest` at most, then a little for more of them unless somebody waits for theirs."""
        self._writer_wakes.wait_for(lambda: bool(self._waiting) or self._closing, longest)
        if self._waiting:
            self._writer_wakes.wait_for(
                lambda: self._closing or self._demanded > self._durable or not self.has_room, GATHERING_SECONDS
            )

    def _try(self, step: Callable[[], None], what: str, events: int) -> bool:
        try:
            step()
        except OSError as error:
            if self._failure is None:
                log.exception("audit-unavailable", step=what, events=events)
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            self._failure = "there is no space left on its disk" if full else error.strerror or type(error).__name__
            with self._changed:
                self._writer_wakes.wait_for(lambda: self._closing, RETRY_SECONDS)
            return False
        if self._failure is not None:
            log.info("audit-available")
            self._failure = None
        return True
