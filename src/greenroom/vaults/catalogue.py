"""Which backups the repository holds."""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from greenroom.vaults.base import BackupMissingError
from greenroom.vaults.blobs import DoubtError
from greenroom.vaults.call import Call
from greenroom.vaults.command import Restic
from greenroom.vaults.direct import Direct
from greenroom.vaults.guard import Guard
from greenroom.vaults.labels import GREENROOM, SnapshotRecord, checked_id

_QUICK = 300.0
"""Seconds within which commands that move little data must be done."""
_SNAPSHOTS = msgspec.json.Decoder(list[SnapshotRecord])
_NAMED = 5
"""Backups that a message names at most."""
_PORTION = 500
"""Snapshots that one command names at most: a command line has an end."""


def batched(records: Sequence[SnapshotRecord]) -> Iterator[Sequence[SnapshotRecord]]:
    """The same in portions that a command line can carry."""
    for begin in range(0, len(records), _PORTION):
        yield records[begin : begin + _PORTION]


class Catalogue:
    """The snapshots of Greenroom in a repository. Where a backup has several, all its users take the first by id."""

    def __init__(self, restic: Restic, guard: Guard, marks: Path | None = None, direct: Direct | None = None) -> None:
        """`marks`: a directory where dropped snapshots are remembered, instead of being removed.

        `direct`: where the repository's own files can be read.
        """
        self._direct = direct
        self._marks = marks
        self._restic = restic
        self._guard = guard

    def all(self) -> list[SnapshotRecord]:
        """Every snapshot, in order of its id."""
        return self._ask(GREENROOM, "listing the backups")

    def of(self, backup_id: str) -> list[SnapshotRecord]:
        """The snapshots of one backup: one, or none, or for a moment those that two servers stored at once."""
        tag = f"{GREENROOM},backup={checked_id('backup', backup_id)}"
        return self._ask(tag, f"looking for backup {backup_id}")

    def at_once(self, backup_id: str) -> list[SnapshotRecord]:
        """The same as `of`, of a repository that has just been used: from its own files, where that is possible."""
        if self._direct is not None:
            with contextlib.suppress(DoubtError, OSError), self._guard.shared():
                wanted = {GREENROOM, f"backup={checked_id('backup', backup_id)}"}
                return self._standing(each for each in self._direct.snapshots() if wanted <= set(each.tags))
        return self.of(backup_id)

    def one(self, backup_id: str) -> SnapshotRecord:
        """The snapshot of a backup. Raises BackupMissingError."""
        for record in self.of(backup_id):
            return record
        raise BackupMissingError(f"vault {self._restic.repository.name} does not hold backup {backup_id}")

    def drop(self, records: list[SnapshotRecord]) -> None:
        """Remove these snapshots; those that are gone already are no error."""
        if self._marks is not None:
            for record in records:
                self._marks.mkdir(mode=0o700, parents=True, exist_ok=True)
                (self._marks / record.id).touch()
            return
        for portion in batched(records):
            names = sorted({tag for record in portion for tag in record.tags if tag.startswith("backup=")})
            doing = f"forgetting {', '.join(names[:_NAMED])}{' and others' if len(names) > _NAMED else ''}"
            with self._guard.alone():
                self._restic.output(Call(("forget", *(record.id for record in portion)), doing=doing, deadline=_QUICK))

    def drop_marked(self, marks: Sequence[Path]) -> int:
        """Remove the snapshots that are remembered as dropped in these directories; how many.

        A directory of which nothing is here is of another repository, and stays as it is.
        """
        there = {record.id: record for record in self._ask(GREENROOM, "listing the backups")}
        dropped = 0
        for directory in marks:
            remembered = [path for path in directory.iterdir() if path.name in there]
            self.drop([there[path.name] for path in remembered])
            for path in list(directory.iterdir()) if remembered else ():
                path.unlink(missing_ok=True)
            dropped += len(remembered)
        return dropped

    def _ask(self, tag: str, doing: str) -> list[SnapshotRecord]:
        with self._guard.shared():
            output = self._restic.read(Call(("snapshots", "--json", "--tag", tag), doing=doing, deadline=_QUICK))
        return self._standing(_SNAPSHOTS.decode(output))

    def _standing(self, records: Iterable[SnapshotRecord]) -> list[SnapshotRecord]:
        """Those that are not dropped, in order of their ids."""
        dropped = set() if self._marks is None or not self._marks.exists() else {p.name for p in self._marks.iterdir()}
        return sorted((record for record in records if record.id not in dropped), key=lambda record: record.id)
