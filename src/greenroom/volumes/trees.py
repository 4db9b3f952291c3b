"""Volumes that are ordinary directory trees, and snapshots that are copies of them, file by file."""

import os
from abc import abstractmethod
from pathlib import Path

from greenroom.volumes.base import Consistency, VolumesError
from greenroom.volumes.directory import DirectoryVolumes
from greenroom.volumes.durable import sync_file_system
from greenroom.volumes.programs import run
from greenroom.volumes.tree_copy import copy_tree


class TreeVolumes(DirectoryVolumes):
    """A kind is made of this by saying how one file's bytes get into another."""

    atomic = False
    keeps_inodes = False

    @abstractmethod
    def _copy_content(self, source: int, target: int, size: int) -> None:
        """Give the empty file `target` the `size` bytes of `source`; both are open descriptors."""

    def _make(self, target: Path) -> None:
        target.mkdir(0o700)

    def _freeze(self, source: Path, target: Path) -> Consistency:
        self._copy(source, target)
        return Consistency.BEST_EFFORT

    def _copy(self, source: Path, target: Path) -> None:
        copy_tree(source, target, self._copy_content)
        sync_file_system(target)

    def _remove(self, target: Path) -> None:
        remove_tree(target)


def remove_tree(target: Path, through: int | None = None) -> None:
    """Remove a directory with all in it, however deep and whatever its names. Not there: nothing happens.

    `through` is a descriptor that `target` names by way of /proc/self/fd. Raises VolumesError, also where another file
    system is mounted inside: what is on that is not touched.
    """
    descriptors = () if through is None else (through,)
    removal = ["rm", "-rf", "--one-file-system", "--", str(target)]
    try:
        run(removal, descriptors)
    except VolumesError:
        if os.geteuid() == 0:
            raise
        # Directories without write permission (caches of some tools are full of them) bar even their owner.
        run(["chmod", "-R", "u+rwX", "--", str(target)], descriptors)
        run(removal, descriptors)
