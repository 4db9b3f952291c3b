"""What happens to sessions, each with the usual circumstances."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.support import START

from greenroom.studio import sessions
from greenroom.studio.launch_profiles import Switch
from greenroom.studio.sessions import Event, StreamingSession

LATER = START + timedelta(hours=2)
INTERVAL = timedelta(hours=4)
UNSTOPPABLE: Mapping[str, Any] = {"session_persistence_mode": Switch.DEACTIVATED}
TERMINATING: Mapping[str, Any] = {
    "automatic_termination_mode": Switch.ACTIVATED,
    "max_stopped_session_length": timedelta(minutes=30),
}


def start(session: StreamingSession, **options: Any) -> StreamingSession:
    defaults: dict[str, Any] = {
        "by": "ada",
        "restore_backup_id": None,
        "volume_id": session.volume_id or "fresh",
        "now": LATER,
    }
    return sessions.begin_start(session, **(defaults | options))


def stop(session: StreamingSession, **options: Any) -> StreamingSession:
    defaults: dict[str, Any] = {"by": "ada", "retention": None, "now": LATER}
    return sessions.begin_stop(session, **(defaults | options))


def delete(session: StreamingSession, **options: Any) -> StreamingSession:
    defaults: dict[str, Any] = {"by": "ada", "now": LATER}
    return sessions.begin_delete(session, **(defaults | options))


def run(session: StreamingSession, **options: Any) -> StreamingSession:
    defaults: dict[str, Any] = {"now": LATER, "backup_interval": INTERVAL}
    return sessions.running(session, **(defaults | options))


def fail(session: StreamingSession, **options: Any) -> StreamingSession:
    defaults: dict[str, Any] = {"message": "The disk is full.", "now": LATER}
    return sessions.failed(session, **(defaults | options))


def lose(session: StreamingSession) -> StreamingSession:
    return sessions.lost(session, by="greenroom", now=LATER)


HAPPEN: Mapping[Event, Callable[[StreamingSession], StreamingSession]] = {
    Event.START: start,
    Event.STOP: stop,
    Event.DELETE: delete,
    Event.LOST: lambda session: lose(replace(session, **UNSTOPPABLE)),
    Event.RUNNING: run,
    Event.ENDED: lambda session: sessions.stopped(session, LATER),
    Event.GONE: lambda session: sessions.deleted(session, LATER),
    Event.FAILED: fail,
}
"""How each event comes about. Only a session that cannot be stopped is run again when it is lost."""
