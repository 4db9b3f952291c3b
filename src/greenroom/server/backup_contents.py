"""What operations are told of backups' files: from the indexes on this machine, and the content from the vault."""

import os
import stat
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from sqlite3 import DatabaseError

from greenroom.api.contents import Changed, Download, Entry, Position, VolumeNow
from greenroom.studio.backups import StreamingSessionBackup
from greenroom.studio.errors import Invalid, NotFound, Unavailable
from greenroom.vaults.archives import ArchiveForm, packed
from greenroom.vaults.base import TreeEntry, Vault, VaultError
from greenroom.vaults.trees import IndexedEntry, Tree, Trees
from greenroom.volumes.base import Volumes, VolumesError
from greenroom.volumes.walking import walk

CHUNK = 256 * 1024
"""Bytes that are read from the vault before they are sent on."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_SUCH = frozenset({"backup-missing", "invalid-id"})
_FILE_TYPES = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "dir",
    stat.S_IFLNK: "symlink",
    stat.S_IFIFO: "fifo",
    stat.S_IFCHR: "chardev",
    stat.S_IFBLK: "dev",
}
"""In the vault's words."""
_KINDS = frozenset({"file", "dir", "symlink"})
_MEDIA = {ArchiveForm.TAR_ZST: "application/zstd", ArchiveForm.ZIP: "application/zip"}


class BackupContents:
    """Looks into the studios' backups (greenroom.api.contents.Contents)."""

    def __init__(self, vault_of: Callable[[str], Vault], volumes: Callable[[], Volumes], trees: Trees) -> None:
        """`vault_of`, the vault of a studio, and `volumes` are asked for only when something is looked at."""
        self._vault_of = vault_of
        self._volumes = volumes
        self._trees = trees

    def page(self, backup: StreamingSessionBackup, directory: str, after: str, limit: int) -> Sequence[Entry]:
        """Entries directly in a directory, in the order of their names."""
        with self._tree(backup) as tree:
            if directory:
                _directory(tree, directory)
            return [_entry(found) for found in tree.children(directory, after=after, limit=limit)]

    def search(self, backup: StreamingSessionBackup, pattern: str, after: Position, limit: int) -> Sequence[Entry]:
        """Entries anywhere whose name is like the pattern."""
        with self._tree(backup) as tree:
            return [_entry(found) for found in tree.search(pattern, after=after, limit=limit)]

    def changes(
        self, before: StreamingSessionBackup, other: StreamingSessionBackup | VolumeNow, after: Position, limit: int
    ) -> Sequence[Changed]:
        """What differs between two backups, or a backup and its session's volume now."""
        beside = self._now(other) if isinstance(other, VolumeNow) else self._tree(other)
        with self._tree(before) as tree, beside as other_tree:
            found = tree.changes(other_tree.path, after=after, limit=limit)
        return [Changed(*(_entry(side) if side else None for side in change)) for change in found]

    def download(self, backup: StreamingSessionBackup, path: str, form: str) -> Download:
        """A file's content, or an archive of a directory."""
        with self._tree(backup) as tree:
            entry = tree.find(path) if path else None
            if path and entry is None:
                raise NotFound("file of the backup", path)
            location = entry.location if entry else b""
            if location is None or (entry and entry.type not in ("file", "dir")):
                raise Invalid(
                    f"{path!r} is no file or directory whose content can be had alone. Take the directory it is in.",
                    code="NO_CONTENT",
                )
            if entry and entry.type == "file":
                chunks = self._file(backup, location, entry.size)
                return Download(entry.name, "application/octet-stream", entry.size, _begun(chunks))
            specials = [each.location for each in tree.specials(path)]
        archive_form = ArchiveForm(form)
        name = entry.name if entry else f"backup-{backup.created_at:%Y-%m-%d-%H%M%S}"
        chunks = self._archive(backup, location, name, archive_form, [each for each in specials if each is not None])
        return Download(f"{name}.{form}", _MEDIA[archive_form], None, _begun(chunks))

    def _file(self, backup: StreamingSessionBackup, location: bytes, size: int) -> Generator[bytes, None, None]:
        with _told(), self._vault_of(backup.studio_id).stream(backup.backup_id, location) as stream:
            left = size
            while data := stream.read(min(CHUNK, left + 1)):
                left -= len(data)
                if left < 0:
                    break
                yield data
            if left:
                raise VaultError(f"{location!r} is not of the size that its backup tells", reason="stream")

    def _archive(
        self, backup: StreamingSessionBackup, location: bytes, name: str, form: ArchiveForm, specials: Sequence[bytes]
    ) -> Generator[bytes, None, None]:
        # A device or a pipe is no good to whoever unpacks it, and an empty file in its place would be a lie.
        above = len(location) + 1 if location else 0
        skipped = {each[above:].decode("utf-8", "surrogateescape") for each in specials}
        with _told(), self._vault_of(backup.studio_id).members(backup.backup_id, location) as members:
            yield from _gathered(packed(form, name, (each for each in members if each[0].name not in skipped)))

    @contextmanager
    def _tree(self, backup: StreamingSessionBackup) -> Iterator[Tree]:
        """The backup's index, made now where there is none."""
        with _told():
            key = f"{backup.backup_id} {backup.vault_snapshot}"
            with self._trees.opened(
                key, lambda take: self._vault_of(backup.studio_id).tree(backup.backup_id, take)
            ) as tree:
                yield tree

    @contextmanager
    def _now(self, now: VolumeNow) -> Iterator[Tree]:
        """The index of a volume as it is now."""

        def fill(take: Callable[[Iterator[TreeEntry]], None]) -> None:
            take(_tree_entry(path, facts) for path, facts in walk(self._volumes().path(now.volume_id)))

        with _told(), self._trees.opened(now.key, fill) as tree:
            yield tree


