"""Taking a root file system out of a tar archive that somebody else made.

Nothing is written outside of the target, whatever the archive says: names with `..` are refused, no link is followed
on the way to a file, links lead nowhere out of the tree, devices and pipes are left out, nothing is setuid, and all
belongs to whoever unpacks.
"""

import bz2
import contextlib
import errno
import gzip
import lzma
import os
import shutil
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

import zstandard

from greenroom.engines.images.errors import ImageError

_OPEN_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_LATEST = 2**40
"""Seconds since 1970; times beyond are a mistake that a file system may refuse."""
_WIDEST_WINDOW = 2**31


@contextmanager
def opened(archive: Path) -> Iterator[IO[bytes]]:
    """The archive's tar stream, out of gzip, zstd, xz or bzip2 where it is in one. Raises OSError."""
    with archive.open("rb") as file:
        start = file.read(6)
        file.seek(0)
        stream: IO[bytes]
        if start.startswith(b"\x1f\x8b"):
            stream = cast(IO[bytes], gzip.GzipFile(fileobj=file))
        elif start.startswith(b"\x28\xb5\x2f\xfd"):
            reader = zstandard.ZstdDecompressor(max_window_size=_WIDEST_WINDOW)
            stream = cast(IO[bytes], reader.stream_reader(file, read_across_frames=True))
        elif start.startswith(b"\xfd7zXZ"):
            stream = cast(IO[bytes], lzma.LZMAFile(file))  # noqa: SIM115  closed below
        elif start.startswith(b"BZh"):
            stream = cast(IO[bytes], bz2.BZ2File(file))
        else:
            stream = file
        with stream:
            yield stream


def unpack(stream: IO[bytes], target: Path) -> None:
    """Write what the tar stream holds below `target`, an empty directory. Raises ImageError, OSError."""
    root = os.open(target, _OPEN_DIRECTORY)
    try:
        with tarfile.open(fileobj=cast(BinaryIO, stream), mode="r|") as archive:
            for member in archive:
                _unpack_member(archive, member, root)
    except (tarfile.TarError, EOFError, lzma.LZMAError, zstandard.ZstdError, gzip.BadGzipFile) as error:
        raise ImageError(f"it is not a whole tar archive: {error}") from error
    finally:
        os.close(root)


def _unpack_member(archive: tarfile.TarFile, member: tarfile.TarInfo, root: int) -> None:
    parts = _parts(member.name, member.name)
    if not parts or not (member.isreg() or member.isdir() or member.issym() or member.islnk()):
        return  # the root itself; devices, pipes and what is unknown
    with _directory(root, parts[:-1], member.name) as parent:
        name = parts[-1]
        if member.isdir():
            _make_directory(parent, name, member)
            return
        _make_room(parent, name)
        if member.issym():
            os.symlink(_link(parts, member), name, dir_fd=parent)
        elif member.islnk():
            of = _parts(member.linkname, member.name)
            with _directory(root, of[:-1], member.name) as other:
                os.link(of[-1], name, src_dir_fd=other, dst_dir_fd=parent, follow_symlinks=False)
        else:
            _write(archive, member, parent, name)


def _parts(name: str, member: str) -> list[str]:
    """The name's parts below the root. Raises ImageError for one that leads elsewhere."""
    parts = [part for part in name.lstrip("/").split("/") if part not in ("", ".")]
    if ".." in parts or "\0" in name:
        raise ImageError(f"the archive's {member!r} leads out of it")
    return parts


def _link(parts: Sequence[str], member: tarfile.TarInfo) -> str:
    """The link's target, relative to where it lies, so that it means the same on the host as in the session."""
    up = len(parts) - 1
    target = PurePosixPath(member.linkname)
    if target.is_absolute():
        depth, steps = 0, target.parts[1:]
        text = "/".join([".."] * up + list(steps)) or "."
    else:
        depth, steps, text = up, target.parts, member.linkname
    for step in steps:
        depth += -1 if step == ".." else 1
        if depth < 0:
            raise ImageError(f"the archive's link {member.name!r} leads out of it")
    return text


@contextmanager
def _directory(root: int, parts: Sequence[str], member: str) -> Iterator[int]:
    """The directory of those parts, made where it is not there; on the way no link is followed."""
    current = os.dup(root)
    try:
        for part in parts:
            with contextlib.suppress(FileExistsError):
                os.mkdir(part, 0o755, dir_fd=current)
            try:
                deeper = os.open(part, _OPEN_DIRECTORY, dir_fd=current)
            except OSError as error:
                if error.errno in (errno.ELOOP, errno.ENOTDIR):
                    raise ImageError(
                        f"the archive's {member!r} goes through {part!r}, which is no directory"
                    ) from error
                raise
            os.close(current)
            current = deeper
        yield current
    finally:
        os.close(current)


def _make_directory(parent: int, name: str, member: tarfile.TarInfo) -> None:
    with contextlib.suppress(FileExistsError):
        os.mkdir(name, dir_fd=parent)
    with _directory(parent, [name], member.name) as made:
        os.fchmod(made, member.mode & 0o777 | 0o700)


def _make_room(parent: int, name: str) -> None:
    """What comes later in an archive takes the place of what came before."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(name, dir_fd=parent)


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, parent: int, name: str) -> None:
    content = archive.extractfile(member)
    made = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=parent)
    with os.fdopen(made, "wb") as file:
        if content is not None:
            shutil.copyfileobj(content, file, 1024 * 1024)
        file.flush()
        os.fchmod(made, member.mode & 0o777 | 0o400)
        time = min(max(0.0, float(member.mtime)), _LATEST)
        os.utime(made, (time, time))
