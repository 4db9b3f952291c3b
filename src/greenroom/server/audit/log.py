"""The way from many requests to one file: a bounded queue, and a thread that writes what is in it."""

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
    """The audit cannot be written, and calls are refused while that is so; the text says why."""


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

    def check(self) -> None:
        """Raises AuditUnavailableError where the last try to write failed."""
        if self._failure is not None:
            raise AuditUnavailableError(self._failure)

    def record(self, event: bytes, *, durable: bool) -> None:
        """Hand over an event; with `durable`, return when it is on disk.

        Raises AuditUnavailableError where that takes longer than the log's patience. A durable event is in the queue
        even then; another one is not where there was no room for it.
        """
        with self._changed:
            if self._thread is None:
                self._start()
            # Those that are waited for are bounded by the threads that wait.
            if not durable and not self._changed.wait_for(lambda: self.has_room, self._patience):
                raise AuditUnavailableError(self._failure or "The audit's queue is full and does not drain.")
            self._waiting.append(event)
            self._accepted += 1
            number = self._accepted
            if durable:
                self._demanded = number
                self._writer_wakes.notify()
                if not self._changed.wait_for(lambda: self._durable >= number, self._patience):
                    raise AuditUnavailableError(self._failure or "The disk takes too long to hold the audit.")
            elif len(self._waiting) == 1 or len(self._waiting) >= self._capacity:
                self._writer_wakes.notify()

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
                log.exception("audit-unavailable", events=events)
            self._failure = (
                f"The audit cannot be {what}: {error.strerror or error}. Calls are refused until it can: "
                "look at the space and the rights of the audit's folder."
            )
            with self._changed:
                self._writer_wakes.wait_for(lambda: self._closing, RETRY_SECONDS)
            return False
        if self._failure is not None:
            log.info("audit-available")
            self._failure = None
        return True
