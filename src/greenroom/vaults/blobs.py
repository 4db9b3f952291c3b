"""A repository in a directory, read without restic: in the format of restic's design document.

Whatever is read has been authenticated by the repository's key and held against its name, which is its SHA-256; where
an index names several places for one piece of content, all of them were. Anything else raises DoubtError: who meets it
asks restic, whose answer counts.
"""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec
import zstandard
from cryptography.hazmat.primitives.constant_time import bytes_eq

from greenroom.vaults import keys
from greenroom.vaults.keys import crypt, tag
from greenroom.vaults.labels import SnapshotRecord
from greenroom.vaults.nodes import Facts

NAME = re.compile(r"[0-9a-f]{64}")
"""What files of a repository are called: by their SHA-256."""
OVERHEAD = 16
"""Bytes of a nonce, and of an authentication."""

_MOST_INDEX = 16 << 20
"""Bytes of index files beyond which restic is the better one to hold them in memory."""
_MOST_FILES = 1000
"""Index files likewise."""
_LARGEST = 64 << 20
"""Bytes of a piece of content at most; restic cuts at 8 MiB, and a directory's list is one piece."""
_T = TypeVar("_T")
_FRAME = b"\x02"
"""Begins a file that is compressed; others are JSON as it is."""


class DoubtError(Exception):
    """What is there cannot be told to be right this way."""


class LostError(DoubtError):
    """Content is not where it is to be: only reading all of it can tell what is left."""


class Blob(msgspec.Struct, gc=False):
    """A piece of content, as an index tells where it is."""

    id: str
    type: str
    offset: int
    length: int
    uncompressed_length: int = 0

    @property
    def size(self) -> int:
        """Bytes of the content itself."""
        return self.uncompressed_length or self.length - 2 * OVERHEAD


class Pack(msgspec.Struct):
    """A file of the repository with what is to be in it."""

    id: str
    blobs: list[Blob]


class Index(msgspec.Struct):
    """What one index file tells."""

    packs: list[Pack] = []


class _Mac(msgspec.Struct):
    k: bytes
    r: bytes


class MasterKey(msgspec.Struct):
    """The key that everything in the repository is sealed with."""

    mac: _Mac
    encrypt: bytes


class Attribute(msgspec.Struct):
    """An extended attribute."""

    name: str
    value: bytes | None = None


class TreeNode(Facts, frozen=True, gc=False):
    """An entry of a directory; `name` is escaped as Go escapes strings."""

    name: str = ""
    content: list[str] | None = None
    subtree: str | None = None
    extended_attributes: list[Attribute] | None = None


_INDEX = msgspec.json.Decoder(Index)
_SNAPSHOT = msgspec.json.Decoder(SnapshotRecord)
_MASTER = msgspec.json.Decoder(MasterKey)


def pack_file(directory: Path, name: str) -> Path:
    """Where the repository in that directory has the pack of that name."""
    return directory / "data" / name[:2] / name


def genuine(sealed: bytes, key: MasterKey) -> bool:
    """Whether `sealed` is what was sealed with `key`."""
    nonce, text, given = sealed[:OVERHEAD], sealed[OVERHEAD:-OVERHEAD], sealed[-OVERHEAD:]
    return len(sealed) > 2 * OVERHEAD and bytes_eq(tag(key.mac.k, key.mac.r, nonce, text), given)


def master_key(directory: Path, password: bytes) -> MasterKey:
    """The key of the repository in that directory. Raises DoubtError, OSError."""
    try:
        return _MASTER.decode(keys.master(directory, password))
    except (ValueError, msgspec.DecodeError) as error:
        raise DoubtError(f"the key cannot be opened: {error}") from error


