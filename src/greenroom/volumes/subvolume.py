"""btrfs subvolumes by the kernel's own calls (linux/btrfs.h): in an instant, whole or not at all, at open directories.

No path is resolved here, so that nobody can swap a directory under a call. Everything raises OSError.
"""

import errno
import fcntl
import os
import struct
import sys
from collections.abc import Iterator

from greenroom.volumes import beneath
from greenroom.volumes.tree_copy import SUBVOLUME_INODE

_MAGIC = 0x94
_WRITE, _READ = 1, 2
_ARGUMENTS = 4096
"""Size of the argument of most of these calls."""


def _number(direction: int, call: int, size: int) -> int:
    return direction << 30 | size << 16 | _MAGIC << 8 | call


_SYNC = _number(0, 8, 0)
_SNAP_DESTROY = _number(_WRITE, 15, _ARGUMENTS)
_SNAP_CREATE_V2 = _number(_WRITE, 23, _ARGUMENTS)
_SUBVOL_CREATE_V2 = _number(_WRITE, 24, _ARGUMENTS)
_SUBVOL_GETFLAGS = _number(_READ, 25, 8)
_SUBVOL_SETFLAGS = _number(_WRITE, 26, 8)
_GET_SUBVOL_ROOTREF = _number(_READ | _WRITE, 61, _ARGUMENTS)
_INO_LOOKUP_USER = _number(_READ | _WRITE, 62, _ARGUMENTS)

_READ_ONLY = 1 << 1
_CREATION = struct.Struct("=qQQ32x4040s")
"""btrfs_ioctl_vol_args_v2: source descriptor, transaction, flags, unused, name."""
_DESTRUCTION = struct.Struct("=q4088s")
"""btrfs_ioctl_vol_args: unused descriptor, name."""
_LOOKUP = struct.Struct("=QQ256s3824s")
"""btrfs_ioctl_ino_lookup_user_args: directory inode, subvolume id, name of the subvolume, path of the directory."""
_REFERENCES_AT = 8
_REFERENCE = struct.Struct("=QQ")
_REFERENCES_MAX = 255
_COUNT_AT = _REFERENCES_AT + _REFERENCES_MAX * _REFERENCE.size

Names = tuple[str, ...]


def is_subvolume(descriptor: int) -> bool:
    """Whether an open directory is the top of a btrfs subvolume."""
    if os.fstat(descriptor).st_ino != SUBVOLUME_INODE:
        return False
    try:
        _flags(descriptor)
    except OSError:
        return False
    return True


def create(parent: int, name: str) -> None:
    """An empty subvolume in the open directory."""
    _call(parent, _SUBVOL_CREATE_V2, _CREATION.pack(0, 0, 0, os.fsencode(name)))


def snapshot(source: int, parent: int, name: str, *, read_only: bool) -> None:
    """A snapshot of exactly one moment, on the disk when this returns; of subvolumes inside it has only the place."""
    flags = _READ_ONLY if read_only else 0
    _call(parent, _SNAP_CREATE_V2, _CREATION.pack(source, 0, flags, os.fsencode(name)))


def destroy(parent: int, name: str) -> None:
    """Delete a subvolume of any size. Raises ENOTEMPTY where others are inside, EPERM where only root may."""
    _call(parent, _SNAP_DESTROY, _DESTRUCTION.pack(0, os.fsencode(name)))


def sync(descriptor: int) -> None:
    """Commit everything to the disk, and let the kernel begin at once to free the room of destroyed subvolumes."""
    fcntl.ioctl(descriptor, _SYNC)


def set_read_only(descriptor: int, read_only: bool) -> None:
    """Let nobody, or its users again, change a subvolume; committed to the disk when this returns."""
    flags = _flags(descriptor)
    wanted = flags | _READ_ONLY if read_only else flags & ~_READ_ONLY
    if wanted != flags:
        _call(descriptor, _SUBVOL_SETFLAGS, wanted.to_bytes(8, sys.byteorder))


def children(descriptor: int) -> list[Names]:
    """Where other subvolumes lie directly in this one: the names of the directories down to each, and its own.

    One that is moved or deleted at this moment may be missing.
    """
    found = []
    for subvolume, directory in _references(descriptor):
        try:
            answer = _call(descriptor, _INO_LOOKUP_USER, _LOOKUP.pack(directory, subvolume, b"", b""))
        except OSError as error:
            if error.errno == errno.ENOENT:
                continue
            raise
        _, _, name, path = _LOOKUP.unpack(answer)
        above = [os.fsdecode(part) for part in _text(path).split(b"/") if part]
        found.append((*above, os.fsdecode(_text(name))))
    return found


def descendants(descriptor: int) -> Iterator[Names]:
    """All subvolumes at any depth in this one, each before those in it."""
    pending: list[Names] = [()]
    while pending:
        above = pending.pop()
        try:
            with beneath.directory(descriptor, above) as subvolume:
                below = [(*above, *names) for names in children(subvolume)]
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
                raise
            continue
        yield from below
        pending += below


def _flags(descriptor: int) -> int:
    return int.from_bytes(_call(descriptor, _SUBVOL_GETFLAGS, bytes(8)), sys.byteorder)


def _references(descriptor: int) -> Iterator[tuple[int, int]]:
    """(subvolume id, inode of the directory it lies in) of each child."""
    least = 0
    while True:
        answer = bytearray(_ARGUMENTS)
        struct.pack_into("=Q", answer, 0, least)
        more = False
        try:
            fcntl.ioctl(descriptor, _GET_SUBVOL_ROOTREF, answer)
        except OSError as error:
            if error.errno != errno.EOVERFLOW:
                raise
            more = True
        for index in range(answer[_COUNT_AT]):
            subvolume, directory = _REFERENCE.unpack_from(answer, _REFERENCES_AT + index * _REFERENCE.size)
            least = subvolume + 1
            yield subvolume, directory
        if not more:
            return


def _call(descriptor: int, number: int, argument: bytes) -> bytes:
    answer = bytearray(argument)  # given as bytes, more than 1024 are refused
    fcntl.ioctl(descriptor, number, answer)
    return bytes(answer)


def _text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]
