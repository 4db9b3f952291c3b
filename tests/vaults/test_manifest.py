"""Reading a tree."""

import os
import socket
from pathlib import Path

import pytest
from tests.vaults.trees import Tree

from greenroom.vaults.failures import SourceUnreadableError
from greenroom.vaults.manifest import attributes, digest, scan


def test_every_entry_is_found_with_its_facts(tree: Tree) -> None:
    entries = scan(tree.root)
    assert set(entries) == {"", *(str(path.relative_to(tree.root)) for path in tree.root.rglob("*"))}
    facts = (tree.root / "notes.txt").stat()
    entry = entries["notes.txt"]
    assert (entry.type, entry.size, entry.mtime_ns, entry.inode) == ("file", 8, facts.st_mtime_ns, facts.st_ino)
    assert (entries["link"].type, entries["link"].linktarget, entries["shot"].size) == ("symlink", "notes.txt", 0)


def test_links_are_not_followed(tree: Tree, tmp_path: Path) -> None:
    (tree.root / "away").symlink_to(tmp_path)
    assert not [path for path in scan(tree.root) if path.startswith("away/")]


def test_sockets_are_left_out(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree.root)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
    assert "socket" not in scan(tree.root)


@pytest.mark.parametrize("name", ["missing", "notes.txt"])
def test_a_tree_that_is_none_is_an_error(name: str, tree: Tree) -> None:
    with pytest.raises(SourceUnreadableError, match=name):
        scan(tree.root / name)


def test_access_lists_are_no_extended_attributes_here(tree: Tree) -> None:
    os.setxattr(tree.root / "notes.txt", "user.note", b"\0")
    assert attributes(tree.root / "notes.txt") == {"user.note": b"\0"}


def test_a_digest_is_of_the_content(tree: Tree) -> None:
    assert digest(tree.root / "empty").hex().startswith("e3b0c442")
