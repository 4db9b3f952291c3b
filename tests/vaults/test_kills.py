"""The process is killed in the middle of a call: nothing of it goes on, and calling again brings all to its end."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.support import wait_until
from tests.vaults import acting
from tests.vaults.conftest import make_vault
from tests.vaults.held import HeldRestic, held_restic
from tests.vaults.labels import label
from tests.vaults.test_holes import MIB, image
from tests.vaults.trees import Tree

from greenroom.vaults.holes import kept_in
from greenroom.vaults.restic import ResticVault

ROOT = Path(__file__).parents[2]


@pytest.fixture
def held(tmp_path: Path) -> HeldRestic:
    """A restic that stands still on demand."""
    return held_restic(tmp_path / "held")


@contextmanager
def acting_in(
    directory: Path, programs: Path | None, call: str, backup_id: str, tree: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that makes one call, and is gone with all that it started when the block ends."""
    path = os.environ["PATH"] if programs is None else f"{programs}{os.pathsep}{os.environ['PATH']}"
    command = [sys.executable, "-m", "tests.vaults.acting", str(directory), call, backup_id, str(tree)]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PATH": path}) as process:
        try:
            yield process
        finally:
            process.kill()
            process.wait()
            wait_until(lambda: not left_running(directory), what="the end of every process of the killed one")


def left_running(directory: Path) -> list[str]:
    """Command lines of other processes that have to do with `directory`."""
    needle = os.fsencode(directory)
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if needle in words and int(process.name) != os.getpid():
            found.append(words.decode(errors="replace"))
    return found


def kill_after_each_restic(
    held: HeldRestic, directory: Path, call: str, backup_id: str, tree: Path, *, first: int = 0
) -> Iterator[int]:
    """Let the call run in a process that is killed when its `first` restic is done, then its next, …; each number.

    Ends when a process comes through.
    """
    for number in range(first, 20):
        held.hold_after(number)
        with acting_in(directory, held.programs, call, backup_id, tree) as process:
            wait_until(lambda: held.reached() or process.poll() is not None, timeout=60, what=f"{call}, call {number}")
            if not held.reached():
                assert process.returncode == 0
                return
        yield number
    pytest.fail(f"{call} made more than 20 calls of restic")


def test_opening_killed_at_each_step_still_makes_a_repository(held: HeldRestic, tmp_path: Path, tree: Tree) -> None:
    for _ in kill_after_each_restic(held, tmp_path, "open", "none", tree.root, first=2):
        vault = make_vault(tmp_path / "repository", tmp_path / "vault")
        vault.open()
        assert vault.backups() == []
        shutil.rmtree(tmp_path / "repository")
        shutil.rmtree(tmp_path / "vault")


def test_a_creation_that_was_killed_in_between_is_begun_anew(tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "repository", tmp_path / "vault")
    vault.open()
    (tmp_path / "repository" / "config").unlink()
    shutil.rmtree(tmp_path / "vault" / "cache")
    vault.open()
    assert len(list((tmp_path / "repository" / "keys").iterdir())) == 1
    assert vault.backups() == []


def test_storing_killed_at_each_step_ends_in_one_whole_backup(
    held: HeldRestic, vault: ResticVault, tree: Tree, tmp_path: Path
) -> None:
    backup_id = "killed"
    for number in kill_after_each_restic(held, tmp_path, "store", backup_id, tree.root):
        vault.store(acting.label(backup_id), tree.root)
        vault.verify(backup_id, tree.root)
        assert [stored.label for stored in vault.backups()] == [acting.label(backup_id)]
        assert len(list((tmp_path / "repository" / "snapshots").iterdir())) == 1
        vault.forget(backup_id)
        tree.write("changed", str(number))


def test_verifying_killed_at_each_step_leaves_nothing_half_proven(
    held: HeldRestic, vault: ResticVault, tree: Tree, tmp_path: Path
) -> None:
    first, second = label("session"), label("session")
    vault.store(first, tree.root)
    vault.verify(first.backup_id, tree.root)
    tree.write("notes.txt", "buy bread")
    vault.store(second, tree.root)
    for _ in kill_after_each_restic(held, tmp_path, "verify", second.backup_id, tree.root):
        pass
    vault.verify(second.backup_id, tree.root)


def test_restoring_killed_at_each_step_is_begun_anew(
    held: HeldRestic, vault: ResticVault, tree: Tree, tmp_path: Path
) -> None:
    image(tree.root / "disk.img", 4 * MIB)
    backup = label("session")
    vault.store(backup, tree.root)
    target = tmp_path / "target"
    digs = kept_in(tmp_path) and vault._restic.version < (0, 15)
    for number in range(3 if digs else 2):  # its version, what needs holes, the restore
        target.mkdir()
        held.hold_after(number)
        with acting_in(tmp_path, held.programs, "restore", backup.backup_id, target):
            wait_until(held.reached, timeout=60)
        vault.restore(backup.backup_id, target)
        assert Tree(target).describe() == tree.describe()
        shutil.rmtree(target)


def test_forgetting_killed_at_each_step_is_finished_by_the_next(
    held: HeldRestic, vault: ResticVault, tree: Tree, tmp_path: Path
) -> None:
    backup = label("session")
    for _ in kill_after_each_restic(held, tmp_path, "forget", backup.backup_id, tree.root):
        vault.forget(backup.backup_id)
        assert vault.backups() == []
        vault.store(backup, tree.root)


def locks(repository: Path) -> list[Path]:
    """The locks in a repository; not the files that restic was still writing one to, which nobody minds."""
    return [path for path in (repository / "locks").iterdir() if len(path.name) == 64]


@pytest.mark.parametrize("call", ["store", "restore", "prune"])
def test_a_restic_at_work_dies_with_its_caller_and_its_lock_is_cleared(
    call: str, vault: ResticVault, tree: Tree, tmp_path: Path
) -> None:
    repository = tmp_path / "repository"
    tree.write("large", os.urandom(200 << 20))
    if call != "store":
        vault.store(acting.label("killed"), tree.root)
    if call == "prune":
        vault.forget("killed")
    target = tmp_path / "target"
    target.mkdir()
    with acting_in(tmp_path, None, call, "killed", tree.root if call == "store" else target) as process:
        wait_until(lambda: locks(repository), timeout=60, what="restic at work")
        process.send_signal(signal.SIGKILL)
    assert locks(repository)
    finish: dict[str, Callable[[], object]] = {
        "store": lambda: vault.store(acting.label("killed"), tree.root),
        "restore": lambda: vault.restore("killed", target),
        "prune": vault.prune,
    }
    finish[call]()
    if call != "prune":
        vault.verify("killed", tree.root)
    vault.prune()
    assert not locks(repository)
