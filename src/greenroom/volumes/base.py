"""Where a session's files live: the contract that every kind of volume keeps.

A volume is a directory that a session may change; a snapshot is a read-only copy of one on the same storage.
Both are named by ids of the studio (`[A-Za-z0-9_-]{1,64}`), checked on the way in.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Consistency(StrEnum):
    """How far a snapshot shows one moment of its volume."""

    ATOMIC = "ATOMIC"
    """Exactly one moment, whatever was running (a file system's own snapshot)."""
    BEST_EFFORT = "BEST_EFFORT"
    """Files copied one after another: one moment only if nothing wrote meanwhile."""


class VolumesError(Exception):
    """The storage could not do it; trying again later may help. `reason` is for logs and metrics."""

    def __init__(self, message: str, *, reason: str = "volumes") -> None:
        super().__init__(message)
        self.reason = reason


class VolumesFullError(VolumesError):
    """No space: nothing half-made is left behind, and what was there is as it was."""

    def __init__(self, message: str) -> None:
        super().__init__(message, reason="volumes-full")


class VolumeNotFoundError(VolumesError):
    """No volume or snapshot of that id is here."""

    def __init__(self, message: str) -> None:
        super().__init__(message, reason="volume-not-found")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot as it lies on the storage."""

    snapshot_id: str
    path: Path
    consistency: Consistency
    created_at: datetime
    """UTC."""


@dataclass(frozen=True, slots=True)
class Space:
    """Bytes of the storage that holds the volumes."""

    total: int
    free: int


class Volumes(Protocol):
    """Thread-safe. Every call is idempotent and safe to repeat after a crash, at whichever point it came.

    A volume or snapshot that is listed or has a `path` is whole: one is made under another name and renamed.
    """

    name: str
    atomic: bool
    """Whether a snapshot takes but a moment and shows just that, whatever is running; else it takes a while."""
    keeps_inodes: bool
    """Whether a snapshot's files keep inode numbers and change times, so that a backup's parent can be trusted."""

    def open(self) -> None:
        """Make the storage ready (mount, create). Removes what an earlier crash left half-made."""

    def close(self) -> None:
        """Release what `open` took, unless sessions still use it."""

    def create(self, volume_id: str, uid: int, gid: int) -> Path:
        """An empty volume owned by uid:gid, mode 0700. One that exists stays as it is."""

    def path(self, volume_id: str) -> Path:
        """The volume's directory. Raises VolumeNotFoundError."""

    def snapshot(self, volume_id: str, snapshot_id: str) -> Snapshot:
        """A durable read-only copy: once this returns, a power cut cannot take it. One that exists is returned."""

    def find_snapshot(self, snapshot_id: str) -> Snapshot | None:
        """The snapshot, or None where it is not (or no longer) here."""

    def clone(self, snapshot_id: str, volume_id: str) -> Path:
        """A new volume with the snapshot's content. A volume that exists stays as it is. Raises VolumeNotFoundError."""

    def receive(self, volume_id: str) -> Path:
        """An empty directory beside the volumes, to be filled from elsewhere; what an earlier try left is gone."""

    def accept(self, volume_id: str) -> Path:
        """Turn what `receive` gave and the caller filled into the volume, durably. Accepted before: nothing happens."""

    def limit(self, volume_id: str, size: int) -> bool:
        """Let the volume hold at most `size` bytes from now on, with what it was made from; whether that is kept to.

        More is refused to whoever writes (EDQUOT); reading, deleting and snapshots go on. To be said again for a volume
        that was made from another. Raises VolumeNotFoundError.
        """

    def delete_volume(self, volume_id: str) -> None:
        """Gone, with all in it. Not there: nothing happens."""

    def delete_snapshot(self, snapshot_id: str) -> None:
        """Gone. Not there: nothing happens. Clones of it stay whole."""

    def volume_ids(self) -> list[str]:
        """Ids of all whole volumes, sorted."""

    def snapshots(self) -> list[Snapshot]:
        """All whole snapshots, by id."""

    def flush(self, volume_id: str) -> None:
        """Write the volume's dirty pages to the disk."""

    def space(self) -> Space:
        """Total and free bytes now (for a growing file: what it may grow to)."""
