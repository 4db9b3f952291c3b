"""Queries on streaming session backups."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, literal_column, select

from greenroom.store import records
from greenroom.store.pages import Position, newest_first
from greenroom.store.tables import streaming_session_backups, streaming_sessions
from greenroom.studio.backups import StreamingSessionBackup
from greenroom.studio.status import SessionState

_backups = streaming_session_backups
# Written out as in the partial indexes: a bound parameter would keep both databases from using them.
_LISTED = _backups.c.state != literal_column("'DELETED'")


def get(connection: Connection, backup_id: str, *, for_update: bool = False) -> StreamingSessionBackup | None:
    """The backup, whatever its state."""
    return records.get(connection, StreamingSessionBackup, _backups, backup_id, for_update=for_update)


def insert(connection: Connection, backup: StreamingSessionBackup) -> None:
    """A new backup."""
    records.insert(connection, _backups, backup)


def save(connection: Connection, before: StreamingSessionBackup, after: StreamingSessionBackup) -> None:
    """Write what changed."""
    records.save(connection, _backups, before, after)


def page(
    connection: Connection,
    studio_id: str,
    *,
    owned_by: str | None = None,
    after: Position | None = None,
    limit: int = 100,
) -> list[StreamingSessionBackup]:
    """Newest first, without the DELETED ones (DESIGN 5.1.7)."""
    query = select(_backups).where(_backups.c.studio_id == studio_id, _LISTED)
    if owned_by:
        query = query.where(_backups.c.owned_by == owned_by)
    query = newest_first(query, _backups.c.created_at, _backups.c.backup_id, after, limit)
    return records.from_rows(StreamingSessionBackup, connection.execute(query))


def of_session(connection: Connection, session_id: str) -> list[StreamingSessionBackup]:
    """All backups of one session but the DELETED ones, oldest first."""
    query = (
        select(_backups)
        .where(_backups.c.session_id == session_id, _LISTED)
        .order_by(_backups.c.created_at, _backups.c.backup_id)
    )
    return records.from_rows(StreamingSessionBackup, connection.execute(query))


def snapshot_ids(connection: Connection) -> set[str]:
    """Ids of the backups that may have a snapshot on the sessions' storage, or be about to."""
    query = select(_backups.c.backup_id).where(
        (_backups.c.snapshot_at.is_not(None)) | (_backups.c.state == SessionState.CREATE_IN_PROGRESS)
    )
    return set(connection.scalars(query))


def count_by_state(connection: Connection) -> dict[str, int]:
    """How many backups are in each state."""
    query = select(_backups.c.state, func.count()).group_by(_backups.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}


def of_sessions_deleted_before(connection: Connection, moment: datetime, limit: int = 100) -> list[str]:
    """READY or failed backups whose session was DELETED before that moment."""
    query = (
        select(_backups.c.backup_id)
        .join(streaming_sessions, streaming_sessions.c.session_id == _backups.c.session_id)
        .where(
            streaming_sessions.c.state == SessionState.DELETED,
            streaming_sessions.c.updated_at < moment,
            _backups.c.state.in_([SessionState.READY, SessionState.CREATE_FAILED]),
        )
        .limit(limit)
    )
    return list(connection.scalars(query))


def purge_deleted(connection: Connection, before: datetime) -> int:
    """Remove backups that were DELETED before that moment; how many."""
    return connection.execute(delete(_backups).where(_backups.c.deleted_at < before)).rowcount
