"""Which backups the repository holds."""

import msgspec

from greenroom.vaults.base import BackupMissingError
from greenroom.vaults.command import Call, Restic
from greenroom.vaults.guard import Guard
from greenroom.vaults.labels import GREENROOM, SnapshotRecord, checked_id

_QUICK = 300.0
"""Seconds within which commands that move little data must be done."""
_SNAPSHOTS = msgspec.json.Decoder(list[SnapshotRecord])


class Catalogue:
    """The snapshots of Greenroom in a repository. Where a backup has several, all its users take the first by id."""

    def __init__(self, restic: Restic, guard: Guard) -> None:
        self._restic = restic
        self._guard = guard

    def all(self) -> list[SnapshotRecord]:
        """Every snapshot, in order of its id."""
        return self._ask(GREENROOM, "listing the backups")

    def of(self, backup_id: str) -> list[SnapshotRecord]:
        """The snapshots of one backup: one, or none, or for a moment those that two servers stored at once."""
        tag = f"{GREENROOM},backup={checked_id('backup', backup_id)}"
        return self._ask(tag, f"looking for backup {backup_id}")

    def one(self, backup_id: str) -> SnapshotRecord:
        """The snapshot of a backup. Raises BackupMissingError."""
        for record in self.of(backup_id):
            return record
        raise BackupMissingError(f"vault {self._restic.repository.name} does not hold backup {backup_id}")

    def drop(self, records: list[SnapshotRecord]) -> None:
        """Remove these snapshots; those that are gone already are no error."""
        if records:
            names = ", ".join(sorted({tag for record in records for tag in record.tags if tag.startswith("backup=")}))
            arguments = ("forget", *(record.id for record in records))
            with self._guard.alone():
                self._restic.output(Call(arguments, doing=f"forgetting {names}", deadline=_QUICK))

    def _ask(self, tag: str, doing: str) -> list[SnapshotRecord]:
        with self._guard.shared():
            output = self._restic.read(Call(("snapshots", "--json", "--tag", tag), doing=doing, deadline=_QUICK))
        return sorted(_SNAPSHOTS.decode(output), key=lambda record: record.id)
