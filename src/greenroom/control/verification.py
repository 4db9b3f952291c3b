"""Proving old backups again, a few each night, and restoring the newest of each session to see that it works.

One backup a step: a step that dies is taken up again, and the lease is never held for a whole night.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import Connection

from greenroom.control.loop import Held, RetryLater
from greenroom.control.studio_vaults import StudioVaults
from greenroom.control.world import World
from greenroom.store import backups, events, sessions, work
from greenroom.studio.backups import Cause, StreamingSessionBackup, new_backup
from greenroom.studio.events import (
    BACKUP_TEST_RESTORE_FAILED,
    BACKUP_VERIFY_FAILED,
    VAULT_DAMAGED,
    StudioEvent,
    broken_event,
)
from greenroom.studio.ids import new_id
from greenroom.studio.status import SessionState as State
from greenroom.studio.verification import (
    can_be_replaced,
    hurt,
    raises_doubt,
    share_of_a_night,
    test_restored,
    verified_before,
)
from greenroom.vaults import census
from greenroom.vaults.base import BackupBrokenError, BackupMissingError, VaultError
from greenroom.vaults.census import Censuses
from greenroom.vaults.failures import SourceUnreadableError
from greenroom.volumes.base import VolumesError

log = structlog.get_logger("greenroom.control")

WORK = "verification"
RESOURCE = "house"
"""There is one."""
READ_BACK, TEST_RESTORE = "read-back", "test-restore"
SCRATCH = "test-restore-"
"""What the volumes that test restores fill are called, before the backup's id."""
SETTLED = timedelta(hours=1)
"""How old a backup is before it is restored for a test: soon after, another often takes its place."""
NOTHING_DUE = timedelta(hours=1)
"""When to look again where no backup is due."""
MENDING = timedelta(seconds=10)
"""When to look again while what was found broken is being made anew."""
NIGHT = timedelta(days=1)
"""How long a night's share is meant for where no hours are quiet."""
_ROOM = 1.1
"""How much of a backup's size must be free for its test restore."""


