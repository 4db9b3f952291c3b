"""Indexes of what backups hold: quick to ask, bounded on the disk, made again when they are gone."""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from greenroom.vaults.base import TreeEntry
from greenroom.vaults.trees import Trees

TREE = [
    TreeEntry("shots", "dir", 0, 0o755, 5, b"shots"),
    TreeEntry("shots/a", "file", 3, 0o644, 6, b"shots/a"),
    TreeEntry("shots/b", "fifo", 0, 0o644, 6, b"shots/b"),
    TreeEntry("shots/c\\xff", "file", 2**70, 0o644, 2**70, b"shots/c\xff"),
    TreeEntry("shots/d\ufffd", "file", 1, 0o644, 0, None),
    TreeEntry("shots2", "chardev", 0, 0o644, 0, b"shots2"),
]


class Source:
    """Fills indexes, and counts how often."""

    def __init__(self, entries: Iterable[TreeEntry] = TREE) -> None:
        self.entries = list(entries)
        self.asked = 0

    def __call__(self, take: object) -> None:
        self.asked += 1
        assert callable(take)
        take(iter(self.entries))


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def trees(tmp_path: Path) -> Trees:
    return Trees(tmp_path / "trees", 1 << 30)


def test_an_index_tells_what_is_in_a_directory_by_name_and_page(trees: Trees, source: Source) -> None:
    with trees.opened("one", source) as tree:
        assert [entry.path for entry in tree.children("")] == ["shots", "shots2"]
        assert [entry.name for entry in tree.children("shots", after="a", limit=2)] == ["b", "c\\xff"]
        found = tree.find("shots/a")
        assert found is not None
        assert (found.size, found.mode, found.modified_ns) == (3, 0o644, 6)
        assert tree.find("shots/none") is None
        assert [entry.path for entry in tree.specials("shots")] == ["shots/b"]
        assert [entry.path for entry in tree.specials("")] == ["shots2", "shots/b"]


def test_names_that_are_no_utf8_are_asked_for_by_their_bytes_where_those_are_known(
    trees: Trees, source: Source
) -> None:
    with trees.opened("one", source) as tree:
        names = {entry.name: entry.location for entry in tree.children("shots")}
    assert names == {"a": b"shots/a", "b": b"shots/b", "c\\xff": b"shots/c\xff", "d\ufffd": None}


def test_a_tree_is_listed_once(trees: Trees, source: Source) -> None:
    for _ in range(3):
        with trees.opened("one", source):
            pass
    assert source.asked == 1


def test_those_who_come_at_once_have_it_listed_once(trees: Trees, source: Source) -> None:
    together = Barrier(4)

    def look() -> int:
        together.wait()
        with trees.opened("one", source) as tree:
            return len(tree.children("shots"))

    with ThreadPoolExecutor(4) as pool:
        assert [each.result() for each in [pool.submit(look) for _ in range(4)]] == [4] * 4
    assert source.asked == 1


@pytest.mark.parametrize("damage", [b"", b"no database at all, but long enough to be looked at", None])
def test_a_damaged_index_is_made_again(trees: Trees, source: Source, tmp_path: Path, damage: bytes | None) -> None:
    with trees.opened("one", source):
        pass
    (file,) = (tmp_path / "trees").glob("*.tree")
    file.write_bytes(file.read_bytes()[:5000] if damage is None else damage)
    with trees.opened("one", source) as tree:
        assert len(tree.children("shots")) == 4


def test_a_listing_that_breaks_off_leaves_nothing(trees: Trees, tmp_path: Path) -> None:
    def broken(take: object) -> None:
        raise OSError("the vault is away")

    with pytest.raises(OSError, match="away"), trees.opened("one", broken):
        pass
    assert list((tmp_path / "trees").iterdir()) == []


def test_what_was_used_least_lately_goes_when_the_space_is_full(tmp_path: Path) -> None:
    source = Source()
    small = Trees(tmp_path, 1)
    for key in ("one", "two"):
        with small.opened(key, source) as tree:
            assert tree.find("shots") is not None
    (only,) = tmp_path.glob("*.tree")
    three = Trees(tmp_path, 3 * only.stat().st_size)
    for key in ("one", "three", "two", "three", "four"):
        with three.opened(key, source):
            pass
    for file in tmp_path.glob("*.tree"):
        os.utime(file, (1, 1))  # long ago, as far as the files say
    with three.opened("two", source), three.opened("three", source), three.opened("five", source):
        pass
    before = source.asked
    with three.opened("five", source), three.opened("three", source), three.opened("two", source):
        assert source.asked == before


def test_looking_into_an_index_that_is_there_changes_nothing_on_the_disk(trees: Trees, source: Source) -> None:
    with trees.opened("one", source) as tree:
        path = tree.path
    os.utime(path, (1, 1))
    with trees.opened("one", source) as tree:
        assert tree.find("shots") is not None
    assert path.stat().st_mtime == 1


def test_a_list_that_somebody_began_long_ago_is_cleared_away(trees: Trees, source: Source, tmp_path: Path) -> None:
    begun = tmp_path / "trees" / "x.begun"
    begun.parent.mkdir()
    begun.touch()
    os.utime(begun, (1, 1))
    with trees.opened("one", source):
        pass
    assert not begun.exists()


def test_names_are_found_anywhere_in_either_case(trees: Trees, source: Source) -> None:
    with trees.opened("one", source) as tree:
        assert [entry.path for entry in tree.search("[AB]")] == ["shots/a", "shots/b"]
        assert [entry.path for entry in tree.search("*", after=("shots", "a"), limit=2)] == ["shots/b", "shots/c\\xff"]
        assert tree.search("a?") == []


def test_two_trees_are_compared(trees: Trees, source: Source) -> None:
    other = Source(
        [
            TreeEntry("shots", "dir", 0, 0o755, 99, b"shots"),
            TreeEntry("shots/a", "file", 4, 0o644, 6, b"shots/a"),
            TreeEntry("shots/b", "fifo", 0, 0o600, 6, b"shots/b"),
            TreeEntry("shots/new", "file", 1, 0o644, 6, b"shots/new"),
            TREE[3],
            TREE[5],
        ]
    )
    with trees.opened("one", source) as tree, trees.opened("two", other) as beside:
        changes = tree.changes(beside.path)
        assert [(each.before and each.before.name, each.after and each.after.name) for each in changes] == [
            ("a", "a"),
            ("b", "b"),
            ("d\ufffd", None),
            (None, "new"),
        ]
        assert tree.changes(beside.path, after=("shots", "a"), limit=2) == changes[1:3]
        assert tree.changes(tree.path) == []
