"""Keys that open quickly."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.support import require
from tests.vaults.conftest import PASSWORD

from greenroom.vaults import keys


@pytest.fixture(scope="module")
def made_by_restic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository as restic itself makes it, to be copied."""
    directory = tmp_path_factory.mktemp("made") / "repository"
    restic(directory, "init")
    return directory


@pytest.fixture
def repository(made_by_restic: Path, tmp_path: Path) -> Path:
    """A repository as restic itself makes it."""
    shutil.copytree(made_by_restic, tmp_path / "repository")
    return tmp_path / "repository"


def restic(repository: Path, *arguments: str, password: str = PASSWORD) -> subprocess.CompletedProcess[bytes]:
    """Run restic itself."""
    environment = {**os.environ, "RESTIC_PASSWORD": password}
    command = [require("restic"), "-r", repository, "--no-cache", *arguments]
    return subprocess.run(command, env=environment, check=False, capture_output=True)


def cost(repository: Path) -> int:
    """What it takes to try one password."""
    (file,) = (repository / "keys").iterdir()
    key = json.loads(file.read_bytes())
    return int(key["N"] * key["r"] * key["p"])


def test_a_quickened_repository_opens_with_the_same_password_only(repository: Path) -> None:
    before = cost(repository)
    keys.quicken(repository, PASSWORD.encode())
    assert cost(repository) < before
    assert restic(repository, "check").returncode == 0
    assert b"wrong password" in restic(repository, "check", password="another").stderr


def test_restic_can_change_the_password_of_a_quickened_repository(repository: Path, tmp_path: Path) -> None:
    keys.quicken(repository, PASSWORD.encode())
    (tmp_path / "new").write_text("another password")
    assert restic(repository, "key", "passwd", "--new-password-file", str(tmp_path / "new")).returncode == 0
    assert restic(repository, "snapshots", password="another password").returncode == 0
    assert b"wrong password" in restic(repository, "snapshots").stderr


def test_a_password_that_might_be_guessed_stays_slow(repository: Path) -> None:
    before = cost(repository)
    keys.quicken(repository, b"x" * (keys.STRONG - 1))
    assert cost(repository) == before


def test_a_key_is_quickened_once(repository: Path) -> None:
    keys.quicken(repository, PASSWORD.encode())
    (key,) = (repository / "keys").iterdir()
    keys.quicken(repository, PASSWORD.encode())
    assert list((repository / "keys").iterdir()) == [key]


def test_a_repository_with_several_keys_is_left_alone(repository: Path) -> None:
    (key,) = (repository / "keys").iterdir()
    shutil.copy(key, key.with_name("0" * 64))
    keys.quicken(repository, PASSWORD.encode())
    assert len(list((repository / "keys").iterdir())) == 2


def test_a_wrong_password_changes_nothing(repository: Path) -> None:
    before = cost(repository)
    with pytest.raises(ValueError, match="does not open"):
        keys.quicken(repository, PASSWORD.upper().encode())
    assert cost(repository) == before