class VerificationSteps:
    """One backup proven again or test-restored, while it is quiet; due again at once, or at the next quiet hours."""

    def __init__(
        self,
        world: World,
        censuses: Path,
        vaults: StudioVaults | None = None,
        *,
        on_result: Callable[[str, str], None] = lambda _kind, _result: None,
    ) -> None:
        """`vaults`: the world's by an unhurried way, that leaves room for others; None: by the one that all take.

        `on_result` is told of each: `read-back` or `test-restore`, and `proven`, `broken`, `filled` or `not-done`.
        """
        self._world = world
        self._vaults = vaults or world.vaults
        self._censuses = Censuses(censuses)
        self._on_result = on_result
        self._away: set[str] = set()
        """Studios whose vaults could not be read when last tried: others' backups come first."""

    def __call__(self, _resource_id: str, held: Held) -> datetime | None:
        now, quiet = self._world.clock(), self._world.quiet_hours
        if not self._world.verify_within:
            return None
        before = verified_before(now, self._world.verify_within)
        with self._world.database.read() as connection:
            doubted_at = events.newest_at(connection, VAULT_DAMAGED)
            doubtful = None
            if doubted_at is not None and doubted_at <= now:
                doubtful = backups.to_verify(connection, doubted_at, now=now, last=self._away)
            mending = doubtful is not None and doubted_at and backups.made_anew(connection, doubted_at)
        if doubtful is not None and mending:
            # What they bring back into the vault may be just what others lack.
            return now + MENDING
        if doubtful is not None:
            # At any hour: until it is looked at, it says READY and may not be.
            self._verify(doubtful, held)
            return self._world.clock()
        if quiet is not None and not quiet.has(now):
            return quiet.next(now)
        night = now - NIGHT if quiet is None else quiet.began(now)
        with self._world.database.read() as connection:
            done = backups.ready_bytes(connection, made_before=night, proven=(night, now))
            share = share_of_a_night(backups.ready_bytes(connection, made_before=night), self._world.verify_within)
            settled = now - SETTLED
            to_restore = backups.to_test_restore(connection, before, made_before=settled, now=now, last=self._away)
            to_verify = backups.to_verify(connection, before, now=now, last=self._away)
        if done and done >= share:
            return self._next_night(now)
        another = to_verify is not None and to_verify.studio_id not in self._away
        if to_restore is not None and not (another and to_restore.studio_id in self._away):
            self._test_restore(to_restore, held)
        elif to_verify is not None:
            self._verify(to_verify, held)
        else:
            with self._world.database.read() as connection:
                self._censuses.drop_all_but(backups.with_data(connection))
            later = now + NOTHING_DUE
            return later if quiet is None else quiet.next(later)
        return self._world.clock()

    def _next_night(self, now: datetime) -> datetime:
        """When to go on where a night's share is done."""
        quiet = self._world.quiet_hours
        if quiet is None:
            return now + NOTHING_DUE
        hour = now
        while quiet.has(hour) and hour < now + NIGHT:
            hour += timedelta(hours=1)
        return quiet.next(hour)

    def _verify(self, backup: StreamingSessionBackup, held: Held) -> None:
        """Read all of it back."""
        try:
            self._vaults.of(backup.studio_id).verify(backup.backup_id)
        except (BackupBrokenError, BackupMissingError) as error:
            self._found_broken(backup, held, error, READ_BACK)
            return
        except VaultError as error:
            self._away.add(backup.studio_id)
            raise RetryLater(str(error), reason=error.reason) from error
        self._away.discard(backup.studio_id)
        now = self._world.clock()
        with held.write() as connection:
            current = backups.get(connection, backup.backup_id, for_update=True)
            if current is not None and current.state is State.READY:
                backups.save(connection, current, replace(current, verified_at=now))
        self._on_result(READ_BACK, "proven")
        log.info("backup-verified", id=backup.backup_id, session=backup.session_id)

    def _test_restore(self, backup: StreamingSessionBackup, held: Held) -> None:
        """Restore it into a scratch volume, and compare that with the census of its snapshot, file by file."""
        volume_id = f"{SCRATCH}{backup.backup_id}"
        try:
            expected = self._expected(backup)
            if expected is None:
                self._undone(backup, held, "the snapshot is no longer here, and no manifest was taken of it")
                return
            if self._world.volumes.space().free < (backup.size_bytes or 0) * _ROOM:
                self._undone(backup, held, "the sessions' storage has not enough free space for it")
                return
            target = self._world.volumes.receive(volume_id)
            self._vaults.of(backup.studio_id).restore(backup.backup_id, target)
            problem = census.differences(expected, census.take(target))
            filled = "" if problem else census.lost_holes(expected, target)
            self._world.volumes.accept(volume_id)
            self._world.volumes.delete_volume(volume_id)
        except (BackupBrokenError, BackupMissingError) as error:
            self._found_broken(backup, held, error, TEST_RESTORE)
            return
        except SourceUnreadableError as error:
            raise RetryLater(str(error), reason="test-restore") from error
        except VaultError as error:
            self._away.add(backup.studio_id)
            raise RetryLater(str(error), reason=error.reason) from error
        except VolumesError as error:
            raise RetryLater(str(error), reason=error.reason) from error
        if problem:
            broken = BackupBrokenError(f"a test restore gave other files back: {problem}")
            self._found_broken(backup, held, broken, TEST_RESTORE)
            return
        if filled:
            self._filled(backup, held, f"all files came back whole, but {filled}")
            return
        self._record(backup, held, None)
        self._on_result(TEST_RESTORE, "proven")
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

    def _undone(self, backup: StreamingSessionBackup, held: Held, why: str) -> None:
        self._record(backup, held, f"not done: {why}")
        self._on_result(TEST_RESTORE, "not-done")

    def _filled(self, backup: StreamingSessionBackup, held: Held, why: str) -> None:
        """Told as a failure; but the backup gives every byte back, so it stays READY."""
        with held.write() as connection:
            current = backups.get(connection, backup.backup_id, for_update=True)
            if current is None or current.state is not State.READY:
                return
            backups.save(connection, current, test_restored(current, self._world.clock(), why))
            events.record(connection, broken_event(current, BACKUP_TEST_RESTORE_FAILED, why))
        log.warning("backup-restored-without-holes", id=backup.backup_id, session=backup.session_id, error=why)
        self._on_result(TEST_RESTORE, "filled")

    def _record(self, backup: StreamingSessionBackup, held: Held, problem: str | None) -> None:
        with held.write() as connection:
            current = backups.get(connection, backup.backup_id, for_update=True)
            if current is not None:
                backups.save(connection, current, test_restored(current, self._world.clock(), problem))

    def _found_broken(self, backup: StreamingSessionBackup, held: Held, error: VaultError, by: str) -> None:
        """Never READY from here on; made anew while its snapshot is there, replaced while the work is on a volume.

        Others may lean on what is damaged: all are looked at again, and none is believed because of an earlier proof.
        """
        now, world = self._world.clock(), self._world
        log.error("backup-damaged", id=backup.backup_id, session=backup.session_id, error=str(error))
        # First: from here on no backup, and not the one that replaces this, is READY for what was proven before.
        world.vaults.of(backup.studio_id).doubt()
        anew = world.volumes.find_snapshot(backup.backup_id) is not None and backup.snapshot_at is not None
        with held.write() as connection:
            current = backups.get(connection, backup.backup_id, for_update=True)
            if current is None or current.state is not State.READY:
                return
            tried = test_restored(current, now, str(error)) if by == TEST_RESTORE else current
            backups.save(connection, current, hurt(tried, str(error), now, anew=anew))
            kind = BACKUP_TEST_RESTORE_FAILED if by == TEST_RESTORE else BACKUP_VERIFY_FAILED
            events.record(connection, broken_event(current, kind, str(error)))
            if raises_doubt(events.newest_at(connection, VAULT_DAMAGED), current.verified_at, now):
                doubt(connection, f"Backup {backup.backup_id} is broken, so all are read back again. {error}", now)
            session = sessions.get(connection, backup.session_id)
            if anew:
                # Its steps take what is damaged out of the vault before they store it once more.
                work.schedule(connection, work.BACKUP, backup.backup_id, now)
            elif session is not None and can_be_replaced(session):
                made_at = backups.next_moment(connection, session.session_id, now)
                replacement = new_backup(
                    session, new_id(), cause=Cause.REPLACEMENT, now=made_at, note=f"in place of {backup.backup_id}"
                )
                backups.insert(connection, replacement)
                work.schedule(connection, work.BACKUP, replacement.backup_id, now)
        self._on_result(by, "broken")


def doubt(connection: Connection, why: str, now: datetime) -> None:
    """Have every backup read back again at once: something in the vault was found damaged."""
    events.record(connection, StudioEvent(type=VAULT_DAMAGED, message=why[:1024]))
    work.schedule(connection, WORK, RESOURCE, now)
