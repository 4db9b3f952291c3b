"""Which backup is in which further vault, and how each of these fares."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, delete, func, or_, select

from greenroom.store import records
from greenroom.store.backups import kept_at
from greenroom.store.tables import backup_copies, streaming_session_backups, vault_copies
from greenroom.studio.copies import BackupCopy, CopyState
from greenroom.studio.status import SessionState

_backups = streaming_session_backups
_PORTION = 500
"""Values that one statement takes at most: databases have a limit."""


def state(connection: Connection, vault: str) -> CopyState | None:
    """How that vault fares; None: nothing was ever to be copied to it."""
    return records.get(connection, CopyState, vault_copies, vault)


def states(connection: Connection, vault_path: str | None = None) -> list[CopyState]:
    """How every further vault fares, by name; only of those for the studios of that folder, where one is named."""
    query = select(vault_copies).order_by(vault_copies.c.vault)
    if vault_path is not None:
        query = query.where(vault_copies.c.vault_path == vault_path)
    return records.from_rows(CopyState, connection.execute(query))


def put_state(connection: Connection, after: CopyState) -> None:
    """Write how a vault fares."""
    records.put(connection, vault_copies, after)


def add(connection: Connection, vault: str, backup_ids: Collection[str], now: datetime) -> None:
    """These backups are in that vault; of those that were known to be, nothing changes."""
    known = set(connection.scalars(select(backup_copies.c.backup_id).where(backup_copies.c.vault == vault)))
    rows = [{"backup_id": each, "vault": vault, "copied_at": now} for each in sorted(set(backup_ids) - known)]
    if rows:
        connection.execute(backup_copies.insert(), rows)


def remove(connection: Connection, vault: str, backup_ids: Collection[str]) -> None:
    """These backups are no longer in that vault."""
    ids = sorted(backup_ids)
    for begin in range(0, len(ids), _PORTION):
        portion = ids[begin : begin + _PORTION]
        connection.execute(
            delete(backup_copies).where(backup_copies.c.vault == vault, backup_copies.c.backup_id.in_(portion))
        )


def keep_only(connection: Connection, vaults: Collection[str]) -> None:
    """Know nothing of other vaults than these: they are in the settings no more, and may change without us."""
    for table in (vault_copies, backup_copies):
        connection.execute(delete(table).where(table.c.vault.not_in(vaults)))


def outlived(connection: Connection, vault: str) -> set[str]:
    """Backups that we copied there, and whose data has gone from the first vault because their time was over.

    Only what a record once spoke of: backups of another studio, or of records that were lost, are none of these.
    """
    query = (
        select(backup_copies.c.backup_id)
        .outerjoin(_backups, _backups.c.backup_id == backup_copies.c.backup_id)
        .where(
            backup_copies.c.vault == vault,
            or_(
                _backups.c.backup_id.is_(None),
                and_(_backups.c.state == SessionState.DELETED, _backups.c.forget_at.is_(None)),
            ),
        )
    )
    return set(connection.scalars(query))


def of_backups(connection: Connection, backup_ids: Collection[str]) -> Mapping[str, list[BackupCopy]]:
    """Where these backups are copied to, by backup and name of the vault."""
    query = (
        select(backup_copies)
        .where(backup_copies.c.backup_id.in_(backup_ids))
        .order_by(backup_copies.c.backup_id, backup_copies.c.vault)
    )
    found: dict[str, list[BackupCopy]] = {}
    for each in records.from_rows(BackupCopy, connection.execute(query)):
        found.setdefault(each.backup_id, []).append(each)
    return found


@dataclass(frozen=True, slots=True)
class CopyFigures:
    """A further vault, and how far it is behind the first."""

    vault: str
    failing_since: datetime | None
    missing: int
    """READY backups that are not there."""
    oldest_missing_at: datetime | None
    """When the first of those was begun."""
    newest_copied_at: datetime | None
    """When the newest READY backup was begun that is there."""


def figures(connection: Connection) -> list[CopyFigures]:
    """One a vault, by name; reads all backups."""
    begun = _backups.c.created_at
    found = []
    for each in states(connection):
        ready = and_(_backups.c.state == SessionState.READY, _backups.c.studio_id.in_(kept_at(each.vault_path)))
        here = (
            select(backup_copies.c.backup_id)
            .where(backup_copies.c.vault == each.vault, backup_copies.c.backup_id == _backups.c.backup_id)
            .exists()
        )
        lacking = select(func.count(), func.min(begun, type_=begun.type)).where(ready, ~here)
        missing, oldest = connection.execute(lacking).one()
        newest = connection.scalar(select(func.max(begun, type_=begun.type)).where(ready, here))
        found.append(CopyFigures(each.vault, each.failing_since, missing, oldest, newest))
    return found


def counts(connection: Connection, studio_id: str) -> tuple[int, Mapping[str, int]]:
    """How many READY backups the studio has, and how many of them are in each further vault."""
    ready = (_backups.c.studio_id == studio_id) & (_backups.c.state == SessionState.READY)
    total = connection.scalar(select(func.count()).select_from(_backups).where(ready)) or 0
    query = (
        select(backup_copies.c.vault, func.count())
        .join(_backups, _backups.c.backup_id == backup_copies.c.backup_id)
        .where(ready)
        .group_by(backup_copies.c.vault)
    )
    return total, {str(vault): int(count) for vault, count in connection.execute(query)}
