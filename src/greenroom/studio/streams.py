"""Streams: one person's way into a session for a short time (facts sheet 2.4)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from greenroom.studio.clock import is_to_come
from greenroom.studio.errors import Conflict
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState

READABLE_AFTER_EXPIRY = timedelta(days=1)
"""How long a stream that expired is still answered."""


class StreamState(StrEnum):
    """StreamingSessionStreamState: those that a stream goes through here."""

    CREATE_IN_PROGRESS = "CREATE_IN_PROGRESS"
    READY = "READY"
    CREATE_FAILED = "CREATE_FAILED"
    DELETED = "DELETED"


class StreamStatusCode(StrEnum):
    """StreamingSessionStreamStatusCode: those that Greenroom can tell."""

    CREATE_IN_PROGRESS = "STREAM_CREATE_IN_PROGRESS"
    READY = "STREAM_READY"
    DELETED = "STREAM_DELETED"
    NETWORK_CONNECTION_ERROR = "NETWORK_CONNECTION_ERROR"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamingSessionStream:
    """A stream as it is kept. Its ticket is not: that is made from the stream's id and a secret."""

    stream_id: str
    session_id: str
    studio_id: str
    owned_by: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    state: StreamState
    status_code: StreamStatusCode
    opened_at: datetime | None = None
    """When its ticket was used, which it can be once."""
    revoked_at: datetime | None = None
    """When it was ended, or who asked for it, or whose it is, was shut out or signed out: it opens nothing since."""


def new_stream(
    session: StreamingSession, stream_id: str, *, by: str, now: datetime, expires_in: timedelta
) -> StreamingSessionStream:
    """A stream of a READY session, in progress. Raises Conflict where the session is in another state."""
    if session.state is not SessionState.READY:
        raise Conflict(
            f"The streaming session {session.session_id} is {session.state}; only a READY one can be streamed.",
            code=session.state,
            resourceId=session.session_id,
        )
    return StreamingSessionStream(
        stream_id=stream_id,
        session_id=session.session_id,
        studio_id=session.studio_id,
        owned_by=session.owned_by,
        created_by=by,
        created_at=now,
        expires_at=now + expires_in,
        state=StreamState.CREATE_IN_PROGRESS,
        status_code=StreamStatusCode.CREATE_IN_PROGRESS,
    )


def revoked(stream: StreamingSessionStream, now: datetime) -> StreamingSessionStream:
    """The stream, ended; one that was ended before stays as it is."""
    if stream.revoked_at is not None:
        return stream
    return replace(stream, state=StreamState.DELETED, status_code=StreamStatusCode.DELETED, revoked_at=now)


def next_step(
    stream: StreamingSessionStream, session: StreamingSession | None, now: datetime
) -> StreamingSessionStream:
    """The stream as it becomes: READY with its session, DELETED when its time is over, or is yet to begin."""
    if stream.state is StreamState.READY and (stream.expires_at <= now or is_to_come(stream.created_at, now)):
        return replace(stream, state=StreamState.DELETED, status_code=StreamStatusCode.DELETED)
    if stream.state is StreamState.CREATE_IN_PROGRESS:
        if session is not None and session.state is SessionState.READY:
            return replace(stream, state=StreamState.READY, status_code=StreamStatusCode.READY)
        return replace(stream, state=StreamState.CREATE_FAILED, status_code=StreamStatusCode.NETWORK_CONNECTION_ERROR)
    return stream
