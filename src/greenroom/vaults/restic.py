"""A vault that is a restic repository: encrypted, deduplicated, anywhere that restic reaches, readable without us."""

import contextlib
import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from greenroom.vaults import browsing
from greenroom.vaults.base import (
    BackupBrokenError,
    BackupLabel,
    BackupMissingError,
    FileEntry,
    Member,
    ProgressCallback,
    RepositoryAbsentError,
    StoredBackup,
    T,
    TreeEntry,
    VaultError,
    VaultUnavailableError,
)
from greenroom.vaults.call import NO_LIMITS, Call, Limits
from greenroom.vaults.catalogue import Catalogue
from greenroom.vaults.command import Restic
from greenroom.vaults.copying import Copying, copy, prepare
from greenroom.vaults.direct import Direct
from greenroom.vaults.ease import USUAL
from greenroom.vaults.examining import Examination, examine
from greenroom.vaults.failures import SourceUnreadableError
from greenroom.vaults.guard import Guard
from greenroom.vaults.hand import FEW, Hand, Hands, into_log
from greenroom.vaults.labels import GREENROOM, SnapshotRecord, Summary, stored, tags, time_of
from greenroom.vaults.mending import mend, survey
from greenroom.vaults.namespace import BACKUP_ROOT, Mount
from greenroom.vaults.opening import open_repository
from greenroom.vaults.proof import Prover
from greenroom.vaults.proven import Proofs
from greenroom.vaults.proving import Place, Seen
from greenroom.vaults.readback import Held
from greenroom.vaults.records import RecordsShelf
from greenroom.vaults.repository import Repository
from greenroom.vaults.restoring import restore
from greenroom.vaults.rotation import rotate
from greenroom.vaults.scratch import sweep

_PATIENCE_HERE = 10.0
_PATIENCE_ELSEWHERE = 120.0
_TURN = 60.0
"""Seconds to wait for other commands of this machine."""


@dataclass(frozen=True, slots=True)
class _JustStored:
    """A backup that has yet to be proven: what was seen when it was stored need not be looked for again."""

    record: SnapshotRecord
    source: Path
    hand: Hand


