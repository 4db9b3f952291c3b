"""One call of a vault, to be killed. Run as a program: python -m tests.vaults.acting DIRECTORY CALL BACKUP TREE

The vault is the one that the fixture `vault` makes in DIRECTORY.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from tests.support import START
from tests.vaults.conftest import make_vault

from greenroom.vaults.base import BackupLabel
from greenroom.vaults.restic import ResticVault


def label(backup_id: str) -> BackupLabel:
    """The label that `store` is called with, each time."""
    return BackupLabel(backup_id, "session", "studio", START)


CALLS: dict[str, Callable[[ResticVault, str, Path], object]] = {
    "open": lambda vault, _backup_id, _tree: vault.open(),
    "store": lambda vault, backup_id, tree: vault.store(label(backup_id), tree),
    "verify": lambda vault, backup_id, tree: vault.verify(backup_id, tree),
    "restore": lambda vault, backup_id, tree: vault.restore(backup_id, tree),
    "forget": lambda vault, backup_id, _tree: vault.forget(backup_id),
    "prune": lambda vault, _backup_id, _tree: vault.prune(),
}


def main(directory: str, call: str, backup_id: str, tree: str) -> None:
    """Do it."""
    vault = make_vault(Path(directory) / "repository", Path(directory) / "vault")
    CALLS[call](vault, backup_id, Path(tree))


if __name__ == "__main__":
    main(*sys.argv[1:])
