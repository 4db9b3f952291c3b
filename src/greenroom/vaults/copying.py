"""A second repository that has what the first one has: `restic copy`, again and again."""

from pathlib import Path

from greenroom.vaults import keys
from greenroom.vaults.base import VaultError
from greenroom.vaults.call import Call
from greenroom.vaults.command import Restic

_DEADLINE = 300.0
_FROM_REPO_SINCE = (0, 14)
"""Before that the option named the target: what is `--from-repo` now was the repository, and the target `--repo2`."""


def prepare(source: Restic, target: Restic, password_file: Path) -> None:
    """Have a repository at the target that cuts files as the source does: else old and new would share nothing.

    Called where there is none yet. Raises VaultError.
    """
    arguments = ("init", *_from(source, password_file), "--copy-chunker-params")
    target.attempt(Call(arguments, doing="creating the repository of the copies", deadline=_DEADLINE))
    directory = target.repository.directory
    if directory is not None:
        keys.quicken(directory, password_file.read_bytes().strip())


def copy(source: Restic, target: Restic, password_file: Path) -> None:
    """Copy every snapshot that the target does not have; those that it has cost nothing. Raises VaultError."""
    tags = ("--tag", "greenroom", "--tag", "greenroom-records")
    arguments = ("copy", *_from(source, password_file), *tags)
    target.output(Call(arguments, doing=f"copying from {source.repository.name}", at_ease=True, strict=True))


def _from(source: Restic, password_file: Path) -> tuple[str, ...]:
    if source.version < _FROM_REPO_SINCE:
        raise VaultError(
            f"vault {source.repository.name}: restic {'.'.join(map(str, source.version))} copies between repositories"
            " in another way; install restic 0.14 or later",
            reason="vault-restic",
        )
    return ("--from-repo", source.repository.location, "--from-password-file", str(password_file))
