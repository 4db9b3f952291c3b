"""A damaged repository is mended: nothing readable goes, and the next backup brings back what was damaged."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support import require
from tests.vaults.conftest import PASSWORD, make_vault
from tests.vaults.labels import label
from tests.vaults.test_damage import flip, largest, packs, smallest
from tests.vaults.trees import Tree

from greenroom.vaults.base import BackupBrokenError, BackupLabel
from greenroom.vaults.mending import ASIDE
from greenroom.vaults.restic import ResticVault


def by_restic(repository: Path, *arguments: str) -> None:
    """restic's own opinion, as it would be asked by anybody."""
    environment = {**os.environ, "RESTIC_PASSWORD": PASSWORD}
    command = [require("restic"), "-r", repository, "--no-cache", "-q", *arguments]
    subprocess.run(command, env=environment, check=True, capture_output=True)


@pytest.fixture
def shared_with(vault: ResticVault, tree: Tree, tmp_path: Path) -> BackupLabel:
    """A backup of another session, whose content is in one file of the repository with that of `tree`."""
    both = tmp_path / "both"
    for name in ("mine", "others"):
        Tree(both).write(f"{name}/plate", os.urandom(700_000))
    vault.store(label("seed"), both)
    Tree(tree.root).write("shared/plate", (both / "mine" / "plate").read_bytes())
    others = Tree(tmp_path / "others")
    others.write("plate", (both / "others" / "plate").read_bytes())
    made = label("others")
    vault.store(made, others.root)
    vault.verify(made.backup_id, others.root)
    return made


def test_a_sound_repository_is_left_alone(vault: ResticVault, backup: BackupLabel, tmp_path: Path) -> None:
    before = packs(tmp_path / "repository")
    assert vault.mend() == 0
    assert packs(tmp_path / "repository") == before


def test_what_is_damaged_comes_back_and_what_lies_beside_it_stays(
    vault: ResticVault, shared_with: BackupLabel, tree: Tree, tmp_path: Path
) -> None:
    repository = tmp_path / "repository"
    older = label("session")
    vault.store(older, tree.root)
    vault.verify(older.backup_id, tree.root)
    pack = max(packs(repository), key=lambda path: path.stat().st_size)
    # Here and there in the file, until it is this session's content that is hurt and not the other's.
    for position in range(200_000, pack.stat().st_size, 300_000):
        flip(pack, position)
        try:
            vault.verify(shared_with.backup_id)
        except BackupBrokenError:
            flip(pack, position)
            continue
        try:
            vault.verify(older.backup_id)
        except BackupBrokenError:
            break
        flip(pack, position)
    else:
        pytest.fail("no byte of that file is this session's alone")
    assert vault.mend() == 1
    assert [path.name for path in (repository / ASIDE).iterdir()] == [pack.name]
    vault.verify(shared_with.backup_id)
    vault.doubt()
    newer = label("session")
    vault.store(newer, tree.root, trust_parent=False)
    vault.verify(newer.backup_id, tree.root)
    vault.verify(older.backup_id)  # the same content: it is whole again
    by_restic(repository, "check", "--read-data", "--check-unused")


def cut(pack: Path) -> None:
    os.truncate(pack, pack.stat().st_size // 2)


@pytest.mark.parametrize(("which", "hurt"), [(largest, Path.unlink), (largest, cut), (smallest, cut)])
def test_a_file_that_is_gone_or_cut_is_made_good_by_the_next_backup(
    which: Callable[[set[Path]], Path],
    hurt: Callable[[Path], None],
    vault: ResticVault,
    backup: BackupLabel,
    tree: Tree,
    tmp_path: Path,
) -> None:
    pack = which(packs(tmp_path / "repository"))
    pack.chmod(0o600)
    hurt(pack)
    vault.doubt()
    assert vault.mend() == 1
    newer = label("session")
    vault.store(newer, tree.root, trust_parent=False)
    vault.verify(newer.backup_id, tree.root)
    if which is largest:  # directories have times of their own, content does not: that is the older one's too
        vault.verify(backup.backup_id)


def test_without_doubt_a_new_backup_leans_on_what_was_proven_and_with_it_on_nothing(
    vault: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path
) -> None:
    flip(largest(packs(tmp_path / "repository")), 70_000)
    vault.doubt()
    later = label("session")
    vault.store(later, tree.root)
    with pytest.raises(BackupBrokenError):
        vault.verify(later.backup_id, tree.root)


def test_a_vault_elsewhere_is_mended_where_it_is_a_directory(
    empty_repository: Path, rest_root: Path, rest_server: str, tree: Tree, tmp_path: Path
) -> None:
    """As `greenroom vault mend --repository DIRECTORY` does it; backups come and are proven over the network."""
    shutil.copytree(empty_repository, rest_root / "hurt")
    vault = make_vault(f"rest:{rest_server}/hurt", tmp_path / "vault")
    older = label("session")
    vault.store(older, tree.root)
    vault.verify(older.backup_id, tree.root)
    flip(largest(packs(rest_root / "hurt")), 70_000)
    with pytest.raises(BackupBrokenError):
        vault.verify(older.backup_id)
    vault.doubt()
    assert vault.mend() == 0
    mounted = make_vault(rest_root / "hurt", tmp_path / "vault")
    assert mounted.mend() == 1
    newer = label("session")
    vault.store(newer, tree.root, trust_parent=False)
    vault.verify(newer.backup_id, tree.root)
    vault.verify(older.backup_id)
    assert vault.check(read_data=True).sound
