"""Everything about a tree: taken, kept and compared."""

import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support import unavailable

from greenroom.vaults.census import Censuses, differences, lost_holes, take
from greenroom.vaults.holes import kept_in

NOBODY = 2**32 - 1
ACL = struct.pack("<I", 2) + b"".join(
    struct.pack("<HHI", tag, 6, user) for tag, user in ((1, NOBODY), (2, 4321), (4, NOBODY), (16, NOBODY), (32, NOBODY))
)
"""An access list that names another user, as the kernel takes it."""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    (root / "shots").mkdir(parents=True)
    (root / "shots" / "one").write_text("first")
    os.link(root / "shots" / "one", root / "shots" / "same")
    (root / "link").symlink_to("shots/one")
    (root / "tool").write_text("#!/bin/sh")
    with (root / "holes").open("wb") as file:
        file.truncate(4 << 20)
    return root


def test_a_tree_is_taken_with_hard_links_holes_and_content(tree: Path) -> None:
    items = take(tree)
    assert set(items) == {"shots", "shots/one", "shots/same", "link", "tool", "holes"}
    assert items["shots/one"].same_as == items["shots/same"].same_as == "shots/one"
    assert items["shots/one"].sha256 == items["shots/same"].sha256 != ""
    assert items["holes"].holes == (((0, 4 << 20),) if kept_in(tree) else ())
    assert items["link"].linktarget == "shots/one"


def rewrite(tree: Path) -> None:
    """Other content of the same length at the same time."""
    file = tree / "tool"
    facts = file.stat()
    file.write_text("#!/bin/ba")
    os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def unlink(tree: Path) -> None:
    """A hard link becomes a file of its own."""
    same = tree / "shots" / "same"
    facts, folder = same.stat(), (tree / "shots").stat()
    same.unlink()
    same.write_text("first")
    os.utime(same, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    os.utime(tree / "shots", ns=(folder.st_atime_ns, folder.st_mtime_ns))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (rewrite, "'tool' has another sha256"),
        (unlink, "same_as"),
        (lambda tree: (tree / "tool").chmod(0o700), "'tool' has another mode"),
        (lambda tree: os.utime(tree / "tool", (0, 0)), "'tool' has another mtime_ns"),
        (lambda tree: (tree / "link").unlink(), "'link' did not come back"),
        (lambda tree: (tree / "new").mkdir(), "'new' was not in the snapshot"),
        (lambda tree: os.setxattr(tree / "tool", "user.note", b"x"), "'tool' has another attributes"),
        (lambda tree: os.setxattr(tree / "tool", "system.posix_acl_access", ACL), "'tool' has another"),
        (lambda tree: os.chown(tree / "tool", 1234, 4321), "'tool' has another uid, gid"),
        (lambda tree: os.truncate(tree / "holes", 3 << 20), "'holes' has another size"),
        (lambda tree: (tree / "link").unlink() or (tree / "link").symlink_to("tool"), "'link' has another linktarget"),
        (lambda tree: (tree / "link").unlink() or (tree / "link").mkdir(), "'link' has another type"),
    ],
)
def test_every_difference_is_told(tree: Path, change: Callable[[Path], None], told: str) -> None:
    before = take(tree)
    assert differences(before, take(tree)) == ""
    try:
        change(tree)
    except OSError as error:
        unavailable(f"this file system has no extended attributes, or this is not root: {error}")
    assert told in differences(before, take(tree))


def test_a_hole_that_was_filled_is_told_where_it_could_be_one(tree: Path) -> None:
    if not kept_in(tree):
        unavailable("this file system keeps no holes")
    before, file = take(tree), tree / "holes"
    facts = file.stat()
    assert lost_holes(before, tree) == ""
    file.write_bytes(bytes(4 << 20))
    os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert differences(before, take(tree)) == ""
    assert lost_holes(before, tree) == (
        f"'holes' came back without its holes: {2 << 20} bytes of zeros take room that took none"
    )


def test_a_census_is_kept_compressed_and_one_that_is_damaged_is_none(tree: Path, tmp_path: Path) -> None:
    censuses = Censuses(tmp_path / "manifests")
    assert censuses.load("b") is None
    items = take(tree)
    censuses.save("b", items)
    censuses.save("gone", items)
    assert censuses.load("b") == items
    censuses.drop_all_but({"b"})
    (file,) = (tmp_path / "manifests").iterdir()
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)
    assert censuses.load("b") is None
