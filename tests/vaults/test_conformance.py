"""What every vault does, wherever its repository lies."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support import unavailable
from tests.vaults.conftest import make_vault
from tests.vaults.labels import label
from tests.vaults.trees import Tree, jungle, planted

from greenroom.vaults.base import (
    BackupBrokenError,
    BackupLabel,
    BackupMissingError,
    Progress,
    StoredBackup,
    VaultError,
)
from greenroom.vaults.call import Call
from greenroom.vaults.command import Restic
from greenroom.vaults.holes import kept_in
from greenroom.vaults.repository import Repository
from greenroom.vaults.restic import ResticVault
from greenroom.vaults.running import Running


@dataclass(frozen=True)
class Kept:
    """A backup of a jungle: stored, verified, and never changed by a test."""

    label: BackupLabel
    stored: StoredBackup
    tree: Tree


@pytest.fixture(scope="module")
def kept(shared: ResticVault, kind: str, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The backup that the tests of this kind look at."""
    if os.geteuid() != 0:
        unavailable("only root can make a tree with everything in it")
    tree = jungle(tmp_path_factory.mktemp("jungle") / "tree")
    made = label(f"jungle-{kind}")
    stored = shared.store(made, tree.root)
    shared.verify(made.backup_id, tree.root)
    return Kept(made, stored, tree)


def test_a_vault_makes_its_repository_where_there_is_none(
    kind: str, place: Path, reach: Callable[[Path], str], tmp_path: Path, tree: Tree
) -> None:
    location = reach(place / f"new-{os.getpid()}")
    vault = make_vault(location, tmp_path / "vault")
    assert not vault.exists()
    vault.open()
    assert vault.backups() == []
    vault.open(create=False)
    # A further studio's, below it: each has its own only, and is whole beside the other.
    below = make_vault(Repository.at(location).below("stid-0123456789abcdef").location, tmp_path / "below")
    assert not below.exists()
    below.open()
    below.store(theirs := label("session"), tree.root)
    if kind == "local":  # by far the quickest
        vault.prune()
        assert vault.check(read_data=True).sound
        assert below.check(read_data=True).sound
        assert vault.mend() == 0
    assert (vault.backups(), [stored.label for stored in below.backups()]) == ([], [theirs])


def test_it_tells_what_it_stored(kept: Kept) -> None:
    entries = [path for path in kept.tree.root.rglob("*") if path.is_symlink() or not path.is_dir()]
    files = {path.lstat().st_ino: path for path in entries if path.is_file() and not path.is_symlink()}
    size = sum(path.stat().st_size for path in files.values())
    assert kept.stored.label == kept.label
    assert len(kept.stored.snapshot) == 64
    assert (kept.stored.files, kept.stored.size_bytes) == (len(entries), size)
    assert kept.stored.added_bytes > 300_000


def test_what_is_stored_already_is_not_stored_again(shared: ResticVault, kept: Kept) -> None:
    again = shared.store(kept.label, kept.tree.root)
    assert (again.label, again.snapshot) == (kept.label, kept.stored.snapshot)
    assert (again.files, again.size_bytes, again.added_bytes) == (kept.stored.files, kept.stored.size_bytes, 0)


def test_a_backup_verifies_without_its_source(shared: ResticVault, kept: Kept) -> None:
    shared.verify(kept.label.backup_id)


