"""Letting go of snapshots on the sessions' storage: of those that newer ones have taken the place of, after a while.

Not at once, for btrfs has whoever takes or clones a snapshot wait until another that was just dropped is cleared away;
and right after a stop is when people start from the backup that it made, or from the one before.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from greenroom.control.loop import Held
from greenroom.control.world import World
from greenroom.store import backups, sessions, work
from greenroom.studio.backups import StreamingSessionBackup, order, snapshots_to_drop
from greenroom.studio.status import SessionState as State
from greenroom.volumes.base import VolumesError, VolumesFullError

log = structlog.get_logger("greenroom.control")

LEAST_FREE = 0.1
"""Share of the storage below which no replaced snapshot is kept any longer."""
LOOK_AGAIN = timedelta(seconds=10)
"""Time between two looks at whether nobody is being started from a snapshot."""


def when_to_drop(world: World, now: datetime) -> datetime:
    """When a snapshot that is replaced now may go: at once where the storage has need of its space."""
    if not world.keep_replaced_snapshots:
        return now
    try:
        space = world.volumes.space()
    except VolumesError:
        return now
    return now if space.free < LEAST_FREE * space.total else now + world.keep_replaced_snapshots


def drop_replaced(world: World, backup: StreamingSessionBackup, held: Held) -> datetime | None:
    """Drop the snapshots that this READY backup's has taken the place of; when to look again where that must wait."""
    with world.database.read() as connection:
        replaced = _replaced_by(connection, backup, world.local_snapshots)
        wait = bool(replaced) and _somebody_starts_from_one(connection)
    if wait:
        return world.clock() + LOOK_AGAIN
    for old in replaced:
        drop(world, old, held)
    return None


def drop(world: World, backup: StreamingSessionBackup, held: Held) -> None:
    """Drop the backup's snapshot unless a session is being started from it; the vault has what it holds."""
    with world.database.read() as connection:
        in_use = backup.backup_id in sessions.restoring_from(connection)
    if in_use or backup.snapshot_at is None:
        return
    try:
        world.volumes.delete_snapshot(backup.backup_id)
    except VolumesError as error:
        # Space that comes back later: with the session's next backup.
        log.warning("snapshot-not-dropped", id=backup.backup_id, error=str(error))
        return
    with held.write() as connection:
        current = backups.get(connection, backup.backup_id, for_update=True)
        if current is not None:
            backups.save(connection, current, replace(current, snapshot_at=None))


def make_room(world: World, held: Held, error: Exception) -> None:
    """Where the storage was too full for something, drop what waits to be dropped, before it is tried again."""
    if not isinstance(error, VolumesFullError):
        return
    with world.database.read() as connection:
        waiting = [backups.get(connection, each) for each in work.to_come(connection, work.BACKUP, world.clock())]
        replaced = [
            old
            for backup in waiting
            if backup is not None and backup.state is State.READY
            for old in _replaced_by(connection, backup, world.local_snapshots)
        ]
    for backup in [*replaced, *(each for each in waiting if each is not None and each.state is State.DELETED)]:
        drop(world, backup, held)


def _replaced_by(connection: Connection, backup: StreamingSessionBackup, keep: int) -> Sequence[StreamingSessionBackup]:
    """The backups whose snapshots this one's took the place of: of later ones' others are the judges."""
    until_then = (b for b in backups.of_session(connection, backup.session_id) if order(b) <= order(backup))
    return snapshots_to_drop(until_then, keep)


def _somebody_starts_from_one(connection: Connection) -> bool:
    """Whether a session is being started from a snapshot, which takes no time; out of the vault it may take hours."""
    found = (backups.get(connection, backup_id) for backup_id in sessions.restoring_from(connection))
    return any(backup is not None and backup.snapshot_at is not None for backup in found)
