"""Plain copies: works on every file system, and every snapshot costs the volume's size in time and space."""

from greenroom.volumes.tree_copy import copy_content
from greenroom.volumes.trees import TreeVolumes


class CopyVolumes(TreeVolumes):
    """The last resort. A snapshot is of one moment only if nothing writes meanwhile."""

    name = "copy"

    def _copy_content(self, source: int, target: int, size: int) -> None:
        copy_content(source, target, size)
