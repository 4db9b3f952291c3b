"""Proving from the repository's own files: it agrees with restic about everything there is, and says no to the rest."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from tests.support import unavailable
from tests.vaults.conftest import make_vault
from tests.vaults.labels import label
from tests.vaults.test_damage import flip, largest, packs, smallest
from tests.vaults.trees import Tree, jungle

from greenroom.vaults.base import BackupBrokenError, BackupLabel
from greenroom.vaults.blobs import DoubtError
from greenroom.vaults.direct import Direct, unescaped
from greenroom.vaults.manifest import Entry, scan
from greenroom.vaults.readback import Held
from greenroom.vaults.restic import ResticVault


@pytest.mark.parametrize(
    ("escaped", "name"),
    [
        ("frame.exr", "frame.exr"),
        (r"a \"quoted\" one", 'a "quoted" one'),
        (r"back\\slash and \\n", r"back\slash and \n"),
        (r"line\nfeed\ttab\x7f\a", "line\nfeed\ttab\x7f\a"),
        (r"\xff\xfe", "\udcff\udcfe"),
        (r"\u200b\U000e0001", "\u200b\U000e0001"),
    ],
)
def test_names_are_read_as_go_escapes_them(escaped: str, name: str) -> None:
    assert unescaped(escaped) == name


def test_one_of_everything_is_proven_without_restic(vault: ResticVault, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        unavailable("only root may make device nodes and other people's files")
    tree = jungle(tmp_path / "jungle")
    for number in range(3):
        backup = label("session")
        vault.store(backup, tree.root)
        with capture_logs() as logs:
            vault.verify(backup.backup_id, tree.root)
        assert [entry for entry in logs if entry["event"] == "backup-read-by-restic"] == []
        tree.write(f"new \\ \n {number}", os.urandom(3_000_000))
        os.setxattr(tree.root / f"new \\ \n {number}", "user.number", str(number).encode())
        (tree.root / b"new \xff".decode("utf-8", "surrogateescape")).write_text(str(number))


def test_what_is_damaged_leaves_a_doubt(vault: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    (since,) = (path.name for path in (repository / "snapshots").iterdir())
    old = packs(repository)
    tree.write("shot/030/new.nk", os.urandom(200_000))
    later = label("session")
    held = Held(later.backup_id, vault.store(later, tree.root).snapshot, "/greenroom/session")
    new = packs(repository) - old
    password, entries = tmp_path / "vault" / "password", scan(tree.root)

    def read(between: Callable[[], object] = lambda: None) -> set[str]:
        def choose(changed: set[str]) -> list[Entry]:
            return [entries[path] for path in changed]

        look = Direct(repository, password).look(since, tree.root, entries)
        between()
        return set(look.changed(held, choose) or ())

    assert read() == {"shot/030/new.nk"}
    learned_before: list[Callable[[], object]] = [
        lambda: flip(next((repository / "index").iterdir()), 40),
        lambda: flip(next((repository / "keys").iterdir()), 400),
        lambda: password.write_text("another password"),
    ]
    harms: list[Callable[[], object]] = [
        *learned_before,
        lambda: flip(largest(new), largest(new).stat().st_size // 2),
        lambda: flip(smallest(new), 40),
        lambda: flip(repository / "snapshots" / held.snapshot, 40),
        lambda: largest(old).rename(repository / "aside"),
        lambda: os.truncate(largest(old), 1000),
        lambda: tree.write("shot/030/new.nk", os.urandom(200_000)),
        lambda: tree.write("shot/030/new.nk", os.urandom(200_001)),
        lambda: os.setxattr(tree.root / "shot/030/new.nk", "user.note", b"new"),
    ]
    files = [
        *new,
        *old,
        *(path for path in repository.rglob("*") if path.is_file()),
        password,
        *tree.root.rglob("*.nk"),
    ]
    sound = {path: path.read_bytes() for path in files}
    for number, harm in enumerate(harms):
        for before in (True, False):
            if before:
                harm()
            elif harm in learned_before:
                continue
            with pytest.raises((DoubtError, OSError)):
                pytest.fail(f"harm {number} went unnoticed: {read() if before else read(harm)}")
            for path, content in sound.items():
                if not path.exists() or path.read_bytes() != content:
                    path.unlink(missing_ok=True)
                    path.write_bytes(content)
    os.removexattr(tree.root / "shot/030/new.nk", "user.note")
    assert read() == {"shot/030/new.nk"}


def test_older_content_that_is_gone_is_noticed(
    vault: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path
) -> None:
    largest(packs(tmp_path / "repository")).unlink()
    tree.write("shot/030/new.nk", "new")
    later = label("session")
    vault.store(later, tree.root)
    hasty = make_vault(tmp_path / "repository", tmp_path / "vault", patience=0.5)
    with pytest.raises(BackupBrokenError, match=later.backup_id):
        hasty.verify(later.backup_id, tree.root)


def test_snapshots_are_told_as_restic_tells_them(
    vault: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path
) -> None:
    direct = Direct(tmp_path / "repository", tmp_path / "vault" / "password")
    assert direct.snapshots() == vault._catalogue.all() != []
    later = label("session")
    vault.store(later, tree.root)
    vault.forget(backup.backup_id)
    assert direct.snapshots() == vault._catalogue.of(later.backup_id) == vault._catalogue.at_once(later.backup_id)
    assert vault._catalogue.at_once(backup.backup_id) == []
    snapshot = next((tmp_path / "repository" / "snapshots").iterdir())
    snapshot.rename(snapshot.with_name("0" * 64))
    with pytest.raises(DoubtError):
        direct.snapshots()
