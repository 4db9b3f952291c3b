"""Stores beyond those of the conformance suite: S3, rclone, and a REST server on which nothing can be deleted."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.support import require
from tests.vaults import servers
from tests.vaults.conftest import make_vault
from tests.vaults.labels import label
from tests.vaults.trees import Tree

from greenroom.vaults.call import Call, Limits
from greenroom.vaults.repository import Repository
from greenroom.vaults.restic import ResticVault


@pytest.fixture(params=["s3", "rclone"])
def location(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where a repository is to be."""
    if request.param == "rclone":
        require("rclone")
        monkeypatch.setenv("RCLONE_CONFIG", str(tmp_path / "rclone.conf"))
        yield f"rclone::local:{tmp_path / 'remote'}"
        return
    port = servers.free_port()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "studio")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    command = [str(Path(sys.executable).with_name("moto_server")), "-H", "127.0.0.1", "-p", str(port)]
    with servers.running(command, port, tmp_path / "s3.log"):
        yield f"s3:http://127.0.0.1:{port}/studio/vault"


def test_a_backup_comes_back_from_there(location: str, tree: Tree, tmp_path: Path) -> None:
    vault = make_vault(location, tmp_path / "vault")
    vault.open()
    vault.store(backup := label("session"), tree.root)
    vault.verify(backup.backup_id, tree.root)
    below = make_vault(Repository.at(location).below("stid-0123456789abcdef").location, tmp_path / "vault")
    below.open()
    assert below.backups() == []
    vault.keep_records(b"{}")
    assert vault.records() == b"{}"
    (target := tmp_path / "target").mkdir()
    vault.restore(backup.backup_id, target)
    assert (target / "notes.txt").read_bytes() == (tree.root / "notes.txt").read_bytes()
    vault.forget(backup.backup_id)
    vault.prune()
    assert vault.backups() == []


def test_what_an_append_only_vault_forgets_is_marked_and_an_operator_prunes(
    empty_repository: Path, tree: Tree, tmp_path: Path
) -> None:
    shutil.copytree(empty_repository, tmp_path / "root" / "repository")
    maker = make_vault(tmp_path / "root" / "repository", tmp_path / "vault")  # makes the password file
    with servers.rest(tmp_path / "root", tmp_path / "log", "--append-only") as address:
        vault = ResticVault(
            f"rest:{address}/repository",
            tmp_path / "vault" / "password",
            cache=tmp_path / "vault" / "cache",
            scratch=tmp_path / "vault" / "scratch",
            append_only=True,
        )
        kept, gone = label("session"), label("session")
        for each in (gone, kept):
            vault.store(each, tree.root)
            vault.verify(each.backup_id, tree.root)
        vault.forget(gone.backup_id)
        vault.forget(gone.backup_id)
        vault.prune()
        assert [stored.label for stored in vault.backups()] == [kept]
        assert len(maker.backups()) == 2, "nothing was deleted"
        assert maker.sweep_forgotten() == 1
        assert [stored.label for stored in maker.backups()] == [kept]
        vault.verify(kept.backup_id, tree.root)


RATE, SECONDS = 512 * 1024, 4
"""Bytes a second, and for how long what is moved takes at that rate."""
AT_LEAST = 0.9 * (SECONDS - 1)
"""restic lets a second's worth through at once."""


def test_what_is_limited_takes_its_time(empty_repository: Path, tmp_path: Path) -> None:
    """Upload; and then, at the same time, a restore and a proof, each by the limit for what is read."""
    shutil.copytree(empty_repository, tmp_path / "repository")
    free = make_vault(tmp_path / "repository", tmp_path / "vault")

    def limited(limits: Limits) -> ResticVault:
        place, password = str(tmp_path / "repository"), tmp_path / "vault" / "password"
        return ResticVault(place, password, cache=tmp_path / "cache", scratch=tmp_path / "scratch", limits=limits)

    def timed(act: Callable[[], object]) -> float:
        begun = time.monotonic()
        act()
        return time.monotonic() - begun

    tree = Tree(tmp_path / "plates")
    tree.write("plate", os.urandom(RATE * SECONDS))
    backup = label("session")
    assert timed(lambda: limited(Limits(upload=RATE)).store(backup, tree.root)) >= AT_LEAST
    free.verify(backup.backup_id, tree.root)
    (target := tmp_path / "target").mkdir()
    reader = limited(Limits(download=RATE))
    with ThreadPoolExecutor(2) as pool:
        restoring = pool.submit(timed, lambda: reader.restore(backup.backup_id, target))
        proving = pool.submit(timed, lambda: reader.verify(backup.backup_id))
        assert restoring.result() >= AT_LEAST
        assert proving.result() >= AT_LEAST
    assert (target / "plate").read_bytes() == (tree.root / "plate").read_bytes()


def test_limits_are_given_to_restic_in_its_unit(tmp_path: Path) -> None:
    assert Limits().options() == []
    assert Limits(10 << 20, 100).options() == ["--limit-upload=10240", "--limit-download=1"]
    vault = make_vault(tmp_path / "repository", tmp_path / "vault")
    limited = type(vault._restic)(
        Repository.at(str(tmp_path)), tmp_path, cache=tmp_path, scratch=tmp_path, patience=1, limits=Limits(1 << 20)
    )
    assert "--limit-upload=1024" in limited._options(Call(("snapshots",), doing="listing"))
