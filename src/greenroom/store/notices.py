"""How far each target of notices has come in the events, and how it fares."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from greenroom.store import events, records, work
from greenroom.store.tables import event_cursors
from greenroom.store.tables import work as work_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The last event that a target was told of, or did not want; how often in a row it could not be reached since."""

    target: str
    event_id: int
    failures: int = 0
    not_before: datetime | None = None
    last_error: str | None = None


def keep_targets(connection: Connection, targets: Collection[str]) -> None:
    """Have a cursor for each of these targets and for no other; a new one begins with what happens from now on."""
    _, newest = events.bounds(connection)
    connection.execute(delete(event_cursors).where(event_cursors.c.target.not_in(targets)))
    connection.execute(
        delete(work_rows).where(work_rows.c.kind == work.NOTICE, work_rows.c.resource_id.not_in(targets))
    )
    for target in targets:
        connection.execute(
            records.insert_into(connection, event_cursors)
            .values(target=target, event_id=newest, failures=0)
            .on_conflict_do_nothing()
        )


def cursor(connection: Connection, target: str) -> Cursor | None:
    """The target's cursor; None: it is no target any more."""
    return records.get(connection, Cursor, event_cursors, target)


def all_cursors(connection: Connection) -> list[Cursor]:
    """Every target's, by name."""
    return records.from_rows(Cursor, connection.execute(select(event_cursors).order_by(event_cursors.c.target)))


def advance(connection: Connection, target: str, event_id: int) -> None:
    """It was told of everything up to that event."""
    connection.execute(
        update(event_cursors)
        .where(event_cursors.c.target == target)
        .values(event_id=event_id, failures=0, not_before=None, last_error=None)
    )


def hold(connection: Connection, target: str, *, failures: int, not_before: datetime, error: str) -> None:
    """It could not be told: not again before that moment."""
    connection.execute(
        update(event_cursors)
        .where(event_cursors.c.target == target)
        .values(failures=failures, not_before=not_before, last_error=error[:1024])
    )
