"""Trees to back up, and their descriptions, to compare with what comes back."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.volumes.trees import describe as describe_all
from tests.volumes.trees import grow


@dataclass(frozen=True)
class Tree:
    """A directory and what is in it."""

    root: Path

    def write(self, path: str, content: str | bytes) -> None:
        """Write a file, with the directories on its way."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def describe(self) -> dict[bytes, Any]:
        """All that a backup must give back, by path."""
        return describe_all(self.root)


def planted(root: Path) -> Tree:
    """A small ordinary tree."""
    tree = Tree(root)
    tree.write("shot/010/comp.nk", "first comp")
    tree.write("shot/020/comp.nk", os.urandom(200_000))
    tree.write("notes.txt", "buy milk")
    tree.write("empty", "")
    (root / "link").symlink_to("notes.txt")
    return tree


def jungle(root: Path) -> Tree:
    """One of everything that restic keeps: no sockets, and no hard links among symbolic links. Needs root."""
    root.mkdir()
    grow(root)
    (root / "socket").unlink()
    (root / "dangling too").unlink()
    (root / "[set] *star* ?mark {a,b} $HOME \\back").write_text("a pattern for restic")
    (root / "no rights").mkdir(0o000)
    os.mknod(root / "null", 0o20666, os.makedev(1, 3))
    os.setxattr(root / "empty", "trusted.overlay.opaque", b"y")
    root.chmod(0o1751)
    os.chown(root, 4321, 4322)
    os.utime(root, ns=(1, 10**18 + 7))
    return Tree(root)
