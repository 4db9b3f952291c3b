"""Taking damaged files out of a repository in a directory, so that the next backups bring what was in them anew.

restic stores no content twice. While its index names a damaged file as the place of some content, each new backup that
has this content leans on it and is broken too, although the work itself is still there. So what can still be read of
the file is put into a new one, in the format of restic's design document, and the file goes out of restic's sight; the
next backup finds what was damaged missing, and stores it. Later versions of restic do this by `repair packs`.

The new file and its index come first. A kill at any point leaves a repository that holds no less than before.
"""

import hashlib
import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from greenroom.vaults.base import VaultError
from greenroom.vaults.blobs import NAME, OVERHEAD, Blob, Index, MasterKey, genuine, pack_file
from greenroom.vaults.call import Call
from greenroom.vaults.command import Restic
from greenroom.vaults.keys import crypt, tag, write

ASIDE = "damaged"
"""The directory in the repository that damaged files are moved to; restic does not look there."""

_KINDS = {"data": 0, "tree": 1}
_COMPRESSED = 2


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with the files that hold the repository's content."""

    damaged: Mapping[str, Sequence[Blob]]
    """Names of those whose content is not what it was, and what is to be in each."""
    missing: Sequence[str]
    """Names of those that are gone."""

    def __bool__(self) -> bool:
        return bool(self.damaged or self.missing)


def survey(restic: Restic, directory: Path) -> Wrong:
    """Read every file and hold it against its name, which is its SHA-256. Raises VaultError."""
    indexed = _indexed(restic)
    found = set()
    damaged = {}
    try:
        for path in _files(directory):
            try:
                with path.open("rb", buffering=0) as file:
                    whole = hashlib.file_digest(file, "sha256").hexdigest() == path.name
            except FileNotFoundError:
                continue  # pruned meanwhile
            found.add(path.name)
            if not whole:
                damaged[path.name] = indexed.get(path.name, ())
    except OSError as error:
        raise _unreadable(restic, error) from error
    return Wrong(damaged, sorted(indexed.keys() - found))


def mend(restic: Restic, directory: Path, wrong: Wrong) -> None:
    """Have the repository's index speak only of what is there and can be read. Raises VaultError."""
    key = msgspec.json.decode(restic.output(Call(("cat", "masterkey"), doing="mending it")), type=MasterKey)
    try:
        for name, blobs in wrong.damaged.items():
            _salvage(directory, pack_file(directory, name), blobs, key)
        if wrong.damaged:
            _index_anew(restic)
            (directory / ASIDE).mkdir(mode=0o700, exist_ok=True)
        for name in wrong.damaged:
            pack_file(directory, name).replace(directory / ASIDE / name)
    except OSError as error:
        raise _unreadable(restic, error) from error
    _index_anew(restic)


def _indexed(restic: Restic) -> dict[str, list[Blob]]:
    """What is to be in each file."""
    packs: dict[str, list[Blob]] = {}
    names = restic.output(Call(("list", "index"), doing="reading its index")).decode().split()
    for name in names:
        output = restic.output(Call(("cat", "index", name), doing="reading its index"))
        for pack in msgspec.json.decode(output, type=Index).packs:
            packs.setdefault(pack.id, []).extend(pack.blobs)
    return packs


def _index_anew(restic: Restic) -> None:
    restic.output(Call(("rebuild-index",), doing="writing its index anew", at_ease=True))


def _files(directory: Path) -> Iterator[Path]:
    for path in (directory / "data").glob("??/*"):
        if NAME.fullmatch(path.name):
            yield path


def _salvage(directory: Path, damaged: Path, blobs: Sequence[Blob], key: MasterKey) -> None:
    """Write a file with what can still be read of the damaged one, if that is anything."""
    content = damaged.read_bytes()
    pieces, header = bytearray(), bytearray()
    for blob in blobs:
        piece = content[blob.offset : blob.offset + blob.length]
        if len(piece) != blob.length or not genuine(piece, key):
            continue
        pieces += piece
        kind = _KINDS[blob.type]
        if blob.uncompressed_length:
            header += struct.pack("<BII", kind + _COMPRESSED, blob.length, blob.uncompressed_length)
        else:
            header += struct.pack("<BI", kind, blob.length)
        header += bytes.fromhex(blob.id)
    if not pieces:
        return
    sealed = _sealed(bytes(header), key)
    whole = bytes(pieces) + sealed + struct.pack("<I", len(sealed))
    target = pack_file(directory, hashlib.sha256(whole).hexdigest())
    target.parent.mkdir(mode=0o700, exist_ok=True)
    write(directory, target, whole)


def _sealed(data: bytes, key: MasterKey) -> bytes:
    nonce = os.urandom(OVERHEAD)
    text = crypt(key.encrypt, nonce, data)
    return nonce + text + tag(key.mac.k, key.mac.r, nonce, text)


def _unreadable(restic: Restic, error: OSError) -> VaultError:
    return VaultError(f"vault {restic.repository.name} could not be mended: {error}; check its disk", reason="vault")
