"""A copy has what the vault has, and shares what it has with what comes later."""

import os
from pathlib import Path

import pytest
from tests.vaults.conftest import make_vault
from tests.vaults.labels import label
from tests.vaults.test_damage import packs
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
    copy.copy_from(vault)
    copy.copy_from(vault)
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