class ResticVault:
    """Backups in a restic repository, one snapshot each: the session's tree at `/greenroom/<session id>`.

    Thread-safe, and safe beside other processes and machines on the same repository. `cache` holds what can be lost:
    restic's caches, what was proven, turns among the processes of this machine; `scratch` takes what is read back.
    `patience`: seconds for which restic may retry one operation; by default 10 on this machine, 120 elsewhere.
    `append_only`: the store deletes nothing; what is forgotten is only remembered as such, here. `ease`: what is put
    before commands that give way to sessions. `few`: entries of a tree up to which this process proves it itself.
    """

    def __init__(
        self,
        repository: str,
        password_file: Path,
        *,
        cache: Path,
        scratch: Path,
        patience: float | None = None,
        limits: Limits = NO_LIMITS,
        append_only: bool = False,
        ease: Sequence[str] = USUAL,
        few: int = FEW,
    ) -> None:
        place = Repository.at(repository)
        if patience is None:
            patience = _PATIENCE_ELSEWHERE if place.directory is None else _PATIENCE_HERE
        self.name = f"restic:{place.name}"
        self._password_file = password_file.absolute()
        self._cache = cache.absolute()
        self._scratch = scratch.absolute()
        self._restic = Restic(
            place,
            self._password_file,
            cache=self._cache,
            scratch=self._scratch,
            patience=patience,
            limits=limits,
            ease=ease,
        )
        self._guard = Guard(self._cache / "turns", place.name, patience=_TURN)
        marks = self._cache / "forgotten" / hashlib.sha256(place.name.encode()).hexdigest()[:16]
        direct = None if place.directory is None else Direct(place.directory, self._password_file)
        self._catalogue = Catalogue(self._restic, self._guard, marks if append_only else None, direct)
        self._direct = direct
        self._append_only = append_only
        self._proofs = Proofs(self._cache / "proofs")
        self._prover = Prover(self._restic, self._proofs, self._scratch, into_log, direct)
        self._hands = Hands(
            Place(
                location=place.location,
                password_file=bytes(self._password_file),
                cache=bytes(self._cache),
                scratch=bytes(self._scratch),
                proofs=bytes(self._proofs.directory),
                patience=patience,
                limits=limits,
                ease=tuple(ease),
            ),
            self._prover,
            Prover(self._restic, self._proofs, self._scratch, into_log),
            into_log,
            few=few,
        )
        self._records = RecordsShelf(self._restic, self._guard, self._scratch)
        self._just_stored: dict[str, _JustStored] = {}

    def open(self, *, create: bool = True) -> None:
        """Check that the password opens the repository; where there never was one, make it if `create`."""
        sweep(self._scratch)
        with self._guard.alone() if create else self._guard.shared():
            open_repository(self._restic, self._password_file, self._known(), create=create)

    def exists(self) -> bool:
        """Whether the repository is there; False: it was never made. Raises VaultError where that cannot be told."""
        try:
            with self._guard.shared():
                open_repository(self._restic, self._password_file, self._known(), create=False)
        except RepositoryAbsentError:
            return False
        return True

    def _known(self) -> Path:
        """Where it is remembered which repository is expected at this place."""
        # A setting that names another place is somebody's decision; at one place, one repository is expected.
        return self._cache / "repositories" / hashlib.sha256(self._restic.repository.name.encode()).hexdigest()[:16]

    def store(self, label: BackupLabel, source: Path, *, trust_parent: bool = True) -> StoredBackup:
        """Keep the tree at `source` whole. Stored already under this backup id: that one is returned."""
        kept = self._kept(label, source)
        if kept is not None:
            return kept
        hand = self._hands.begin(label.session_id, source)
        try:
            return self._stored(label, source, hand, trust_parent=trust_parent)
        except SourceUnreadableError:
            hand.end()
            with contextlib.suppress(VaultError):  # if this fails too, the next attempt finds it incomplete
                self._catalogue.drop(self._catalogue.of(label.backup_id))
            raise
        except BaseException:
            hand.end()
            raise

    def _stored(self, label: BackupLabel, source: Path, hand: Hand, *, trust_parent: bool) -> StoredBackup:
        with self._guard.shared():
            summary = self._back_up(label, source, trust_parent=trust_parent)
            seen = hand.seen()
        first, *others = self._catalogue.at_once(label.backup_id) or [self._catalogue.one(label.backup_id)]
        self._catalogue.drop(others)
        self._remember(label.backup_id, _JustStored(first, source, hand))
        return _told(label, first, seen, summary.added_bytes)

    def verify(self, backup_id: str, source: Path | None = None) -> None:
        """Read the backup back, and compare it with the tree at `source` or, without one, with its own list."""
        known = self._just_stored.pop(backup_id, None)
        hand = None if known is None else known.hand
        try:
            record = self._catalogue.one(backup_id) if known is None else known.record
            backup = stored(record)
            if backup is None:
                raise BackupMissingError(f"vault {self.name}: snapshot {record.id} lost the tags of backup {backup_id}")
            with self._guard.shared():
                if source is None:
                    self._prover.readable(_held(backup_id, record))
                    return
                if hand is None or known is None or known.source != source:
                    if hand is not None:
                        hand.end()
                    hand = self._hands.begin(backup.label.session_id, source)
                hand.prove(_held(backup_id, record), backup.label.created_at)
        finally:
            if hand is not None:
                hand.end()

    def restore(
        self, backup_id: str, target: Path, progress: ProgressCallback | None = None, *, size_bytes: int = 0
    ) -> None:
        """Fill the empty directory `target` with the backup's tree, owners, modes and times included."""
        first, *_ = self._catalogue.at_once(backup_id) or [self._catalogue.one(backup_id)]
        with self._guard.shared():
            unfinished = self._cache / "restores"
            restore(self._restic, _held(backup_id, first), target, unfinished, progress, size_bytes, self._direct)

    def forget(self, backup_id: str) -> None:
        """Drop the backup; its space comes back at the next `prune`. Not there: nothing happens."""
        self._remember(backup_id, None)
        records = self._catalogue.of(backup_id)
        self._catalogue.drop(records)
        for record in records:  # what they proved is of no use without them, and has names of people's files in it
            self._proofs.drop(record.root.rpartition("/")[2], record.id)

    def prune(self) -> None:
        """Free the space that no backup needs any more; in an append-only vault that is somebody else's to do."""
        if self._append_only:
            return
        with self._guard.alone():
            self._restic.output(Call(("prune",), doing="freeing space", at_ease=True))

    def backups(self) -> list[StoredBackup]:
        """All backups of Greenroom in the vault, oldest first (sizes are 0 with restic before 0.17)."""
        by_id: dict[str, StoredBackup] = {}
        for backup in filter(None, map(stored, self._catalogue.all())):
            by_id.setdefault(backup.label.backup_id, backup)
        return sorted(by_id.values(), key=lambda backup: (backup.label.created_at, backup.label.backup_id))

    def files(self, backup_id: str, path: str = "") -> Iterator[FileEntry]:
        """Entries directly in the directory `path` of the backup. Raises VaultError (`no-such-file`) if it is none."""
        held = _held(backup_id, self._catalogue.one(backup_id))
        with self._guard.shared():
            return iter(browsing.entries(self._restic, held, path))

    def read(self, backup_id: str, path: str, target: Path) -> None:
        """Write one file of the backup to `target`, whole or not at all. Symbolic links are not followed."""
        held = _held(backup_id, self._catalogue.one(backup_id))
        with self._guard.shared():
            browsing.extract(self._restic, held, path, target)

    def tree(self, backup_id: str, take: Callable[[Iterator[TreeEntry]], T]) -> T:
        """What `take` makes of all entries of the backup, each directory before what is in it."""
        held = _held(backup_id, self._catalogue.one(backup_id))
        with self._guard.shared():
            return browsing.tree(self._restic, held, take)

    def stream(self, backup_id: str, path: bytes) -> AbstractContextManager[IO[bytes]]:
        """The content of the file at `path`."""
        # Outside the guard, as in `members`: one who reads slowly must not keep rotation waiting.
        return browsing.stream(self._restic, _held(backup_id, self._catalogue.one(backup_id)), path)

    def members(self, backup_id: str, path: bytes) -> AbstractContextManager[Iterator[Member]]:
        """All that is below the directory at `path`."""
        return browsing.members(self._restic, _held(backup_id, self._catalogue.one(backup_id)), path)

    def sweep_forgotten(self) -> int:
        """Really forget what an append-only vault could only remember as forgotten, and prune; how many snapshots.

        For an operator, whose `repository` is not append-only: the same one by another way in.
        """
        marks = [*self._cache.glob("forgotten/*"), *self._cache.glob("copies/*/forgotten/*")]
        dropped = self._catalogue.drop_marked(marks)
        with self._guard.alone():
            self._restic.output(Call(("prune",), doing="freeing space", at_ease=True))
        return dropped

    def check(self, *, read_data: bool = False) -> Examination:
        """Look the repository over, every byte of it with `read_data`, and tell which backups are hurt."""
        return examine(
            self._restic,
            lambda: [stored.label.backup_id for stored in self.backups()],
            self.verify,
            read_data=read_data,
        )

    def rotate_password(self, copies: Sequence["ResticVault"] = ()) -> int:
        """Have a new password in the password file, and no key for any other, here and in its copies; how many went."""
        new = self._password_file.with_name(f"{self._password_file.name}.new")
        with self._guard.alone():
            return rotate([self._restic, *(each._restic for each in copies)], self._password_file, new)

    def copy_from(self, source: "ResticVault", wanted: Collection[str] | None = None) -> Copying:
        """Have the wanted backups (None: all) and the newest records of `source` here too; the password is the same.

        What the source has made anew since is copied anew. A backup that cannot be copied keeps no other from it.
        Raises VaultError where this vault or the source cannot be used now.
        """
        known = self._known()
        try:
            with self._guard.alone():
                open_repository(self._restic, self._password_file, known, create=False)
        except VaultUnavailableError:
            if known.exists():
                raise
            with self._guard.alone():
                prepare(source._restic, self._restic, self._password_file)
                open_repository(self._restic, self._password_file, known, create=False)
        held = self._catalogue.all()
        offered = {
            backup.label.backup_id: record
            for record in reversed(source._catalogue.all())  # of several that a backup has, all take the first
            if (backup := stored(record)) and (wanted is None or backup.label.backup_id in wanted)
        }
        origins = {record.origin for record in held}
        missing = [record for record in offered.values() if record.origin not in origins]
        kept = {record.origin for record in self._records.all()}
        papers = [record for record in source._records.newest_of_each() if record.origin not in kept]
        with self._guard.shared(), source._guard.shared():
            failed = copy(source._restic, self._restic, self._password_file, [*missing, *papers])
        if papers:
            self._records.trim()
        without = {record.id for record, _why in failed}
        here = {backup_id: record for backup_id, record in offered.items() if record.id not in without}
        outdated = (
            record
            for record in held
            if (backup := stored(record))
            and (copied := here.get(backup.label.backup_id))
            and copied.origin != record.origin
        )
        self._catalogue.drop(list(outdated))
        return Copying(here.keys(), [why for _record, why in failed])

    def forget_all(self, backup_ids: Collection[str]) -> None:
        """Drop all of these backups; those that are not there are no error."""
        wanted = set(backup_ids)
        everything = self._catalogue.all()
        self._catalogue.drop([r for r in everything if (backup := stored(r)) and backup.label.backup_id in wanted])

    def doubt(self) -> None:
        """Believe nothing that was proven before: each session's next backup is read back whole before it is READY."""
        self._proofs.drop_all()

    def mend(self) -> int:
        """Take out of a repository in a directory what is damaged; how many damaged or missing files there were.

        In any other place, and in one whose store deletes nothing, that is an operator's to do: nothing happens.
        """
        directory = self._restic.repository.directory
        if directory is None or self._append_only:
            return 0
        wrong = survey(self._restic, directory)
        if wrong:
            with self._guard.alone():
                mend(self._restic, directory, wrong)
        return len(wrong.damaged) + len(wrong.missing)

    def unlock(self) -> None:
        """Remove locks whose holder is dead."""
        self._restic.unlock()

    def keep_records(self, document: bytes, studio_id: str = "") -> None:
        """Keep that studio's records beside the backups, and the last few of earlier ones."""
        self._records.put(document, studio_id)

    def record_studios(self) -> list[str]:
        """The studios whose records were kept."""
        return self._records.studios()

    def records(self, studio_id: str = "") -> bytes | None:
        """The newest records of that studio, or of any, that were kept; None where none ever were."""
        return self._records.newest(studio_id)

    def _remember(self, backup_id: str, stored: _JustStored | None) -> None:
        """Have a backup that has yet to be proven, in place of what was known of it."""
        former = self._just_stored.pop(backup_id, None)
        if former is not None:
            former.hand.end()
        if stored is not None:
            self._just_stored[backup_id] = stored

    def _kept(self, label: BackupLabel, source: Path) -> StoredBackup | None:
        """The backup that an earlier attempt stored, if it is complete; what is not is dropped.

        restic keeps a snapshot even where it could not read some files, and a crash can come before that is dropped.
        """
        there = self._catalogue.at_once(label.backup_id)
        for record in there:
            try:
                with self._guard.shared():
                    seen = Seen.of(self._prover.facts(_held(label.backup_id, record), source))
            except BackupBrokenError:
                continue
            self._catalogue.drop([other for other in there if other is not record])
            hand = self._hands.begin(label.session_id, source)
            self._remember(label.backup_id, _JustStored(record, source, hand))
            return _told(label, record, seen, added_bytes=0)
        self._catalogue.drop(there)
        return None

    def _back_up(self, label: BackupLabel, source: Path, *, trust_parent: bool) -> Summary:
        """Have restic read the tree. Its parent is the session's last proven backup, where there still is one."""
        path = f"{BACKUP_ROOT}/{label.session_id}"
        arguments = ("backup", "--json", "--quiet", "--host", GREENROOM, "--tag", tags(label), "--time", time_of(label))
        call = Call(
            (*arguments, *(() if trust_parent else ("--force",)), path),
            doing=f"storing backup {label.backup_id}",
            mounts=(Mount(source, path),),
            at_ease=True,
        )
        proof = self._proofs.newest(label.session_id) if trust_parent else None
        if proof is not None:
            with contextlib.suppress(BackupMissingError):
                return _summary(self._restic.output(call.given("--parent", proof.snapshot)))
        return _summary(self._restic.output(call))


def _held(backup_id: str, record: SnapshotRecord) -> Held:
    return Held(backup_id, record.id, record.root)


def _told(label: BackupLabel, record: SnapshotRecord, seen: Seen, added_bytes: int) -> StoredBackup:
    return StoredBackup(
        label=label, snapshot=record.id, files=seen.files, size_bytes=seen.size_bytes, added_bytes=added_bytes
    )


def _summary(output: bytes) -> Summary:
    """What restic tells at the end of a backup."""
    return msgspec.json.decode(output.splitlines()[-1], type=Summary)
