"""Which files of a backup are to get holes, and making these already while restic writes them full of zeros.

Where the repository's own files can be read, they tell at which places of a file the pieces of zeros are. To make a
hole there is right at any moment: whatever restic has still to write there is zeros.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec
import structlog

from greenroom.vaults.base import VaultError
from greenroom.vaults.blobs import Blobs, DoubtError, TreeNode, decoded
from greenroom.vaults.command import Restic
from greenroom.vaults.compare import shown
from greenroom.vaults.direct import Direct, unescaped
from greenroom.vaults.holes import CAPABILITY, PIECE, ZEROS, Facts, Hole, candidates, dig, dig_there
from greenroom.vaults.nodes import Node
from greenroom.vaults.readback import Held

log = structlog.get_logger("greenroom.vaults")


class _Nodes(msgspec.Struct):
    """A directory's list."""

    nodes: list[TreeNode] = []


_NODES = msgspec.json.Decoder(_Nodes)


class Digging:
    """What is to be dug in one backup's tree. `paths` are as restic shows them."""

    def __init__(self, paths: set[str], places: Mapping[str, list[Hole]], facts: Mapping[str, Facts]) -> None:
        self._paths = paths
        self._places = places
        self._facts = facts

    def meanwhile(self, root: Path) -> bool:
        """Make holes, in files below `root` that restic is still writing, where they are known; whether any are."""
        for path, places in self._places.items():
            dig_there(root, path, places, self._facts[path].mtime_ns)
        return bool(self._places)

    def finish(self, root: Path) -> None:
        """Make all holes below `root`, which nobody uses now."""
        dig(root, self._paths, self._facts)


def look(restic: Restic, held: Held, direct: Direct | None) -> Digging:
    """What there is to dig in that backup. Where that cannot be told, nothing: that is no reason not to restore it."""
    blobs: Blobs | None = None
    try:
        if direct is not None:
            blobs = direct.blobs()
            blobs.size([ZEROS])
    except (DoubtError, OSError):
        if blobs is not None:
            return Digging(set(), {}, {})  # the repository has no such piece
    try:
        found = candidates(restic, held)
    except VaultError as error:
        log.warning("holes-not-made", backup=held.backup_id, error=str(error))
        return Digging(set(), {}, {})
    if blobs is None:
        return Digging(set(found), {}, {})
    nodes = dict(_nodes(blobs, found))
    places: dict[str, list[Hole]] = {}
    for path, node in nodes.items():
        with suppress(DoubtError, OSError):  # it is dug when restic has written it
            places[path] = _places(blobs, node)
    return Digging(set(found), places, {path: _facts(nodes[path]) for path in places})


def _nodes(blobs: Blobs, found: Mapping[str, str]) -> Iterator[tuple[str, TreeNode]]:
    """What the repository tells of the files that were found, by the lists that they are in."""
    lists: dict[str, dict[str, str]] = {}
    for path, tree in found.items():
        lists.setdefault(tree, {})[path.rpartition("/")[2]] = path
    for tree, paths in lists.items():
        with suppress(DoubtError, OSError):
            for node in decoded(_NODES, blobs.content(tree, "tree")).nodes:
                path = paths.get(shown(unescaped(node.name)), "")
                if path and "\ufffd" not in path:
                    yield path, node


def _places(blobs: Blobs, node: TreeNode) -> list[Hole]:
    """Where in a file the pieces of zeros are. Raises DoubtError, OSError."""
    places: list[Hole] = []
    sizes = {ZEROS: PIECE}
    position = 0
    for piece in node.content or ():
        if piece not in sizes:
            sizes[piece] = blobs.size([piece])
        after = position + sizes[piece]
        if piece == ZEROS:
            begin = places.pop()[0] if places and places[-1][1] == position else position
            places.append((begin, after))
        position = after
    if position != node.size:
        raise DoubtError(f"{node.name} is not as long as it is to be")
    return places


def _facts(node: TreeNode) -> Facts:
    told = Node(mode=node.mode, mtime=node.mtime)
    capability = next((each.value for each in node.extended_attributes or () if each.name == CAPABILITY), None)
    return Facts(told.permissions, told.mtime_ns, capability)
