"""Proving a backup straight from the files of a repository in a directory, by a second hand than restic's.

The three questions are those of `proof`, and each is asked of the repository's own files: all entries' facts, which
files' content is not what the proven backup holds, and the content of those, byte for byte. Beyond that, every piece
of content of every file is looked for. It can only say yes: where anything differs, or is in no form that is known
here, the answer is DoubtError, and restic is asked instead.

Most of a backup is as the proven one has it. So all lists of that one are held against the tree beforehand, while
restic stores the new one; of the new one's lists, only what is not word for word the same is left to be looked at.
"""

import hashlib
import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from greenroom.vaults import compare
from greenroom.vaults.blobs import Blobs, DoubtError, Files, LostError, MasterKey, TreeNode, decoded, master_key
from greenroom.vaults.labels import SnapshotRecord
from greenroom.vaults.manifest import ACL, Entry, attributes
from greenroom.vaults.readback import Held

_ESCAPED = re.compile(rb"\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|.)", re.DOTALL)
_SIGNS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_DEVICE = re.compile(rb'"device_id":\d+,')
"""What is another in each snapshot of a volume, and nothing to anybody. In a name, the quotes would be escaped."""

Choose = Callable[[set[str]], list[Entry] | None]
"""Of the paths whose content is another: which files are to be read; None: too many."""


class _Written(msgspec.Struct):
    """A directory's list, each entry as it is written there."""

    nodes: list[msgspec.Raw]


class _Nodes(msgspec.Struct):
    """A directory's list."""

    nodes: list[TreeNode]


_WRITTEN = msgspec.json.Decoder(_Written)
_NODES = msgspec.json.Decoder(_Nodes)
_NODE = msgspec.json.Decoder(TreeNode)


class Direct:
    """Reads the repository in `directory`. Thread-safe. Every method raises DoubtError, OSError."""

    def __init__(self, directory: Path, password_file: Path) -> None:
        self._directory = directory
        self._password_file = password_file
        self._key: MasterKey | None = None
        self._snapshots: dict[str, SnapshotRecord] = {}
        self._lock = threading.Lock()

    def look(self, since: str, source: Path, entries: Mapping[str, Entry]) -> "Look":
        """Hold the snapshot `since`, which was proven, against the tree at `source`."""
        return Look(self._directory, self._files(), since, source, entries)

    def snapshots(self) -> list[SnapshotRecord]:
        """Every snapshot in the repository, in order of its id."""
        files = self._files()
        names = [path.name for path in (self._directory / "snapshots").iterdir()]
        with self._lock:  # a snapshot never changes: each is read once
            known = self._snapshots
            self._snapshots = {name: known.get(name) or files.snapshot(name) for name in sorted(names)}
            return list(self._snapshots.values())

    def blobs(self) -> Blobs:
        """The repository's content as it is now."""
        return Blobs(self._directory, self._files())

    def _files(self) -> Files:
        with self._lock:
            if self._key is None:
                self._key = master_key(self._directory, self._password_file.read_bytes().strip())
            return Files(self._directory, self._key)


@dataclass(slots=True)
class _Directory:
    """What is known of a directory in the proven snapshot."""

    tree: str
    """Its list."""
    content: bytes
    """That as it is written, but for what is another in each snapshot."""
    right: dict[bytes, tuple[str, str | None]] = field(default_factory=dict)
    """Its entries that are as the tree has them, by what is written: the path and, of a directory, the list."""
    whole: bool = False
    """Those are all that it has, and all that the tree has there."""


