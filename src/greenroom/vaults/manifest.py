"""A tree as it lies on the storage: every entry with what a backup must give back."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec

from greenroom.vaults.failures import SourceUnreadableError

CHUNK = 1 << 20
_TYPES = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "dir",
    stat.S_IFLNK: "symlink",
    stat.S_IFIFO: "fifo",
    stat.S_IFCHR: "chardev",
    stat.S_IFBLK: "dev",
}
ACL = "system.posix_acl_"
"""Begins the names of attributes that hold access lists."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One entry of a tree; `path` is relative to its root, which itself is the empty path."""

    path: str
    type: str
    """restic's words."""
    permissions: int
    uid: int
    gid: int
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    links: int
    linktarget: str


def scan(root: Path) -> dict[str, Entry]:
    """All entries below `root` by path, sockets left out: they mean nothing without their process.

    Raises SourceUnreadableError where the storage does not let it be read.
    """
    return {entry.path: entry for entry in walk(root)}


def walk(root: Path) -> Iterator[Entry]:
    """What `scan` finds, one by one, as it is found."""
    try:
        top = _entry("", root, os.lstat(root))
        if top.type != "dir":
            raise SourceUnreadableError(f"{root} is no directory, so it cannot be backed up")
        yield top
        directories = [""]
        while directories:
            directory = directories.pop()
            with os.scandir(root / directory) as children:
                for child in children:
                    path = f"{directory}/{child.name}" if directory else child.name
                    facts = child.stat(follow_symlinks=False)
                    if stat.S_ISSOCK(facts.st_mode):
                        continue
                    yield _entry(path, child, facts)
                    if stat.S_ISDIR(facts.st_mode):
                        directories.append(path)
    except OSError as error:
        raise SourceUnreadableError(
            f"the snapshot at {root} could not be read: {error}; its storage needs looking at"
        ) from error


def attributes(path: Path) -> dict[str, bytes]:
    """The extended attributes of an entry itself, access lists left out: those come as text from some places."""
    try:
        names = os.listxattr(path, follow_symlinks=False)
    except OSError as error:
        if error.errno == errno.ENOTSUP:
            return {}
        raise
    return {name: os.getxattr(path, name, follow_symlinks=False) for name in names if not name.startswith(ACL)}


def digest(path: Path) -> bytes:
    """The SHA-256 of a file's content."""
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").digest()


def _entry(path: str, location: os.PathLike[str], facts: os.stat_result) -> Entry:
    kind = _TYPES[stat.S_IFMT(facts.st_mode)]
    return Entry(
        path=path,
        type=kind,
        permissions=stat.S_IMODE(facts.st_mode),
        uid=facts.st_uid,
        gid=facts.st_gid,
        size=facts.st_size if kind == "file" else 0,
        mtime_ns=facts.st_mtime_ns,
        ctime_ns=facts.st_ctime_ns,
        inode=facts.st_ino,
        links=facts.st_nlink,
        linktarget=str(Path(location).readlink()) if kind == "symlink" else "",
    )
