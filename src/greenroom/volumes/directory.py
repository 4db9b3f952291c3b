"""What all kinds of volumes share: names, places, locks, and how a thing becomes whole or is gone.

    DIRECTORY/kind                     which kind of volumes this is
    DIRECTORY/.lock                    empty; its bytes are locks
    ROOT/volumes/<volume_id>           mode 0711 above, so that a session's user reaches its own volume and lists none
    ROOT/snapshots/<snapshot_id>       mode 0700 above: out of every session's reach
    ROOT/snapshots/<snapshot_id>.json  when it was taken and how consistent it is: a symbolic link whose target is that
                                       text, for a link needs no data block, so that a full btrfs takes snapshots still

ROOT is DIRECTORY itself except where a file system is mounted for it. An entry whose name begins with a dot is not
whole: being made, being received or being deleted. What a crash leaves of these the next `open` removes.
"""

import json
import logging
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from greenroom.volumes import marker
from greenroom.volumes.base import Consistency, Snapshot, Space, VolumeNotFoundError, VolumesError
from greenroom.volumes.durable import sync_directory, sync_file_system, write_link
from greenroom.volumes.errors import storage_errors
from greenroom.volumes.locks import Locks, Presence

logger = logging.getLogger(__name__)

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PRESENCE = "opened"


