"""Copies of directory trees whose owner may be hostile and may be writing to them at this moment.

Kept: owners, modes, times, extended attributes (ACLs are some), hard links, holes, symbolic links as they are, fifos,
sockets and overlay whiteouts. Not kept: other device nodes, which no session can make, and inode flags.
Nothing of the source is reached through a symbolic link, no fifo or device is opened, and what vanishes is left out.
"""

import errno
import fcntl
import logging
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from greenroom.volumes import beneath
from greenroom.volumes.base import VolumesError

logger = logging.getLogger(__name__)

CopyContent = Callable[[int, int, int], None]
"""(source, target, size in bytes): give the empty file `target` the content of `source`; both are descriptors."""

MAX_DEPTH = 2048
"""Directories within directories; no path that programs can name (4096 bytes) is deeper."""

SUBVOLUME_INODE = 256
"""Inode number of the top of every btrfs subvolume."""

_FICLONE = 0x40049409
_CHUNK = 1 << 30
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ESTALE})
_WITHOUT_XATTRS = frozenset({errno.ENOTSUP, errno.ENODATA})
_NO_CLONE = frozenset({errno.EINVAL, errno.EOPNOTSUPP, errno.EXDEV, errno.ETXTBSY, errno.ENOTTY, errno.EPERM})
_WHITEOUT = 0

Names = tuple[str, ...]
Attributes = list[tuple[str, bytes]]


def clone_content(source: int, target: int, size: int) -> None:
    """Share the source's blocks; the rare file that cannot be shared (a swap file, one without checksums) is copied."""
    try:
        share(source, target)
    except OSError as error:
        if error.errno not in _NO_CLONE:
            raise
        copy_content(source, target, size)


def share(source: int, target: int) -> None:
    """Make `target` share all blocks of `source`; raises OSError where the file system or the files do not allow it."""
    fcntl.ioctl(target, _FICLONE, source)


def copy_content(source: int, target: int, size: int) -> None:
    """Copy the bytes; holes stay holes."""
    position = 0
    while position < size:
        try:
            start = os.lseek(source, position, os.SEEK_DATA)
        except OSError as error:
            if error.errno != errno.ENXIO:  # ENXIO: nothing but a hole up to the end
                raise
            break
        position = _copy_range(source, target, start, os.lseek(source, start, os.SEEK_HOLE))
        if position == start:  # cut short by a writer since it was measured
            break
    os.ftruncate(target, min(size, os.fstat(source).st_size))


def _copy_range(source: int, target: int, start: int, end: int) -> int:
    while start < end:
        copied = os.copy_file_range(source, target, min(end - start, _CHUNK), start, start)
        if copied == 0:
            break
        start += copied
    return start


def copy_tree(source: Path, target: Path, content: CopyContent) -> None:
    """Make `target`, which is not there yet, a copy of the directory `source`. Raises OSError, VolumesError.

    What fails half-way is left as far as it came, for the caller to remove.
    """
    target.mkdir(0o700)
    with beneath.root_directory(source) as source_root, beneath.root_directory(target) as target_root:
        _TreeCopy(source_root, target_root, content).run()


@dataclass(frozen=True, slots=True)
class _Fill:
    """A directory that is to be filled."""

    names: Names


@dataclass(frozen=True, slots=True)
class _Finish:
    """A directory that is full, and gets its own owner, mode and times now."""

    names: Names
    status: os.stat_result
    attributes: Attributes


