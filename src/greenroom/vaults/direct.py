"""Proving a backup straight from the files of a repository in a directory, by a second hand than restic's.

The three questions are those of `proof`, and each is asked of the repository's own files: all entries' facts, which
files' content is not what the proven backup holds, and the content of those, byte for byte. Beyond that, every piece
of content of every file is looked for. It can only say yes: where anything differs, or is in no form that is known
here, the answer is DoubtError, and restic is asked instead.
"""

import hashlib
import os
import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from greenroom.vaults import compare
from greenroom.vaults.blobs import Blobs, DoubtError, Files, LostError, MasterKey, TreeNode, decoded, master_key
from greenroom.vaults.labels import SnapshotRecord
from greenroom.vaults.manifest import ACL, Entry, attributes
from greenroom.vaults.nodes import Node
from greenroom.vaults.readback import Held

_ESCAPED = re.compile(rb"\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|.)", re.DOTALL)
_SIGNS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}

_SNAPSHOT = msgspec.json.Decoder(dict[str, object])

Choose = Callable[[set[str]], list[Entry] | None]
"""Of the paths, as restic shows them, whose content is another: which files are to be read; None: too many."""


_Nodes = dict[str, TreeNode]
"""A snapshot's entries by path; the backed up directory itself is the empty path."""


class Direct:
    """Reads the repository in `directory`. Thread-safe."""

    def __init__(self, directory: Path, password_file: Path) -> None:
        self._directory = directory
        self._password_file = password_file
        self._key: MasterKey | None = None
        self._snapshots: dict[str, SnapshotRecord] = {}
        self._lock = threading.Lock()

    def changed(
        self, held: Held, since: str, source: Path, entries: Mapping[str, Entry], choose: Choose
    ) -> dict[str, bytes] | None:
        """The SHA-256 of each file that `choose` had read back, all else being as it is to be; None if it chose none.

        `since`: the snapshot that was proven. Raises DoubtError, OSError; LostError where it saw content missing.
        """
        blobs = Blobs(self._directory, self._files())
        trees: dict[str, list[TreeNode]] = {}
        now = _listing(blobs, held.snapshot, held.root, trees)
        before = _listing(blobs, since, None, trees)
        differences = compare.metadata(
            entries.values(), (_node(path, node, held.root) for path, node in now.items()), held.root
        )
        if differences:
            raise DoubtError(f"it differs from the snapshot that was stored: {differences}")
        changed: set[str] = set()
        for path, node in now.items():
            if node.type == "file":
                content = node.content or []
                try:
                    size = blobs.size(content)
                except (DoubtError, FileNotFoundError) as error:
                    raise LostError(f"{path} is not whole: {error}") from error
                if size != node.size:
                    raise LostError(f"{path} is not as long as it is to be")
                earlier = before.get(path)
                if earlier is None or earlier.type != "file" or (earlier.content or []) != content:
                    changed.add(compare.shown(path))
        wanted = choose(changed)
        if wanted is None:
            return None
        return {entry.path: _proven(blobs, now[entry.path], source / entry.path) for entry in wanted}

    def snapshots(self) -> list[SnapshotRecord]:
        """Every snapshot in the repository, in order of its id. Raises DoubtError, OSError."""
        files = self._files()
        names = [path.name for path in (self._directory / "snapshots").iterdir()]
        with self._lock:  # a snapshot never changes: each is read once
            known = self._snapshots
            self._snapshots = {name: known.get(name) or _record(files, name) for name in sorted(names)}
            return list(self._snapshots.values())

    def blobs(self) -> Blobs:
        """The repository's content as it is now."""
        return Blobs(self._directory, self._files())

    def _files(self) -> Files:
        with self._lock:
            if self._key is None:
                self._key = master_key(self._directory, self._password_file.read_bytes().strip())
            return Files(self._directory, self._key)


def _record(files: Files, name: str) -> SnapshotRecord:
    told = decoded(_SNAPSHOT, files.unpacked("snapshots", name))
    try:
        return msgspec.convert({**told, "id": name}, SnapshotRecord)
    except msgspec.ValidationError as error:
        raise DoubtError(f"the snapshot {name} is in no known form: {error}") from error


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


def _listing(blobs: Blobs, snapshot: str, root: str | None, trees: dict[str, list[TreeNode]]) -> _Nodes:
    """All below the snapshot's only path, which is to be `root`, or None: whatever it is."""
    told = blobs.snapshot(snapshot)
    if len(told.paths) != 1 or (root is not None and told.paths[0] != root):
        raise DoubtError("the snapshot is of another path")

    def tree(name: str) -> list[TreeNode]:
        if name not in trees:
            trees[name] = blobs.tree(name)
        return trees[name]

    top = TreeNode(type="dir", subtree=told.tree)
    for part in told.paths[0].strip("/").split("/"):
        found = [node for node in tree(top.subtree or "") if unescaped(node.name) == part and node.type == "dir"]
        if len(found) != 1:
            raise DoubtError(f"the snapshot has no directory {part}")
        top = found[0]
    nodes = {"": top}
    directories = [("", top)]
    while directories:
        directory, node = directories.pop()
        if node.subtree is None:
            raise DoubtError(f"the directory {directory} has no list")
        for child in tree(node.subtree):
            name = unescaped(child.name)
            if not name or "/" in name or name in (".", ".."):
                raise DoubtError("an entry's name can be none")
            path = f"{directory}/{name}" if directory else name
            if path in nodes:
                raise DoubtError(f"{path} is there twice")
            nodes[path] = child
            if child.type == "dir":
                directories.append((path, child))
    return nodes


def _node(path: str, node: TreeNode, root: str) -> Node:
    return Node(
        path=compare.shown(f"{root}/{path}" if path else root),
        type=node.type,
        mode=node.mode,
        uid=node.uid,
        gid=node.gid,
        size=node.size,
        mtime=node.mtime,
        links=node.links,
        linktarget=node.linktarget,
    )


def _proven(blobs: Blobs, node: TreeNode, source: Path) -> bytes:
    """The SHA-256 of a file whose content and extended attributes are the source's."""
    held = {each.name: each.value or b"" for each in node.extended_attributes or () if not each.name.startswith(ACL)}
    if wrong := compare.attribute_names(attributes(source), held):
        raise DoubtError(f"{source.name} has other extended attributes: {wrong}")
    sha256 = hashlib.sha256()
    with os.fdopen(os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb", buffering=0) as file:
        for name in node.content or ():
            content = blobs.content(name)
            if content != compare.exactly(file.read, len(content)):
                raise DoubtError(f"{source.name} has other content")
            sha256.update(content)
        if file.read(1):
            raise DoubtError(f"{source.name} has more content")
    return sha256.digest()
