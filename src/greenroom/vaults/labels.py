"""What travels with a backup in the vault: restic's tags, and the ids in them."""

import re
from datetime import UTC, datetime

import msgspec

from greenroom.vaults.base import BackupLabel, StoredBackup, VaultError
from greenroom.vaults.namespace import BACKUP_ROOT

GREENROOM = "greenroom"
"""The tag, and the host name, of every backup of ours: restic seeks parents among snapshots of one host."""

_ID = re.compile(r"[A-Za-z0-9_:.-]{1,128}")


class Summary(msgspec.Struct):
    """What a backup held and added, as restic tells it (0.17 and later keep it in the snapshot too)."""

    snapshot_id: str = ""
    total_files_processed: int = 0
    total_bytes_processed: int = 0
    data_added: int = 0
    data_added_packed: int | None = None

    @property
    def added_bytes(self) -> int:
        """Bytes that the repository grew by (before compression where restic tells no more)."""
        return self.data_added if self.data_added_packed is None else self.data_added_packed


class SnapshotRecord(msgspec.Struct):
    """A snapshot, as `restic snapshots --json` and the repository's own file of it tell."""

    time: datetime
    paths: list[str]
    tree: str
    """The list of the directory that is its root."""
    id: str = ""
    """In the repository that is the file's name, not in it."""
    tags: list[str] = []
    summary: Summary | None = None
    original: str | None = None
    """Of which snapshot of another repository it is a copy."""

    @property
    def origin(self) -> str:
        """The id under which it was first stored, the same in every copy."""
        return self.original or self.id

    @property
    def root(self) -> str:
        """The directory in the snapshot that is the backed up tree."""
        return self.paths[0] if self.paths else BACKUP_ROOT


def checked_id(kind: str, value: str) -> str:
    """`value` if it is an id that tags and paths can carry. Raises VaultError (`invalid-id`)."""
    if not _ID.fullmatch(value) or value in (".", ".."):
        raise VaultError(f"{value!r} is no {kind} id: 1 to 128 of A-Z a-z 0-9 _ : . -", reason="invalid-id")
    return value


def tags(label: BackupLabel) -> str:
    """The tags of a backup, as `--tag` takes them."""
    checked_id("backup", label.backup_id)
    checked_id("session", label.session_id)
    checked_id("studio", label.studio_id)
    created_at = label.created_at.astimezone(UTC).isoformat()  # restic keeps whole seconds of a given time only
    return (
        f"{GREENROOM},backup={label.backup_id},session={label.session_id},studio={label.studio_id},created={created_at}"
    )


def time_of(label: BackupLabel) -> str:
    """The time of a backup, as `--time` takes it where TZ is UTC."""
    return label.created_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def stored(record: SnapshotRecord) -> StoredBackup | None:
    """The backup that a snapshot is; None for one that Greenroom did not make."""
    values = dict(tag.split("=", 1) for tag in record.tags if "=" in tag)
    if GREENROOM not in record.tags or not {"backup", "session", "studio"} <= values.keys():
        return None
    try:
        created_at = datetime.fromisoformat(values["created"])
    except (KeyError, ValueError):
        created_at = record.time
    label = BackupLabel(values["backup"], values["session"], values["studio"], created_at.astimezone(UTC))
    summary = record.summary or Summary()
    return StoredBackup(
        label=label,
        snapshot=record.id,
        files=summary.total_files_processed,
        size_bytes=summary.total_bytes_processed,
        added_bytes=summary.added_bytes,
    )