class Files:
    """The repository's small files, and what is sealed as they are; for one thread.

    Every method raises DoubtError, OSError.
    """

    def __init__(self, directory: Path, key: MasterKey) -> None:
        self._directory = directory
        self._key = key
        self._expander = zstandard.ZstdDecompressor()

    def snapshot(self, name: str) -> SnapshotRecord:
        """The snapshot of that whole id."""
        told = decoded(_SNAPSHOT, self.unpacked("snapshots", name))
        return msgspec.structs.replace(told, id=name)

    def unpacked(self, kind: str, name: str) -> bytes:
        """What the file of that name in the directory `kind` says."""
        if not NAME.fullmatch(name):
            raise DoubtError(f"{name} is no whole id")
        sealed = (self._directory / kind / name).read_bytes()
        if hashlib.sha256(sealed).hexdigest() != name:
            raise DoubtError(f"{kind} {name} is not what it is to be")
        plain = self.opened(sealed)
        return self.expanded(plain[1:], _MOST_INDEX * 16) if plain.startswith(_FRAME) else plain

    def opened(self, sealed: bytes) -> bytes:
        """What was sealed."""
        if not genuine(sealed, self._key):
            raise DoubtError("something is not what was stored")
        return crypt(self._key.encrypt, sealed[:OVERHEAD], sealed[OVERHEAD:-OVERHEAD])

    def expanded(self, packed: bytes, most: int) -> bytes:
        """What was compressed, of that size at most where it does not say its own."""
        try:
            return self._expander.decompress(packed, max_output_size=most)
        except zstandard.ZstdError as error:
            raise DoubtError(f"something cannot be expanded: {error}") from error


class Blobs:
    """The content of a repository; for one thread. Every method raises DoubtError, OSError."""

    def __init__(self, directory: Path, files: Files) -> None:
        self._directory = directory
        self._files = files
        self._places: dict[str, list[tuple[str, Blob]]] = {}
        self._read: set[str] = set()
        self._ends: dict[str, int] = {}
        self._lengths: dict[str, int] = {}
        self._load(self._names())

    def renewed(self) -> bool:
        """Learn what was added since; False where anything known before may no longer be true, and all is to be
        learned anew: an index file is gone, or one that is new tells of another place for what was known.
        """
        names = self._names()
        return names >= self._read and self._load(names - self._read)

    def still_there(self) -> None:
        """Look once more that the files in which `size` found pieces are as long as they are to be."""
        self._lengths.clear()
        for pack, end in self._ends.items():
            if end > self._length(pack):
                raise DoubtError(f"{pack} is cut short")

    def content(self, name: str, kind: str = "data") -> bytes:
        """A piece of content, out of each place where it is to be."""
        content = b""
        for pack, blob in self._places.get(name, ()):
            if blob.type != kind or blob.size > _LARGEST:
                raise DoubtError(f"{name} is no {kind} of a usual size")
            with pack_file(self._directory, pack).open("rb", buffering=0) as file:
                file.seek(blob.offset)
                sealed = file.read(blob.length)
            if len(sealed) != blob.length:
                raise DoubtError(f"{pack} is cut short")
            content = self._files.opened(sealed)
            if blob.uncompressed_length:
                content = self._files.expanded(content, blob.uncompressed_length)
            if hashlib.sha256(content).hexdigest() != name:
                raise DoubtError(f"{name} in {pack} is not what it is to be")
        if not content:
            raise DoubtError(f"{name} is not in the index")
        return content

    def size(self, names: Iterable[str]) -> int:
        """Bytes of these pieces together; that each of them is in a file that is long enough is looked at."""
        total = 0
        for name in names:
            places = self._places.get(name)
            if not places:
                raise DoubtError(f"{name} is not in the index")
            for pack, blob in places:
                end = blob.offset + blob.length
                if blob.type != "data" or end > self._length(pack):
                    raise DoubtError(f"{name} is not in {pack}")
                if end > self._ends.get(pack, 0):
                    self._ends[pack] = end
            total += places[0][1].size
        return total

    def _names(self) -> set[str]:
        files = [path for path in (self._directory / "index").iterdir() if NAME.fullmatch(path.name)]
        if len(files) > _MOST_FILES or sum(path.stat().st_size for path in files) > _MOST_INDEX:
            raise DoubtError("the index is large")
        return {path.name for path in files}

    def _load(self, names: set[str]) -> bool:
        """Read these files of the index; whether all that they tell of was unknown before."""
        new, before = True, set(self._places)
        for name in names:
            for pack in decoded(_INDEX, self._files.unpacked("index", name)).packs:
                if not NAME.fullmatch(pack.id):
                    raise DoubtError("the index names a file that can be none")
                for blob in pack.blobs:
                    new = new and blob.id not in before
                    self._places.setdefault(blob.id, []).append((pack.id, blob))
        self._read |= names
        return new

    def _length(self, pack: str) -> int:
        if pack not in self._lengths:
            self._lengths[pack] = pack_file(self._directory, pack).stat().st_size
        return self._lengths[pack]


def decoded(decoder: msgspec.json.Decoder[_T], data: bytes) -> _T:
    """What `data` says."""
    try:
        return decoder.decode(data)
    except msgspec.DecodeError as error:
        raise DoubtError(f"something is in no known form: {error}") from error
