"""Queries on streaming session backups."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    bindparam,
    delete,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union,
)

from greenroom.store import events, records
from greenroom.store.pages import Position, newest_first
from greenroom.store.tables import backup_listings, streaming_session_backups, streaming_sessions, studios
from greenroom.store.types import Instant
from greenroom.studio.backups import Cause, StreamingSessionBackup
from greenroom.studio.events import backup_event
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
    events.record(connection, backup_event(None, backup))
    _raise_version(connection, backup.studio_id)


def save(connection: Connection, before: StreamingSessionBackup, after: StreamingSessionBackup) -> None:
    """Write what changed."""
    records.save(connection, _backups, before, after)
    events.record(connection, backup_event(before, after))
    _raise_version(connection, before.studio_id)


def listing_version(connection: Connection, studio_id: str) -> int:
    """A number that every change to a listed backup of the studio raises; the same number, the same listings."""
    return connection.execute(_VERSION, {"studio_id": studio_id}).scalar() or 0


def listings_version(connection: Connection, vault_path: str) -> int:
    """A number that every change to a listed backup raises whose studio's backups are in that folder of the vault."""
    query = select(func.coalesce(func.sum(backup_listings.c.version), 0))
    return connection.scalar(query.where(backup_listings.c.studio_id.in_(kept_at(vault_path)))) or 0


def kept_at(vault_path: str) -> Select[tuple[str]]:
    """Ids of the studios whose backups are in that folder of the vault."""
    return select(studios.c.studio_id).where(studios.c.vault_path == vault_path)


_VERSION = select(backup_listings.c.version).where(backup_listings.c.studio_id == bindparam("studio_id"))


def _raise_version(connection: Connection, studio_id: str) -> None:
    connection.execute(
        records.insert_into(connection, backup_listings)
        .values(studio_id=studio_id, version=1)
        .on_conflict_do_update(
            index_elements=[backup_listings.c.studio_id], set_={"version": backup_listings.c.version + 1}
        )
    )


class ListedBackup(NamedTuple):
    """What a listing shows of a backup: the members of the API, and no more."""

    backup_id: str
    created_at: datetime
    launch_profile_id: str
    owned_by: str
    session_id: str
    state: str
    status_code: str
    status_message: str | None
    tags: Mapping[str, str]


def page(
    connection: Connection,
    studio_id: str,
    *,
    owned_by: str | None = None,
    after: Position | None = None,
    limit: int = 100,
) -> list[ListedBackup]:
    """Newest first, without the DELETED ones (DESIGN 5.1.7)."""
    values: dict[str, object] = {"studio_id": studio_id, "limit": limit}
    if owned_by:
        values["owned_by"] = owned_by
    if after is not None:
        values |= {"created_at": after.created_at, "backup_id": after.id}
    rows = connection.execute(_page_query(bool(owned_by), after is not None), values)
    return [ListedBackup._make(row) for row in rows.all()]


@cache
def _page_query(of_one_owner: bool, continued: bool) -> Select[Any]:
    """The four forms of the query, each built once."""
    query = select(*(_backups.c[name] for name in ListedBackup._fields))
    query = query.where(_backups.c.studio_id == bindparam("studio_id"), _LISTED)
    if of_one_owner:
        query = query.where(_backups.c.owned_by == bindparam("owned_by"))
    if continued:
        position = tuple_(bindparam("created_at", type_=Instant), bindparam("backup_id", type_=String))
        query = query.where(tuple_(_backups.c.created_at, _backups.c.backup_id) < position)
    newest_first = query.order_by(_backups.c.created_at.desc(), _backups.c.backup_id.desc())
    return newest_first.limit(bindparam("limit", type_=Integer))


def whole_page(
    connection: Connection,
    studio_id: str,
    *,
    owned_by: str | None = None,
    session_id: str | None = None,
    after: Position | None = None,
    limit: int = 100,
) -> list[StreamingSessionBackup]:
    """As `page`, all that is kept of each, and of one session alone where it is named."""
    query = select(_backups).where(_backups.c.studio_id == studio_id, _LISTED)
    if owned_by:
        query = query.where(_backups.c.owned_by == owned_by)
    if session_id:
        query = query.where(_backups.c.session_id == session_id)
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
    ids = select(_backups.c.backup_id)
    kept = ids.where(_backups.c.snapshot_at.is_not(None))
    coming = ids.where(_backups.c.state == literal_column("'CREATE_IN_PROGRESS'"))
    return set(connection.scalars(union(kept, coming)))


class OwedBackup(NamedTuple):
    """A backup that was to hold the last work of a STOPPED session, and could not be begun."""

    backup_id: str
    last_size_bytes: int
    """Of the session's largest READY backup, from before; 0 where there is none."""


def owed(connection: Connection) -> list[OwedBackup]:
    """Those of stops after which nothing was started, and no other backup of the session became READY."""
    others = _backups.alias()
    of_session = (others.c.session_id == _backups.c.session_id, others.c.state == SessionState.READY)
    largest = select(func.coalesce(func.max(others.c.size_bytes), 0)).where(*of_session).scalar_subquery()
    query = (
        select(_backups.c.backup_id, largest)
        .join(streaming_sessions, streaming_sessions.c.last_backup_id == _backups.c.backup_id)
        .where(
            streaming_sessions.c.state == SessionState.STOPPED,
            streaming_sessions.c.volume_filled,
            _backups.c.state == SessionState.CREATE_FAILED,
            _backups.c.snapshot_at.is_(None),
            ~select(others.c.backup_id).where(*of_session, others.c.created_at > _backups.c.created_at).exists(),
        )
    )
    return [OwedBackup._make(row) for row in connection.execute(query)]


