"""Everything about a tree, file by file: what a backup that is restored must give back.

Kept compressed, one file a backup, in a form that can be read without Greenroom: JSON lines, zstandard.
"""

import hashlib
import heapq
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
import zstandard

from greenroom.vaults.failures import SourceUnreadableError
from greenroom.vaults.holes import Hole, filled, holes, kept_in
from greenroom.vaults.manifest import digest, scan

_MOST_SHOWN = 5
_HOLE = 2 << 20
"""Bytes of the shortest hole that is to come back."""
_MOST_HOLES = 1000
"""Of one file: the longest."""


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry of a tree. Times are in nanoseconds, since 1970; sizes in bytes."""

    path: str
    type: str
    mode: int
    uid: int
    gid: int
    size: int = 0
    mtime_ns: int = 0
    linktarget: str = ""
    sha256: str = ""
    """Of a file's content."""
    same_as: str = ""
    """The first path, in the order of paths, of the entries that are this very file: hard links."""
    attributes: Mapping[str, str] = {}
    """Extended attributes with their values in hexadecimal, access lists among them (`system.posix_acl_…`)."""
    holes: tuple[Hole, ...] = ()
    """Where it has long holes: the first byte of each, and the first after it."""


def take(root: Path) -> dict[str, Item]:
    """All of the tree but its root itself. Raises SourceUnreadableError."""
    first: dict[int, str] = {}
    items: dict[str, Item] = {}
    for path, entry in sorted(scan(root).items()):
        if not path:
            continue
        location = root / path
        same_as = ""
        if entry.type == "file" and entry.links > 1:
            same_as = first.setdefault(entry.inode, path)
        try:
            sha256 = ""
            if entry.type == "file":
                sha256 = items[same_as].sha256 if same_as and same_as != path else digest(location).hex()
            items[path] = Item(
                path=path,
                type=entry.type,
                mode=entry.permissions,
                uid=entry.uid,
                gid=entry.gid,
                size=entry.size,
                mtime_ns=0 if entry.type == "symlink" else entry.mtime_ns,
                linktarget=entry.linktarget,
                sha256=sha256,
                same_as=same_as,
                attributes=_attributes(location),
                holes=_holes(location) if entry.type == "file" and entry.size >= _HOLE else (),
            )
        except OSError as error:
            raise SourceUnreadableError(f"the tree at {root} could not be read: {error}") from error
    return items


def _attributes(location: Path) -> dict[str, str]:
    try:
        names = os.listxattr(location, follow_symlinks=False)
    except OSError:
        return {}
    return {name: os.getxattr(location, name, follow_symlinks=False).hex() for name in sorted(names)}


def _holes(location: Path) -> tuple[Hole, ...]:
    file = os.open(location, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        long = (hole for hole in holes(file) if hole[1] - hole[0] >= _HOLE)
        return tuple(sorted(heapq.nlargest(_MOST_HOLES, long, lambda hole: hole[1] - hole[0])))
    finally:
        os.close(file)


def differences(expected: Mapping[str, Item], found: Mapping[str, Item]) -> str:
    """What differs but holes, the first few by name; an empty text where nothing does."""
    return _some(_told(expected, found))


def lost_holes(expected: Mapping[str, Item], root: Path) -> str:
    """Which files below `root`, all else being as expected, came back without their long holes; or an empty text."""
    return _some(_told_of_holes(expected, root)) if kept_in(root) else ""


def _some(sentences: Iterable[str]) -> str:
    told = list(sentences)
    more = len(told) - _MOST_SHOWN
    return "; ".join(told[:_MOST_SHOWN]) + (f"; and {more} more" if more > 0 else "")


def _told(expected: Mapping[str, Item], found: Mapping[str, Item]) -> Iterator[str]:
    for path in sorted(expected.keys() | found.keys()):
        before, after = expected.get(path), found.get(path)
        if before is None:
            yield f"{path!r} was not in the snapshot"
        elif after is None:
            yield f"{path!r} did not come back"
        else:
            members = [
                name
                for name in Item.__struct_fields__
                if name != "holes" and getattr(before, name) != getattr(after, name)
            ]
            if members:
                yield f"{path!r} has another {', '.join(members)}"


def _told_of_holes(expected: Mapping[str, Item], root: Path) -> Iterator[str]:
    for path, item in expected.items():
        if item.holes:
            try:
                with (root / path).open("rb", buffering=0) as file:
                    lost = filled(file.fileno(), item.holes)
            except OSError as error:
                raise SourceUnreadableError(f"the tree at {root} could not be read: {error}") from error
            if lost:
                yield f"{path!r} came back without its holes: {lost} bytes of zeros take room that took none"


class Censuses:
    """The censuses of backups, a file each in `directory`; the names of people's files are in them."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def load(self, backup_id: str) -> dict[str, Item] | None:
        """The backup's census, if there is one that is whole."""
        try:
            data = self._path(backup_id).read_bytes()
            content = zstandard.ZstdDecompressor().decompress(data, max_output_size=2**34)
        except (OSError, zstandard.ZstdError):
            return None
        body, _, checksum = content.rpartition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != checksum:
            return None
        decoder = msgspec.json.Decoder(Item)
        return {item.path: item for item in map(decoder.decode, filter(None, body.split(b"\n")))}

    def save(self, backup_id: str, items: Mapping[str, Item]) -> None:
        """Keep it; all or nothing. Its last line is the SHA-256 of the others."""
        body = b"\n".join(map(msgspec.json.encode, items.values()))
        content = body + b"\n" + hashlib.sha256(body).hexdigest().encode()
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".new-", dir=self._directory)
        with os.fdopen(descriptor, "wb") as file:
            file.write(zstandard.ZstdCompressor().compress(content))
        Path(name).replace(self._path(backup_id))

    def drop_all_but(self, wanted: set[str]) -> None:
        """Remove the censuses of backups that are gone."""
        if not self._directory.is_dir():
            return
        for file in self._directory.iterdir():
            if file.name.removesuffix(_SUFFIX) not in wanted:
                file.unlink(missing_ok=True)

    def _path(self, backup_id: str) -> Path:
        return self._directory / f"{backup_id}{_SUFFIX}"


_SUFFIX = ".jsonl.zst"
