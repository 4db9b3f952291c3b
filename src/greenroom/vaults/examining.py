"""Looking a whole repository over, and telling which backups what is wrong with it has hurt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from greenroom.vaults.base import BackupBrokenError, BackupMissingError, VaultError
from greenroom.vaults.call import Call
from greenroom.vaults.command import Restic


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found."""

    problem: str
    """What restic says of the repository; empty where all is well."""
    hurt: Sequence[tuple[str, str]]
    """Backups that cannot be restored whole, each with why."""

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problem and not self.hurt


def examine(
    restic: Restic, backup_ids: Callable[[], Sequence[str]], verify: Callable[[str], None], *, read_data: bool
) -> Examination:
    """Check the repository's structure and, with `read_data`, every byte; where that fails, each backup by itself.

    Raises VaultError where the repository cannot be looked at now.
    """
    arguments = ("check", "--read-data") if read_data else ("check",)
    try:
        restic.output(Call(arguments, doing="checking the repository", at_ease=True))
    except VaultError as error:
        if error.reason not in ("vault-damaged", "vault"):
            raise
        problem = str(error)
    else:
        return Examination("", ())
    hurt = []
    for backup_id in backup_ids():
        try:
            verify(backup_id)
        except (BackupBrokenError, BackupMissingError) as error:
            hurt.append((backup_id, str(error)))
    return Examination(problem, hurt)
