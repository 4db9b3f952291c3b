"""What is measured of all backups together. Each query reads many rows: its answer is to be kept for a while."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, and_, cast, func, select

from greenroom.store.tables import streaming_session_backups, streaming_sessions
from greenroom.studio.launch_profiles import BackupMode
from greenroom.studio.status import SessionState

_backups = streaming_session_backups
_sessions = streaming_sessions


@dataclass(frozen=True, slots=True)
class StateFigures:
    """All backups in one state."""

    state: str
    count: int
    size_bytes: int
    """Sum of the sizes of their files."""
    added_bytes: int
    """What they added to the vault, after deduplication."""
    oldest_proof: datetime | None
    """When the one that was read back longest ago was read back."""


@dataclass(frozen=True, slots=True)
class SessionFigures:
    """A session whose backups are AUTOMATIC, READY or STOPPED, and its newest READY backup."""

    session_id: str
    state: str
    created_at: datetime
    stopped_at: datetime | None
    newest_backup_at: datetime | None
    proven_at: datetime | None
    """When one of its READY backups was last read back."""
    test_restored_at: datetime | None
    """When one of them was last restored for a test, and every file came back as it was."""
    size_bytes: int
    """Sum of the sizes of their files."""
    added_bytes: int
    """What they added to the vault."""

    @property
    def unprotected(self) -> bool:
        """Whether it is STOPPED with work that no READY backup holds."""
        if self.state != SessionState.STOPPED or self.stopped_at is None:
            return False
        return self.newest_backup_at is None or self.newest_backup_at < self.stopped_at


def by_state(connection: Connection) -> list[StateFigures]:
    """One a state that a backup is in."""
    query = select(
        _backups.c.state,
        func.count(),
        func.coalesce(func.sum(_backups.c.size_bytes), 0),
        func.coalesce(func.sum(_backups.c.added_bytes), 0),
        func.min(_backups.c.verified_at, type_=_backups.c.verified_at.type),
    ).group_by(_backups.c.state)
    return [
        StateFigures(state, count, int(size), int(added), proof)
        for state, count, size, added, proof in connection.execute(query)
    ]


def by_session(connection: Connection) -> list[SessionFigures]:
    """One a session that is to have backups."""
    query: Select[Any] = (
        select(
            _sessions.c.session_id,
            _sessions.c.state,
            _sessions.c.created_at,
            _sessions.c.stopped_at,
            *(func.max(each, type_=each.type) for each in (_backups.c.created_at, _backups.c.verified_at)),
            func.max(_backups.c.test_restored_at, type_=_backups.c.test_restored_at.type),
            *(
                cast(func.coalesce(func.sum(each), 0), BigInteger)
                for each in (_backups.c.size_bytes, _backups.c.added_bytes)
            ),
        )
        .outerjoin(
            _backups,
            and_(_backups.c.session_id == _sessions.c.session_id, _backups.c.state == SessionState.READY),
        )
        .where(
            _sessions.c.state.in_([SessionState.READY, SessionState.STOPPED]),
            _sessions.c.backup_mode == BackupMode.AUTOMATIC,
            _sessions.c.max_backups_to_retain > 0,
        )
        .group_by(_sessions.c.session_id, _sessions.c.state, _sessions.c.created_at, _sessions.c.stopped_at)
    )
    return [SessionFigures(*row) for row in connection.execute(query)]