def of_sessions_deleted_before(connection: Connection, moment: datetime, limit: int = 100) -> list[str]:
    """READY or failed backups whose session was DELETED before that moment, pinned ones left out."""
    query = (
        select(_backups.c.backup_id)
        .join(streaming_sessions, streaming_sessions.c.session_id == _backups.c.session_id)
        .where(
            streaming_sessions.c.state == SessionState.DELETED,
            streaming_sessions.c.updated_at < moment,
            _backups.c.state.in_([SessionState.READY, SessionState.CREATE_FAILED]),
            _backups.c.pinned_at.is_(None),
        )
        .limit(limit)
    )
    return list(connection.scalars(query))


def next_moment(connection: Connection, session_id: str, now: datetime) -> datetime:
    """When a new backup of the session is said to be made: now, but after all others of it, though the clock was set
    back; else it would be taken for an old one and go.
    """
    newest: datetime | None = connection.scalar(
        select(func.max(_backups.c.created_at, type_=_backups.c.created_at.type)).where(
            _backups.c.session_id == session_id, _LISTED
        )
    )
    return now if newest is None or newest < now else newest + timedelta(milliseconds=1)


def ready_bytes(
    connection: Connection, *, made_before: datetime, proven: tuple[datetime, datetime] | None = None
) -> int:
    """Sum of the sizes of READY backups made before that moment: of all, or of those proven between the others."""
    query = select(func.coalesce(func.sum(_backups.c.size_bytes), 0)).where(
        _backups.c.state == SessionState.READY, _backups.c.created_at < made_before
    )
    if proven is not None:
        query = query.where(_backups.c.verified_at.between(*proven))
    return int(connection.scalar(query) or 0)


def made_anew(connection: Connection, since: datetime) -> bool:
    """Whether backups that were found broken are on their way into the vault once more, or others in their place."""
    coming = _backups.c.state == SessionState.CREATE_IN_PROGRESS
    old = or_(_backups.c.created_at < since, _backups.c.cause == Cause.REPLACEMENT)
    return connection.execute(select(_backups.c.backup_id).where(coming, old).limit(1)).first() is not None


def to_verify(
    connection: Connection, before: datetime, *, now: datetime, last: Collection[str] = ()
) -> StreamingSessionBackup | None:
    """The READY backup that was proven longest ago, where that was before that moment, or in what is the future since
    the clock was set back; one of the studios `last` only where there is no other.
    """
    proven = _backups.c.verified_at
    query = (
        select(_backups)
        .where(_backups.c.state == SessionState.READY, or_(proven < before, proven > now))
        .order_by(*_later(last), proven)
        .limit(1)
    )
    return next(iter(records.from_rows(StreamingSessionBackup, connection.execute(query))), None)


def _later(studio_ids: Collection[str]) -> list[ColumnElement[bool]]:
    """Has backups of these studios come after all others."""
    return [_backups.c.studio_id.in_(studio_ids)] if studio_ids else []


def to_test_restore(
    connection: Connection, before: datetime, *, made_before: datetime, now: datetime, last: Collection[str] = ()
) -> StreamingSessionBackup | None:
    """A session's newest READY backup, if old enough, that no test restore was tried of since `before`; one of the
    studios `last` only where there is no other.
    """
    newer = _backups.alias()
    newest = ~(
        select(newer.c.backup_id)
        .where(
            newer.c.session_id == _backups.c.session_id,
            newer.c.state == SessionState.READY,
            newer.c.created_at > _backups.c.created_at,
        )
        .exists()
    )
    tried = _backups.c.test_restore_tried_at
    query = (
        select(_backups)
        .where(
            _backups.c.state == SessionState.READY,
            _backups.c.created_at < made_before,
            or_(tried.is_(None), tried < before, tried > now),
            newest,
        )
        .order_by(*_later(last))
        .limit(1)
    )
    return next(iter(records.from_rows(StreamingSessionBackup, connection.execute(query))), None)


def with_data(connection: Connection) -> set[str]:
    """Ids of the backups whose data is, or may be, in the vault."""
    gone = (_backups.c.state == SessionState.DELETED) & _backups.c.forget_at.is_(None)
    return set(connection.scalars(select(_backups.c.backup_id).where(~gone)))


def ready_ids(connection: Connection, vault_path: str) -> set[str]:
    """Ids of all READY backups that are in that folder of the vault."""
    ready = _backups.c.state == SessionState.READY, _backups.c.studio_id.in_(kept_at(vault_path))
    return set(connection.scalars(select(_backups.c.backup_id).where(*ready)))


def purge_deleted(connection: Connection, before: datetime) -> int:
    """Remove backups that were DELETED before that moment and whose data has gone; how many."""
    gone = delete(_backups).where(_backups.c.deleted_at < before, _backups.c.forget_at.is_(None))
    return connection.execute(gone).rowcount
