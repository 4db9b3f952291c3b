"""Looking into a real backup: its whole tree, one file, one directory."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.vaults.labels import label
from tests.vaults.trees import Tree

from greenroom.vaults.base import BackupLabel, BackupMissingError, TreeEntry, VaultError
from greenroom.vaults.restic import ResticVault


def test_the_tree_has_every_entry_once_with_its_facts(vault: ResticVault, backup: BackupLabel, tree: Tree) -> None:
    entries = {entry.path: entry for entry in vault.tree(backup.backup_id, list)}
    assert set(entries) == {path.decode() for path in tree.describe() if path not in (b"", b".")}
    comp = entries["shot/010/comp.nk"]
    facts = (tree.root / "shot/010/comp.nk").stat()
    assert (comp.type, comp.size, comp.mode, comp.modified_ns) == (
        "file",
        10,
        facts.st_mode & 0o7777,
        facts.st_mtime_ns,
    )
    assert (entries["link"].type, entries["shot"].type) == ("symlink", "dir")


@pytest.fixture
def odd(vault: ResticVault, tmp_path: Path) -> BackupLabel:
    """A backup with names that are no UTF-8, among names with line ends."""
    root = tmp_path / "odd"
    (root / "dir").mkdir(parents=True)
    for name in (b"caf\xe9", b"two\nlines", b"\n\xff\xfe\n", b"plain", "\ufffd".encode(), b"dir/\xff"):
        Path(os.fsdecode(os.fsencode(root) + b"/" + name)).write_bytes(name)
    made = label("odd")
    vault.store(made, root)
    return made


def test_names_of_any_bytes_are_told_and_can_be_read(vault: ResticVault, odd: BackupLabel) -> None:
    entries = vault.tree(odd.backup_id, list)
    raw = {entry.path: entry.raw for entry in entries}
    assert raw == {
        "caf\\xe9": b"caf\xe9",
        "dir": b"dir",
        "dir/\\xff": b"dir/\xff",
        "plain": b"plain",
        "two\nlines": b"two\nlines",
        "\n\\xff\\xfe\n": b"\n\xff\xfe\n",
        "\ufffd": "\ufffd".encode(),
    }
    for entry in entries:
        if entry.type == "file":
            assert entry.raw is not None
            with vault.stream(odd.backup_id, entry.raw) as content:
                assert content.read() == entry.raw


def test_a_directory_comes_entry_by_entry(vault: ResticVault, backup: BackupLabel) -> None:
    with vault.members(backup.backup_id, b"shot") as members:
        found = {member.name: content.read() if content else None for member, content in members}
    assert found.keys() == {"010", "010/comp.nk", "020", "020/comp.nk"}
    assert found["010/comp.nk"] == b"first comp"
    with vault.members(backup.backup_id, b"") as members:
        assert "link" in {member.name for member, _ in members}


def test_special_bits_and_owners_stay_behind(vault: ResticVault, tree: Tree) -> None:
    (tree.root / "notes.txt").chmod(0o6755)
    made = label("special")
    vault.store(made, tree.root)
    with vault.members(made.backup_id, b"") as members:
        (notes,) = [member for member, _ in members if member.name == "notes.txt"]
    assert (notes.mode, notes.uid, notes.uname) == (0o755, 0, "")


def test_stopping_in_the_middle_is_no_error(vault: ResticVault, backup: BackupLabel) -> None:
    with vault.stream(backup.backup_id, b"shot/020/comp.nk") as content:
        content.read(10)
    with vault.members(backup.backup_id, b"") as members:
        next(members)


def test_what_is_not_there_is_told(vault: ResticVault, backup: BackupLabel) -> None:
    with pytest.raises(BackupMissingError):
        vault.tree("nothing", list)
    with pytest.raises(VaultError), vault.stream(backup.backup_id, b"nothing") as content:
        content.read()


def test_listing_starts_again_where_it_was_disturbed(vault: ResticVault, backup: BackupLabel) -> None:
    tries = []

    def take(entries: Iterator[TreeEntry]) -> int:
        tries.append(1)
        if len(tries) == 1:
            raise VaultError("a prune came in between")
        return len(list(entries))

    assert vault.tree(backup.backup_id, take) > 0