class DirectoryVolumes(ABC):
    """Keeps the contract of `Volumes` for every kind that can make, copy, freeze and remove a directory in its way."""

    name: str
    atomic: bool
    keeps_inodes: bool

    def __init__(self, directory: Path) -> None:
        self.directory = directory.absolute()
        self.root = self.directory
        self._locks = Locks(self.directory / ".lock")
        self._presence: Presence | None = None

    # What a kind brings. `target` is never there before, and may be left half-made where one of these raises.

    @abstractmethod
    def _make(self, target: Path) -> None:
        """An empty directory that can become a volume."""

    @abstractmethod
    def _freeze(self, source: Path, target: Path) -> Consistency:
        """A durable copy of a volume that nobody can change."""

    @abstractmethod
    def _copy(self, source: Path, target: Path) -> None:
        """A copy of a snapshot that can become a volume."""

    @abstractmethod
    def _remove(self, target: Path) -> None:
        """Remove the directory with all in it. Not there: nothing happens."""

    def _limit(self, volume: Path, size: int) -> bool:  # noqa: ARG002  for those kinds that can
        """See Volumes.limit."""
        return False

    def _prepare(self) -> None:
        """Make the storage itself stand; called by `open`, maybe by several processes at once."""
        return

    def _ready(self) -> None:
        """Called before everything else that touches the storage."""
        return

    # Opening and closing

    def open(self) -> None:
        with storage_errors(f"open the volumes in {self.directory}"):
            _make_place(self.directory, 0o711)
            if marker.remembered(self.directory) not in (None, self.name):
                marker.remember(self.directory, self.name)
            self._prepare()
            _make_place(self._volumes, 0o711)
            _make_place(self._snapshots, 0o700)
            marker.remember(self.directory, self.name)
            if self._presence is None:
                self._arrive()

    def _arrive(self) -> None:
        """Be present; who comes first removes what a crash left, for nobody can be working on it."""
        presence = self._locks.presence(_PRESENCE)
        try:
            if presence.alone():
                self._remove_leftovers()
            presence.share()
        except BaseException:
            presence.leave()
            raise
        self._presence = presence

    def close(self) -> None:
        if self._presence is not None:
            self._presence.leave()
            self._presence = None

    def _remove_leftovers(self) -> None:
        for place in (self._volumes, self._snapshots):
            for entry in sorted(place.iterdir()):
                if entry.name.startswith("."):
                    self._remove_leftover(entry)
        for sidecar in self._snapshots.glob("*.json"):
            if not sidecar.with_suffix("").is_dir():
                sidecar.unlink()

    def _remove_leftover(self, entry: Path) -> None:
        logger.info("Removing %s, which a crash left unfinished.", entry)
        try:
            self._discard(entry)
        except (OSError, VolumesError) as error:
            # It takes room, but hides nothing that is whole: no reason for a server not to start.
            logger.warning("Cannot remove %s; remove it by hand: %s", entry, error)

    # Volumes

    def create(self, volume_id: str, uid: int, gid: int) -> Path:
        volume = self._volume(volume_id)
        with self._storage(f"create volume {volume_id}"), self._locks.exclusive(volume.name):
            if not self._settled(volume):
                with self._making(volume) as making:
                    self._make(making)
                    os.chown(making, uid, gid)
                    making.chmod(0o700)
                    sync_directory(making)
        return volume

    def path(self, volume_id: str) -> Path:
        volume = self._volume(volume_id)
        with self._storage(f"find volume {volume_id}"):
            return self._existing(volume, f"volume {volume_id}")

    def receive(self, volume_id: str) -> Path:
        receiving = _unfinished(self._volume(volume_id), "receiving")
        with self._storage(f"make room for volume {volume_id}"), self._locks.exclusive(volume_id):
            self._discard(receiving)
            self._make(receiving)
            receiving.chmod(0o700)
        return receiving

    def accept(self, volume_id: str) -> Path:
        volume = self._volume(volume_id)
        receiving = _unfinished(volume, "receiving")
        with self._storage(f"accept volume {volume_id}"), self._locks.exclusive(volume_id):
            if self._settled(volume):
                self._discard(receiving)
                return volume
            self._existing(receiving, f"received volume {volume_id}")
            sync_file_system(receiving)
            self._publish(receiving, volume)
        return volume

    def limit(self, volume_id: str, size: int) -> bool:
        volume = self._volume(volume_id)
        with self._storage(f"limit volume {volume_id}"):
            return self._limit(self._existing(volume, f"volume {volume_id}"), size)

    def delete_volume(self, volume_id: str) -> None:
        volume = self._volume(volume_id)
        with self._storage(f"delete volume {volume_id}"), self._locks.exclusive(volume_id):
            self._delete(volume)
            self._discard(_unfinished(volume, "receiving"))

    def volume_ids(self) -> list[str]:
        with self._storage("list the volumes"):
            return _whole_ids(self._volumes)

    def flush(self, volume_id: str) -> None:
        volume = self._volume(volume_id)
        with self._storage(f"flush volume {volume_id}"):
            sync_file_system(self._existing(volume, f"volume {volume_id}"))

    # Snapshots. Who needs two locks takes the volume's first.

    def snapshot(self, volume_id: str, snapshot_id: str) -> Snapshot:
        volume, snapshot = self._volume(volume_id), self._snapshot(snapshot_id)
        with (
            self._storage(f"take snapshot {snapshot_id} of volume {volume_id}"),
            self._locks.shared(volume_id),
            self._locks.exclusive(_lock_of_snapshot(snapshot_id)),
        ):
            if self._settled(snapshot):
                return self._described(snapshot)
            self._existing(volume, f"volume {volume_id}")
            with self._making(snapshot) as making:
                taken_at = datetime.now(UTC)
                consistency = self._freeze(volume, making)
                facts = {"createdAt": taken_at.isoformat(), "consistency": consistency, "volumeId": volume_id}
                write_link(_sidecar(snapshot), json.dumps(facts))
            return self._described(snapshot)

    def find_snapshot(self, snapshot_id: str) -> Snapshot | None:
        snapshot = self._snapshot(snapshot_id)
        with self._storage(f"find snapshot {snapshot_id}"):
            return self._described(snapshot) if _is_directory(snapshot) else None

    def clone(self, snapshot_id: str, volume_id: str) -> Path:
        volume, snapshot = self._volume(volume_id), self._snapshot(snapshot_id)
        with (
            self._storage(f"clone snapshot {snapshot_id} to volume {volume_id}"),
            self._locks.exclusive(volume_id),
            self._locks.shared(_lock_of_snapshot(snapshot_id)),
        ):
            if not self._settled(volume):
                self._existing(snapshot, f"snapshot {snapshot_id}")
                with self._making(volume) as making:
                    self._copy(snapshot, making)
        return volume

    def delete_snapshot(self, snapshot_id: str) -> None:
        snapshot = self._snapshot(snapshot_id)
        with (
            self._storage(f"delete snapshot {snapshot_id}"),
            self._locks.exclusive(_lock_of_snapshot(snapshot_id)),
        ):
            self._delete(snapshot)
            _sidecar(snapshot).unlink(missing_ok=True)

    def snapshots(self) -> list[Snapshot]:
        with self._storage("list the snapshots"):
            return [self._described(self._snapshots / snapshot_id) for snapshot_id in _whole_ids(self._snapshots)]

    def space(self) -> Space:
        with self._storage("measure the free space"):
            status = os.statvfs(self.root)
            return Space(total=status.f_blocks * status.f_frsize, free=status.f_bavail * status.f_frsize)

    # How things become whole, and are gone

    @contextmanager
    def _storage(self, action: str) -> Iterator[None]:
        with storage_errors(action):
            self._ready()
            yield

    @contextmanager
    def _making(self, whole: Path) -> Iterator[Path]:
        """A name to make the thing under; it becomes `whole` where the block succeeds, else nothing of it is left."""
        making = _unfinished(whole, "making")
        self._discard(making)
        try:
            yield making
            self._publish(making, whole)
        except BaseException:
            try:
                self._discard(making)
            except (OSError, VolumesError) as error:
                logger.warning("Left %s behind, which the next start removes: %s", making, error)
            raise

    def _publish(self, making: Path, whole: Path) -> None:
        making.rename(whole)
        sync_directory(whole.parent)

    def _settled(self, whole: Path) -> bool:
        """Whether it is there, durably: whoever made it may have died between making and syncing."""
        if not _is_directory(whole):
            return False
        sync_directory(whole.parent)
        return True

    def _delete(self, whole: Path) -> None:
        deleting = _unfinished(whole, "deleting")
        self._discard(deleting)
        if _is_directory(whole):
            whole.rename(deleting)
            sync_directory(whole.parent)
            self._discard(deleting)

    def _discard(self, unfinished: Path) -> None:
        if _is_directory(unfinished):
            self._remove(unfinished)
        else:
            unfinished.unlink(missing_ok=True)

    def _existing(self, directory: Path, what: str) -> Path:
        if not _is_directory(directory):
            raise VolumeNotFoundError(f"There is no {what} in {self.root}.")
        return directory

    def _described(self, snapshot: Path) -> Snapshot:
        try:
            facts = json.loads(str(_sidecar(snapshot).readlink()))
            consistency, created_at = Consistency(facts["consistency"]), datetime.fromisoformat(facts["createdAt"])
        except (OSError, ValueError, KeyError):
            # A snapshot is worth more than what is known about it: say the least that is certain.
            consistency = Consistency.BEST_EFFORT
            created_at = datetime.fromtimestamp(snapshot.lstat().st_ctime, UTC)
        return Snapshot(snapshot.name, snapshot, consistency, created_at)

    @property
    def _volumes(self) -> Path:
        return self.root / "volumes"

    @property
    def _snapshots(self) -> Path:
        return self.root / "snapshots"

    def _volume(self, volume_id: str) -> Path:
        return self._volumes / _checked(volume_id)

    def _snapshot(self, snapshot_id: str) -> Path:
        return self._snapshots / _checked(snapshot_id)


def _checked(name: str) -> str:
    if _ID.fullmatch(name) is None:
        raise VolumesError(
            f"{name!r} is not an id of a volume or snapshot: 1 to 64 of A-Z, a-z, 0-9, _ and -.", reason="volumes-id"
        )
    return name


def _unfinished(whole: Path, state: str) -> Path:
    return whole.with_name(f".{state}-{whole.name}")


def _sidecar(snapshot: Path) -> Path:
    return snapshot.with_name(f"{snapshot.name}.json")


def _lock_of_snapshot(snapshot_id: str) -> str:
    return f"snapshot {snapshot_id}"


def _is_directory(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _whole_ids(place: Path) -> list[str]:
    return sorted(entry.name for entry in os.scandir(place) if _ID.fullmatch(entry.name) and entry.is_dir())


def _make_place(path: Path, mode: int) -> None:
    if not path.is_dir():
        path.mkdir(mode=mode, parents=True, exist_ok=True)
        path.chmod(mode)
        sync_directory(path.parent)
