"""Queries on the ends that running sessions come to by themselves: what was said of them, and idle stops."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from greenroom.store import records, work
from greenroom.store.tables import idle_stops, session_warnings, streaming_sessions
from greenroom.studio.endings import IdleStop, SessionWarning
from greenroom.studio.status import SessionState


def warning_of(connection: Connection, session_id: str) -> SessionWarning | None:
    """What was last said in that session's desktop."""
    return records.get(connection, SessionWarning, session_warnings, session_id)


def keep_warning(connection: Connection, warning: SessionWarning) -> None:
    """That was said."""
    records.put(connection, session_warnings, warning)


def forget_warning(connection: Connection, session_id: str) -> None:
    """That session has come to its end, or goes on without one."""
    connection.execute(delete(session_warnings).where(session_warnings.c.session_id == session_id))


def idle_stop_of(connection: Connection, launch_profile_id: str) -> IdleStop | None:
    """The launch profile's own idle stop, where it has one."""
    return records.get(connection, IdleStop, idle_stops, launch_profile_id)


def put_idle_stop(connection: Connection, idle_stop: IdleStop) -> None:
    """The launch profile's own from now on."""
    records.put(connection, idle_stops, idle_stop)


def drop_idle_stop(connection: Connection, launch_profile_id: str) -> None:
    """The launch profile has none of its own any more."""
    connection.execute(delete(idle_stops).where(idle_stops.c.launch_profile_id == launch_profile_id))


def look_again(connection: Connection, now: datetime, *, launch_profile_id: str | None = None) -> None:
    """Have the ends of all READY sessions, or those of one launch profile, looked at now: they may be others."""
    query = select(streaming_sessions.c.session_id).where(streaming_sessions.c.state == SessionState.READY)
    if launch_profile_id is not None:
        query = query.where(streaming_sessions.c.launch_profile_id == launch_profile_id)
    for session_id in connection.scalars(query).all():
        work.schedule(connection, work.ENDING, session_id, now)
