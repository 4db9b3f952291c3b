"""A new password for a repository, so that a crash at any moment leaves one that opens it in the password file.

The new password lies beside the file as `….new` before any key is made for it, and takes the file's place only when it
opens the repository; the keys of the old one go last. Begun again after a crash, it goes on where it was.
"""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

import msgspec

from greenroom.vaults import keys
from greenroom.vaults.base import VaultError, VaultPasswordError
from greenroom.vaults.call import Call
from greenroom.vaults.command import Restic

_DEADLINE = 300.0


class _Key(msgspec.Struct):
    id: str
    current: bool


_KEYS = msgspec.json.Decoder(list[_Key])


def rotate(repositories: Sequence[Restic], password_file: Path, new_file: Path) -> int:
    """Have the repositories open with a new password only, and that in `password_file`; how many keys went.

    All of them are opened with `password_file`. Raises VaultError.
    """
    if not new_file.exists():
        _write(new_file, secrets.token_urlsafe(32))
    for restic in repositories:
        if not _opens(restic, new_file):
            arguments = ("key", "add", f"--new-password-file={new_file}")
            restic.output(Call(arguments, doing="adding a key", deadline=_DEADLINE))
            if not _opens(restic, new_file):
                raise VaultError(f"vault {restic.repository.name}: the new password does not open it; the old one does")
    new_file.replace(password_file)
    _sync(password_file.parent)
    return sum(drop_other_keys(restic, password_file) for restic in repositories)


def drop_other_keys(restic: Restic, password_file: Path) -> int:
    """Remove all keys but the one that the password file opens; how many went. Raises VaultError."""
    others = [key.id for key in _listed(restic) if not key.current]
    for key in others:
        restic.output(Call(("key", "remove", key), doing="removing the key of the old password", deadline=_DEADLINE))
    directory = restic.repository.directory
    if directory is not None:
        keys.quicken(directory, password_file.read_bytes().strip())
    return len(others)


def _listed(restic: Restic) -> list[_Key]:
    return _KEYS.decode(restic.output(Call(("key", "list", "--json"), doing="listing the keys", deadline=_DEADLINE)))


def _opens(restic: Restic, password_file: Path) -> bool:
    """Whether the password in that file opens the repository."""
    try:
        restic.with_password(password_file).read(Call(("cat", "config"), doing="trying a password", deadline=_DEADLINE))
    except VaultPasswordError:
        return False
    return True


def _write(path: Path, password: str) -> None:
    """Put a password into a file that is there whole, on the disk, or not at all. Raises VaultError."""
    beside = path.with_name(f".{path.name}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(f"{password}\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _sync(path.parent)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise VaultError(
            f"The new password could not be kept in {path}: {error.strerror}. Nothing was changed, the old one goes on"
            " opening the vault. See to that (if the disk is full, free some space there) and repeat it.",
            reason="vault-password-file",
        ) from error


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
