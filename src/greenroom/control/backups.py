"""Steps of backups: from snapshot to vault to proof, and out again (DESIGN 5.1)."""

from dataclasses import replace
from datetime import datetime

import structlog

from greenroom.control.local_snapshots import drop_replaced, make_room, when_to_drop
from greenroom.control.loop import Held, RetryLater
from greenroom.control.retention import WAIT_FOR_RESTORE, let_go, rotate
from greenroom.control.snapshots import take_snapshot
from greenroom.control.verification import doubt
from greenroom.control.world import World
from greenroom.store import backups, events, sessions, work
from greenroom.studio.backups import (
    StreamingSessionBackup,
    broken,
    deleted,
    proven,
)
from greenroom.studio.events import VAULT_BACK, VAULT_DAMAGED, VAULT_UNREACHABLE, StudioEvent
from greenroom.studio.sessions import VolumeRetentionMode
from greenroom.studio.status import SessionState as State
from greenroom.studio.verification import raises_doubt
from greenroom.vaults.base import BackupBrokenError, BackupLabel, BackupMissingError, StoredBackup, VaultError
from greenroom.volumes.base import Snapshot, VolumeNotFoundError, VolumesError

log = structlog.get_logger("greenroom.control")

WORK = work.BACKUP

MAX_SNAPSHOT_ATTEMPTS = 5
MAX_PROOF_ATTEMPTS = 3
"""Copies that did not read back right before the backup says CREATE_FAILED."""


