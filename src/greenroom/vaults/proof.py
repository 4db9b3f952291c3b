"""The proof that a backup can be given back: what the repository returns, held against the stored tree.

Three questions, each asked of the repository itself:

1. Do all entries' facts agree with the tree? One listing of the whole snapshot answers.
2. Which files' content is not the very content that an earlier, proven backup of the session holds? A comparison of the
   two snapshots as they lie in the repository answers, and beside it the tree's own marks of change; restic's word at
   backup time is not asked.
3. Is the content of those what it should be? It is restored and compared byte for byte.

A repository in a directory answers them from its own files (`direct`), which spares three starts of restic; any other,
and whatever leaves a doubt there, is restic's to answer. Where nothing was proven before, or most of it changed,
everything is streamed back and compared. Before a backup is called broken the work is repeated under the repository's
lock, and the repository's own state is looked at: a prune of another machine, or a disk that went away, must not
condemn a good backup.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec
import structlog

from greenroom.vaults import compare, nodes
from greenroom.vaults.base import (
    BackupBrokenError,
    BackupMissingError,
    VaultError,
    VaultLockedError,
    VaultUnavailableError,
)
from greenroom.vaults.blobs import DoubtError, LostError
from greenroom.vaults.call import Cache, Call
from greenroom.vaults.command import Restic
from greenroom.vaults.direct import Direct
from greenroom.vaults.manifest import Entry, digest, scan
from greenroom.vaults.nodes import Node
from greenroom.vaults.proven import Proof, Proofs, ProvenFile
from greenroom.vaults.readback import Held, ReadBack

log = structlog.get_logger("greenroom.vaults")

_MOST = 0.5
"""Share of a tree's bytes beyond which one stream of everything is quicker than restoring the changed files."""
_LITTLE = 64 << 20
"""Bytes up to which that does not matter."""
_SAME_CONTENT = ("-", "U")
"""restic's marks of entries that went away, or of which only facts changed: those are compared anyway."""
_EMPTY = hashlib.sha256().digest()

_Files = dict[bytes, ProvenFile]


class _Change(msgspec.Struct):
    """A line of `restic diff --json`."""

    message_type: str = ""
    path: str = ""
    modifier: str = ""


_CHANGE = msgspec.json.Decoder(_Change)


