"""The vault that a setting names."""

from collections.abc import Sequence
from pathlib import Path

from greenroom.vaults.base import VaultError
from greenroom.vaults.call import NO_LIMITS, Limits
from greenroom.vaults.ease import USUAL
from greenroom.vaults.repository import Repository
from greenroom.vaults.restic import ResticVault

_RESTIC = "restic:"


def choose(
    setting: str,
    path: str = "",
    *,
    password_file: Path,
    cache: Path,
    scratch: Path,
    limits: Limits = NO_LIMITS,
    append_only: bool = False,
    ease: Sequence[str] = USUAL,
) -> ResticVault:
    """The vault of `restic:<repository>`, or the one in the folder `path` of its place, not opened yet.

    Raises VaultError (`vault-setting`) for anything else.
    """
    repository = setting.removeprefix(_RESTIC)
    if repository == setting or not repository:
        raise VaultError(
            f"the vault {setting!r} is of no kind that Greenroom knows: give restic:DIRECTORY, or restic: with any"
            " repository location of restic, such as restic:sftp:user@host:/path",
            reason="vault-setting",
        )
    return ResticVault(
        Repository.at(repository).below(path).location,
        password_file,
        cache=cache,
        scratch=scratch,
        limits=limits,
        append_only=append_only,
        ease=ease,
    )
