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

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

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
from greenroom.vaults.direct import Direct, Look
from greenroom.vaults.manifest import Entry, scan
from greenroom.vaults.nodes import Node
from greenroom.vaults.proven import Cover, Proof, Proofs, ProvenFile
from greenroom.vaults.readback import Held, ReadBack

_MOST = 0.5
"""Share of a tree's bytes beyond which one stream of everything is quicker than restoring the changed files."""
_LITTLE = 64 << 20
"""Bytes up to which that does not matter."""
_SAME_CONTENT = ("-", "U")
"""restic's marks of entries that went away, or of which only facts changed: those are compared anyway."""

_Files = dict[bytes, ProvenFile]

Note = Callable[[str, str, str], None]
"""Takes what is worth a line in the log: an event, the backup's id, and why."""


class _Change(msgspec.Struct):
    """A line of `restic diff --json`."""

    message_type: str = ""
    path: str = ""
    modifier: str = ""


_CHANGE = msgspec.json.Decoder(_Change)


@dataclass(frozen=True, slots=True)
class Sight:
    """A tree that a backup is to be proven against, beside what is known of the session's last proven backup."""

    session_id: str
    source: Path
    entries: Mapping[str, Entry]
    proof: Proof | None = None
    cover: Cover | None = None
    look: Look | None = None
    """Where the repository's own files can be read."""


class Prover:
    """Proves backups of one repository; keeps in `proofs` what it proved."""

    def __init__(
        self, restic: Restic, proofs: Proofs, scratch_directory: Path, note: Note, direct: Direct | None = None
    ) -> None:
        """`direct`: where the repository's own files can be read."""
        self._note = note
        self._restic = restic
        self._direct = direct
        self._proofs = proofs
        self._scratch = scratch_directory

    def look(self, session_id: str, source: Path, entries: Mapping[str, Entry]) -> Sight:
        """All that can be known before the backup is stored; `entries`: what the tree at `source` holds."""
        proof = self._proofs.load(session_id)
        if proof is None:
            return Sight(session_id, source, entries)
        look = None
        if self._direct is not None:
            try:
                look = self._direct.look(proof.snapshot, source, entries)
            except (DoubtError, OSError) as doubt:
                self._note("proven-backup-read-by-restic", proof.snapshot, str(doubt))
        return Sight(session_id, source, entries, proof, Cover(entries, proof), look)

    def prove(self, held: Held, created_at: datetime, sight: Sight) -> None:
        """Compare the backup with the tree that was looked at, and remember what that proved."""
        newest = self._proofs.newest(sight.session_id)
        if sight.proof is not None and (newest is None or newest.snapshot != sight.proof.snapshot):
            sight = self.look(sight.session_id, sight.source, sight.entries)  # what was believed then is no more
        try:
            files = self._changes(held, sight)
            if files is None:
                files = self._everything(held, sight.source, sight.entries)
        except OSError as error:
            raise VaultError(f"backup {held.backup_id} could not be verified: {error}", reason="verify") from error
        self._proofs.save(sight.session_id, Proof(held.snapshot, created_at, files=files))

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

    def _changes(self, held: Held, sight: Sight) -> _Files | None:
        """Prove what changed since the proven backup; None where that cannot be told, or most of the tree changed."""
        if sight.proof is None or sight.cover is None:
            return None
        if sight.look is not None:
            try:
                return self._since_directly(held, sight, sight.look, sight.cover)
            except LostError as lost:
                self._note("backup-read-whole", held.backup_id, str(lost))
                return None
            except (DoubtError, OSError) as doubt:
                self._note("backup-read-by-restic", held.backup_id, str(doubt))
        try:
            return self._since(held, sight, sight.proof, sight.cover, lock=False)
        except VaultError:
            with self._sure():
                return self._since(held, sight, sight.proof, sight.cover, lock=True)

    def _since_directly(self, held: Held, sight: Sight, look: Look, cover: Cover) -> _Files | None:
        """What `_since` does, without restic."""
        files: _Files = {}

        def choose(changed: set[str]) -> list[Entry] | None:
            known, wanted = cover.split(changed, sight.source)
            files.update(known)
            return None if _most(wanted, sight.entries) else wanted

        proven = look.changed(held, choose)
        return None if proven is None else files | _files(sight.entries, proven)

    def _since(self, held: Held, sight: Sight, proof: Proof, cover: Cover, *, lock: bool) -> _Files | None:
        with ThreadPoolExecutor(2, "verify") as pool:
            listing = pool.submit(self._nodes, held, lock=lock)
            changed = self._changed(held, proof.snapshot, lock=lock)
            if changed is None:
                return None
            files, wanted = cover.split(
                {path for path in sight.entries if compare.shown(path) in changed}, sight.source
            )
            if _most(wanted, sight.entries):
                return None
            proven = ReadBack(self._restic, held, self._scratch).files(sight.source, wanted, lock=lock)
            self._compare(held, sight.entries, listing.result())
        return files | _files(sight.entries, proven)

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