def test_a_restored_tree_is_the_tree_that_was_stored(shared: ResticVault, kept: Kept, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    shared.restore(kept.label.backup_id, target)
    assert Tree(target).describe() == kept.tree.describe()
    assert (target / "sparse").stat().st_blocks * 512 < 2 << 20 or not kept_in(target)


def test_a_restore_tells_how_far_it_is(shared: ResticVault, kept: Kept, tmp_path: Path) -> None:
    told: list[Progress] = []
    shared.restore(kept.label.backup_id, tmp_path, told.append)
    assert told[-1].done_bytes == told[-1].total_bytes > 60 << 20
    assert [each.done_bytes for each in told] == sorted(each.done_bytes for each in told)
    assert told[-1].total_bytes == kept.stored.size_bytes


def test_what_is_known_to_come_is_not_asked_for(
    shared: ResticVault, kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = Restic.start

    def start(restic: Restic, call: Call) -> Running:
        asked.append(call.arguments[0])
        return real(restic, call)

    monkeypatch.setattr(Restic, "start", start)
    told: list[Progress] = []
    shared.restore(kept.label.backup_id, tmp_path, told.append, size_bytes=kept.stored.size_bytes)
    assert "stats" not in asked
    assert told[-1] == Progress(kept.stored.size_bytes, kept.stored.size_bytes)


def test_backups_are_listed_oldest_first_with_their_labels(shared: ResticVault, kept: Kept, tmp_path: Path) -> None:
    tree = planted(tmp_path / "tree")
    later = label("listed")
    shared.store(later, tree.root)
    shared.store(BackupLabel("earlier", "listed", "studio", kept.label.created_at.replace(year=2020)), tree.root)
    labels = [stored.label for stored in shared.backups()]
    assert {kept.label, later} < set(labels)
    assert [each.created_at for each in labels] == sorted(each.created_at for each in labels)
    assert labels[0].backup_id == "earlier"


def test_files_of_a_directory_are_listed(shared: ResticVault, kept: Kept) -> None:
    entries = {entry.path: entry for entry in shared.files(kept.label.backup_id)}
    assert {"deep", "plain", "dangling", "fifo", "null"} < entries.keys()
    assert "deep/er" not in entries
    assert (entries["deep"].type, entries["dangling"].type, entries["plain"].type) == ("dir", "symlink", "file")
    assert (entries["empty"].mode, entries["plain"].size) == (0o6755, len(b"content"))
    assert entries["plain"].modified_at.timestamp() == pytest.approx(10**9 + 0.123456, abs=1e-5)
    assert [entry.path for entry in shared.files(kept.label.backup_id, "deep/er")] == [
        "deep/er/est",
        "deep/er/third name",
    ]
    assert list(shared.files(kept.label.backup_id, "no rights")) == []


def test_one_file_is_read(shared: ResticVault, kept: Kept, tmp_path: Path) -> None:
    shared.read(kept.label.backup_id, "deep/big", tmp_path / "big")
    assert (tmp_path / "big").read_bytes() == (kept.tree.root / "deep" / "big").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["big"]


@pytest.mark.parametrize(
    "path",
    [
        "missing",
        "deep",
        "relative",
        "fifo",
        "null",
        "plain/more",
        "../../etc/hostname",
        "deep/../plain",
        "/plain",
        "",
        "a\0b",
    ],
)
def test_only_regular_files_inside_the_backup_are_read(
    shared: ResticVault, kept: Kept, tmp_path: Path, path: str
) -> None:
    with pytest.raises(VaultError) as caught:
        shared.read(kept.label.backup_id, path, tmp_path / "read")
    assert caught.value.reason == "no-such-file"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["missing", "plain", "relative", "..", "deep/..", "/"])
def test_only_directories_inside_the_backup_are_listed(shared: ResticVault, kept: Kept, path: str) -> None:
    with pytest.raises(VaultError) as caught:
        shared.files(kept.label.backup_id, path)
    assert caught.value.reason == "no-such-file"


def test_a_backup_that_is_not_there_is_missing(shared: ResticVault, kept: Kept, tmp_path: Path) -> None:
    calls: list[Callable[[], object]] = [
        lambda: shared.verify("none"),
        lambda: shared.verify("none", kept.tree.root),
        lambda: shared.restore("none", tmp_path),
        lambda: shared.files("none"),
        lambda: shared.read("none", "plain", tmp_path / "read"),
    ]
    for call in calls:
        with pytest.raises(BackupMissingError, match="none"):
            call()


def test_a_forgotten_backup_is_gone_and_others_stay_whole(shared: ResticVault, kind: str, tmp_path: Path) -> None:
    tree = planted(tmp_path / "tree")
    first, second = label(f"forgetful-{kind}"), label(f"forgetful-{kind}")
    shared.store(first, tree.root)
    tree.write("shot/020/comp.nk", os.urandom(300_000))
    shared.store(second, tree.root)
    shared.forget(first.backup_id)
    shared.forget(first.backup_id)
    shared.prune()
    with pytest.raises(BackupMissingError):
        shared.verify(first.backup_id)
    shared.verify(second.backup_id)
    shared.verify(second.backup_id, tree.root)


def test_a_change_is_stored_and_proven(shared: ResticVault, kind: str, tmp_path: Path) -> None:
    tree = planted(tmp_path / "tree")
    for change in (None, ("shot/010/comp.nk", "second comp"), ("shot/030/new.nk", "more"), ("notes.txt", "")):
        if change is not None:
            tree.write(*change)
        backup = label(f"busy-{kind}")
        shared.store(backup, tree.root)
        shared.verify(backup.backup_id, tree.root)
    target = tmp_path / "target"
    target.mkdir()
    shared.restore(backup.backup_id, target)
    assert Tree(target).describe() == tree.describe()


def test_an_empty_tree_is_a_tree(shared: ResticVault, kind: str, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    for directory in (source, target):
        directory.mkdir()
    backup = label(f"empty-{kind}")
    stored = shared.store(backup, source)
    assert (stored.files, stored.size_bytes) == (0, 0)
    shared.verify(backup.backup_id, source)
    shared.restore(backup.backup_id, target)
    assert Tree(target).describe() == Tree(source).describe()


def test_a_tree_that_is_not_the_stored_one_is_told(shared: ResticVault, kind: str, tmp_path: Path) -> None:
    tree = planted(tmp_path / "tree")
    backup = label(f"other-{kind}")
    shared.store(backup, tree.root)
    tree.write("notes.txt", "buy bread")
    with pytest.raises(BackupBrokenError, match=r"notes\.txt"):
        shared.verify(backup.backup_id, tree.root)


def test_removing_locks_leaves_backups_alone(shared: ResticVault, kept: Kept) -> None:
    shared.unlock()
    assert kept.label in [stored.label for stored in shared.backups()]
