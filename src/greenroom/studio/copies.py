"""Copies of backups in further vaults: which backup is where, and how each vault fares. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyState:
    """How a further vault fares."""

    vault: str
    """Its name, without a password."""
    tried_at: datetime
    """When something was last to be copied to it."""
    copied_at: datetime | None = None
    """When it last had everything; None: never yet."""
    failing_since: datetime | None = None
    """Since when it has been failing; None: it does not."""
    error: str | None = None
    """What is wrong, while it is failing."""
    vault_path: str = ""
    """Of the studios whose backups are copied to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupCopy:
    """A backup that is in a further vault."""

    backup_id: str
    vault: str
    copied_at: datetime
    """When it was first seen there."""


def copied(before: CopyState | None, vault: str, now: datetime, vault_path: str = "") -> CopyState:
    """The vault has everything now."""
    state = before or CopyState(vault=vault, tried_at=now, vault_path=vault_path)
    return replace(state, tried_at=now, copied_at=now, failing_since=None, error=None)


def failing(before: CopyState | None, vault: str, error: str, now: datetime, vault_path: str = "") -> CopyState:
    """The vault lacks something, and why; since when, the first failure of several tells."""
    since = before.failing_since if before and before.failing_since else now
    state = before or CopyState(vault=vault, tried_at=now, vault_path=vault_path)
    return replace(state, tried_at=now, failing_since=since, error=error[:1024])
