"""A vault of somebody without any right of root."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support import unavailable
from tests.vaults.conftest import make_vault
from tests.vaults.labels import label
from tests.vaults.trees import Tree, planted
from tests.volumes.as_user import ORDINARY, as_user

from greenroom.vaults.base import VaultError


@pytest.fixture
def home() -> Iterator[Path]:
    """A directory of the ordinary user; pytest's own are closed to all but one."""
    if os.geteuid() != 0:
        unavailable("only root can become somebody else")
    with tempfile.TemporaryDirectory(prefix="greenroom-tests-") as name:
        os.chown(name, ORDINARY, ORDINARY)
        yield Path(name)


def test_an_ordinary_user_stores_verifies_and_restores(home: Path) -> None:
    assert as_user(__name__, "store_and_restore", home) == "the same"


def test_a_file_closed_to_an_ordinary_user_is_an_error(home: Path) -> None:
    assert "closed" in as_user(__name__, "store_unreadable", home)


def store_and_restore(name: str) -> None:
    """Called as an ordinary user."""
    vault = make_vault(Path(name, "repository"), Path(name, "vault"))
    vault.open()
    tree = planted(Path(name, "tree"))
    for content in ("first", "second"):
        tree.write("notes.txt", content)
        backup = label("session")
        vault.store(backup, tree.root)
        vault.verify(backup.backup_id, tree.root)
    vault.verify(backup.backup_id)
    target = Path(name, "target")
    target.mkdir()
    vault.restore(backup.backup_id, target, lambda _: None)
    print("the same" if Tree(target).describe() == tree.describe() else Tree(target).describe())  # noqa: T201


def store_unreadable(name: str) -> None:
    """Called as an ordinary user."""
    vault = make_vault(Path(name, "repository"), Path(name, "vault"))
    vault.open()
    tree = planted(Path(name, "tree"))
    (tree.root / "closed").touch(mode=0)
    tree.write("more", "content")
    try:
        vault.store(label("session"), tree.root)
    except VaultError as error:
        print(error)  # noqa: T201
    assert vault.backups() == []
