"""Queries on streams."""

from datetime import datetime

from sqlalchemy import Connection, delete, exists, or_, select, update

from greenroom.store import events, records
from greenroom.store.pages import Position, newest_first
from greenroom.store.tables import streaming_session_streams, streaming_sessions
from greenroom.studio.clock import AHEAD
from greenroom.studio.events import stream_event
from greenroom.studio.status import SessionState
from greenroom.studio.streams import StreamingSessionStream, StreamState, StreamStatusCode

_streams = streaming_session_streams


def get(connection: Connection, stream_id: str, *, for_update: bool = False) -> StreamingSessionStream | None:
    """The stream, whatever its state."""
    return records.get(connection, StreamingSessionStream, _streams, stream_id, for_update=for_update)


def insert(connection: Connection, stream: StreamingSessionStream) -> None:
    """A new stream."""
    records.insert(connection, _streams, stream)


def save(connection: Connection, before: StreamingSessionStream, after: StreamingSessionStream) -> None:
    """Write what changed."""
    records.save(connection, _streams, before, after)
    events.record(connection, stream_event(before, after))


def open_page(
    connection: Connection,
    session_id: str,
    since: datetime | None,
    now: datetime,
    *,
    after: Position | None = None,
    limit: int = 100,
) -> list[StreamingSessionStream]:
    """Streams of a running session that were opened or may still be, newest first. `since`: when it was started."""
    query = select(_streams).where(
        _streams.c.session_id == session_id,
        _streams.c.revoked_at.is_(None),
        _streams.c.state != StreamState.CREATE_FAILED,
        or_(_streams.c.opened_at.is_not(None), _streams.c.expires_at > now),
    )
    if since is not None:
        query = query.where(_streams.c.created_at >= since)
    query = newest_first(query, _streams.c.created_at, _streams.c.stream_id, after, limit)
    return records.from_rows(StreamingSessionStream, connection.execute(query))


def open_once(connection: Connection, stream_id: str, now: datetime) -> bool:
    """Mark the stream as opened; False where it is not READY, its time is not now, or it was opened before."""
    opened = connection.execute(
        update(_streams)
        .where(
            _streams.c.stream_id == stream_id,
            _streams.c.state == StreamState.READY,
            _streams.c.expires_at > now,
            _streams.c.created_at <= now + AHEAD,
            _streams.c.opened_at.is_(None),
            _streams.c.revoked_at.is_(None),
        )
        .values(opened_at=now)
    )
    return opened.rowcount == 1


def revoke_of(connection: Connection, principal_id: str, now: datetime) -> None:
    """All streams that this person asked for, and all of their sessions, open nothing any more."""
    connection.execute(
        update(_streams)
        .where(
            or_(_streams.c.created_by == principal_id, _streams.c.owned_by == principal_id),
            _streams.c.revoked_at.is_(None),
        )
        .values(revoked_at=now, state=StreamState.DELETED, status_code=StreamStatusCode.DELETED)
    )


def purge(connection: Connection, before: datetime) -> int:
    """Remove streams whose time was over before that moment; how many.

    Those that were opened stay as long as their session runs on: a browser may still show them.
    """
    session = streaming_sessions.c
    runs = exists().where(
        session.session_id == _streams.c.session_id,
        session.state == SessionState.READY,
        or_(session.started_at.is_(None), session.started_at <= _streams.c.created_at),
    )
    gone = delete(_streams).where(
        _streams.c.expires_at < before, or_(_streams.c.opened_at.is_(None), _streams.c.revoked_at.is_not(None), ~runs)
    )
    return connection.execute(gone).rowcount
