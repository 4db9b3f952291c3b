"""Holes are made while restic still writes, wherever the repository tells that zeros belong."""

import os
from pathlib import Path

import pytest
from tests.support import unavailable
from tests.vaults.labels import label
from tests.vaults.test_holes import MIB, image, room
from tests.vaults.trees import Tree

from greenroom.vaults import holes
from greenroom.vaults.command import Restic
from greenroom.vaults.digging import look
from greenroom.vaults.readback import Held
from greenroom.vaults.restic import ResticVault

FINAL = 10**18 + 7


@pytest.fixture
def sparse(vault: ResticVault, tmp_path: Path) -> tuple[Held, Path]:
    """A backup with a sparse file, and the tree."""
    if not holes.kept_in(tmp_path):
        unavailable("this file system keeps no holes")
    tree = Tree(tmp_path / "tree")
    tree.write("caches/notes", "no hole")
    disk = image(tree.root / "caches" / "disk.img", 16 * MIB)
    with disk.open("r+b") as file:
        file.seek(7 * MIB + 777)
        file.write(os.urandom(MIB + 1))
    disk.chmod(0o6751)
    os.utime(disk, ns=(FINAL, FINAL))
    return held(vault, tree), tree.root


def held(vault: ResticVault, tree: Tree) -> Held:
    """A backup of the tree."""
    backup = label("session")
    vault.store(backup, tree.root)
    record = vault._catalogue.one(backup.backup_id)
    return Held(backup.backup_id, record.id, record.root)


def half_restored(root: Path, target: Path) -> Path:
    """The sparse file as restic has it before it gives it its time and mode: full of zeros."""
    (target / "caches").mkdir(parents=True)
    file = target / "caches" / "disk.img"
    file.write_bytes((root / "caches" / "disk.img").read_bytes())
    os.sync()
    assert room(file) >= 16 * MIB
    return file


def test_zeros_are_made_holes_where_they_belong_and_nowhere_else(
    vault: ResticVault, sparse: tuple[Held, Path], tmp_path: Path
) -> None:
    backup, root = sparse
    digging = look(vault._restic, backup, vault._direct)
    assert digging.meanwhile(tmp_path / "not there yet")
    file = half_restored(root, tmp_path / "target")
    digging.meanwhile(tmp_path / "target")
    os.sync()
    assert room(file) < 6 * MIB
    assert file.read_bytes() == (root / "caches" / "disk.img").read_bytes()
    digging.finish(tmp_path / "target")
    facts = file.stat()
    assert (facts.st_mtime_ns, facts.st_mode & 0o7777) == (FINAL, 0o6751)
    assert file.read_bytes() == (root / "caches" / "disk.img").read_bytes()


def test_a_file_that_is_complete_is_left_until_the_end(
    vault: ResticVault, sparse: tuple[Held, Path], tmp_path: Path
) -> None:
    backup, root = sparse
    file = half_restored(root, tmp_path / "target")
    os.utime(file, ns=(FINAL, FINAL))
    digging = look(vault._restic, backup, vault._direct)
    digging.meanwhile(tmp_path / "target")
    assert (room(file) >= 16 * MIB, file.stat().st_mtime_ns) == (True, FINAL)
    digging.finish(tmp_path / "target")
    os.sync()
    assert room(file) < 4 * MIB
    assert file.stat().st_mtime_ns == FINAL


def test_elsewhere_restic_tells_which_files_and_holes_are_made_at_the_end(
    vault: ResticVault, sparse: tuple[Held, Path], tmp_path: Path
) -> None:
    backup, root = sparse
    file = half_restored(root, tmp_path / "target")
    digging = look(vault._restic, backup, None)
    assert not digging.meanwhile(tmp_path / "target")
    digging.finish(tmp_path / "target")
    os.sync()
    assert room(file) < 4 * MIB
    assert file.read_bytes() == (root / "caches" / "disk.img").read_bytes()


def test_where_the_repository_holds_no_such_zeros_restic_is_not_asked(
    vault: ResticVault, tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = held(vault, tree)
    monkeypatch.setattr(Restic, "start", lambda *_: pytest.fail("restic was asked"))
    assert not look(vault._restic, backup, vault._direct).meanwhile(tree.root)
