"""Telling the server that a command found the vault damaged."""

from collections.abc import Iterable
from pathlib import Path


def raise_doubt(data: Path, backup_ids: Iterable[str], why: str) -> None:
    """Have every backup read back at once, by the server that runs or the next one, if one of those says READY."""
    from greenroom.control.verification import doubt
    from greenroom.server.house import open_house
    from greenroom.server.settings import Settings
    from greenroom.store import backups
    from greenroom.studio.status import SessionState

    with open_house(Settings.load(data)) as house, house.database.write() as connection:
        found = [backups.get(connection, backup_id) for backup_id in backup_ids]
        if any(backup is not None and backup.state is SessionState.READY for backup in found):
            doubt(connection, f"A command found damage, so all backups are read back again. {why}", house.clock())
