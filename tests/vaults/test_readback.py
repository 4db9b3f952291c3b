"""Reading changed files back, in portions and one by one."""

import os
from pathlib import Path

import pytest
from tests.vaults.labels import label
from tests.vaults.test_damage import flip, largest, packs
from tests.vaults.trees import Tree

from greenroom.vaults import proof, readback
from greenroom.vaults.base import BackupBrokenError, BackupLabel
from greenroom.vaults.restic import ResticVault


def change(tree: Tree) -> None:
    """Change files in several ways, some with names that mean something to patterns."""
    for number in range(5):
        tree.write(f"new [{number}]*?\\", f"new {number}")
    for size in (2_000, 90_000, 200_000):
        tree.write(f"sizes/{size}", os.urandom(size))
    (tree.root / os.fsdecode(b"\xff\xfe")).write_text("no UTF-8")
    os.setxattr(tree.root / "notes.txt", "user.note", b"changed")


@pytest.fixture(params=["all at once", "in portions", "streamed"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How the files are read back."""
    if request.param == "in portions":
        monkeypatch.setattr(readback, "_BATCH_FILES", 3)
        monkeypatch.setattr(readback, "_BATCH_BYTES", 100_000)
    if request.param == "streamed":
        monkeypatch.setattr(readback, "_LARGE", 50_000)
    return str(request.param)


def test_changed_files_are_proven(way: str, vault: ResticVault, backup: BackupLabel, tree: Tree) -> None:
    change(tree)
    later = label("session")
    vault.store(later, tree.root)
    vault.verify(later.backup_id, tree.root)


def test_a_changed_file_that_is_damaged_is_found(
    way: str, vault: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path
) -> None:
    before = packs(tmp_path / "repository")
    change(tree)
    later = label("session")
    vault.store(later, tree.root)
    flip(largest(packs(tmp_path / "repository") - before), 150_000)
    with pytest.raises(BackupBrokenError, match=later.backup_id):
        vault.verify(later.backup_id, tree.root)


def test_where_most_changed_everything_is_streamed(
    vault: ResticVault, backup: BackupLabel, tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "_LITTLE", 0)
    change(tree)
    later = label("session")
    vault.store(later, tree.root)
    vault.verify(later.backup_id, tree.root)


@pytest.mark.parametrize("value", [b"other", b""])
def test_an_extended_attribute_that_is_not_as_it_was_is_told(value: bytes, vault: ResticVault, tree: Tree) -> None:
    os.setxattr(tree.root / "notes.txt", "user.note", value)
    for number in range(2):
        backup = label(f"session-{number}")
        vault.store(backup, tree.root)
        os.setxattr(tree.root / "notes.txt", "user.note", b"changed behind our back")
        with pytest.raises(BackupBrokenError, match=r"user\.note"):
            vault.verify(backup.backup_id, tree.root)
        os.setxattr(tree.root / "notes.txt", "user.note", value)
        vault.verify(backup.backup_id, tree.root)
