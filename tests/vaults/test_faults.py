"""A vault on bad days: locked, full, gone, closed to us, damaged. Nothing broken passes; everything says what it is."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from tests.support import require, unavailable, wait_until
from tests.vaults import servers
from tests.vaults.conftest import PASSWORD, make_vault
from tests.vaults.labels import label
from tests.vaults.trees import Tree, planted

from greenroom.vaults import blobs, keys
from greenroom.vaults.base import (
    BackupBrokenError,
    BackupLabel,
    VaultError,
    VaultFullError,
    VaultLockedError,
    VaultPasswordError,
    VaultUnavailableError,
)
from greenroom.vaults.restic import ResticVault


@pytest.fixture
def hasty(tmp_path: Path) -> ResticVault:
    """The vault of the fixture `vault`, by somebody with little patience."""
    return make_vault(tmp_path / "repository", tmp_path / "vault", patience=0.5)


@contextmanager
def restic(repository: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Somebody else's restic, once it holds its lock and until the end of the block; it reads from a pipe."""
    environment = {**os.environ, "RESTIC_PASSWORD": PASSWORD}
    command = [require("restic"), "-r", repository, "--no-cache", *arguments]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: locks(repository), what="somebody else's lock")
            yield process
        finally:
            process.kill()


def locks(repository: Path) -> list[Path]:
    """The locks in a repository."""
    return [path for path in (repository / "locks").iterdir() if len(path.name) == 64]


def test_a_repository_in_use_forgets_nothing(
    vault: ResticVault, hasty: ResticVault, backup: BackupLabel, tmp_path: Path
) -> None:
    with restic(tmp_path / "repository", "backup", "--stdin") as other:
        with pytest.raises(VaultLockedError, match=f"PID {other.pid}"):
            hasty.forget(backup.backup_id)
        assert [stored.label for stored in hasty.backups()] == [backup]


def test_a_repository_locked_exclusively_stores_when_the_lock_is_gone(
    hasty: ResticVault, vault: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path
) -> None:
    later = label("session")
    with restic(tmp_path / "repository", "prune") as other:
        other.send_signal(signal.SIGSTOP)
        with pytest.raises(VaultLockedError, match="locked"):
            hasty.store(later, tree.root)
        hasty.verify(backup.backup_id, tree.root)  # reading takes no lock as long as all is well
    vault.store(later, tree.root)
    vault.verify(later.backup_id, tree.root)


def test_a_lock_left_by_a_dead_process_is_cleared(vault: ResticVault, backup: BackupLabel, tmp_path: Path) -> None:
    with restic(tmp_path / "repository", "backup", "--stdin"):
        pass
    assert locks(tmp_path / "repository")
    vault.forget(backup.backup_id)
    assert not locks(tmp_path / "repository")


def test_locks_of_dead_processes_are_removed_on_request(vault: ResticVault, tmp_path: Path) -> None:
    with restic(tmp_path / "repository", "backup", "--stdin"):
        pass
    vault.unlock()
    assert not locks(tmp_path / "repository")


@pytest.mark.parametrize(("silent_for", "stays"), [(timedelta(minutes=5), True), (timedelta(minutes=45), False)])
def test_a_lock_of_another_machine_is_cleared_only_after_half_an_hours_silence(
    silent_for: timedelta, stays: bool, vault: ResticVault, hasty: ResticVault, backup: BackupLabel, tmp_path: Path
) -> None:
    lock = foreign_lock(tmp_path / "repository", silent_for)
    if stays:
        with pytest.raises(VaultLockedError, match="another-machine"):
            hasty.forget(backup.backup_id)
        vault.unlock()
        assert [stored.label for stored in vault.backups()] == [backup]
    else:
        vault.forget(backup.backup_id)
        assert vault.backups() == []
    assert lock.exists() is stays


