"""Files that come out of a backup into a running session: the record, and under which names they arrive."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

READABLE_AFTER_END = timedelta(days=7)
"""How long Get answers a restore that has ended."""
_LONGEST_NAME = 255


class FileRestoreState(StrEnum):
    """How far a restore of files is."""

    IN_PROGRESS = "IN_PROGRESS"
    READY = "READY"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRestore:
    """One restore of chosen files, as it is kept."""

    restore_id: str
    studio_id: str
    session_id: str
    backup_id: str
    owned_by: str
    created_by: str
    created_at: datetime
    state: FileRestoreState
    status_message: str | None = None
    paths: Sequence[str]
    """In the backup."""
    targets: Sequence[str]
    """Where each arrives, relative to the session's home."""
    done_bytes: int = 0
    total_bytes: int | None = None
    """None: not yet known."""
    ended_at: datetime | None = None


def beside(path: str, backup_made_at: datetime) -> str:
    """The path next to the present one: `shot (from backup 2026-11-27 06.49.14).exr`, so that it opens as before."""
    directory, slash, name = path.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 16:
        stem, dot, ending = name, "", ""
    mark = f" (from backup {backup_made_at:%Y-%m-%d %H.%M.%S})"
    room = _LONGEST_NAME - len((mark + dot + ending).encode())
    stem = stem.encode()[:room].decode("utf-8", "ignore")
    return f"{directory}{slash}{stem}{mark}{dot}{ending}"


def ended(restore: FileRestore, now: datetime, failure: str | None = None) -> FileRestore:
    """READY, or with a failure FAILED."""
    state = FileRestoreState.READY if failure is None else FileRestoreState.FAILED
    return replace(restore, state=state, status_message=failure, ended_at=now)
