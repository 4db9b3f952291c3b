"""Steps of the ends that running sessions come to: say it in their desktops before, and stop those nobody uses."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from greenroom.control.loop import Held, RetryLater
from greenroom.control.world import GREENROOM, World
from greenroom.engines.base import EngineError
from greenroom.store import endings, schedules, sessions, work
from greenroom.studio.endings import (
    Ending,
    EndingCause,
    SessionWarning,
    due_lead,
    next_look,
    notice,
    of_idleness,
    of_limit,
    of_schedule,
)
from greenroom.studio.schedules import Schedule, ScheduleTarget
from greenroom.studio.sessions import StreamingSession, VolumeRetentionMode, begin_stop
from greenroom.studio.status import SessionState as State

log = structlog.get_logger("greenroom.control")

WORK = work.ENDING

LOOK_AGAIN = timedelta(hours=6)
"""A session is looked at that often whatever was planned."""
ATTEMPTS = 3
"""Tries to say something in a desktop that does not answer."""


class EndingSteps:
    """One look at the ends that a READY session comes to; due again when there is something to say or to do."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(self, session_id: str, held: Held) -> datetime | None:
        world, now = self._world, self._world.clock()
        with world.database.read() as connection:
            session = sessions.get(connection, session_id)
        if session is None or session.state is not State.READY:
            with held.write() as connection:  # when it is READY again, it is looked at anew
                endings.forget_warning(connection, session_id)
            return None
        with world.database.read() as connection:
            schedule = schedules.get(connection, ScheduleTarget.SESSION, session_id) or schedules.get(
                connection, ScheduleTarget.LAUNCH_PROFILE, session.launch_profile_id
            )
            given = endings.warning_of(connection, session_id)
            own = endings.idle_stop_of(connection, session.launch_profile_id)
        idle_limit = world.idle_stop if own is None else timedelta(minutes=own.minutes)
        used_at = self._used_at(session, now) if idle_limit and session.stoppable else None
        coming = self._coming(session, schedule, given, used_at, idle_limit, now)
        if not coming:
            return now + LOOK_AGAIN
        ending = min(coming, key=lambda each: each.at)
        if ending.cause is EndingCause.IDLE and ending.at <= now:
            self._stop_idle(session, idle_limit, held)
            return None
        lead = due_lead(ending, given, now)
        if lead is not None:
            self._say(session, ending, lead, now - used_at if used_at else None, held)
        looks = [next_look(each, now) for each in coming if each.at > now]
        return min([*looks, now + LOOK_AGAIN])

    def _coming(
        self,
        session: StreamingSession,
        schedule: Schedule | None,
        given: SessionWarning | None,
        used_at: datetime | None,
        idle_limit: timedelta,
        now: datetime,
    ) -> Sequence[Ending]:
        leads = self._world.stop_warnings
        found = [of_limit(session, leads), of_schedule(session, schedule, leads, now)]
        if used_at is not None:
            found.append(of_idleness(used_at, idle_limit, given, leads, now))
        return [each for each in found if each is not None]

    def _used_at(self, session: StreamingSession, now: datetime) -> datetime:
        """When somebody last used the session: now, where that cannot be told."""
        unused = self._world.engine.unused_for(session.session_id)
        return now if unused is None else now - timedelta(seconds=unused)

    def _say(
        self, session: StreamingSession, ending: Ending, lead: timedelta, idle: timedelta | None, held: Held
    ) -> None:
        """Say it, and keep that it was said. A crash in between says it twice, never not at all."""
        now = self._world.clock()
        said = notice(session, ending, idle=idle, now=now)
        try:
            self._world.engine.tell(session.session_id, said.title, said.text, ending.at.timestamp())
        except EngineError as error:
            if held.attempts + 1 < ATTEMPTS:
                raise RetryLater(str(error), reason=error.reason) from error
            log.info("warning-not-shown", id=session.session_id, error=str(error))
        with held.write() as connection:
            endings.keep_warning(
                connection,
                SessionWarning(
                    session_id=session.session_id, ends_at=ending.at, cause=ending.cause, lead=lead, given_at=now
                ),
            )
        log.info("warned", id=session.session_id, cause=ending.cause, ends_at=ending.at.isoformat())

    def _stop_idle(self, session: StreamingSession, limit: timedelta, held: Held) -> None:
        now = self._world.clock()
        minutes = round(limit / timedelta(minutes=1))
        with held.write() as connection:
            current = sessions.get(connection, session.session_id, for_update=True)
            if current is None or current.state is not State.READY:
                return
            after = begin_stop(
                current,
                by=GREENROOM,
                retention=VolumeRetentionMode.RETAIN,
                now=now,
                message=f"The session was stopped because nobody had used it for {minutes} minutes.",
            )
            sessions.save(connection, current, after)
            endings.forget_warning(connection, session.session_id)
            work.schedule(connection, work.SESSION, session.session_id, now)
        log.info("idle-stop", id=session.session_id)
