"""Volumes that are btrfs subvolumes: a snapshot or clone of any size takes milliseconds and shows just one moment."""

import errno
import logging
import os
import uuid
from enum import StrEnum
from pathlib import Path

from greenroom.volumes import beneath, quota, subvolume
from greenroom.volumes.base import Consistency, VolumesError
from greenroom.volumes.directory import DirectoryVolumes
from greenroom.volumes.trees import remove_tree

_NOT_AT_ONCE = frozenset({errno.EPERM, errno.EACCES, errno.EROFS, errno.EINVAL, errno.ENOTTY})
"""Why `destroy` fails for an ordinary user (EROFS: one that is read-only), and for what is no subvolume."""

logger = logging.getLogger(__name__)

_MOVED = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})


class Limits(StrEnum):
    """Whether volumes are kept to their sizes."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class BtrfsVolumes(DirectoryVolumes):
    """Works for root and for ordinary users.

    An ordinary user's server empties a subvolume file by file to delete it, unless the file system is mounted with
    `user_subvol_rm_allowed`, and can only snapshot what it owns itself.

    A session's user may make subvolumes in its volume. They become part of snapshots and clones, but each is of another
    moment: such a snapshot is BEST_EFFORT.
    """

    name = "btrfs"
    atomic = True
    keeps_inodes = True

    def __init__(self, directory: Path, *, limits: Limits = Limits.AUTO) -> None:
        """`limits`: whether volumes are kept to their sizes; auto: where the file system counts already."""
        super().__init__(directory)
        self._limits = limits
        self._counts = limits is Limits.ON
        """Whether the file system is to count from when it is opened on."""

    def _prepare(self) -> None:
        try_subvolumes(self.root)
        if self._counts:
            self._count()

    def _count(self) -> None:
        with beneath.root_directory(self.root) as root:
            try:
                quota.enable(root)
            except OSError as error:
                # Volumes without limits are volumes still.
                logger.warning("The sizes of volumes in %s cannot be kept to: %s", self.root, error)

    def _limit(self, volume: Path, size: int) -> bool:
        off = self._limits is Limits.OFF
        with beneath.root_directory(volume) as opened:
            try:
                return quota.set_limit(opened, None if off else size) and not off
            except PermissionError:  # only root sets limits
                return False

    def _make(self, target: Path) -> None:
        with beneath.root_directory(target.parent) as parent:
            subvolume.create(parent, target.name)

    def _freeze(self, source: Path, target: Path) -> Consistency:
        with beneath.root_directory(source) as original, beneath.root_directory(target.parent) as parent:
            _check_subvolume(original, source)
            subvolume.snapshot(original, parent, target.name, read_only=True)
            inside = list(subvolume.descendants(original))
            if not inside:
                return Consistency.ATOMIC
            with beneath.directory(parent, [target.name]) as frozen:
                subvolume.set_read_only(frozen, False)
                _snapshot_inside(original, frozen, inside)
                for names in ((), *inside):
                    _set_read_only(frozen, names, True)
        return Consistency.BEST_EFFORT

    def _copy(self, source: Path, target: Path) -> None:
        with beneath.root_directory(source) as original, beneath.root_directory(target.parent) as parent:
            _check_subvolume(original, source)
            subvolume.snapshot(original, parent, target.name, read_only=False)
            with beneath.directory(parent, [target.name]) as copy:
                _snapshot_inside(original, copy, list(subvolume.descendants(original)))

    def _remove(self, target: Path) -> None:
        with beneath.root_directory(target.parent) as parent:
            try:
                top = beneath.open_directory(parent, [target.name])
            except FileNotFoundError:
                return
            try:
                inside = list(subvolume.descendants(top)) if subvolume.is_subvolume(top) else []
                for names in ((), *inside[:-1]) if inside else ():
                    _set_read_only(top, names, False)  # a read-only one would not let go of those in it
                for names in reversed(inside):
                    with beneath.directory(top, names[:-1]) as above:
                        _destroy_one(above, names[-1])
            finally:
                os.close(top)
            _destroy_one(parent, target.name)
            subvolume.sync(parent)


def try_subvolumes(directory: Path) -> None:
    """Make a subvolume in `directory`, snapshot it, and delete both. Raises VolumesError where that does not work."""
    name = f".trying-{uuid.uuid4().hex}"
    with beneath.root_directory(directory) as parent:
        try:
            subvolume.create(parent, name)
        except OSError as error:
            raise VolumesError(
                f"The file system of {directory} has no btrfs subvolumes ({error.strerror}), as the kind btrfs needs: "
                "use btrfs there, or set the kind of volumes to auto.",
                reason="volumes-unsupported",
            ) from error
        try:
            with beneath.directory(parent, [name]) as made:
                subvolume.snapshot(made, parent, f"{name}-snapshot", read_only=True)
            _destroy_one(parent, f"{name}-snapshot")
        finally:
            _destroy_one(parent, name)


def may_delete_at_once(directory: Path) -> bool:
    """Whether this process may delete a subvolume in `directory` without emptying it first."""
    name = f".trying-{uuid.uuid4().hex}"
    with beneath.root_directory(directory) as parent:
        subvolume.create(parent, name)
        try:
            subvolume.destroy(parent, name)
        except PermissionError:
            os.rmdir(name, dir_fd=parent)
            return False
    return True


def _check_subvolume(descriptor: int, path: Path) -> None:
    if not subvolume.is_subvolume(descriptor):
        raise VolumesError(
            f"{path} is no btrfs subvolume: it was not made by Greenroom. Move its content into a new volume.",
            reason="volumes-unsupported",
        )


def _snapshot_inside(original: int, copy: int, inside: list[subvolume.Names]) -> None:
    """Where a snapshot has only the empty place of a subvolume that lay inside, put a snapshot of that subvolume."""
    for names in inside:
        try:
            with beneath.directory(original, names) as source, beneath.directory(copy, names[:-1]) as above:
                if subvolume.is_subvolume(source):
                    times = os.fstat(above)
                    os.rmdir(names[-1], dir_fd=above)
                    subvolume.snapshot(source, above, names[-1], read_only=False)
                    os.utime(above, ns=(times.st_atime_ns, times.st_mtime_ns))
        except OSError as error:
            if error.errno not in _MOVED:  # moved, deleted or made meanwhile: at that moment it was not there
                raise


def _set_read_only(top: int, names: subvolume.Names, read_only: bool) -> None:
    try:
        with beneath.directory(top, names) as inside:
            if subvolume.is_subvolume(inside):
                subvolume.set_read_only(inside, read_only)
    except OSError as error:
        if error.errno not in _MOVED:
            raise


def _destroy_one(parent: int, name: str) -> None:
    """Delete a subvolume with none inside; where only root may do that at once, empty it and remove the directory."""
    try:
        subvolume.destroy(parent, name)
    except FileNotFoundError:
        return
    except OSError as error:
        if error.errno not in _NOT_AT_ONCE:
            raise
    else:
        return
    try:
        with beneath.directory(parent, [name]) as inside:
            if subvolume.is_subvolume(inside):
                subvolume.set_read_only(inside, False)
        subvolume.destroy(parent, name)
    except OSError as error:
        if error.errno not in _NOT_AT_ONCE:
            raise
        remove_tree(Path(f"/proc/self/fd/{parent}/{name}"), through=parent)
