"""Trees with everything that a file system can hold, and their descriptions, to compare."""

import contextlib
import hashlib
import os
import socket
import stat
import struct
from pathlib import Path
from typing import Any

UID, GID = 4321, 4322
ODD_NAMES = (b"new\nline", b"\xff\xfe not UTF-8", b"-rf", b" ", b"'\"`$(id)", b"\xf0\x9f\x8e\xac", b"n" * 255)


def grow(root: Path) -> None:
    """Fill a directory with one of everything, owned by UID and GID."""
    (root / "plain").write_bytes(b"content")
    (root / "empty").touch()
    os.link(root / "plain", root / "second name")
    (root / "deep" / "er" / "est").mkdir(parents=True)
    os.link(root / "plain", root / "deep" / "er" / "third name")
    (root / "deep" / "big").write_bytes(os.urandom(300_000))
    with (root / "sparse").open("wb") as file:
        file.seek(1 << 20)
        file.write(b"island")
        file.truncate(64 << 20)
    for name in ODD_NAMES:
        Path(os.fsdecode(os.fsencode(root) + b"/" + name)).write_bytes(name)
    for name, target in (("relative", "deep/big"), ("absolute", "/etc/hostname"), ("dangling", "nowhere")):
        (root / name).symlink_to(target)
    os.link(root / "dangling", root / "dangling too", follow_symlinks=False)
    os.mkfifo(root / "fifo", 0o640)
    _socket(root / "socket")
    for entry in root.rglob("*"):
        os.chown(entry, UID, GID, follow_symlinks=False)
    os.setxattr(root / "plain", "user.greenroom", b"\0value")
    os.setxattr(root / "deep", "user.greenroom", b"on a directory")
    os.setxattr(root / "deep", "system.posix_acl_access", _acl(stat.S_IRWXU))
    os.setxattr(root / "deep", "system.posix_acl_default", _acl(stat.S_IRWXU))
    (root / "empty").chmod(0o6755)
    (root / "plain").chmod(0)
    (root / "deep" / "er").chmod(0o555)
    for second, name in enumerate(("plain", "fifo", "dangling", "deep/er/est", "deep/er", "deep")):
        os.utime(root / name, ns=(1, 10**18 + second * 10**9 + 123_456_789), follow_symlinks=False)


def describe(root: Path) -> dict[bytes, Any]:
    """All that a copy must keep, by name; the top of the tree is "."."""
    top = os.fsencode(root)
    names = [b"."]
    for directory, directories, files in os.walk(top):
        names += [os.path.relpath(os.path.join(directory, name), top) for name in directories + files]  # noqa: PTH118  bytes
    inodes: dict[int, list[bytes]] = {}
    for name in names:
        inodes.setdefault(os.lstat(os.path.join(top, name)).st_ino, []).append(name)  # noqa: PTH118
    return {name: _describe(os.path.join(top, name), sorted(inodes[_inode(top, name)])) for name in names}  # noqa: PTH118


def holes(path: Path) -> bool:
    """Whether a file takes fewer blocks than its size asks for."""
    status = path.stat()
    return status.st_blocks * 512 < status.st_size


def _describe(path: bytes, together: list[bytes]) -> tuple[Any, ...]:
    status = os.lstat(path)
    known: list[Any] = [oct(status.st_mode), status.st_uid, status.st_gid, status.st_mtime_ns]
    if stat.S_ISREG(status.st_mode):
        known += [status.st_size, hashlib.sha256(Path(os.fsdecode(path)).read_bytes()).hexdigest()]
    if stat.S_ISLNK(status.st_mode):
        known.append(Path(os.fsdecode(path)).readlink())
    if not stat.S_ISDIR(status.st_mode):
        known.append(tuple(together))
    if stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode):
        known.append({name: os.getxattr(path, name) for name in sorted(os.listxattr(path))})
    return tuple(known)


def _inode(top: bytes, name: bytes) -> int:
    return os.lstat(os.path.join(top, name)).st_ino  # noqa: PTH118


def _socket(path: Path) -> None:
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as made:
        descriptor = os.open(path.parent, os.O_PATH)
        try:
            made.bind(f"/proc/self/fd/{descriptor}/{path.name}")  # the name of a socket may have 107 bytes only
        finally:
            os.close(descriptor)


def _acl(owner: int) -> bytes:
    """An access list in the kernel's form that lets one more user (id 99) read."""
    everyone = 0xFFFFFFFF
    entries = [
        (0x01, owner >> 6, everyone),
        (0x02, 4, 99),
        (0x04, 0, everyone),
        (0x10, 4, everyone),
        (0x20, 0, everyone),
    ]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
