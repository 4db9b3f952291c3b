"""Queries on schedules."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, delete, exists, select

from greenroom.store import records, work
from greenroom.store.tables import schedules, streaming_sessions
from greenroom.studio.schedules import Schedule, ScheduleTarget
from greenroom.studio.status import SessionState


def get(connection: Connection, target_type: str, target_id: str, *, for_update: bool = False) -> Schedule | None:
    """The schedule of that target."""
    query = select(schedules).where(schedules.c.target_type == target_type, schedules.c.target_id == target_id)
    row = connection.execute(query.with_for_update() if for_update else query).first()
    return None if row is None else records.from_row(Schedule, row)


def put(connection: Connection, schedule: Schedule) -> None:
    """The target's schedule from now on."""
    records.put(connection, schedules, schedule)


def drop(connection: Connection, target_type: str, target_id: str) -> bool:
    """The target has none any more; whether it had one."""
    gone = delete(schedules).where(schedules.c.target_type == target_type, schedules.c.target_id == target_id)
    return connection.execute(gone).rowcount > 0


def page(
    connection: Connection, studio_id: str, *, owned_by: str | None, after: str | None, limit: int
) -> list[Schedule]:
    """By the targets' ids: those after that one."""
    query = select(schedules).where(schedules.c.studio_id == studio_id)
    if owned_by is not None:
        query = query.where(schedules.c.owned_by == owned_by)
    if after is not None:
        query = query.where(schedules.c.target_id > after)
    return records.from_rows(Schedule, connection.execute(query.order_by(schedules.c.target_id).limit(limit)))


def ensure_work(connection: Connection, now: datetime) -> None:
    """Have every schedule looked at that is not due to be: one whose records came from elsewhere."""
    for schedule in records.from_rows(Schedule, connection.execute(select(schedules))):
        work.ensure(connection, work.SCHEDULE, schedule.work_id, now)


def sessions_of(connection: Connection, schedule: Schedule, states: Sequence[SessionState]) -> list[str]:
    """Ids of the sessions in those states that the schedule is for."""
    sessions = streaming_sessions
    query = select(sessions.c.session_id).where(sessions.c.state.in_(states))
    if schedule.target_type is ScheduleTarget.SESSION:
        return list(connection.scalars(query.where(sessions.c.session_id == schedule.target_id)))
    own = exists().where(
        and_(schedules.c.target_type == ScheduleTarget.SESSION, schedules.c.target_id == sessions.c.session_id)
    )
    return list(connection.scalars(query.where(sessions.c.launch_profile_id == schedule.target_id, ~own)))
