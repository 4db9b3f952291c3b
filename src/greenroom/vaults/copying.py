"""A second repository that has what the first one has: `restic copy`, again and again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from greenroom.vaults import keys
from greenroom.vaults.base import (
    VaultError,
    VaultFullError,
    VaultLockedError,
    VaultPasswordError,
    VaultUnavailableError,
)
from greenroom.vaults.call import Call
from greenroom.vaults.catalogue import batched
from greenroom.vaults.command import Restic
from greenroom.vaults.labels import SnapshotRecord
from greenroom.vaults.steadiness import steady

_DEADLINE = 300.0
_NOT_OF_ONE = (VaultUnavailableError, VaultLockedError, VaultFullError, VaultPasswordError)
"""What keeps any snapshot from being copied, whichever it is."""
_FROM_REPO_SINCE = (0, 14)
"""Before that the option named the target: what is `--from-repo` now was the repository, and the target `--repo2`."""


def prepare(source: Restic, target: Restic, password_file: Path) -> None:
    """Have a repository at the target that cuts files as the source does: else old and new would share nothing.

    Called where there is none yet. Raises VaultError.
    """
    arguments = ("init", *_from(source, password_file), "--copy-chunker-params")
    with steady(password_file):
        target.attempt(Call(arguments, doing="creating the repository of the copies", deadline=_DEADLINE))
        directory = target.repository.directory
        if directory is not None:
            keys.quicken(directory, password_file.read_bytes().strip())


@dataclass(frozen=True, slots=True)
class Copying:
    """What came of copying."""

    here: Collection[str]
    """Ids of the backups that the copy now has as the source does."""
    problems: Sequence[str]
    """Of each snapshot that could not be copied, why; the others were."""


def copy(
    source: Restic, target: Restic, password_file: Path, missing: Sequence[SnapshotRecord]
) -> list[tuple[SnapshotRecord, str]]:
    """Copy these snapshots; those that cannot be read whole, each with the reason, keep no other from being copied.

    Raises VaultError where the copy, or the source, cannot be used now.
    """
    failed: list[tuple[SnapshotRecord, str]] = []
    for portion in batched(missing):
        try:
            _copy(source, target, password_file, portion)
        except _NOT_OF_ONE:
            raise
        except VaultError as error:
            if len(portion) == 1:
                failed.append((portion[0], str(error)))
                continue
            for record in portion:
                failed += copy(source, target, password_file, [record])
    return failed


def _copy(source: Restic, target: Restic, password_file: Path, records: Sequence[SnapshotRecord]) -> None:
    arguments = ("copy", *_from(source, password_file), *(record.id for record in records))
    target.output(Call(arguments, doing=f"copying from {source.repository.name}", at_ease=True, strict=True))


def _from(source: Restic, password_file: Path) -> tuple[str, ...]:
    if source.version < _FROM_REPO_SINCE:
        raise VaultError(
            f"vault {source.repository.name}: restic {'.'.join(map(str, source.version))} copies between repositories"
            " in another way; install restic 0.14 or later",
            reason="vault-restic",
        )
    return ("--from-repo", source.repository.location, "--from-password-file", str(password_file))
