"""Opening a vault: what it needs on this machine, and its repository, created where there never was one."""

import re
import shutil
from pathlib import Path

import msgspec

from greenroom.studio.studios import is_vault_path
from greenroom.vaults import keys
from greenroom.vaults.base import RepositoryAbsentError, VaultError, VaultPasswordError, VaultUnavailableError
from greenroom.vaults.call import Call
from greenroom.vaults.command import Restic
from greenroom.vaults.steadiness import steady

_PROGRAMS = {"restic": "restic", "bwrap": "bubblewrap", "nice": "coreutils", "ionice": "util-linux"}
_NEVER_THERE = re.compile(r"does not exist|no such file|not found|404|not exist", re.IGNORECASE)
_DEADLINE = 300.0
_OF_A_DISK = frozenset({"lost+found"})
_OF_AN_INIT = frozenset({"data", "index", "keys", "locks", "snapshots"})


class _Config(msgspec.Struct):
    id: str


def open_repository(restic: Restic, password_file: Path, known: Path, *, create: bool) -> None:
    """Check that the password opens the repository; where there is none, create it if `create`.

    `known` remembers which repository this vault uses: one that vanished (a disk that is not mounted) is missed, never
    replaced by a new and empty one.
    """
    _require_programs(restic.repository.name)
    _password(restic.repository.name, password_file)
    expected = known.read_text().strip() if known.exists() else ""
    try:
        found = _identity(restic)
    except VaultUnavailableError as error:
        if not _absent(restic, error):
            raise
        if not create and not expected:
            raise RepositoryAbsentError(
                f"vault {restic.repository.name}: there is no repository; check that its disk is mounted and that the"
                " setting is right, or start the server to have one made"
            ) from error
        if expected:
            raise VaultUnavailableError(
                f"vault {restic.repository.name}: the repository {expected[:10]} that was here is gone; check that its"
                f" disk is mounted. Only if its backups are to be given up: remove {known}, and a new one is begun"
            ) from error
        with steady(password_file):
            _create(restic, _password(restic.repository.name, password_file))
        found = _identity(restic)
    if expected and found != expected:
        raise VaultUnavailableError(
            f"vault {restic.repository.name}: this is repository {found[:10]}, but this studio's backups are in"
            f" {expected[:10]}; set the vault back, or to use this one from now on, remove {known}"
        )
    if not expected:
        known.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        known.write_text(f"{found}\n")


def _identity(restic: Restic) -> str:
    call = Call(("cat", "config"), doing="opening it", deadline=_DEADLINE)
    return msgspec.json.decode(restic.read(call), type=_Config).id


def _require_programs(vault: str) -> None:
    for program, package in _PROGRAMS.items():
        if shutil.which(program) is None:
            raise VaultUnavailableError(
                f"vault {vault}: the program {program} is not installed here; install the package {package}"
            )


def _password(vault: str, password_file: Path) -> bytes:
    try:
        password = password_file.read_bytes().strip()
    except OSError as error:
        raise VaultPasswordError(
            f"vault {vault}: its password cannot be read: {error}; put it back, without it no backup can be opened"
        ) from error
    if not password:
        raise VaultPasswordError(f"vault {vault}: the password file {password_file} is empty; put the password back")
    return password


def _absent(restic: Restic, error: VaultError) -> bool:
    directory = restic.repository.directory
    if directory is not None:
        return not (directory / "config").exists()
    return _NEVER_THERE.search(str(error)) is not None


def _create(restic: Restic, password: bytes) -> None:
    directory = restic.repository.directory
    if directory is not None:
        _make_room(restic.repository.name, directory)
    try:
        restic.attempt(Call(("init",), doing="creating the repository", deadline=_DEADLINE))
    except VaultError:
        _identity(restic)  # another process may just have created it; if not, this tells what is wrong
        return
    if directory is not None:
        keys.quicken(directory, password)


def _make_room(vault: str, directory: Path) -> None:
    """Have an empty directory: a killed `restic init` leaves a key without a repository, which would spoil the next."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        names = {child.name for child in directory.iterdir() if not is_vault_path(child.name)} - _OF_A_DISK
        files = [path for name in names for path in (directory / name).rglob("*") if path.is_file()]
        if not names <= _OF_AN_INIT or any(path.parent.name != "keys" for path in files):
            raise VaultUnavailableError(
                f"vault {vault}: the directory holds other things but no repository; give the vault an empty one"
            )
        for path in files:
            path.unlink()
    except OSError as error:
        raise VaultUnavailableError(
            f"vault {vault}: the directory of the repository cannot be used: {error}; check its disk and permissions"
        ) from error
