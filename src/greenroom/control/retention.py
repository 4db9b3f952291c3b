"""Rotation: what a new READY backup lets go of, and its data once the grace is over (DESIGN 5.1.3)."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from greenroom.control.local_snapshots import drop
from greenroom.control.loop import Held, RetryLater
from greenroom.control.world import World
from greenroom.store import backups, retention, sessions, work
from greenroom.studio.backups import StreamingSessionBackup
from greenroom.studio.retention import forgetting, forgotten, rotated, to_rotate
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState as State
from greenroom.studio.status import SessionStatusCode as Code
from greenroom.vaults.base import VaultError
from greenroom.volumes.base import VolumesError

log = structlog.get_logger("greenroom.control")

WAIT_FOR_RESTORE = timedelta(minutes=1)


def rotate(
    connection: Connection, world: World, session: StreamingSession, now: datetime, *, snapshots_go_at: datetime
) -> None:
    """Record which backups of the session go, in the transaction that made a newer one READY."""
    in_use = sessions.restoring_from(connection)
    chosen = retention.get(connection, session.launch_profile_id)
    for old in to_rotate(
        backups.of_session(connection, session.session_id),
        retain=session.max_backups_to_retain,
        policy=chosen.policy if chosen else None,
    ):
        current = backups.get(connection, old.backup_id, for_update=True)
        # One that a session is started from goes at the next rotation; one that was pinned meanwhile stays.
        if current is None or current.state is not State.READY or current.pinned_at or old.backup_id in in_use:
            continue
        gone = rotated(current, now, world.backup_grace)
        backups.save(connection, current, gone)
        # Within a grace only the snapshot goes now, as every other that is replaced.
        stays = world.backup_grace and current.snapshot_at is not None
        work.schedule(connection, work.BACKUP, old.backup_id, snapshots_go_at if stays else now)


def let_go(world: World, backup: StreamingSessionBackup, held: Held) -> datetime | None:
    """DELETED: have the data out of the vault and off the storage once the grace is over."""
    now = world.clock()
    if backup.forget_at is None:
        return None
    if backup.forget_at > now:
        # The session's own storage need not carry it through the grace.
        drop(world, backup, held)
        return backup.forget_at
    with held.write() as connection:
        current = backups.get(connection, backup.backup_id, for_update=True)
        if current is None or current.state is not State.DELETED:
            return None
        if backup.backup_id in sessions.restoring_from(connection):
            return now + WAIT_FOR_RESTORE
        if current.status_code is not Code.DELETE_IN_PROGRESS:
            # Said before it is done: from here on nobody undeletes what may be half gone.
            backups.save(connection, current, forgetting(current))
    try:
        world.vaults.of(backup.studio_id).forget(backup.backup_id)
        world.volumes.delete_snapshot(backup.backup_id)
    except (VaultError, VolumesError) as error:
        raise RetryLater(str(error), reason=error.reason) from error
    with held.write() as connection:
        current = backups.get(connection, backup.backup_id, for_update=True)
        if current is not None and current.state is State.DELETED:
            backups.save(connection, current, forgotten(current))
    log.info("backup-forgotten", id=backup.backup_id, session=backup.session_id)
    return None
