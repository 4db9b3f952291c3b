"""Copies that share their blocks with the original (XFS, btrfs): a snapshot takes time by files, not by bytes."""

import os
import tempfile
from pathlib import Path

from greenroom.volumes.base import VolumesError
from greenroom.volumes.tree_copy import clone_content, share
from greenroom.volumes.trees import TreeVolumes


class ReflinkVolumes(TreeVolumes):
    """Each file of a snapshot is of one moment; the whole tree is only if nothing writes meanwhile."""

    name = "reflink"

    def _prepare(self) -> None:
        try_sharing(self.directory)

    def _copy_content(self, source: int, target: int, size: int) -> None:
        clone_content(source, target, size)


def try_sharing(directory: Path) -> None:
    """Share one block between two unnamed files in `directory`. Raises VolumesError where that does not work."""
    with tempfile.TemporaryFile(dir=directory) as source, tempfile.TemporaryFile(dir=directory) as target:
        source.write(b"x" * os.sysconf("SC_PAGE_SIZE"))
        source.flush()
        try:
            share(target=target.fileno(), source=source.fileno())
        except OSError as error:
            raise VolumesError(
                f"The file system of {directory} cannot share blocks between files ({error.strerror}), as the kind "
                "reflink does: use XFS (made with reflink=1) or btrfs there, or set the kind of volumes to auto.",
                reason="volumes-unsupported",
            ) from error