class Look:
    """A tree beside the proven backup of its session, and then beside the one that is to be proven; for one thread."""

    def __init__(self, directory: Path, files: Files, since: str, source: Path, entries: Mapping[str, Entry]) -> None:
        """Learn all that can be known before the backup is stored. Raises DoubtError, OSError."""
        self._directory = directory
        self._files = files
        self._since = since
        self._source = source
        self._entries = entries
        self._children = Counter(path.rpartition("/")[0] for path in entries if path)
        self._begin()

    def changed(self, held: Held, choose: Choose) -> dict[str, bytes] | None:
        """The SHA-256 of each file that `choose` had read back, all else being as it is to be; None if it chose none.

        Raises DoubtError, OSError; LostError where it saw content missing.
        """
        if not self._blobs.renewed():
            self._begin()
        changed = self._against(held)
        try:
            self._blobs.still_there()
        except (DoubtError, FileNotFoundError) as error:
            raise LostError(f"what was there is not any more: {error}") from error
        wanted = choose(changed)
        return None if wanted is None else {each.path: self._proven(each) for each in wanted}

    def _begin(self) -> None:
        """Hold the proven snapshot against the tree."""
        self._blobs = Blobs(self._directory, self._files)
        self._nodes: dict[str, TreeNode] = {}
        self._directories: dict[str, _Directory] = {}
        waiting = [("", self._top(self._since).subtree)]
        while waiting:
            path, tree = waiting.pop()
            known = _Directory(tree or "", self._content(path, tree))
            written, nodes = decoded(_WRITTEN, known.content).nodes, decoded(_NODES, known.content).nodes
            paths = set()
            for raw, node in zip(written, nodes, strict=True):
                child = _path(path, node)
                paths.add(child)
                if node.type == "dir":
                    waiting.append((child, node.subtree))
                self._nodes[child] = node
                if self._agrees(child, node) and (node.type != "file" or not self._missing(child, node)):
                    known.right[bytes(raw)] = child, node.subtree if node.type == "dir" else None
            known.whole = len(known.right) == len(nodes) == len(paths) == self._children[path]
            self._directories[path] = known

    def _against(self, held: Held) -> set[str]:
        """Hold the backup against the tree; the paths at which its content is not what the proven one has."""
        top = self._top(held.snapshot, held.root)
        if not self._agrees("", top):
            raise DoubtError("its top directory differs from the snapshot that was stored")
        changed: set[str] = set()
        seen = 1
        waiting = [("", top.subtree)]
        while waiting:
            path, tree = waiting.pop()
            known = self._directories.get(path)
            content = known.content if known is not None and known.tree == tree else self._content(path, tree)
            if known is not None and known.whole and known.content == content:
                found = list(known.right.values())
            else:
                right = {} if known is None else known.right
                raws = map(bytes, decoded(_WRITTEN, content).nodes)
                found = [right.get(raw) or self._judged(path, raw, changed) for raw in raws]
                if len(dict(found)) != self._children[path]:
                    raise DoubtError(f"not all that is in {path or 'its top directory'} is there")
            seen += len(found)
            waiting += ((child, subtree) for child, subtree in found if subtree is not None)
        if seen != len(self._entries):
            raise DoubtError(f"there are {seen} entries instead of {len(self._entries)}")
        return changed

    def _judged(self, directory: str, written: bytes, changed: set[str]) -> tuple[str, str | None]:
        """The path and, of a directory, the list of an entry that is to be as the tree has it."""
        node = decoded(_NODE, written)
        path = _path(directory, node)
        if not self._agrees(path, node):
            raise DoubtError(f"{path} differs from the snapshot that was stored")
        if node.type == "file":
            if missing := self._missing(path, node):
                raise LostError(missing)
            before = self._nodes.get(path)
            if before is None or before.type != "file" or (before.content or []) != (node.content or []):
                changed.add(path)
        elif node.type == "dir" and node.subtree is None:
            raise DoubtError(f"the directory {path} has no list")
        self._nodes[path] = node
        return path, node.subtree if node.type == "dir" else None

    def _agrees(self, path: str, node: TreeNode) -> bool:
        entry = self._entries.get(path)
        return entry is not None and compare.agrees(entry, node)

    def _missing(self, path: str, node: TreeNode) -> str:
        """What is wrong where pieces of a file's content are not in their places."""
        try:
            size = self._blobs.size(node.content or ())
        except (DoubtError, FileNotFoundError) as error:
            return f"{path} is not whole: {error}"
        return "" if size == node.size else f"{path} is not as long as it is to be"

    def _top(self, snapshot: str, root: str | None = None) -> TreeNode:
        """The snapshot's only path, which is to be `root`, or None: whatever it is."""
        told = self._files.snapshot(snapshot)
        if len(told.paths) != 1 or (root is not None and told.paths[0] != root):
            raise DoubtError("the snapshot is of another path")
        top = TreeNode(type="dir", subtree=told.tree)
        for part in told.paths[0].strip("/").split("/"):
            nodes = decoded(_NODES, self._content(part, top.subtree)).nodes
            found = [node for node in nodes if unescaped(node.name) == part and node.type == "dir"]
            if len(found) != 1:
                raise DoubtError(f"the snapshot has no directory {part}")
            top = found[0]
        return top

    def _content(self, path: str, tree: str | None) -> bytes:
        """A directory's list as it is written, but for what is another in each snapshot."""
        if tree is None:
            raise DoubtError(f"the directory {path} has no list")
        return _DEVICE.sub(b"", self._blobs.content(tree, "tree"))

    def _proven(self, entry: Entry) -> bytes:
        """The SHA-256 of a file whose content and extended attributes are the source's."""
        node, source = self._nodes[entry.path], self._source / entry.path
        held = {
            each.name: each.value or b"" for each in node.extended_attributes or () if not each.name.startswith(ACL)
        }
        if wrong := compare.attribute_names(attributes(source), held):
            raise DoubtError(f"{entry.path} has other extended attributes: {wrong}")
        pieces = node.content or []
        sha256 = hashlib.sha256()
        with os.fdopen(os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb", buffering=0) as file:
            for name in pieces:
                content = self._blobs.content(name)
                if content != compare.exactly(file.read, len(content)):
                    raise DoubtError(f"{entry.path} has other content")
                if len(pieces) > 1:
                    sha256.update(content)
            if file.read(1):
                raise DoubtError(f"{entry.path} has more content")
        # A piece's name is its SHA-256, and it has just been held against that.
        return bytes.fromhex(pieces[0]) if len(pieces) == 1 else sha256.digest()


def unescaped(name: str) -> str:
    """The name of an entry as Python has it, from the form that Go escapes it in."""
    if "\\" not in name:
        return name

    def sign(found: re.Match[bytes]) -> bytes:
        what = found[1]
        if what[:1] == b"x" and len(what) == 3:
            return bytes.fromhex(what[1:].decode())
        if what[:1] in b"uU" and len(what) > 1:
            return chr(int(what[1:], 16)).encode()
        return _SIGNS.get(what, what)

    return os.fsdecode(_ESCAPED.sub(sign, name.encode()))


def _path(directory: str, node: TreeNode) -> str:
    """Where an entry of that directory is."""
    name = unescaped(node.name)
    if not name or "/" in name or name in (".", ".."):
        raise DoubtError("an entry's name can be none")
    return f"{directory}/{name}" if directory else name
