"""Unpacking a directory that came out of a backup, so that nothing in it is written anywhere else."""

import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

import zstandard

from greenroom.cli.failures import CommandError
from greenroom.cli.output import note
from greenroom.volumes.beneath import directory, root_directory

_PORTION = 1 << 20
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def unpack(archive: IO[bytes], target: Path) -> int:
    """Fill the new or empty directory `target` with what the archive's top directory holds; bytes of its files.

    Links come last, so that nothing is written through one, and those that lead out of `target` are left out with a
    remark. Where it breaks off, as on a full disk, nothing of it stays. Raises CommandError.
    """
    there = target.is_dir()
    target.mkdir(exist_ok=True)
    if any(target.iterdir()):
        raise CommandError(f"{target} is not empty. Name a directory that is not there yet.")
    try:
        return _fill(target, archive)
    except BaseException:
        for entry in list(target.iterdir()):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        if not there:
            target.rmdir()
        raise


def _fill(target: Path, archive: IO[bytes]) -> int:
    archive.seek(0)
    size, directories, links = 0, list[tuple[list[str], tarfile.TarInfo]](), list[tuple[list[str], tarfile.TarInfo]]()
    with root_directory(target) as root, zstandard.ZstdDecompressor().stream_reader(archive) as plain:
        for names, member, content in _members(plain):
            if member.isdir():
                _make_directory(root, names)
                directories.append((names, member))
            elif member.issym():
                links.append((names, member))
            elif content is not None:
                _write(root, names, member, content)
                size += member.size
        for names, member in links:
            _link(root, names, member)
        for names, member in reversed(directories):
            with directory(root, names) as place:
                os.fchmod(place, member.mode & 0o777)
                os.utime(place, (member.mtime, member.mtime))
    return size


def _members(plain: IO[bytes]) -> Iterator[tuple[list[str], tarfile.TarInfo, IO[bytes] | None]]:
    """Entries below the archive's top directory by the names that lead to them. Raises CommandError."""
    try:
        with tarfile.open(fileobj=plain, mode="r|", encoding="utf-8", errors="surrogateescape") as tar:
            while (member := tar.next()) is not None:
                tar.members.clear()  # type: ignore[attr-defined]  # it would keep all of them
                _, *names = member.name.split("/")
                if any(name in ("", ".", "..") or "\0" in name for name in names):
                    raise CommandError(f"The archive holds {member.name!r}, which leads out of it: it is not unpacked.")
                if names:
                    yield names, member, tar.extractfile(member) if member.isreg() else None
    except (tarfile.TarError, zstandard.ZstdError) as error:
        raise CommandError(f"The archive that came cannot be read ({error}). Try again.") from error


def _make_directory(root: int, names: list[str]) -> None:
    with directory(root, names[:-1]) as place:
        os.mkdir(names[-1], 0o700, dir_fd=place)


def _write(root: int, names: list[str], member: tarfile.TarInfo, content: IO[bytes]) -> None:
    with (
        directory(root, names[:-1]) as place,
        os.fdopen(os.open(names[-1], _NEW, 0o600, dir_fd=place), "wb") as file,
    ):
        while data := content.read(_PORTION):
            file.write(data)
        file.flush()
        os.fchmod(file.fileno(), member.mode & 0o777)
        os.utime(file.fileno(), (member.mtime, member.mtime))


def _link(root: int, names: list[str], member: tarfile.TarInfo) -> None:
    if _leads_out(names, member.linkname):
        note(f"{'/'.join(names)} is a link to {member.linkname}, which lies outside: it was left out.")
        return
    with directory(root, names[:-1]) as place:
        os.symlink(member.linkname, names[-1], dir_fd=place)


def _leads_out(names: list[str], link: str) -> bool:
    """Whether a link may lead out. Its steps up must come first: after a name that is itself a link, nobody can tell
    where they lead."""
    parts = PurePosixPath(link).parts
    up = 0
    while up < len(parts) and parts[up] == "..":
        up += 1
    return link.startswith("/") or up >= len(names) or ".." in parts[up:]
