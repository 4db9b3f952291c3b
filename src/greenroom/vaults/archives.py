"""A directory of a backup as an archive that any machine unpacks, made while it is sent."""

import io
import stat
import tarfile
import time
import zipfile
from collections.abc import Iterator
from enum import StrEnum
from typing import IO

import zstandard

from greenroom.vaults.base import Member, VaultError
from greenroom.vaults.manifest import CHUNK

_BLOCK = tarfile.BLOCKSIZE
_ZSTD_LEVEL = 3
_DEFLATE_LEVEL = 1
_EARLIEST, _LATEST = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)
"""What a zip can say of times."""


class ArchiveForm(StrEnum):
    """How files are put together."""

    TAR_ZST = "tar.zst"
    ZIP = "zip"


def packed(form: ArchiveForm, top: str, contents: Iterator[Member]) -> Iterator[bytes]:
    """The archive in portions, everything in it below the directory `top`."""
    root = tarfile.TarInfo(top)
    root.type, root.mode, root.mtime = tarfile.DIRTYPE, 0o755, int(time.time())

    def below() -> Iterator[Member]:
        yield root, None
        for member, content in contents:
            member.name = f"{top}/{member.name}"
            yield member, content

    return _zip(below()) if form is ArchiveForm.ZIP else _tar_zst(below())


def _tar_zst(contents: Iterator[Member]) -> Iterator[bytes]:
    compressor = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()
    for member, content in contents:
        yield compressor.compress(member.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape"))
        for data in _whole(member, content):
            yield compressor.compress(data)
        yield compressor.compress(b"\0" * (-member.size % _BLOCK if content else 0))
    yield compressor.compress(b"\0" * (2 * _BLOCK)) + compressor.flush()


def _zip(contents: Iterator[Member]) -> Iterator[bytes]:
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=_DEFLATE_LEVEL) as archive:
        for member, content in contents:
            info = _zip_info(member)
            if content is None:
                archive.writestr(info, member.linkname.encode("utf-8", "surrogateescape") if member.issym() else b"")
            else:
                with archive.open(info, "w") as target:
                    for data in _whole(member, content):
                        target.write(data)
                        yield sink.taken()
            yield sink.taken()
    yield sink.taken()


def _zip_info(member: tarfile.TarInfo) -> zipfile.ZipInfo:
    # Some programs take a backslash for a slash, and would then write where no name of a backup leads.
    name = member.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\\", "_")
    moment = time.gmtime(max(0, min(member.mtime, 2**33)))[:6]
    info = zipfile.ZipInfo(f"{name}/" if member.isdir() else name, max(_EARLIEST, min(moment, _LATEST)))
    kind = stat.S_IFDIR if member.isdir() else stat.S_IFLNK if member.issym() else stat.S_IFREG
    info.external_attr = (kind | member.mode) << 16 | (0x10 if member.isdir() else 0)
    info.compress_type = zipfile.ZIP_DEFLATED if member.isreg() else zipfile.ZIP_STORED
    info.file_size = member.size
    return info


def _whole(member: tarfile.TarInfo, content: IO[bytes] | None) -> Iterator[bytes]:
    """All of a file's content. Raises VaultError where it is shorter than the archive has said already."""
    if content is None:
        return
    left = member.size
    while left:
        data = content.read(min(CHUNK, left))
        if not data:
            raise VaultError(f"the content of {member.name!r} broke off", reason="stream")
        left -= len(data)
        yield data


class _Sink(io.RawIOBase):
    """Keeps what is written until it is taken; zipfile sees that it cannot seek, and writes straight on."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # zipfile writes bytes
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data