class BackupSteps:
    """One step for each state that asks for one."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(self, backup_id: str, held: Held) -> datetime | None:
        with self._world.database.read() as connection:
            backup = backups.get(connection, backup_id)
        if backup is None:
            return None
        if backup.state is State.CREATE_IN_PROGRESS:
            return self._create(backup, held)
        if backup.state is State.DELETE_IN_PROGRESS:
            return self._delete(backup, held)
        if backup.state is State.DELETED:
            return let_go(self._world, backup, held)
        if backup.state is State.READY:
            return drop_replaced(self._world, backup, held)
        return None

    def _create(self, backup: StreamingSessionBackup, held: Held) -> datetime | None:
        """CREATE_IN_PROGRESS: snapshot, store, read back, READY."""
        try:
            snapshot = self._snapshot(backup, held)
        except VolumeNotFoundError as error:
            return self._break(backup, held, str(error))
        except VolumesError as error:
            make_room(self._world, held, error)
            if held.attempts + 1 < MAX_SNAPSHOT_ATTEMPTS:
                self._explain(backup, held, f"No snapshot could be made yet: {error} It is tried again.")
                raise RetryLater(str(error), reason=error.reason) from error
            return self._break(backup, held, f"No snapshot could be made: {error}")
        if snapshot is None:
            return self._break(backup, held, "The session was gone before its files could be copied.")
        try:
            stored = self._store(backup, snapshot, held)
            self._world.vaults.of(backup.studio_id).verify(backup.backup_id, snapshot.path)
        except (BackupBrokenError, BackupMissingError) as error:
            return self._store_anew(backup, held, error)
        except VaultError as error:
            self._note_vault(backup.studio_id, held, error)
            # However long the vault is away, the snapshot is kept and the backup says what it waits for.
            self._explain(backup, held, f"{error} The session's files are safe in a snapshot; it is tried again.")
            raise RetryLater(str(error), reason=error.reason) from error
        return self._succeed(backup, stored, held)

    def _snapshot(self, backup: StreamingSessionBackup, held: Held) -> Snapshot | None:
        snapshot = self._world.volumes.find_snapshot(backup.backup_id)
        if snapshot is not None and backup.snapshot_at is not None:
            return snapshot
        if backup.snapshot_at is not None:
            raise VolumeNotFoundError(f"The snapshot of the backup {backup.backup_id} is no longer on the storage.")
        with self._world.database.read() as connection:
            session = sessions.get(connection, backup.session_id)
        if session is None or session.volume_id is None or not session.volume_filled:
            return None
        take_snapshot(self._world, held, backup, session.volume_id, ended=session.state is State.STOPPED)
        return self._world.volumes.find_snapshot(backup.backup_id)

    def _store(self, backup: StreamingSessionBackup, snapshot: Snapshot, held: Held) -> StoredBackup:
        label = BackupLabel(
            backup_id=backup.backup_id,
            session_id=backup.session_id,
            studio_id=backup.studio_id,
            created_at=backup.created_at,
        )
        trust = self._world.volumes.keeps_inodes and held.attempts == 0
        return self._world.vaults.opened(backup.studio_id).store(label, snapshot.path, trust_parent=trust)

    def _store_anew(
        self, backup: StreamingSessionBackup, held: Held, error: BackupBrokenError | BackupMissingError
    ) -> datetime | None:
        """The vault's copy is not right: drop it, and make another while the snapshot is there."""
        log.error("backup-broken", id=backup.backup_id, error=str(error), attempts=held.attempts + 1)
        try:
            vault = self._world.vaults.of(backup.studio_id)
            vault.doubt()
            vault.forget(backup.backup_id)
            # What is damaged must go, or the next copy is deduplicated against it.
            mended = vault.mend()
            vault.prune()
        except VaultError as fault:
            raise RetryLater(str(fault), reason=fault.reason) from fault
        if mended:
            log.warning("vault-mended", files=mended)
            self._doubt(backup, held, error)
        if held.attempts + 1 < MAX_PROOF_ATTEMPTS:
            self._explain(backup, held, f"The copy in the vault did not read back right: {error} It is made anew.")
            raise RetryLater(str(error), reason=error.reason) from error
        return self._break(backup, held, f"The copy in the vault does not read back right: {error} Check the vault.")

    def _doubt(self, backup: StreamingSessionBackup, held: Held, error: VaultError) -> None:
        """What was damaged may be part of others, too."""
        now = self._world.clock()
        with held.write() as connection:
            if raises_doubt(events.newest_at(connection, VAULT_DAMAGED), backup.verified_at, now):
                doubt(connection, f"Backup {backup.backup_id} did not read back right. {error}", now)

    def _succeed(self, backup: StreamingSessionBackup, stored: StoredBackup, held: Held) -> datetime | None:
        """READY; only now may older ones go, and their snapshots a while later."""
        now = self._world.clock()
        snapshots_go_at = when_to_drop(self._world, now)
        with held.write() as connection:
            current = backups.get(connection, backup.backup_id, for_update=True)
            session = sessions.get(connection, backup.session_id)
            if current is None or current.state is not State.CREATE_IN_PROGRESS:
                return now
            filled = replace(
                current,
                vault_snapshot=stored.snapshot,
                files=stored.files,
                size_bytes=stored.size_bytes,
                added_bytes=stored.added_bytes,
            )
            backups.save(connection, current, proven(filled, now))
            if session is not None:
                rotate(connection, self._world, session, now, snapshots_go_at=snapshots_go_at)
                if session.state is State.STOPPED and session.volume_retention_mode is VolumeRetentionMode.DELETE:
                    work.schedule(connection, work.SESSION, session.session_id, now)
        log.info("backup", id=backup.backup_id, state=State.READY, session=backup.session_id)
        self._note_vault(backup.studio_id, held, None)
        return snapshots_go_at if snapshots_go_at > now else drop_replaced(self._world, backup, held)

    def _delete(self, backup: StreamingSessionBackup, held: Held) -> datetime | None:
        """DELETE_IN_PROGRESS: out of the vault and off the storage, once no session is started from it any more."""
        with self._world.database.read() as connection:
            if backup.backup_id in sessions.restoring_from(connection):
                return self._world.clock() + WAIT_FOR_RESTORE
        try:
            self._world.vaults.of(backup.studio_id).forget(backup.backup_id)
            self._world.volumes.delete_snapshot(backup.backup_id)
        except (VaultError, VolumesError) as error:
            raise RetryLater(str(error), reason=error.reason) from error
        now = self._world.clock()
        with held.write() as connection:
            current = backups.get(connection, backup.backup_id, for_update=True)
            if current is not None and current.state is State.DELETE_IN_PROGRESS:
                backups.save(connection, current, replace(deleted(current, now), snapshot_at=None))
        log.info("backup", id=backup.backup_id, state=State.DELETED, session=backup.session_id)
        return None

    def _note_vault(self, studio_id: str, held: Held, fault: VaultError | None) -> None:
        """Tell once that the studio's vault takes no backups, for whatever reason, and once that it does again."""
        kind = VAULT_BACK if fault is None else VAULT_UNREACHABLE
        with self._world.database.read() as connection:
            newest = events.newest_type(connection, (VAULT_BACK, VAULT_UNREACHABLE), studio_id) or VAULT_BACK
        if newest != kind:
            message = str(fault)[:1024] if fault else None
            with held.write() as connection:
                events.record(connection, StudioEvent(type=kind, studio_id=studio_id, message=message))

    def _explain(self, backup: StreamingSessionBackup, held: Held, message: str) -> None:
        with held.write() as connection:
            current = backups.get(connection, backup.backup_id, for_update=True)
            if current is not None and current.state is State.CREATE_IN_PROGRESS:
                backups.save(connection, current, replace(current, status_message=message[:1024]))

    def _break(self, backup: StreamingSessionBackup, held: Held, message: str) -> datetime | None:
        log.error("backup-failed", id=backup.backup_id, session=backup.session_id, error=message)
        with held.write() as connection:
            current = backups.get(connection, backup.backup_id, for_update=True)
            if current is not None and current.state is State.CREATE_IN_PROGRESS:
                backups.save(connection, current, broken(current, message[:1024]))
        return None
