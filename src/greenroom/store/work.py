"""Due work: one row for each thing that the control loop must look at, with when, and who holds it now.

A row is claimed by one worker for a limited time (its lease) and given back with the outcome; a worker that dies
loses its lease, and another takes the row up again. `generation` counts the calls to `schedule`: one that comes
while a worker has the row is not lost, the row is simply due again.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from greenroom.store import records
from greenroom.store.tables import work

SESSION = "session"
BACKUP = "backup"
FILE_RESTORE = "file-restore"
NOTICE = "notice"
SCHEDULE = "schedule"
ENDING = "ending"
"""Kinds that are scheduled from more than one room."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's hold on one row."""

    kind: str
    resource_id: str
    holder: str
    """The worker's name, and a suffix of this claim's own: a worker may outlive its lease and claim the row again."""
    generation: int
    attempts: int
    """Tries that failed in a row before this one."""
    due_at: datetime


def schedule(connection: Connection, kind: str, resource_id: str, due_at: datetime) -> None:
    """Have the control loop look at that thing at `due_at`; of several wishes the latest said counts."""
    connection.execute(
        _new(connection, kind, resource_id, due_at).on_conflict_do_update(
            index_elements=[work.c.kind, work.c.resource_id],
            set_={"due_at": due_at, "generation": work.c.generation + 1, "attempts": 0, "last_error": None},
        )
    )


def ensure(connection: Connection, kind: str, resource_id: str, due_at: datetime) -> None:
    """Have that work there: as it is where it is, due at `due_at` where it is new."""
    connection.execute(_new(connection, kind, resource_id, due_at).on_conflict_do_nothing())


def nudge(connection: Connection, kind: str, resource_id: str, due_at: datetime) -> None:
    """Have that work there, and looked at once more where a worker is at it; a pause after a failure stands."""
    connection.execute(
        _new(connection, kind, resource_id, due_at).on_conflict_do_update(
            index_elements=[work.c.kind, work.c.resource_id], set_={"generation": work.c.generation + 1}
        )
    )


def _new(connection: Connection, kind: str, resource_id: str, due_at: datetime) -> postgresql.Insert | sqlite.Insert:
    return records.insert_into(connection, work).values(
        kind=kind, resource_id=resource_id, due_at=due_at, generation=0, attempts=0
    )


def claim(
    connection: Connection, kinds: Sequence[str], holder: str, *, now: datetime, lease: timedelta, limit: int
) -> list[Claim]:
    """Take up to `limit` due rows that nobody holds, longest due first. `holder` names the worker: 1..47 characters."""
    due = (
        select(work)
        .where(
            work.c.kind.in_(kinds), work.c.due_at <= now, or_(work.c.lease_until.is_(None), work.c.lease_until < now)
        )
        .order_by(work.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    holder = f"{holder}/{secrets.token_hex(8)}"
    claims = [
        Claim(row.kind, row.resource_id, holder, row.generation, row.attempts, row.due_at)
        for row in connection.execute(due)
    ]
    for taken in claims:
        connection.execute(
            update(work)
            .where(work.c.kind == taken.kind, work.c.resource_id == taken.resource_id)
            .values(lease_holder=holder, lease_until=now + lease)
        )
    return claims


def _held(taken: Claim) -> ColumnElement[bool]:
    return and_(
        work.c.kind == taken.kind,
        work.c.resource_id == taken.resource_id,
        work.c.lease_holder == taken.holder,
    )


def holds(connection: Connection, taken: Claim) -> bool:
    """Whether the claim is still ours: a worker that slept past its lease must not write an outcome.

    Until the transaction ends nobody else can claim the row. `schedule` can still change it: whoever holds a
    resource and schedules its work must not have to wait for a worker that waits for the resource.
    """
    mine = select(work.c.kind).where(_held(taken)).with_for_update(read=True, key_share=True)
    return connection.execute(mine).first() is not None


def renew(connection: Connection, taken: Claim, *, until: datetime) -> bool:
    """Hold it longer; False where it is no longer ours."""
    return connection.execute(update(work).where(_held(taken)).values(lease_until=until)).rowcount == 1


def finish(connection: Connection, taken: Claim, next_due_at: datetime | None) -> None:
    """Give the row back: due again at `next_due_at`, or gone. A `schedule` that came meanwhile stands."""
    unchanged = and_(_held(taken), work.c.generation == taken.generation)
    if next_due_at is None:
        connection.execute(delete(work).where(unchanged))
    else:
        connection.execute(
            update(work)
            .where(unchanged)
            .values(due_at=next_due_at, attempts=0, last_error=None, lease_holder=None, lease_until=None)
        )
    _let_go(connection, taken)


def retry(connection: Connection, taken: Claim, *, due_at: datetime, error: str) -> None:
    """Give the row back to be tried again at `due_at`."""
    connection.execute(
        update(work)
        .where(_held(taken), work.c.generation == taken.generation)
        .values(
            due_at=due_at,
            attempts=taken.attempts + 1,
            last_error=error.replace("\0", "")[:1024],
            lease_holder=None,
            lease_until=None,
        )
    )
    _let_go(connection, taken)


def _let_go(connection: Connection, taken: Claim) -> None:
    connection.execute(update(work).where(_held(taken)).values(lease_holder=None, lease_until=None))


def bring_forward(connection: Connection, now: datetime, *, lease: timedelta) -> None:
    """Have all that is to be looked at later looked at now, and no lease outlast that one: the clock was set back."""
    connection.execute(update(work).where(work.c.due_at > now).values(due_at=now))
    connection.execute(update(work).where(work.c.lease_until > now + lease).values(lease_until=now + lease))


def to_come(connection: Connection, kind: str, now: datetime) -> list[str]:
    """Ids of what has work of that kind that is due later than `now`, soonest first."""
    query = select(work.c.resource_id).where(work.c.kind == kind, work.c.due_at > now).order_by(work.c.due_at)
    return list(connection.scalars(query))


def release_all(connection: Connection) -> None:
    """Give back every lease: for the start of a server that is the only one on its database."""
    connection.execute(update(work).where(work.c.lease_holder.is_not(None)).values(lease_holder=None, lease_until=None))


def next_due_at(connection: Connection, kinds: Sequence[str], *, now: datetime) -> datetime | None:
    """When the next row of those kinds that nobody holds is due."""
    free = or_(work.c.lease_until.is_(None), work.c.lease_until < now)
    query = select(func.min(work.c.due_at)).where(work.c.kind.in_(kinds), free)
    moment: datetime | None = connection.scalar(query)
    return moment


def count_overdue(connection: Connection, now: datetime) -> dict[str, int]:
    """How many rows of each kind are due and not yet done."""
    query = select(work.c.kind, func.count()).where(work.c.due_at <= now).group_by(work.c.kind)
    return {row[0]: row[1] for row in connection.execute(query)}
