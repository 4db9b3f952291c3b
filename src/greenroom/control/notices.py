"""Steps of notices: tell targets outside of the events that they want, in order, each at least once.

A target has a cursor in the events, not a row an event: what happens while it is away waits in the events themselves.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from greenroom.control.loop import Held, Pauses
from greenroom.store import events, notices, work
from greenroom.store.database import Database
from greenroom.studio.events import RecordedEvent, wanted

log = structlog.get_logger("greenroom.control")

WORK = work.NOTICE
LOOK_AT = 200
"""Events that one step looks at."""
GIVE_UP_AFTER = timedelta(days=1)
"""An event that its target did not take for so long is left out: newer ones must not wait behind it for ever."""


class UndeliveredError(Exception):
    """The target did not take the notice; the text says why, without its address, which may hold a secret."""


class Target(Protocol):
    """Where notices go."""

    patterns: Sequence[str]
    """Types of events that it wants."""
    batch: int
    """Events that one notice may tell of."""

    def deliver(self, told: Sequence[RecordedEvent]) -> None:
        """One notice; returns once the target has it. Raises UndeliveredError."""


class NoticeSteps:
    """One notice to one target; due again at once while there is more, after a pause where it failed."""

    def __init__(
        self, database: Database, targets: Mapping[str, Target], clock: Callable[[], datetime], pauses: Pauses
    ) -> None:
        self._database = database
        self._targets = targets
        self._clock = clock
        self._pauses = pauses

    def __call__(self, name: str, held: Held) -> datetime | None:
        target, now = self._targets.get(name), self._clock()
        with self._database.read() as connection:
            cursor = notices.cursor(connection, name)
            found = events.after(connection, cursor.event_id, limit=LOOK_AT) if cursor else []
        if target is None or cursor is None or not found:
            return None
        if cursor.not_before is not None and now < cursor.not_before:
            # An event that came meanwhile looks here at once: the pause stands all the same.
            return cursor.not_before
        fitting = [event for event in found if wanted(event.type, target.patterns)]
        portion = fitting[: target.batch]
        reached = portion[-1].event_id if len(fitting) > len(portion) else found[-1].event_id
        if portion:
            try:
                target.deliver(portion)
            except UndeliveredError as error:
                if now - portion[0].recorded_at < GIVE_UP_AFTER:
                    return self._hold(name, cursor, held, str(error))
                reached = portion[-1].event_id
                log.warning("notice-given-up", target=name, events=len(portion), error=str(error))
        with held.write() as connection:
            notices.advance(connection, name, reached)
        return now

    def _hold(self, name: str, cursor: notices.Cursor, held: Held, error: str) -> datetime:
        again = self._clock() + self._pauses.after(cursor.failures)
        log.warning("notice-undelivered", target=name, error=error, attempts=cursor.failures + 1)
        with held.write() as connection:
            notices.hold(connection, name, failures=cursor.failures + 1, not_before=again, error=error)
        return again
