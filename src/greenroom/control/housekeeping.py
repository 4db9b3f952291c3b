"""What time makes superfluous: volumes and snapshots without a record, records past their time, space in the vault."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

import structlog

from greenroom.control.backups import WORK as BACKUP_WORK
from greenroom.control.loop import Held, RetryLater
from greenroom.control.studio_vaults import StudioVaults
from greenroom.control.world import World
from greenroom.store import (
    backups,
    client_tokens,
    components,
    events,
    file_restores,
    images,
    launch_profiles,
    sessions,
    sign_ins,
    streams,
    studios,
    work,
)
from greenroom.studio.backups import READABLE_AFTER_DELETION, again, begin_delete, newest_ready, order
from greenroom.studio.file_restores import READABLE_AFTER_END
from greenroom.studio.origins import KeptVolume
from greenroom.studio.status import SessionState as State
from greenroom.studio.streams import READABLE_AFTER_EXPIRY
from greenroom.vaults.base import VaultError
from greenroom.volumes.base import VolumesError

log = structlog.get_logger("greenroom.control")

WORK = "housekeeping"
PRUNE_WORK = "prune"
RESOURCE = "house"
"""There is one of each."""
INTERVAL = timedelta(hours=1)
CLIENT_TOKENS_KEPT = timedelta(days=1)
PRUNE_INTERVAL = timedelta(days=1)
ROOM = 1.1
"""How much of the last backup's size must be free for a backup that was owed to be tried again."""
NO_SESSION = "-"
"""Whose a kept volume is that no session was found for."""


