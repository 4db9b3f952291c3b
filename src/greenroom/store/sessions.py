"""Queries on streaming sessions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, union

from greenroom.store import events, records
from greenroom.store.pages import Position, newest_first
from greenroom.store.tables import kept_volumes, streaming_sessions
from greenroom.store.tables import streaming_session_backups as backups
from greenroom.studio.events import session_event
from greenroom.studio.origins import KeptVolume
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState

_sessions = streaming_sessions


def get(connection: Connection, session_id: str, *, for_update: bool = False) -> StreamingSession | None:
    """The session, whatever its state."""
    return records.get(connection, StreamingSession, _sessions, session_id, for_update=for_update)


def insert(connection: Connection, session: StreamingSession) -> None:
    """A new session."""
    records.insert(connection, _sessions, session)
    events.record(connection, session_event(None, session))


def save(connection: Connection, before: StreamingSession, after: StreamingSession) -> None:
    """Write what changed."""
    records.save(connection, _sessions, before, after)
    events.record(connection, session_event(before, after))


def page(
    connection: Connection,
    studio_id: str,
    *,
    owned_by: str | None = None,
    created_by: str | None = None,
    session_ids: Sequence[str] = (),
    after: Position | None = None,
    limit: int = 100,
) -> list[StreamingSession]:
    """Newest first; DELETED ones too, until they are purged (facts sheet 2.6)."""
    query = select(_sessions).where(_sessions.c.studio_id == studio_id)
    if owned_by:
        query = query.where(_sessions.c.owned_by == owned_by)
    if created_by:
        query = query.where(_sessions.c.created_by == created_by)
    if session_ids:
        query = query.where(_sessions.c.session_id.in_(session_ids))
    query = newest_first(query, _sessions.c.created_at, _sessions.c.session_id, after, limit)
    return records.from_rows(StreamingSession, connection.execute(query))


def ids_in(connection: Connection, states: Sequence[SessionState]) -> list[str]:
    """Ids of all sessions in those states."""
    return list(connection.scalars(select(_sessions.c.session_id).where(_sessions.c.state.in_(states))))


def count_by_state(connection: Connection) -> dict[str, int]:
    """How many sessions are in each state."""
    query = select(_sessions.c.state, func.count()).group_by(_sessions.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}


def count_live(connection: Connection, studio_id: str) -> int:
    """Sessions that count against the quota: all but DELETED (facts sheet 2.1)."""
    query = select(func.count()).where(_sessions.c.studio_id == studio_id, _sessions.c.state != SessionState.DELETED)
    return connection.scalar(query) or 0


def count_live_of_profile(connection: Connection, launch_profile_id: str) -> int:
    """Sessions of the profile that are not DELETED."""
    query = select(func.count()).where(
        _sessions.c.launch_profile_id == launch_profile_id, _sessions.c.state != SessionState.DELETED
    )
    return connection.scalar(query) or 0


def count_live_of_image(connection: Connection, streaming_image_id: str) -> int:
    """Sessions that run the image, or would when started, and are not DELETED."""
    query = select(func.count()).where(
        _sessions.c.streaming_image_id == streaming_image_id, _sessions.c.state != SessionState.DELETED
    )
    return connection.scalar(query) or 0


def next_number(connection: Connection) -> int:
    """The ordinal of the next session, from 1 on; two that take the same at once collide on its unique index."""
    return (connection.scalar(select(func.max(_sessions.c.number))) or 0) + 1


def keep_volume(connection: Connection, kept: KeptVolume) -> None:
    """Set a volume aside that a session no longer uses."""
    records.insert(connection, kept_volumes, kept)


def kept_volumes_of(connection: Connection, session_id: str) -> list[KeptVolume]:
    """The volumes kept aside for one session, oldest first."""
    query = select(kept_volumes).where(kept_volumes.c.session_id == session_id).order_by(kept_volumes.c.kept_at)
    return records.from_rows(KeptVolume, connection.execute(query))


def restoring_from(connection: Connection) -> set[str]:
    """Ids of the backups that sessions are being started from: those stay until that is done."""
    return set(
        connection.scalars(select(_sessions.c.restore_backup_id).where(_sessions.c.restore_backup_id.is_not(None)))
    )


def kept_volume_ids(connection: Connection, session_id: str | None = None) -> list[str]:
    """Volumes set aside, of one session or of all."""
    query = select(kept_volumes.c.volume_id).order_by(kept_volumes.c.kept_at)
    if session_id is not None:
        query = query.where(kept_volumes.c.session_id == session_id)
    return list(connection.scalars(query))


def outdated_kept_volumes(connection: Connection, now: datetime) -> list[str]:
    """Volumes set aside whose time is over."""
    return list(connection.scalars(select(kept_volumes.c.volume_id).where(kept_volumes.c.until <= now)))


def forget_kept_volume(connection: Connection, volume_id: str) -> bool:
    """The volume is kept no longer; whether it was."""
    return connection.execute(delete(kept_volumes).where(kept_volumes.c.volume_id == volume_id)).rowcount > 0


def volume_ids(connection: Connection) -> set[str]:
    """Every volume that a record still speaks of."""
    held = union(
        select(_sessions.c.volume_id).where(_sessions.c.volume_id.is_not(None)),
        select(_sessions.c.replaced_volume_id).where(_sessions.c.replaced_volume_id.is_not(None)),
    )
    return set(connection.scalars(held)) | set(kept_volume_ids(connection))


def purge_deleted(connection: Connection, before: datetime) -> int:
    """Remove DELETED sessions that ended before that moment and have no backup left; how many."""
    gone = connection.execute(
        delete(_sessions).where(
            _sessions.c.state == SessionState.DELETED,
            _sessions.c.updated_at < before,
            ~select(backups.c.backup_id).where(backups.c.session_id == _sessions.c.session_id).exists(),
        )
    )
    return gone.rowcount
