"""Steps of schedules: start and stop sessions when their hour comes."""

from datetime import datetime

import structlog
from sqlalchemy import Connection

from greenroom.control.loop import Held
from greenroom.control.world import GREENROOM, World
from greenroom.store import backups, launch_profiles, schedules, sessions, work
from greenroom.studio.backups import choose_restore
from greenroom.studio.errors import Refusal
from greenroom.studio.ids import new_id
from greenroom.studio.schedules import Schedule, ScheduleAction, ScheduleTarget, carried_out, missed, planned
from greenroom.studio.sessions import StreamingSession, VolumeRetentionMode, begin_start, begin_stop
from greenroom.studio.status import ResourceState
from greenroom.studio.status import SessionState as State

log = structlog.get_logger("greenroom.control")

WORK = work.SCHEDULE


class ScheduleSteps:
    """One start or stop of all that a schedule is for; due again at the next."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(self, work_id: str, held: Held) -> datetime | None:
        target_type, _, target_id = work_id.partition("/")
        now = self._world.clock()
        with self._world.database.read() as connection:
            schedule = schedules.get(connection, target_type, target_id)
            gone = schedule is not None and _is_gone(connection, schedule)
        if schedule is None:
            return None
        if gone:
            with held.write() as connection:
                schedules.drop(connection, target_type, target_id)
            return None
        after = schedule
        if schedule.next_at is not None and schedule.next_at <= now and schedule.next_action is not None:
            if missed(schedule.next_at, now):
                log.info("schedule-missed", id=work_id, action=schedule.next_action, due=schedule.next_at.isoformat())
            else:
                # Before the next is written: what a crash leaves out here is done again, and finds itself done.
                self._carry_out(schedule, schedule.next_action, held)
                after = carried_out(schedule)
        # Looked for anew also where nothing was due: the clock may have been set back.
        after = planned(after, now)
        if after == schedule:
            return after.next_at
        with held.write() as connection:
            current = schedules.get(connection, target_type, target_id, for_update=True)
            if current is None or current.updated_at != schedule.updated_at:
                return now
            schedules.put(connection, after)
        return after.next_at

    def _carry_out(self, schedule: Schedule, action: ScheduleAction, held: Held) -> None:
        state = State.STOPPED if action is ScheduleAction.START else State.READY
        with self._world.database.read() as connection:
            found = schedules.sessions_of(connection, schedule, [state])
        for session_id in found:
            try:
                self._change(session_id, state, action, held)
            except Refusal as refusal:
                log.info("schedule-refused", id=session_id, action=action, reason=refusal.message)

    def _change(self, session_id: str, state: State, action: ScheduleAction, held: Held) -> None:
        now = self._world.clock()
        with held.write() as connection:
            before = sessions.get(connection, session_id, for_update=True)
            if before is None or before.state is not state:
                return
            if action is ScheduleAction.STOP:
                after = begin_stop(
                    before,
                    by=GREENROOM,
                    retention=VolumeRetentionMode.RETAIN,
                    now=now,
                    message="The session was stopped by its schedule.",
                )
            else:
                backup = choose_restore(before, None, backups.of_session(connection, session_id))
                after = _started(before, backup.backup_id if backup else None, now)
            sessions.save(connection, before, after)
            work.schedule(connection, work.SESSION, session_id, now)
        log.info("scheduled", id=session_id, action=action)


def _is_gone(connection: Connection, schedule: Schedule) -> bool:
    """Whether what is scheduled is no more."""
    if schedule.target_type is ScheduleTarget.SESSION:
        session = sessions.get(connection, schedule.target_id)
        return session is None or session.state is State.DELETED
    profile = launch_profiles.get(connection, schedule.target_id)
    return profile is None or profile.state is ResourceState.DELETED


def _started(before: StreamingSession, backup_id: str | None, now: datetime) -> StreamingSession:
    volume_id = before.volume_id if backup_id is None and before.volume_id is not None else new_id()
    return begin_start(before, by=GREENROOM, restore_backup_id=backup_id, volume_id=volume_id, now=now)