@dataclass(slots=True)
class _TreeCopy:
    source_root: int
    target_root: int
    content: CopyContent
    links: dict[tuple[int, int], Names] = field(default_factory=dict)
    """Where the first name of a file with several names was copied to."""
    privileged: bool = field(default_factory=lambda: os.geteuid() == 0)

    def run(self) -> None:
        # Depth first without recursion, so that no depth that a hostile user makes exhausts stack or descriptors.
        pending: list[_Fill | _Finish] = [_Fill(())]
        while pending:
            turn = pending.pop()
            if isinstance(turn, _Fill):
                pending += self._fill(turn.names)
            else:
                self._finish(turn)

    def _fill(self, names: Names) -> list[_Fill | _Finish]:
        if len(names) > MAX_DEPTH:
            raise VolumesError(
                f"A directory lies deeper than {MAX_DEPTH} levels, beginning with {'/'.join(names[:8])!r}: remove it.",
                reason="volumes-depth",
            )
        try:
            opened = beneath.open_directory(self.source_root, names)
        except OSError as error:
            if error.errno in _GONE and names:
                self._leave_out(names)
                return []
            raise
        try:
            return self._fill_from(opened, names)
        finally:
            os.close(opened)

    def _fill_from(self, source: int, names: Names) -> list[_Fill | _Finish]:
        status = os.fstat(source)
        turns: list[_Fill | _Finish] = [_Finish(names, status, _attributes(source))]
        with beneath.directory(self.target_root, names) as target:
            for name in os.listdir(source):
                turn = self._copy_entry(source, target, (*names, name), status.st_dev)
                if turn is not None:
                    turns.append(turn)
        return turns

    def _leave_out(self, names: Names) -> None:
        with beneath.directory(self.target_root, names[:-1]) as target:
            os.rmdir(names[-1], dir_fd=target)

    def _copy_entry(self, source: int, target: int, names: Names, device: int) -> _Fill | _Finish | None:
        """Copy one entry; a directory is made and its turn returned."""
        try:
            holding = os.open(names[-1], os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=source)
        except OSError as error:
            if error.errno in _GONE:
                return None
            raise
        try:
            status = os.fstat(holding)
            if not stat.S_ISDIR(status.st_mode):
                if status.st_nlink < 2 or not self._link(status, target, names):
                    self._copy_node(holding, status, target, names)
                return None
        finally:
            os.close(holding)
        os.mkdir(names[-1], 0o700, dir_fd=target)
        if status.st_dev == device or status.st_ino == SUBVOLUME_INODE:
            return _Fill(names)
        return _Finish(names, status, [])  # another file system is mounted there, which is not the session's

    def _link(self, status: os.stat_result, target: int, names: Names) -> bool:
        """Give a file that was copied under another name already this name too; False: it was not."""
        inode = (status.st_dev, status.st_ino)
        first = self.links.get(inode)
        if first is None:
            if not stat.S_ISBLK(status.st_mode) and not stat.S_ISCHR(status.st_mode):
                self.links[inode] = names
            return False
        with beneath.directory(self.target_root, first[:-1]) as parent:
            os.link(first[-1], names[-1], src_dir_fd=parent, dst_dir_fd=target, follow_symlinks=False)
        return True

    def _copy_node(self, holding: int, status: os.stat_result, target: int, names: Names) -> None:
        name, kind = names[-1], stat.S_IFMT(status.st_mode)
        if kind == stat.S_IFREG:
            self._copy_file(holding, status, target, names)
            return
        if kind == stat.S_IFLNK:
            os.symlink(os.readlink("", dir_fd=holding), name, dir_fd=target)
        elif kind in (stat.S_IFIFO, stat.S_IFSOCK) or (kind == stat.S_IFCHR and status.st_rdev == _WHITEOUT):
            os.mknod(name, kind | 0o600, status.st_rdev, dir_fd=target)
        else:
            logger.warning("Left out of the copy: device node %r, which no session can have made.", "/".join(names))
            return
        self._own(lambda uid, gid: os.chown(name, uid, gid, dir_fd=target, follow_symlinks=False), status)
        if kind != stat.S_IFLNK:
            os.chmod(name, stat.S_IMODE(status.st_mode), dir_fd=target)
        os.utime(name, ns=(status.st_atime_ns, status.st_mtime_ns), dir_fd=target, follow_symlinks=False)

    def _copy_file(self, holding: int, status: os.stat_result, target: int, names: Names) -> None:
        try:
            # By way of /proc exactly the entry that is held is opened, whatever bears its name by now.
            source = os.open(f"/proc/self/fd/{holding}", os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except BlockingIOError as error:
            # Waiting would let a session with a thousand leases hold a worker for hours.
            raise VolumesError(
                f"The file {'/'.join(names)!r} is leased by a program, which must let go now: try again in a minute.",
                reason="volumes-leased",
            ) from error
        except PermissionError as error:
            raise VolumesError(
                f"The file {'/'.join(names)!r} cannot be read by the server's user: `chmod u+r` it, or run the server "
                "as root.",
                reason="volumes-denied",
            ) from error
        try:
            made = os.open(names[-1], os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=target)
            try:
                self.content(source, made, os.fstat(source).st_size)
                self._dress(made, status, _attributes(source))
            finally:
                os.close(made)
        finally:
            os.close(source)

    def _finish(self, turn: _Finish) -> None:
        # Last of all, so that no read-only mode, default ACL or time meets what is still to be made inside.
        with beneath.directory(self.target_root, turn.names) as target:
            self._dress(target, turn.status, turn.attributes)

    def _dress(self, target: int, status: os.stat_result, attributes: Attributes) -> None:
        """Give an open file or directory its owner, attributes, mode and times; each step undoes none before it."""
        self._own(lambda uid, gid: os.fchown(target, uid, gid), status)
        for attribute, value in attributes:
            try:
                os.setxattr(target, attribute, value)
            except PermissionError:
                if self.privileged:
                    raise
        os.fchmod(target, stat.S_IMODE(status.st_mode))
        os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))

    def _own(self, chown: Callable[[int, int], None], status: os.stat_result) -> None:
        try:
            chown(status.st_uid, status.st_gid)
        except PermissionError:
            if self.privileged:
                raise


def _attributes(source: int) -> Attributes:
    found: Attributes = []
    try:
        names = os.listxattr(source)
    except OSError as error:
        if error.errno in _WITHOUT_XATTRS:
            return found
        raise
    for name in names:
        try:
            found.append((name, os.getxattr(source, name)))
        except OSError as error:
            if error.errno not in _WITHOUT_XATTRS:
                raise
    return found
