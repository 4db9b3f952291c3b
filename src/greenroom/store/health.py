"""Queries on how a studio is, and its samples from hour to hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, func, literal_column, or_, select

from greenroom.store import events, records
from greenroom.store.remembered import Remembered
from greenroom.store.tables import health_samples, streaming_session_backups, streaming_sessions, users
from greenroom.studio.events import VAULT_BACK, VAULT_UNREACHABLE
from greenroom.studio.health import Protection, Sample
from greenroom.studio.launch_profiles import BackupMode
from greenroom.studio.status import SessionState

_backups = streaming_session_backups
_sessions = streaming_sessions
_TIME = _backups.c.created_at.type


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the records of a studio say of it together."""

    sessions: Sequence[tuple[str, int]]
    """How many are in each state, without those that are gone."""
    people: int
    """Who may sign in."""
    people_with_sessions: int
    people_at_work: int
    backups: Sequence[tuple[str, int]]
    backup_bytes: int
    vault_bytes: int
    unproven: int
    newest_ready_at: datetime | None
    oldest_proof: datetime | None
    vault_changed_at: datetime | None
    """When the vault last went away or came back; None where neither is on record."""
    vault_up: bool
    vault_message: str | None
    protections: Sequence[Protection]


class RememberedFigures:
    """The figures of each studio, found now or not long ago. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._of: dict[str, Remembered[Figures]] = {}
        self._proven_before: datetime | None = None

    def of(self, connection: Connection, studio_id: str, proven_before: datetime | None) -> Figures:
        """That studio's."""
        with self._lock:
            self._proven_before = proven_before
            if studio_id not in self._of:
                self._of[studio_id] = Remembered(lambda found: figures(found, studio_id, self._proven_before))
            remembered = self._of[studio_id]
        return remembered.get(connection)


def figures(connection: Connection, studio_id: str, proven_before: datetime | None) -> Figures:
    """All of it; reads many rows. A backup is unproven that was not proven since that moment; None: that never was."""
    here = _sessions.c.studio_id == studio_id
    states = connection.execute(
        select(_sessions.c.state, func.count())
        .where(here, _sessions.c.state != SessionState.DELETED)
        .group_by(_sessions.c.state)
    )
    owners = func.count(func.distinct(_sessions.c.owned_by))
    with_sessions = select(owners).where(here, _sessions.c.state != SessionState.DELETED)
    at_work = select(owners).where(here, _sessions.c.state == SessionState.READY)
    people = select(func.count()).where(users.c.studio_id == studio_id, users.c.disabled_at.is_(None))
    counts, ready = [], None
    for row in connection.execute(_by_state(studio_id)):
        counts.append((row.state, row.number))
        if row.state == SessionState.READY:
            ready = row
    unproven = select(func.count()).where(
        _backups.c.studio_id == studio_id,
        _backups.c.state == SessionState.READY,
        _backups.c.verified_at.is_(None)
        if proven_before is None
        else or_(_backups.c.verified_at.is_(None), _backups.c.verified_at < proven_before),
    )
    vault = events.newest(connection, (VAULT_BACK, VAULT_UNREACHABLE), studio_id)
    return Figures(
        sessions=[(state, number) for state, number in states],
        people=connection.scalar(people) or 0,
        people_with_sessions=connection.scalar(with_sessions) or 0,
        people_at_work=connection.scalar(at_work) or 0,
        backups=counts,
        backup_bytes=int(ready.size) if ready else 0,
        vault_bytes=int(ready.added) if ready else 0,
        unproven=connection.scalar(unproven) or 0,
        newest_ready_at=ready.newest if ready else None,
        oldest_proof=ready.proof if ready else None,
        vault_changed_at=vault.recorded_at if vault else None,
        vault_up=vault is None or vault.type == VAULT_BACK,
        vault_message=vault.message if vault else None,
        protections=protections(connection, studio_id),
    )


def _by_state(studio_id: str) -> Select[Any]:
    return (
        select(
            _backups.c.state,
            func.count().label("number"),
            func.coalesce(func.sum(_backups.c.size_bytes), 0).label("size"),
            func.coalesce(func.sum(_backups.c.added_bytes), 0).label("added"),
            func.max(_backups.c.created_at, type_=_TIME).label("newest"),
            func.min(_backups.c.verified_at, type_=_TIME).label("proof"),
        )
        .where(_backups.c.studio_id == studio_id, _backups.c.state != literal_column("'DELETED'"))
        .group_by(_backups.c.state)
    )


def protections(connection: Connection, studio_id: str) -> list[Protection]:
    """The studio's sessions that are to have backups, and what became of those."""
    newest = func.max(_backups.c.created_at, type_=_TIME)
    proven = func.max(_backups.c.verified_at, type_=_TIME)
    columns = [_sessions.c[name] for name in _OF_A_SESSION]
    query = (
        select(*columns, newest.label("newest"), proven.label("proven"))
        .outerjoin(
            _backups, and_(_backups.c.session_id == _sessions.c.session_id, _backups.c.state == SessionState.READY)
        )
        .where(
            _sessions.c.studio_id == studio_id,
            _sessions.c.state.in_([SessionState.READY, SessionState.STOPPED]),
            _sessions.c.backup_mode == BackupMode.AUTOMATIC,
            _sessions.c.max_backups_to_retain > 0,
        )
        .group_by(*columns)
    )
    troubles = _troubles(connection, studio_id)
    found = []
    for row in connection.execute(query):
        at, state, message = troubles.get(row.session_id, (None, None, None))
        found.append(
            Protection(
                **{name: getattr(row, name) for name in _OF_A_SESSION},
                newest_backup_at=row.newest,
                newest_backup_verified_at=row.proven,
                trouble_at=at,
                trouble_state=state,
                trouble=message,
            )
        )
    return found


_OF_A_SESSION = (
    "session_id",
    "owned_by",
    "launch_profile_id",
    "state",
    "created_at",
    "started_at",
    "stopped_at",
)


def _troubles(connection: Connection, studio_id: str) -> dict[str, tuple[datetime, str, str | None]]:
    """Of each session the newest backup that failed, or that is not READY yet and says why."""
    query = (
        select(_backups.c.session_id, _backups.c.created_at, _backups.c.state, _backups.c.status_message)
        .where(
            _backups.c.studio_id == studio_id,
            or_(
                _backups.c.state == SessionState.CREATE_FAILED,
                and_(_backups.c.state == SessionState.CREATE_IN_PROGRESS, _backups.c.status_message.is_not(None)),
            ),
        )
        .order_by(_backups.c.created_at)
    )
    return {row.session_id: (row.created_at, row.state, row.status_message) for row in connection.execute(query)}


def add(connection: Connection, sample: Sample) -> None:
    """Keep the sample, in the place of one of the same moment."""
    records.put(connection, health_samples, sample)


def samples(connection: Connection, studio_id: str, since: datetime) -> list[Sample]:
    """The studio's from that moment on, oldest first."""
    query = (
        select(health_samples)
        .where(health_samples.c.studio_id == studio_id, health_samples.c.sampled_at >= since)
        .order_by(health_samples.c.sampled_at)
    )
    return records.from_rows(Sample, connection.execute(query))


def purge(connection: Connection, before: datetime) -> int:
    """Remove those from before that moment; how many."""
    return connection.execute(delete(health_samples).where(health_samples.c.sampled_at < before)).rowcount
