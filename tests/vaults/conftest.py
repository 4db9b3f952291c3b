"""Vaults for tests: made in a moment, and repositories that many tests share."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support import require
from tests.vaults import servers
from tests.vaults.labels import label
from tests.vaults.trees import Tree, planted

from greenroom.vaults.base import BackupLabel
from greenroom.vaults.hand import FEW
from greenroom.vaults.restic import ResticVault

PASSWORD = "a password for tests that is long enough to be a generated one"


def make_vault(
    repository: str | Path,
    directory: Path,
    *,
    password: str = PASSWORD,
    patience: float | None = 10.0,
    few: int = FEW,
) -> ResticVault:
    """A vault with its own password file, cache and scratch in `directory`, not opened."""
    require("restic")
    require("bwrap")
    directory.mkdir(exist_ok=True)
    password_file = directory / "password"
    password_file.write_text(f"{password}\n")
    cache, scratch = directory / "cache", directory / "scratch"
    return ResticVault(str(repository), password_file, cache=cache, scratch=scratch, patience=patience, few=few)


MakeVault = Callable[..., ResticVault]


@pytest.fixture(scope="session")
def empty_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new repository, to be copied: making one costs seconds. It was made here, so it opens without delay."""
    directory = tmp_path_factory.mktemp("empty") / "repository"
    make_vault(directory, directory.parent / "vault").open()
    return directory


@pytest.fixture
def vault(empty_repository: Path, tmp_path: Path) -> ResticVault:
    """An empty vault of this test's own, in `tmp_path / "repository"`."""
    shutil.copytree(empty_repository, tmp_path / "repository")
    made = make_vault(tmp_path / "repository", tmp_path / "vault")
    made.open(create=False)
    return made


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A small tree of this test's own."""
    return planted(tmp_path / "tree")


@pytest.fixture
def backup(vault: ResticVault, tree: Tree) -> BackupLabel:
    """A verified backup of `tree` in `vault`."""
    made = label("session")
    vault.store(made, tree.root)
    vault.verify(made.backup_id, tree.root)
    return made


@pytest.fixture(scope="session")
def sftp_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """An sshd of this test run; the environment that reaches it."""
    with servers.sftp(tmp_path_factory.mktemp("sftp")) as environment:
        yield environment


@pytest.fixture(scope="session")
def rest_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that the REST server of this test run serves."""
    return tmp_path_factory.mktemp("rest")


@pytest.fixture(scope="session")
def rest_server(rest_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A REST server of this test run; its address."""
    with servers.rest(rest_root, tmp_path_factory.mktemp("rclone") / "log") as address:
        yield address


@pytest.fixture(scope="module", params=["local", "sftp", "rest"])
def kind(request: pytest.FixtureRequest) -> str:
    """Where the repository of a conformance test lies."""
    return str(request.param)


@pytest.fixture(scope="module")
def reach(kind: str, request: pytest.FixtureRequest) -> Iterator[Callable[[Path], str]]:
    """How a repository in a directory is reached over that kind of storage; only directories of `place` can be."""
    if kind == "local":
        yield str
    elif kind == "sftp":
        environment: dict[str, str] = request.getfixturevalue("sftp_server")
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            yield lambda directory: f"sftp:greenroom-test:{directory}"
    else:
        address, root = request.getfixturevalue("rest_server"), request.getfixturevalue("rest_root")
        yield lambda directory: f"rest:{address}/{directory.relative_to(root)}"


@pytest.fixture(scope="module")
def place(kind: str, rest_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of this kind's repositories."""
    if kind == "rest":
        return rest_root
    return tmp_path_factory.mktemp(kind)


@pytest.fixture(scope="module")
def shared(
    empty_repository: Path, place: Path, reach: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory
) -> ResticVault:
    """One vault of this kind for many tests."""
    directory = place / f"shared-{os.getpid()}"
    shutil.copytree(empty_repository, directory)
    made = make_vault(reach(directory), tmp_path_factory.mktemp("user") / "vault")
    made.open(create=False)
    return made
