"""Proving old backups again, a few each night, and restoring the newest of each session to see that it works.

One backup a step: a step that dies is taken up again, and the lease is never held for a whole night.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from greenroom.control.loop import Held, RetryLater
from greenroom.control.world import World
from greenroom.store import backups, sessions, work
from greenroom.studio.backups import Cause, StreamingSessionBackup, new_backup
from greenroom.studio.ids import new_id
from greenroom.studio.status import SessionState as State
from greenroom.studio.verification import can_be_replaced, hurt, test_restored, verified_before
from greenroom.vaults import census
from greenroom.vaults.base import BackupBrokenError, BackupMissingError, Vault, VaultError
from greenroom.vaults.census import Censuses
from greenroom.vaults.failures import SourceUnreadableError
from greenroom.volumes.base import VolumesError

log = structlog.get_logger("greenroom.control")

WORK = "verification"
SCRATCH = "test-restore-"
"""What the volumes that test restores fill are called, before the backup's id."""
SETTLED = timedelta(hours=1)
"""How old a backup is before it is restored for a test: soon after, another often takes its place."""
NOTHING_DUE = timedelta(hours=1)
"""When to look again where no backup is due."""
_ROOM = 1.1
"""How much of a backup's size must be free for its test restore."""


class VerificationSteps:
    """One backup proven again or test-restored, while it is quiet; due again at once, or at the next quiet hours."""

    def __init__(self, world: World, censuses: Path, vault: Vault | None = None) -> None:
        """`vault`: the world's by an unhurried way, that leaves room for others; None: by the one that all take."""
        self._world = world
        self._vault = vault or world.vault
        self._censuses = Censuses(censuses)

    def __call__(self, _resource_id: str, held: Held) -> datetime | None:
        now, quiet = self._world.clock(), self._world.quiet_hours
        if not self._world.verify_within:
            return None
        if quiet is not None and not quiet.has(now):
            return quiet.next(now)
        before = verified_before(now, self._world.verify_within)
        with self._world.database.read() as connection:
            to_restore = backups.to_test_restore(connection, before, made_before=now - SETTLED)
            to_verify = backups.to_verify(connection, before)
        if to_restore is not None:
            self._test_restore(to_restore, held)
        elif to_verify is not None:
            self._verify(to_verify, held)
        else:
            with self._world.database.read() as connection:
                self._censuses.drop_all_but(backups.with_data(connection))
            later = now + NOTHING_DUE
            return later if quiet is None else quiet.next(later)
        return self._world.clock()

    def _verify(self, backup: StreamingSessionBackup, held: Held) -> None:
        """Read all of it back."""
        try:
            self._vault.verify(backup.backup_id)
        except (BackupBrokenError, BackupMissingError) as error:
            self._found_broken(backup, held, error)
            return
        except VaultError as error:
            raise RetryLater(str(error), reason=error.reason) from error
        now = self._world.clock()
        with held.write() as connection:
            current = backups.get(connection, backup.backup_id, for_update=True)
            if current is not None and current.state is State.READY:
                backups.save(connection, current, replace(current, verified_at=now))
        log.info("backup-verified", id=backup.backup_id, session=backup.session_id)

    def _test_restore(self, backup: StreamingSessionBackup, held: Held) -> None:
        """Restore it into a scratch volume, and compare that with the census of its snapshot, file by file."""
        volume_id = f"{SCRATCH}{backup.backup_id}"
        try:
            expected = self._expected(backup)
            if expected is None:
                self._record(backup, held, "not done: the snapshot is no longer here, and no manifest was taken of it")
                return
            if self._world.volumes.space().free < (backup.size_bytes or 0) * _ROOM:
                self._record(backup, held, "not done: the sessions' storage has not enough free space for it")
                return
            target = self._world.volumes.receive(volume_id)
            self._vault.restore(backup.backup_id, target)
            problem = census.differences(expected, census.take(target))
            self._world.volumes.accept(volume_id)
            self._world.volumes.delete_volume(volume_id)
        except (BackupBrokenError, BackupMissingError) as error:
            self._found_broken(backup, held, error)
            return
        except SourceUnreadableError as error:
            raise RetryLater(str(error), reason="test-restore") from error
        except (VaultError, VolumesError) as error:
            raise RetryLater(str(error), reason=error.reason) from error
        if problem:
            self._found_broken(backup, held, BackupBrokenError(f"a test restore gave other files back: {problem}"))
            return
        self._record(backup, held, None)
        log.info("backup-test-restored", id=backup.backup_id, session=backup.session_id, files=len(expected))

    def _expected(self, backup: StreamingSessionBackup) -> dict[str, census.Item] | None:
        """What must come back: the manifest of the snapshot, taken while that is here and kept."""
        kept = self._censuses.load(backup.backup_id)
        if kept is not None:
            return kept
        snapshot = self._world.volumes.find_snapshot(backup.backup_id)
        if snapshot is None:
            return None
        taken = census.take(snapshot.path)
        self._censuses.save(backup.backup_id, taken)
        return taken

    def _record(self, backup: StreamingSessionBackup, held: Held, problem: str | None) -> None:
        with held.write() as connection:
            current = backups.get(connection, backup.backup_id, for_update=True)
            if current is not None:
                backups.save(connection, current, test_restored(current, self._world.clock(), problem))

    def _found_broken(self, backup: StreamingSessionBackup, held: Held, error: VaultError) -> None:
        """Never READY from here on; made anew while its snapshot is there, replaced while the work is on a volume."""
        now, world = self._world.clock(), self._world
        log.error("backup-damaged", id=backup.backup_id, session=backup.session_id, error=str(error))
        anew = world.volumes.find_snapshot(backup.backup_id) is not None and backup.snapshot_at is not None
        with held.write() as connection:
            current = backups.get(connection, backup.backup_id, for_update=True)
            if current is None or current.state is not State.READY:
                return
            after = hurt(test_restored(current, now, str(error)), str(error), now, anew=anew)
            backups.save(connection, current, after)
            session = sessions.get(connection, backup.session_id)
            if not anew and session is not None and can_be_replaced(session):
                replacement = new_backup(
                    session, new_id(), cause=Cause.REPLACEMENT, now=now, note=f"in place of {backup.backup_id}"
                )
                backups.insert(connection, replacement)
                work.schedule(connection, work.BACKUP, replacement.backup_id, now)
        if not anew:
            return
        try:
            # What is damaged must go first, or the next copy is held to be there already.
            world.vault.forget(backup.backup_id)
            world.vault.prune()
        except VaultError as fault:
            log.warning("damage-not-cleared", id=backup.backup_id, error=str(fault))
        with held.write() as connection:
            work.schedule(connection, work.BACKUP, backup.backup_id, world.clock())
