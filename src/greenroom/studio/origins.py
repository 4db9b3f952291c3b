"""Where a session's volume came from, and the volumes that are kept aside."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class VolumeOrigin(StrEnum):
    """What a volume held at first."""

    FRESH = "FRESH"
    """Nothing."""
    BACKUP = "BACKUP"
    """A backup's files."""
    UNDONE = "UNDONE"
    """What the session had before a restore that was undone."""


class StartOrigin(StrEnum):
    """What the session's present or last run began with."""

    FRESH = "FRESH"
    VOLUME = "VOLUME"
    """The session's volume, as its last stop left it."""
    BACKUP = "BACKUP"
    UNDONE = "UNDONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVolume:
    """A volume that a session no longer uses, kept until a moment so that what replaced it can be undone."""

    volume_id: str
    session_id: str
    kept_at: datetime
    until: datetime
    volume_origin: VolumeOrigin | None = None
    """None: not on record (a stray that housekeeping found)."""
    volume_backup_id: str | None = None
    volume_since: datetime | None = None