def foreign_lock(repository: Path, age: timedelta) -> Path:
    """A lock of a restic that runs on another machine, last written that long ago."""
    key = blobs.master_key(repository, PASSWORD.encode())
    told = {"time": (datetime.now(UTC) - age).isoformat(), "exclusive": False, "hostname": "another-machine"}
    plain = json.dumps(told | {"username": "root", "pid": 4242, "uid": 0, "gid": 0}).encode()
    nonce = os.urandom(16)
    sealed = keys.crypt(key.encrypt, nonce, plain)
    content = nonce + sealed + keys.tag(key.mac.k, key.mac.r, nonce, sealed)
    lock = repository / "locks" / hashlib.sha256(content).hexdigest()
    lock.write_bytes(content)
    return lock


def test_commands_that_exclude_each_other_wait_their_turn(
    vault: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path
) -> None:
    tree.write("large", os.urandom(50 << 20))
    backups = [label(f"session-{number}") for number in range(3)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.vaults.acting", tmp_path, "store", each.backup_id, tree.root],
            cwd=Path(__file__).parents[2],
        )
        for each in backups
    ]
    vault.forget(backup.backup_id)
    vault.prune()
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert {stored.label.backup_id for stored in vault.backups()} == {each.backup_id for each in backups}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB."""
    if os.geteuid() != 0:
        unavailable("only root can mount a file system")
    directory = tmp_path / "disk"
    directory.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", directory], check=True)
    try:
        yield directory
    finally:
        subprocess.run(["umount", "--lazy", directory], check=True)


def test_a_full_repository_says_so_and_keeps_what_it_has(small_disk: Path, tmp_path: Path, tree: Tree) -> None:
    vault = make_vault(small_disk / "repository", tmp_path / "vault", patience=0.5)
    vault.open()
    kept, refused = label("session"), label("session")
    vault.store(kept, tree.root)
    tree.write("large", os.urandom(40 << 20))
    with pytest.raises(VaultFullError, match=r"no space left.*free space there"):
        vault.store(refused, tree.root)
    assert [stored.label for stored in vault.backups()] == [kept]
    vault.verify(kept.backup_id)
    (tree.root / "large").unlink()
    vault.prune()
    vault.store(refused, tree.root)
    vault.verify(refused.backup_id, tree.root)


def test_a_restore_to_a_full_disk_is_not_blamed_on_the_vault(
    small_disk: Path, vault: ResticVault, tree: Tree, tmp_path: Path
) -> None:
    tree.write("large", os.urandom(40 << 20))
    backup = label("session")
    vault.store(backup, tree.root)
    target = small_disk / "target"
    target.mkdir()
    with pytest.raises(VaultError, match="restore") as caught:
        vault.restore(backup.backup_id, target)
    assert caught.value.reason == "target-full"
    vault.restore(backup.backup_id, (tmp_path / "roomy").mkdir() or tmp_path / "roomy")


def test_a_repository_that_went_away_is_missed_not_replaced(
    vault: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path
) -> None:
    repository = tmp_path / "repository"
    repository.rename(tmp_path / "unmounted")
    repository.mkdir()
    calls: list[Callable[[], object]] = [
        vault.open,
        lambda: vault.open(create=False),
        vault.backups,
        lambda: vault.store(label("session"), tree.root),
        lambda: vault.verify(backup.backup_id, tree.root),
        lambda: vault.verify(backup.backup_id),
    ]
    for call in calls:
        with pytest.raises(VaultUnavailableError):
            call()
    assert list(repository.iterdir()) == []
    repository.rmdir()
    (tmp_path / "unmounted").rename(repository)
    vault.open()
    vault.verify(backup.backup_id, tree.root)


def test_a_repository_going_away_under_a_verification_condemns_no_backup(
    hasty: ResticVault, vault: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path
) -> None:
    hasty.store(later := label("session"), tree.root)  # whose place in the repository is known from now on
    (tmp_path / "repository").rename(tmp_path / "unmounted")
    with pytest.raises(VaultUnavailableError):
        hasty.verify(later.backup_id, tree.root)


def test_another_repository_in_its_place_is_refused(vault: ResticVault, backup: BackupLabel, tmp_path: Path) -> None:
    (tmp_path / "repository").rename(tmp_path / "unmounted")
    make_vault(tmp_path / "repository", tmp_path / "other").open()
    with pytest.raises(VaultUnavailableError, match="this studio's backups are in"):
        vault.open()


def test_a_repository_is_not_made_unless_asked_for(tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "repository", tmp_path / "vault")
    with pytest.raises(VaultUnavailableError, match="there is no repository"):
        vault.open(create=False)
    assert not (tmp_path / "repository").exists()


def test_a_repository_is_not_made_among_other_things(tmp_path: Path) -> None:
    (tmp_path / "repository").mkdir()
    (tmp_path / "repository" / "thesis.odt").touch()
    with pytest.raises(VaultUnavailableError, match="holds other things"):
        make_vault(tmp_path / "repository", tmp_path / "vault").open()
    assert [path.name for path in (tmp_path / "repository").iterdir()] == ["thesis.odt"]


def test_a_server_that_stopped_is_unavailable_and_then_there_again(tmp_path: Path, tree: Tree) -> None:
    (tmp_path / "root").mkdir()
    make_vault(tmp_path / "root" / "repository", tmp_path / "maker").open()
    with servers.rest(tmp_path / "root", tmp_path / "log") as address:
        vault = make_vault(f"rest:{address}/repository", tmp_path / "vault", patience=0.5)
        vault.open()
        vault.store(backup := label("session"), tree.root)
    for call in (vault.open, vault.backups, lambda: vault.verify(backup.backup_id, tree.root)):
        with pytest.raises(VaultUnavailableError, match="cannot be reached"):
            call()


def test_a_wrong_password_is_told_and_never_shown(vault: ResticVault, backup: BackupLabel, tmp_path: Path) -> None:
    stranger = make_vault(tmp_path / "repository", tmp_path / "stranger", password="open sesame")
    for call in (stranger.open, stranger.backups):
        with pytest.raises(VaultPasswordError, match="password") as caught:
            call()
        assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("content", [None, "", "\n"])
def test_a_password_that_is_not_there_is_told(content: str | None, vault: ResticVault, tmp_path: Path) -> None:
    password = tmp_path / "vault" / "password"
    password.unlink()
    if content is not None:
        password.write_text(content)
    with pytest.raises(VaultPasswordError, match="password"):
        vault.open()


def test_a_file_that_cannot_be_read_is_an_error_and_nothing_is_kept(
    vault: ResticVault, tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    powerless(tmp_path / "programs", monkeypatch)
    (tree.root / "notes.txt").chmod(0)
    if os.geteuid() == 0:
        os.chown(tree.root / "notes.txt", 4321, 4321)
    with pytest.raises(VaultError, match=r"notes\.txt") as caught:
        vault.store(label("session"), tree.root)
    assert caught.value.reason == "source-unreadable"
    assert vault.backups() == []


def test_an_incomplete_backup_of_a_killed_attempt_is_replaced(vault: ResticVault, tree: Tree, tmp_path: Path) -> None:
    backup = label("session")
    less = tmp_path / "less"
    shutil.copytree(tree.root, less, symlinks=True)
    (less / "notes.txt").unlink()
    incomplete = vault.store(backup, less)
    complete = vault.store(backup, tree.root)
    assert complete.snapshot != incomplete.snapshot
    assert len(vault.backups()) == 1
    vault.verify(backup.backup_id, tree.root)


def test_a_restic_that_hangs_for_ever_is_ended_with_all_that_it_started(
    vault: ResticVault, tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = hanging(tmp_path / "programs", monkeypatch, command="backup")
    monkeypatch.setattr("greenroom.vaults.running._GRACE", 0.2)
    impatient = make_vault(tmp_path / "repository", tmp_path / "vault", patience=0.05)
    with pytest.raises(VaultError, match=r"no sign of life for \d s and was ended") as caught:
        impatient.store(backup := label("session"), tree.root)
    assert caught.value.reason == "vault-hung"
    processes = [int(pid) for pid in began.read_text().split()]
    assert len(processes) == 2
    wait_until(lambda: not any(lives(pid) for pid in processes), what="the end of the restic that hung")
    monkeypatch.undo()
    vault.store(backup, tree.root)
    vault.verify(backup.backup_id, tree.root)


def test_a_restic_that_hangs_where_there_is_no_room_is_out_of_room(
    small_disk: Path, tmp_path: Path, tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = make_vault(small_disk / "repository", tmp_path / "vault", patience=0.05)
    vault.open()
    hanging(tmp_path / "programs", monkeypatch, command="backup")
    monkeypatch.setattr("greenroom.vaults.running._GRACE", 0.2)
    with pytest.raises(VaultFullError, match=r"no sign of life for \d s, and there is no space left"):
        vault.store(label("session"), tree.root)


def test_a_password_that_cannot_be_kept_on_a_full_disk_changes_nothing(
    small_disk: Path, tree: Tree, tmp_path: Path
) -> None:
    vault = make_vault(tmp_path / "repository", small_disk / "vault")
    vault.open()
    vault.store(backup := label("session"), tree.root)
    there = sorted((small_disk / "vault").iterdir())
    with (
        filled(small_disk),
        pytest.raises(VaultError, match=r"password\.new: No space left.*Nothing was changed") as full,
    ):
        vault.rotate_password()
    assert full.value.reason == "vault-password-file"
    assert sorted((small_disk / "vault").iterdir()) == there
    assert (small_disk / "vault" / "password").read_text() == f"{PASSWORD}\n"
    assert [stored.label for stored in vault.backups()] == [backup]
    assert vault.rotate_password() == 1


def test_a_full_repository_keeps_its_password_and_takes_the_new_one_when_there_is_room(
    small_disk: Path, tree: Tree, tmp_path: Path
) -> None:
    vault = make_vault(small_disk / "repository", tmp_path / "vault", patience=0.5)
    vault.open()
    vault.store(backup := label("session"), tree.root)
    with filled(small_disk):
        with pytest.raises(VaultFullError, match="free space there"):
            vault.rotate_password()
        assert (tmp_path / "vault" / "password").read_text() == f"{PASSWORD}\n"
        assert [stored.label for stored in vault.backups()] == [backup]
    assert vault.rotate_password() >= 1
    assert (tmp_path / "vault" / "password").read_text() != f"{PASSWORD}\n"
    assert [stored.label for stored in vault.backups()] == [backup]
    assert len(list((small_disk / "repository" / "keys").iterdir())) == 1


def test_a_copy_on_a_full_disk_says_so_and_is_whole_when_there_is_room(
    small_disk: Path, vault: ResticVault, backup: BackupLabel, tmp_path: Path
) -> None:
    copy = make_vault(small_disk / "copy", tmp_path / "copy", patience=0.5)
    with filled(small_disk), pytest.raises(VaultFullError, match=f"{small_disk}/copy.*free space there"):
        copy.copy_from(vault)
    assert not copy.copy_from(vault).problems
    assert [stored.label for stored in copy.backups()] == [backup]
    copy.verify(backup.backup_id)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Nothing more fits on the disk, not a page, until the end of the block."""
    filler = disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    yield
    filler.unlink()