class HousekeepingSteps:
    """One round; due again an hour later."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(self, _resource_id: str, held: Held) -> datetime | None:
        now = self._world.clock()
        self._end_old_backups(held, now)
        self._make_owed_backups(held, now)
        self._drop_kept_volumes(held, now)
        self._purge(held, now)
        self._sweep_storage(held, now)
        return now + INTERVAL

    def _end_old_backups(self, held: Held, now: datetime) -> None:
        """Backups of sessions that were deleted long enough ago."""
        with held.write() as connection:
            in_use = sessions.restoring_from(connection)
            for backup_id in backups.of_sessions_deleted_before(connection, now - self._world.keep_deleted_backups):
                if backup_id in in_use:
                    continue
                backup = backups.get(connection, backup_id, for_update=True)
                if backup is not None and backup.state in (State.READY, State.CREATE_FAILED):
                    message = "Its session was deleted, and the time that its backups are kept is over."
                    backups.save(connection, backup, begin_delete(backup, message))
                    work.schedule(connection, BACKUP_WORK, backup_id, now)

    def _make_owed_backups(self, held: Held, now: datetime) -> None:
        """Backups that a stop owed and could not begin, most often for want of space: the work is as it left it."""
        with self._world.database.read() as connection:
            owed = backups.owed(connection)
        try:
            free = self._world.volumes.space().free if owed else 0
        except VolumesError as error:
            log.warning("storage-unavailable", error=str(error))
            return
        for each in owed:
            if each.last_size_bytes * ROOM > free:
                continue
            with held.write() as connection:
                backup = backups.get(connection, each.backup_id, for_update=True)
                if backup is not None and backup.state is State.CREATE_FAILED:
                    backups.save(connection, backup, again(backup))
                    work.schedule(connection, BACKUP_WORK, each.backup_id, now)

    def _drop_kept_volumes(self, held: Held, now: datetime) -> None:
        with self._world.database.read() as connection:
            outdated = sessions.outdated_kept_volumes(connection, now)
        for volume_id in outdated:
            with held.write() as connection:
                # A restore that was undone a moment ago has taken its volume back. Where this process dies before the
                # volume is gone, it is a stray, which goes later.
                if not sessions.forget_kept_volume(connection, volume_id):
                    continue
            try:
                self._world.volumes.delete_volume(volume_id)
            except VolumesError as error:
                log.warning("volume-not-dropped", id=volume_id, error=str(error))

    def _purge(self, held: Held, now: datetime) -> None:
        with held.write() as connection:
            backups.purge_deleted(connection, now - READABLE_AFTER_DELETION)
            # What backups are told with goes no sooner than they do.
            for kind in (sessions, launch_profiles, components, images, studios):
                kind.purge_deleted(connection, now - self._world.keep_deleted_backups)
            streams.purge(connection, now - READABLE_AFTER_EXPIRY)
            file_restores.purge(connection, now - READABLE_AFTER_END)
            client_tokens.purge(connection, now - CLIENT_TOKENS_KEPT)
            sign_ins.purge(connection, now, self._world.sign_in_idle)
            events.purge(connection, now - self._world.event_retention)

    def _sweep_storage(self, held: Held, now: datetime) -> None:
        """What no record speaks of: a crash between the two left it behind, or the records are older than the storage.

        The second must not cost anybody's work: strays go when a replaced volume would, not at once.
        """
        volumes, patience = self._world.volumes, self._world.restore_undo
        # The storage is read first: what is made after this has its record before it has its place.
        found_volumes, found_snapshots = volumes.volume_ids(), volumes.snapshots()
        with self._world.database.read() as connection:
            wanted_volumes, wanted_snapshots = sessions.volume_ids(connection), backups.snapshot_ids(connection)
        for volume_id in set(found_volumes) - wanted_volumes:
            log.warning("stray-volume", id=volume_id, goes_in=str(patience))
            with held.write() as connection:
                unknown = KeptVolume(volume_id=volume_id, session_id=NO_SESSION, kept_at=now, until=now + patience)
                sessions.keep_volume(connection, unknown)
        for snapshot in found_snapshots:
            stray = snapshot.snapshot_id not in wanted_snapshots and now - snapshot.created_at > patience
            if stray or self._superseded(snapshot.snapshot_id):
                log.info("snapshot-dropped", id=snapshot.snapshot_id)
                try:
                    volumes.delete_snapshot(snapshot.snapshot_id)
                except VolumesError as error:
                    log.warning("snapshot-not-dropped", id=snapshot.snapshot_id, error=str(error))

    def _superseded(self, backup_id: str) -> bool:
        """Whether the snapshot is of a failed backup that a newer READY one has made superfluous."""
        with self._world.database.read() as connection:
            backup = backups.get(connection, backup_id)
            if backup is None or backup.state is not State.CREATE_FAILED:
                return False
            newest = newest_ready(backups.of_session(connection, backup.session_id))
        return newest is not None and order(newest) > order(backup)


class PruneSteps:
    """Give back the space of a place's repositories that no backup needs any more; due again a day later."""

    def __init__(self, world: World, copies: Mapping[str, StudioVaults] = MappingProxyType({})) -> None:
        """`copies`: places of further vaults, by the names of their work."""
        self._world = world
        self._places = {**copies, RESOURCE: world.vaults}
        self._done: dict[str, set[str]] = {}
        """What of each place was pruned since all of it was: what failed is tried again without these."""

    def __call__(self, resource_id: str, _held: Held) -> datetime | None:
        place = self._places.get(resource_id)
        if place is None:
            return None  # no longer in the settings
        hours, now = self._world.quiet_hours, self._world.clock()
        if hours is not None and not hours.has(now):
            return hours.next(now)
        failure: VaultError | None = None
        done = self._done.setdefault(resource_id, set())
        for path, vault in place.every().items():
            if path in done:
                continue
            try:
                if not path or vault.exists():
                    vault.prune()
            except VaultError as error:
                # One studio's keeps no other's from it.
                failure = failure or error
            else:
                done.add(path)
        if failure is not None:
            raise RetryLater(str(failure), reason=failure.reason) from failure
        done.clear()
        due = self._world.clock() + PRUNE_INTERVAL
        return due if hours is None else hours.next(due)