class Prover:
    """Proves backups of one repository; keeps in `proofs` what it proved."""

    def __init__(self, restic: Restic, proofs: Proofs, scratch_directory: Path, direct: Direct | None = None) -> None:
        """`direct`: where the repository's own files can be read."""
        self._restic = restic
        self._direct = direct
        self._proofs = proofs
        self._scratch = scratch_directory

    def prove(
        self,
        held: Held,
        session_id: str,
        created_at: datetime,
        source: Path,
        entries: Mapping[str, Entry] | None = None,
    ) -> None:
        """Compare the backup with the tree at `source`, and remember what that proved.

        `entries`: what the tree holds, where it was looked through since it can change no more.
        """
        proof = self._proofs.load(session_id)
        try:
            entries = scan(source) if entries is None else entries
            files = None if proof is None else self._changes(held, proof, source, entries)
            if files is None:
                files = self._everything(held, source, entries)
        except OSError as error:
            raise VaultError(f"backup {held.backup_id} could not be verified: {error}", reason="verify") from error
        self._proofs.save(session_id, Proof(held.snapshot, created_at, files))

    def readable(self, held: Held) -> None:
        """Read all content of the backup, and compare it with the backup's own list."""
        with self._sure():
            prefix = f"{held.root}/"
            sizes = {
                node.path.removeprefix(prefix): node.size
                for node in self._nodes(held, lock=True, cache=Cache.NONE)
                if node.type == "file" and node.path.startswith(prefix) and "�" not in node.path
            }
            ReadBack(self._restic, held, self._scratch).readable(sizes)

    def facts(self, held: Held, source: Path) -> dict[str, Entry]:
        """Compare every entry's facts, but no content, with the tree at `source`, and return that tree's entries."""
        entries = scan(source)
        with self._sure():
            self._compare(held, entries, self._nodes(held, lock=True))
        return entries

    def _everything(self, held: Held, source: Path, entries: Mapping[str, Entry]) -> _Files:
        with self._sure():
            self._compare(held, entries, self._nodes(held, lock=True))
            proven = ReadBack(self._restic, held, self._scratch).whole(source, entries)
        return _files(entries, proven)

    def _changes(self, held: Held, proof: Proof, source: Path, entries: Mapping[str, Entry]) -> _Files | None:
        if self._direct is not None:
            try:
                return self._since_directly(self._direct, held, proof, source, entries)
            except LostError as lost:
                log.warning("backup-read-whole", id=held.backup_id, why=str(lost))
                return None
            except (DoubtError, OSError) as doubt:
                log.info("backup-read-by-restic", id=held.backup_id, why=str(doubt))
        try:
            return self._since(held, proof, source, entries, lock=False)
        except VaultError:
            with self._sure():
                return self._since(held, proof, source, entries, lock=True)

    def _since_directly(
        self, direct: Direct, held: Held, proof: Proof, source: Path, entries: Mapping[str, Entry]
    ) -> _Files | None:
        """What `_since` does, without restic."""
        files: _Files = {}

        def choose(changed: set[str]) -> list[Entry] | None:
            known, wanted = _split(entries.values(), proof, changed, source)
            files.update(known)
            return None if _most(wanted, entries) else wanted

        proven = direct.changed(held, proof.snapshot, source, entries, choose)
        return None if proven is None else files | _files(entries, proven)

    def _since(
        self, held: Held, proof: Proof, source: Path, entries: Mapping[str, Entry], *, lock: bool
    ) -> _Files | None:
        """Prove what changed since `proof`; None where that cannot be told, or most of the tree changed."""
        with ThreadPoolExecutor(2, "verify") as pool:
            listing = pool.submit(self._nodes, held, lock=lock)
            changed = self._changed(held, proof.snapshot, lock=lock)
            if changed is None:
                return None
            files, wanted = _split(entries.values(), proof, changed, source)
            if _most(wanted, entries):
                return None
            proven = ReadBack(self._restic, held, self._scratch).files(source, wanted, lock=lock)
            self._compare(held, entries, listing.result())
        return files | _files(entries, proven)

    def _nodes(self, held: Held, *, lock: bool, cache: Cache = Cache.READING) -> list[Node]:
        arguments = ("find", "--json", "--snapshot", held.snapshot, "*")
        output = self._ask(held, *arguments, lock=lock, cache=cache)
        try:
            listing = nodes.found(output, held.snapshot)
        except msgspec.DecodeError as error:  # restic complains in the midst of it, and calls that success
            raise self._broken(held, "restic cannot list its files") from error
        if not listing:
            raise BackupMissingError(f"vault {self._restic.repository.name} does not hold backup {held.backup_id}")
        return listing

    def _changed(self, held: Held, since: str, *, lock: bool) -> set[str] | None:
        """Paths, as restic shows them, whose content is not what it was in `since`; None where restic cannot say."""
        try:
            output = self._ask(held, "diff", "--json", since, held.snapshot, lock=lock, strict=True)
        except (VaultLockedError, VaultUnavailableError):
            raise
        except VaultError:
            return None
        prefix = f"{held.root}/"
        changes = (_CHANGE.decode(line) for line in output.splitlines())
        return {
            change.path.removeprefix(prefix).rstrip("/")
            for change in changes
            if change.message_type == "change" and change.modifier not in _SAME_CONTENT
        }

    def _compare(self, held: Held, entries: Mapping[str, Entry], listing: Iterable[Node]) -> None:
        if differences := compare.metadata(entries.values(), listing, held.root):
            raise self._broken(held, f"it differs from the snapshot that was stored: {differences}")

    def _broken(self, held: Held, why: str) -> BackupBrokenError:
        return BackupBrokenError(f"backup {held.backup_id} in vault {self._restic.repository.name} is broken: {why}")

    def _ask(
        self, held: Held, *arguments: str, lock: bool, cache: Cache = Cache.READING, strict: bool = False
    ) -> bytes:
        call = Call(
            arguments,
            doing=f"verifying backup {held.backup_id}",
            backup_id=held.backup_id,
            cache=cache,
            lock=lock,
            at_ease=True,
            strict=strict,
        )
        return self._restic.output(call) if lock else self._restic.attempt(call)

    @contextmanager
    def _sure(self) -> Iterator[None]:
        """Nothing is called broken before the repository itself is seen to be there."""
        try:
            yield
        except (BackupBrokenError, BackupMissingError):
            self._restic.read(Call(("cat", "config"), doing="looking whether the repository is there"))
            raise


def _most(wanted: Iterable[Entry], entries: Mapping[str, Entry]) -> bool:
    """Whether one stream of everything is quicker than reading these back."""
    return sum(entry.size for entry in wanted) > max(_LITTLE, _MOST * sum(each.size for each in entries.values()))


def _files(entries: Mapping[str, Entry], proven: Mapping[str, bytes]) -> _Files:
    return {os.fsencode(path): ProvenFile.of(entries[path], sha256) for path, sha256 in proven.items()}


def _split(entries: Iterable[Entry], proof: Proof, changed: set[str], source: Path) -> tuple[_Files, list[Entry]]:
    """The files that `proof` covers still, and those that must be read back."""
    files: _Files = {}
    wanted: list[Entry] = []
    for entry in entries:
        if entry.type != "file":
            continue
        known = proof.file(entry.path)
        if entry.size == 0:
            sha256 = _EMPTY
        elif known is not None and compare.shown(entry.path) not in changed and _still(known, entry, source):
            sha256 = known.sha256
        else:
            wanted.append(entry)
            continue
        files[os.fsencode(entry.path)] = ProvenFile.of(entry, sha256)
    return files, wanted


def _still(known: ProvenFile, entry: Entry, source: Path) -> bool:
    """Whether the tree's file is the proven one: by the storage's marks, or, on storage that copies, by its content."""
    return known.untouched(entry) or (known.size == entry.size and digest(source / entry.path) == known.sha256)
