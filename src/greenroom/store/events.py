"""Events: written with the change that they tell of, read in the order of their ids.

They are collected while a transaction runs and written at its end: on PostgreSQL under a lock that makes the ids rise
in the order of commits, so that who has read up to an id has missed nothing below it. Taken last, it deadlocks with
no other lock.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, text

from greenroom.store import records, work
from greenroom.store.tables import event_cursors, events
from greenroom.studio.events import RecordedEvent, StudioEvent

_PENDING = "greenroom events"
_ORDER_LOCK = 20200802
"""Number of the advisory lock that orders commits of events."""


def begin(connection: Connection) -> None:
    """A transaction begins: nothing has happened in it yet."""
    connection.info[_PENDING] = []


def record(connection: Connection, event: StudioEvent | None) -> None:
    """Have the event written with the rest of the transaction; None is none."""
    if event is not None:
        connection.info.setdefault(_PENDING, []).append(event)


def write_recorded(connection: Connection, now: datetime) -> None:
    """Write what was recorded in this transaction, just before it commits."""
    pending: list[StudioEvent] = connection.info.pop(_PENDING, [])
    if not pending:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_ORDER_LOCK})"))
    rows = [{**records.to_row(event, events), "recorded_at": now} for event in pending]
    connection.execute(insert(events), rows)
    for target in connection.scalars(select(event_cursors.c.target)).all():
        work.nudge(connection, work.NOTICE, target, now)


def after(
    connection: Connection,
    event_id: int,
    *,
    owned_by: str | None = None,
    session_id: str | None = None,
    limit: int = 100,
) -> list[RecordedEvent]:
    """Those that came after that one, oldest first."""
    query = select(events).where(events.c.event_id > event_id)
    if owned_by is not None:
        query = query.where(events.c.owned_by == owned_by)
    if session_id is not None:
        query = query.where(events.c.session_id == session_id)
    return records.from_rows(RecordedEvent, connection.execute(query.order_by(events.c.event_id).limit(limit)))


def page(
    connection: Connection,
    *,
    owned_by: str | None = None,
    session_id: str | None = None,
    before: int | None = None,
    since: int | None = None,
    limit: int = 100,
) -> list[RecordedEvent]:
    """Newest first: those before the event `before`, and after the event `since`."""
    query = select(events)
    if owned_by is not None:
        query = query.where(events.c.owned_by == owned_by)
    if session_id is not None:
        query = query.where(events.c.session_id == session_id)
    if before is not None:
        query = query.where(events.c.event_id < before)
    if since is not None:
        query = query.where(events.c.event_id > since)
    return records.from_rows(RecordedEvent, connection.execute(query.order_by(events.c.event_id.desc()).limit(limit)))


def bounds(connection: Connection) -> tuple[int, int]:
    """The ids of the oldest and the newest that are kept; 0 and 0 where there is none."""
    oldest, newest = connection.execute(select(func.min(events.c.event_id), func.max(events.c.event_id))).one()
    return oldest or 0, newest or 0


def newest(connection: Connection, types: Sequence[str], studio_id: str) -> RecordedEvent | None:
    """The studio's last of those types; None where there was none, or it is no longer kept."""
    query = (
        select(events)
        .where(events.c.type.in_(types), events.c.studio_id == studio_id)
        .order_by(events.c.event_id.desc())
        .limit(1)
    )
    return next(iter(records.from_rows(RecordedEvent, connection.execute(query))), None)


def newest_type(connection: Connection, types: Sequence[str], studio_id: str) -> str | None:
    """Which of those types came last to the studio; None where none of them did, or it is no longer kept."""
    event = newest(connection, types, studio_id)
    return None if event is None else event.type


def newest_types(connection: Connection, types: Sequence[str]) -> set[str]:
    """Which of those types came last to each studio."""
    last = select(func.max(events.c.event_id)).where(events.c.type.in_(types)).group_by(events.c.studio_id)
    return set(connection.scalars(select(events.c.type).where(events.c.event_id.in_(last))))


def newest_at(connection: Connection, kind: str) -> datetime | None:
    """When the newest event of that type was recorded; None where there was none, or it is no longer kept."""
    query = select(events.c.recorded_at).where(events.c.type == kind).order_by(events.c.event_id.desc()).limit(1)
    moment: datetime | None = connection.scalar(query)
    return moment


def purge(connection: Connection, before: datetime) -> int:
    """Remove those recorded before that moment; how many."""
    return connection.execute(delete(events).where(events.c.recorded_at < before)).rowcount