@contextmanager
def _told() -> Iterator[None]:
    """Failures of the vault and of this machine's disk, as the operations know them."""
    try:
        yield
    except (VaultError, VolumesError) as error:
        raise Unavailable(str(error), code=error.reason.upper().replace("-", "_")) from error
    except (OSError, DatabaseError) as error:
        raise Unavailable(f"The index of the backup's files cannot be kept: {error}", code="INDEX") from error


def _begun(chunks: Generator[bytes, None, None]) -> Generator[bytes, None, None]:
    """The same, its first portion read already: what is wrong from the start is told instead of sent."""
    first = next(chunks, b"")

    def rest() -> Generator[bytes, None, None]:
        try:
            yield first
            yield from chunks
        finally:
            chunks.close()

    return rest()


def _gathered(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Small parts put together."""
    kept: list[bytes] = []
    size = 0
    for part in parts:
        kept.append(part)
        size += len(part)
        if size >= CHUNK:
            yield b"".join(kept)
            kept.clear()
            size = 0
    yield b"".join(kept)


def _directory(tree: Tree, path: str) -> None:
    entry = tree.find(path)
    if entry is None or entry.type != "dir":
        raise NotFound("directory of the backup", path)


def _tree_entry(path: str, facts: os.stat_result) -> TreeEntry:
    raw = os.fsencode(path)
    kind = _FILE_TYPES.get(stat.S_IFMT(facts.st_mode), "other")
    size = facts.st_size if kind == "file" else 0
    shown = raw.decode("utf-8", "backslashreplace")
    return TreeEntry(shown, kind, size, stat.S_IMODE(facts.st_mode), facts.st_mtime_ns, raw)


def _entry(found: IndexedEntry) -> Entry:
    return Entry(
        path=found.path,
        type=found.type if found.type in _KINDS else "other",
        size=found.size,
        mode=found.mode,
        modified_at=_EPOCH + timedelta(microseconds=found.modified_ns // 1000),
    )
