"""Sparse files stay sparse on their way through the vault."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support import unavailable
from tests.vaults.labels import label
from tests.vaults.trees import Tree
from tests.volumes.filesystems import file_system, require_storage

from greenroom.vaults import holes
from greenroom.vaults.base import VaultError
from greenroom.vaults.call import Call
from greenroom.vaults.command import Restic
from greenroom.vaults.restic import ResticVault
from greenroom.vaults.running import Running

MIB = 1 << 20


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory where files can have holes."""
    if not holes.kept_in(tmp_path):
        unavailable("this file system keeps no holes")
    return tmp_path


def image(path: Path, size: int = 64 * MIB) -> Path:
    """A file with content at both ends, and nothing between them."""
    with path.open("wb") as file:
        file.write(os.urandom(100_001))
        file.seek(size - 5_000)
        file.write(os.urandom(5_000))
    return path


def room(path: Path) -> int:
    """Bytes that a file takes."""
    return path.stat().st_blocks * 512


def fill(path: Path) -> None:
    """Write the zeros that it has for holes, and change nothing else about it."""
    facts = path.stat()
    content = path.read_bytes()
    mode = facts.st_mode & 0o7777
    path.chmod(0o600)
    path.write_bytes(content)
    path.chmod(mode)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def test_files_come_out_of_the_vault_with_their_holes_and_all_else(vault: ResticVault, place: Path) -> None:
    tree = Tree(place / "tree")
    tree.write("caches/small", "no hole")
    tree.write("caches/dense", os.urandom(3 * MIB))
    sparse = image(tree.root / "caches" / "disk.img")
    (tree.root / "caches" / "same.img").hardlink_to(sparse)
    with (tree.root / "only a hole").open("wb") as file:
        file.truncate(10 * MIB)
    odd = image(Path(os.fsdecode(os.fsencode(tree.root) + b'/caches/\xff\xfe"path":"odd')), 4 * MIB)
    odd.chmod(0o444)
    os.utime(sparse, ns=(1, 10**18 + 7))
    backup = label("session")
    vault.store(backup, tree.root)
    (target := place / "target").mkdir()
    vault.restore(backup.backup_id, target, lambda _: None)
    assert Tree(target).describe() == tree.describe()
    assert room(target / "caches" / "disk.img") < 2 * MIB
    assert room(target / "only a hole") == 0
    assert room(target / odd.relative_to(tree.root)) < 2 * MIB


def test_a_restic_that_leaves_holes_itself_is_asked_for_them(
    vault: ResticVault, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = Tree(place / "tree")
    tree.write("file", "content")
    backup = label("session")
    vault.store(backup, tree.root)
    monkeypatch.setattr(vault._restic, "version", (0, 17))
    given: list[tuple[str, ...]] = []

    def start(_restic: Restic, call: Call) -> Running:
        given.append(call.arguments)
        raise VaultError("that is enough")

    monkeypatch.setattr(Restic, "start", start)
    (target := place / "target").mkdir()
    with pytest.raises(VaultError, match="enough"):
        vault.restore(backup.backup_id, target)
    assert ["--sparse" in arguments for arguments in given] == [True]


@pytest.fixture(params=["here", pytest.param("btrfs", marks=pytest.mark.serial)])
def disk(request: pytest.FixtureRequest, place: Path) -> Iterator[Path]:
    """The temporary directory's file system, and btrfs."""
    if request.param == "here":
        yield place
        return
    require_storage()
    with file_system("btrfs", place, 256) as mount_point:
        yield mount_point


def test_long_runs_of_zeros_become_holes_and_no_byte_changes(disk: Path) -> None:
    assert holes.kept_in(disk)
    sparse = image(disk / "sparse", 16 * MIB)
    sparse.chmod(0o6755)
    content = bytearray(sparse.read_bytes())
    content[9 * MIB : 9 * MIB + 10] = b"an island."
    sparse.write_bytes(content)
    capability = b"\x01\x00\x00\x02" + bytes(16)
    if os.geteuid() == 0:
        os.setxattr(sparse, "security.capability", capability)
    facts = sparse.stat()
    tail = disk / "tail"
    tail.write_bytes(b"x" * 10 + bytes(MIB + 77))
    outside = image(disk / "outside", 4 * MIB)
    fill(outside)
    (disk / "link").symlink_to("outside")
    os.sync()
    holes.dig(disk, ["sparse", "tail", "link", "gone", "sparse/none"])
    assert sparse.read_bytes() == content
    assert tail.read_bytes() == b"x" * 10 + bytes(MIB + 77)
    assert (sparse.stat().st_mode, sparse.stat().st_mtime_ns) == (facts.st_mode, facts.st_mtime_ns)
    if os.geteuid() == 0:
        assert os.getxattr(sparse, "security.capability") == capability
    os.sync()
    assert room(sparse) < MIB
    assert room(tail) <= 256 << 10
    assert room(outside) >= 3 * MIB  # links are not followed


def test_holes_are_found_and_what_fills_them_is_counted(place: Path) -> None:
    sparse = image(place / "sparse")
    with sparse.open("r+b") as file:
        found = list(holes.holes(file.fileno()))
        ((begin, end),) = found
        assert (begin - 100_001 < 2 * MIB, end > 63 * MIB) == (True, True)
        assert holes.filled(file.fileno(), found) == 0
        os.pwrite(file.fileno(), bytes(MIB), begin)
        os.pwrite(file.fileno(), bytes(MIB), end - MIB)
        assert holes.filled(file.fileno(), found) == 0  # that much may be lost at each end
        os.pwrite(file.fileno(), bytes(MIB), 32 * MIB)
        assert holes.filled(file.fileno(), found) == MIB
    fill(sparse)
    with sparse.open("rb") as file:
        assert list(holes.holes(file.fileno())) == []
        assert holes.filled(file.fileno(), found) == end - begin - 2 * MIB


def test_where_files_have_no_holes_none_are_looked_for(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_such_call(*_arguments: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(holes, "_punch", no_such_call)
    assert not holes.kept_in(place)
