"""Damage to the repository: verification finds it wherever it is, and says which backup is hurt."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.vaults.conftest import make_vault
from tests.vaults.labels import label
from tests.vaults.trees import Tree

from greenroom.vaults.base import BackupBrokenError, BackupLabel, VaultError
from greenroom.vaults.restic import ResticVault


@pytest.fixture
def hasty(tmp_path: Path) -> ResticVault:
    """The vault of the fixture `vault`, by somebody with little patience."""
    return make_vault(tmp_path / "repository", tmp_path / "vault", patience=0.5)


def packs(repository: Path) -> set[Path]:
    """The files that hold the repository's data."""
    return {path for path in (repository / "data").rglob("*") if path.is_file()}


def flip(file: Path, position: int) -> None:
    """Change one bit of one byte."""
    file.chmod(0o600)
    content = bytearray(file.read_bytes())
    content[position] ^= 1
    file.write_bytes(content)


def largest(files: set[Path]) -> Path:
    """Where the content of files is."""
    return max(files, key=lambda path: path.stat().st_size)


def smallest(files: set[Path]) -> Path:
    """Where the directories are."""
    return min(files, key=lambda path: path.stat().st_size)


HURT: dict[str, Callable[[set[Path]], object]] = {
    "a byte of the content": lambda files: flip(largest(files), largest(files).stat().st_size // 2),
    "a byte of the directories": lambda files: flip(smallest(files), 40),
    "the end of the content": lambda files: os.truncate(largest(files), 1000),
    "all of the content": lambda files: largest(files).unlink(),
    "all of the directories": lambda files: smallest(files).unlink(),
}


@pytest.mark.parametrize("what", HURT)
def test_damage_to_what_a_backup_added_is_found(
    what: str, hasty: ResticVault, vault: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path
) -> None:
    before = packs(tmp_path / "repository")
    tree.write("shot/030/new.nk", os.urandom(200_000))
    later = label("session")
    hasty.store(later, tree.root)
    HURT[what](packs(tmp_path / "repository") - before)
    with pytest.raises(BackupBrokenError, match=later.backup_id):
        hasty.verify(later.backup_id, tree.root)
    with pytest.raises(BackupBrokenError, match=later.backup_id):
        hasty.verify(later.backup_id)
    hasty.verify(backup.backup_id)


def test_damage_to_a_first_backup_is_found(vault: ResticVault, tree: Tree, tmp_path: Path) -> None:
    backup = label("session")
    vault.store(backup, tree.root)
    flip(largest(packs(tmp_path / "repository")), 70_000)
    with pytest.raises(BackupBrokenError):
        vault.verify(backup.backup_id, tree.root)


def test_damage_to_older_data_is_found_by_reading_everything(
    vault: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path
) -> None:
    flip(largest(packs(tmp_path / "repository")), 70_000)
    later = label("session")
    vault.store(later, tree.root)
    vault.verify(later.backup_id, tree.root)  # it added nothing, and the rest was proven when it came
    with pytest.raises(BackupBrokenError):
        vault.verify(later.backup_id)


def test_a_damaged_backup_is_not_restored_in_silence(
    vault: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path
) -> None:
    flip(largest(packs(tmp_path / "repository")), 70_000)
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(BackupBrokenError, match=backup.backup_id):
        vault.restore(backup.backup_id, target)
    with pytest.raises(VaultError):
        vault.read(backup.backup_id, "shot/020/comp.nk", tmp_path / "comp.nk")
    assert not (tmp_path / "comp.nk").exists()


def test_a_broken_backup_can_be_stored_anew(
    vault: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path
) -> None:
    before = packs(tmp_path / "repository")
    tree.write("shot/030/new.nk", os.urandom(200_000))
    later = label("session")
    vault.store(later, tree.root)
    flip(largest(packs(tmp_path / "repository") - before), 70_000)
    with pytest.raises(BackupBrokenError):
        vault.verify(later.backup_id, tree.root)
    vault.forget(later.backup_id)
    vault.prune()
    vault.store(later, tree.root, trust_parent=False)
    vault.verify(later.backup_id, tree.root)


@pytest.mark.parametrize("damage", ["lost", "cut", "changed", "of another kind"])
def test_without_what_was_proven_everything_is_proven_again(
    damage: str, vault: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path
) -> None:
    proof = tmp_path / "vault" / "cache" / "proofs" / "session.proof"
    content = proof.read_bytes()
    if damage == "lost":
        proof.unlink()
    else:
        proof.write_bytes({"cut": content[:-9], "changed": b"\0" + content[1:], "of another kind": b""}[damage])
    flip(largest(packs(tmp_path / "repository")), 70_000)
    later = label("session")
    vault.store(later, tree.root)
    with pytest.raises(BackupBrokenError):
        vault.verify(later.backup_id, tree.root)


def test_damage_to_the_proven_backup_itself_means_that_it_proves_nothing(
    vault: ResticVault, tree: Tree, tmp_path: Path
) -> None:
    repository = tmp_path / "repository"
    first, second = label("session"), label("session")
    vault.store(first, tree.root)
    vault.verify(first.backup_id, tree.root)
    flip(largest(packs(repository)), 70_000)
    before = packs(repository)
    for directory in ("", "shot", "shot/010", "shot/020"):
        tree.write(f"{directory}/new".lstrip("/"), directory)
    vault.store(second, tree.root)
    flip(smallest(before), 40)
    with pytest.raises(BackupBrokenError, match=second.backup_id):
        vault.verify(second.backup_id, tree.root)


def test_a_forgotten_backup_leaves_no_record_of_its_files(
    vault: ResticVault, backup: BackupLabel, tmp_path: Path
) -> None:
    vault.forget(backup.backup_id)
    assert list((tmp_path / "vault" / "cache" / "proofs").iterdir()) == []


def test_a_parent_that_is_gone_is_done_without(
    vault: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path
) -> None:
    vault.forget(backup.backup_id)
    later = label("session")
    vault.store(later, tree.root)
    vault.verify(later.backup_id, tree.root)


def test_content_written_behind_the_storages_back_is_found(vault: ResticVault, backup: BackupLabel, tree: Tree) -> None:
    file = tree.root / "notes.txt"
    facts = file.stat()
    tree.write("notes.txt", "buy malt")
    os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    later = label("session")
    vault.store(later, tree.root, trust_parent=False)
    vault.verify(later.backup_id, tree.root)
    tree.write("notes.txt", "buy rice")
    os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    with pytest.raises(BackupBrokenError, match=r"notes\.txt"):
        vault.verify(later.backup_id, tree.root)
