"""A damaged repository is found out, and which backups it hurt."""

import os
from pathlib import Path

from tests.vaults.labels import label
from tests.vaults.test_damage import flip, largest, packs
from tests.vaults.trees import Tree

from greenroom.vaults.base import BackupLabel
from greenroom.vaults.restic import ResticVault


def test_a_whole_repository_is_sound(vault: ResticVault, backup: BackupLabel) -> None:
    assert vault.check(read_data=True).sound
    assert vault.check().sound


def test_only_the_backups_that_need_what_is_damaged_are_hurt(
    vault: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path
) -> None:
    before = packs(tmp_path / "repository")
    tree.write("shot/030/new.nk", os.urandom(200_000))
    vault.store(later := label("session"), tree.root)
    damaged = largest(packs(tmp_path / "repository") - before)
    flip(damaged, damaged.stat().st_size // 2)
    found = vault.check(read_data=True)
    assert not found.sound
    assert [backup_id for backup_id, _why in found.hurt] == [later.backup_id]
