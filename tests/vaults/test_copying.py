"""A copy has what the vault has, and shares what it has with what comes later."""

import os
from pathlib import Path

import pytest
from tests.vaults.conftest import make_vault
from tests.vaults.labels import label
from tests.vaults.test_damage import largest, packs
from tests.vaults.trees import Tree

from greenroom.vaults.base import BackupLabel, VaultUnavailableError
from greenroom.vaults.restic import ResticVault


@pytest.fixture
def copy(tmp_path: Path) -> ResticVault:
    """A place for copies, with nothing in it."""
    return make_vault(tmp_path / "copy", tmp_path / "far")


def test_a_copy_has_the_backups_and_the_records(
    vault: ResticVault, copy: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path
) -> None:
    vault.keep_records(b"{}")
    copy.copy_from(vault)
    assert [stored.label for stored in copy.backups()] == [backup]
    assert copy.records() == b"{}"
    copy.verify(backup.backup_id, tree.root)
    tree.write("large", os.urandom(3 << 20))
    vault.store(later := label("session"), tree.root)
    assert copy.copy_from(vault, {later.backup_id}).here == {later.backup_id}
    came = copy.copy_from(vault)
    assert (set(came.here), came.problems) == ({backup.backup_id, later.backup_id}, [])
    assert [stored.label for stored in copy.backups()] == [backup, later]
    (target := tmp_path / "restored").mkdir()
    copy.restore(later.backup_id, target)
    assert (target / "large").read_bytes() == (tree.root / "large").read_bytes()


def test_a_copy_that_went_away_is_missed_not_begun_anew(
    vault: ResticVault, copy: ResticVault, backup: BackupLabel, tmp_path: Path
) -> None:
    copy.copy_from(vault)
    (tmp_path / "copy").rename(tmp_path / "unmounted")
    (tmp_path / "copy").mkdir()
    with pytest.raises(VaultUnavailableError, match="is gone"):
        copy.copy_from(vault)
    assert packs(tmp_path / "unmounted")
    assert list((tmp_path / "copy").iterdir()) == []


def test_what_is_not_wanted_is_not_copied_and_what_was_made_anew_takes_its_copys_place(
    vault: ResticVault, copy: ResticVault, backup: BackupLabel, tree: Tree
) -> None:
    vault.store(other := label("session"), tree.root)
    copy.copy_from(vault, {backup.backup_id})
    assert [stored.label for stored in copy.backups()] == [backup]
    vault.forget(backup.backup_id)
    tree.write("notes.txt", b"made anew")
    vault.store(backup, tree.root)
    copy.copy_from(vault, {backup.backup_id, other.backup_id, "nosuch"})
    assert sorted(stored.label.backup_id for stored in copy.backups()) == sorted((backup.backup_id, other.backup_id))
    copy.verify(backup.backup_id, tree.root)
    copy.forget_all({backup.backup_id, "nosuch"})
    assert [stored.label for stored in copy.backups()] == [other]


def test_a_damaged_backup_is_told_and_keeps_no_other_from_being_copied(
    vault: ResticVault, copy: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path
) -> None:
    before = packs(tmp_path / "repository")
    tree.write("large", os.urandom(3 << 20))
    vault.store(hurt := label("session"), tree.root)
    damaged = largest(packs(tmp_path / "repository") - before)
    damaged.chmod(0o600)
    damaged.unlink()
    came = copy.copy_from(vault)
    assert set(came.here) == {backup.backup_id}
    assert len(came.problems) == 1
    assert [stored.label for stored in copy.backups()] == [backup]
    assert hurt.backup_id not in came.here


def test_what_an_append_only_copy_drops_is_marked_and_an_operator_lets_it_go(
    vault: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path
) -> None:
    copy = ResticVault(
        str(tmp_path / "copy"),
        tmp_path / "vault" / "password",
        cache=tmp_path / "vault" / "cache" / "copies" / "far",
        scratch=tmp_path / "vault" / "scratch",
        append_only=True,
    )
    vault.store(other := label("session"), tree.root)
    copy.copy_from(vault)
    copy.forget_all({backup.backup_id})
    assert [stored.label for stored in copy.backups()] == [other]
    operator = make_vault(tmp_path / "copy", tmp_path / "vault")
    assert len(operator.backups()) == 2
    assert vault.sweep_forgotten() == 0, "what is marked is of another repository"
    assert operator.sweep_forgotten() == 1
    assert [stored.label for stored in operator.backups()] == [other]
