"""Labels of backups for tests."""

import itertools
from datetime import timedelta

from tests.support import START

from greenroom.vaults.base import BackupLabel

_numbers = itertools.count(1)


def label(session_id: str, backup_id: str | None = None) -> BackupLabel:
    """A new backup of a session, later than all before; its time has a fraction of a second."""
    number = next(_numbers)
    created_at = START + timedelta(minutes=number, microseconds=123_456)
    return BackupLabel(backup_id or f"backup-{number}", session_id, "us-west-2:studio", created_at)