def hanging(programs: Path, monkeypatch: pytest.MonkeyPatch, *, command: str) -> Path:
    """A restic that does one of its commands never, whatever it is told; where it writes its processes' ids."""
    began = programs / "began"
    programs.mkdir()
    (programs / "restic").write_text(
        f'#!/bin/sh\ncase " $* " in *" {command} "*) ;; *) exec {require("restic")} "$@";; esac\n'
        f"trap '' INT TERM\nsleep 1000 &\necho $$ $! > {began}\nwhile :; do wait; done\n"
    )
    (programs / "restic").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    return began


def lives(pid: int) -> bool:
    """Whether there is such a process, and it is more than the rest of one."""
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def powerless(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take from restic the right to read everybody's files."""
    bwrap = str(require("bwrap"))
    programs.mkdir()
    (programs / "bwrap").write_text(
        f"#!{sys.executable}\nimport os, sys\n"
        "words = [word for word in sys.argv if not word.startswith('CAP_DAC_')]\n"
        "kept = [a for a, b in zip(words, words[1:] + ['']) if not (a == '--cap-add' and not b.startswith('CAP_'))]\n"
        f"os.execv({bwrap!r}, kept)\n"
    )
    (programs / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


def test_a_repository_that_cannot_be_written_to_says_so_and_gives_back_what_it_has(
    vault: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path
) -> None:
    if os.geteuid() != 0:
        unavailable("only root can mount a file system read-only")
    repository, later = tmp_path / "repository", label("session")
    subprocess.run(["mount", "--bind", repository, repository], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", repository], check=True)
        with pytest.raises(VaultError, match="read-only") as caught:
            vault.store(later, tree.root)
        assert caught.value.reason == "vault-read-only"
        assert [stored.label for stored in vault.backups()] == [backup]
        vault.verify(backup.backup_id)
        vault.restore(backup.backup_id, (tmp_path / "target").mkdir() or tmp_path / "target")
        assert Tree(tmp_path / "target").describe() == tree.describe()
    finally:
        subprocess.run(["umount", repository], check=True)
    vault.store(later, tree.root)
    vault.verify(later.backup_id, tree.root)


def test_a_slow_line_takes_its_time_and_is_not_given_up(tmp_path: Path, tree: Tree) -> None:
    (tmp_path / "root").mkdir()
    make_vault(tmp_path / "root" / "repository", tmp_path / "maker").open()
    backup = label("session")
    with servers.rest(tmp_path / "root", tmp_path / "log", "--bwlimit", "100k") as address:
        # Two hundred kilobytes there and back are four times its patience with a server that fails.
        vault = make_vault(f"rest:{address}/repository", tmp_path / "vault", patience=1.0)
        vault.open()
        vault.store(backup, tree.root)
        vault.verify(backup.backup_id, tree.root)


def test_two_servers_on_one_repository_store_and_prune_beside_each_other(
    vault: ResticVault, tmp_path: Path, tree: Tree
) -> None:
    # Another machine's: it knows of the first only by restic's own locks.
    other = make_vault(tmp_path / "repository", tmp_path / "another")
    other.open(create=False)

    def night(mine: ResticVault, name: str) -> list[BackupLabel]:
        """Two backups, of which the older goes, its space with it; what is locked is tried again, as by the loop."""
        made = []
        source = planted(tmp_path / name)
        for number in range(2):
            source.write("plate", os.urandom(300_000))
            made.append(label(f"{name}-{number}"))
            insistently(partial(mine.store, made[-1], source.root))
            insistently(partial(mine.verify, made[-1].backup_id, source.root))
        insistently(partial(mine.forget, made[0].backup_id))
        insistently(mine.prune)
        return made[1:]

    with ThreadPoolExecutor(2) as pool:
        nights = [pool.submit(night, mine, name) for mine, name in ((vault, "first"), (other, "second"))]
        kept = [each for done in nights for each in done.result()]
    assert {stored.label.backup_id for stored in vault.backups()} == {each.backup_id for each in kept}
    for each in kept:
        vault.verify(each.backup_id)
    assert vault.check(read_data=True).sound


def insistently(act: Callable[[], object]) -> None:
    """Do it, again where the repository is locked or something went away under it."""
    for _ in range(20):
        try:
            act()
        except BackupBrokenError:
            raise
        except VaultError as error:
            last = error
        else:
            return
    raise last
