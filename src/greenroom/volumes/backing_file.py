"""A file system in a sparse file: made, mounted, kept larger than what is in it, and smaller than its host can bear.

The file starts small and takes only the room that is used. It grows while it is mounted and in use. Where the host
runs short, the room that the file may still claim is set aside at once, so that no write inside fails for want of it.
"""

import fcntl
import logging
import os
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from greenroom.volumes import beneath
from greenroom.volumes.base import Space, VolumesError, VolumesFullError
from greenroom.volumes.durable import sync_directory
from greenroom.volumes.programs import run

logger = logging.getLogger(__name__)

MIB = 1 << 20
GIB = 1 << 30

MOUNT_OPTIONS = "loop,noatime,nosuid,nodev,discard=async"
"""`loop` detaches the device with the last unmount, also when nobody lives to see it; discard gives freed room back."""

_DEV_INFO = 0xD000941E
_DEVICE_INFO = struct.Struct("=Q16xQQ4056x")
"""btrfs_ioctl_dev_info_args: device id, bytes given to chunks, bytes in all."""


@dataclass(frozen=True, slots=True)
class Growth:
    """When and how far the file grows; sizes in bytes."""

    initial: int = 2 * GIB
    least: int = 256 * MIB
    """The smallest to begin with, where the host has no room for `initial`; btrfs cannot grow from below 256 MiB."""
    headroom: int = 2 * GIB
    """Grow as soon as less than this is free inside."""
    step: int = 2 * GIB
    """Grow by this, or by an eighth of the file where that is more."""
    reserve: int | None = None
    """What the host keeps for everything else; None: a twentieth of it, at least 512 MiB, at most 10 GiB."""

    def reserve_of(self, host_total: int) -> int:
        if self.reserve is not None:
            return self.reserve
        return min(max(host_total // 20, 512 * MIB), 10 * GIB)


class BackingFile:
    """The file at `path`, and its btrfs at `mount_point`, for root. Raises OSError and VolumesError."""

    def __init__(self, path: Path, mount_point: Path, growth: Growth) -> None:
        self.path = path
        self.mount_point = mount_point
        self.growth = growth

    def mounted(self) -> bool:
        """Whether something is mounted there; costs two system calls."""
        try:
            return self.mount_point.stat().st_dev != self.mount_point.parent.stat().st_dev
        except FileNotFoundError:
            return False

    def create(self) -> None:
        """Make the file with an empty file system inside; it appears whole. Raises VolumesFullError."""
        size = min(self.growth.initial, self._host_room()) // MIB * MIB
        if size < self.growth.least:
            raise VolumesFullError(
                f"The disk of {self.path.parent} is too full for volumes: {self.growth.least // MIB} MiB are needed "
                f"beyond the {self._reserve() // MIB} MiB that stay free. Free some, or use another data directory."
            )
        making = self.path.with_name(f".making-{self.path.name}")
        making.unlink(missing_ok=True)
        descriptor = os.open(making, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.truncate(descriptor, size)
            run(["mkfs.btrfs", "--quiet", "--label", "greenroom", "--", str(making)])
            os.fsync(descriptor)
        except BaseException:
            making.unlink(missing_ok=True)
            raise
        finally:
            os.close(descriptor)
        making.rename(self.path)
        sync_directory(self.path.parent)

    def mount(self) -> None:
        """Mount the file where it is not mounted, and give its file system all of its size."""
        if not self.path.exists():
            raise VolumesError(
                f"{self.path}, which holds all volumes, is gone: put it back. To begin anew without them, remove "
                f"{self.path.parent}.",
                reason="volumes-gone",
            )
        self.mount_point.mkdir(mode=0o711, exist_ok=True)
        if not self.mounted():
            logger.info("Mounting %s at %s.", self.path, self.mount_point)
            run(["mount", "-t", "btrfs", "-o", MOUNT_OPTIONS, "--", *map(str, self._places)])
            self.mount_point.chmod(0o711)
            self._bypass_cache()
        self._use_whole_file()

    def try_mount(self) -> None:
        """Mount in a mount namespace that ends at once, so that nothing is left behind whatever happens."""
        run(["unshare", "--mount", "mount", "-t", "btrfs", "-o", MOUNT_OPTIONS, "--", *map(str, self._places)])

    def unmount(self) -> bool:
        """Unmount unless a session has a part of it mounted or a file is open; whether it is unmounted now."""
        if not self.mounted():
            return True
        if _part_is_mounted(self.device()):
            return False
        try:
            run(["umount", "--", str(self.mount_point)])
        except VolumesError as error:
            logger.info("%s stays mounted, for it is in use: %s", self.mount_point, error)
            return False
        return True

    def device(self) -> str:
        """The loop device under the mount. Raises VolumesError where something else is mounted there."""
        source = _mount_source(self.mount_point)
        backing = Path("/sys/class/block", Path(source).name, "loop/backing_file")
        try:
            ours = Path(backing.read_text().rstrip("\n")).samefile(self.path)
        except OSError:
            ours = False
        if not ours:
            raise VolumesError(
                f"Something else ({source}) is mounted at {self.mount_point}: unmount it, {self.path} belongs there.",
                reason="volumes-mount",
            )
        return source

    def keep_ahead(self) -> None:
        """Grow the file where less than the headroom is free inside, as far as the host bears."""
        self._set_aside_if_short()
        allocated, total = self._allocation()
        # btrfs also needs room that belongs to no chunk yet, whatever is free within its chunks of data.
        if self._inside().free >= self.growth.headroom and total - allocated >= self.growth.headroom // 4:
            return
        size = self.path.stat().st_size
        step = min(max(self.growth.step, size // 8), self._host_room()) // MIB * MIB
        if step < min(self.growth.step, 64 * MIB):
            return
        logger.info("Growing %s by %d MiB to %d MiB.", self.path, step // MIB, (size + step) // MIB)
        os.truncate(self.path, size + step)
        self._use_whole_file()

    def space(self) -> Space:
        """What is free inside and what the file may still grow by."""
        inside, room = self._inside(), self._host_room()
        return Space(total=inside.total + room, free=inside.free + room)

    def _bypass_cache(self) -> None:
        """Keep the host from caching once more what btrfs caches: saves memory, and the wait for it in a snapshot."""
        try:
            run(["losetup", "--direct-io=on", self.device()])
        except VolumesError as error:
            logger.debug("The host of %s bears no direct input and output: %s", self.path, error)

    def _use_whole_file(self) -> None:
        """Let loop device and file system follow the file's size, also after a crash between these steps."""
        device = self.device()
        sectors = int(Path("/sys/class/block", Path(device).name, "size").read_text())
        size = self.path.stat().st_size
        if sectors * 512 != size:
            run(["losetup", "--set-capacity", device])
        if self._allocation()[1] < size:
            run(["btrfs", "filesystem", "resize", "max", str(self.mount_point)])

    @property
    def _places(self) -> tuple[Path, Path]:
        return self.path, self.mount_point

    def _set_aside_if_short(self) -> None:
        unclaimed = self._unclaimed()
        if unclaimed == 0 or self._host_room() > 0:
            return
        logger.warning("The disk of %s runs short: setting aside the %d MiB it may claim.", self.path, unclaimed // MIB)
        run(["fallocate", "--length", str(self.path.stat().st_size), "--", str(self.path)])

    def _host_room(self) -> int:
        """Bytes by which the file may grow: what the host has free beyond its reserve and what the file may claim."""
        host = os.statvfs(self.path.parent)
        free = host.f_bavail * host.f_frsize - self._unclaimed() - self.growth.reserve_of(host.f_blocks * host.f_frsize)
        return max(free, 0)

    def _unclaimed(self) -> int:
        """Bytes of the file for which the host gave no blocks yet."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return 0
        return max(status.st_size - status.st_blocks * 512, 0)

    def _reserve(self) -> int:
        host = os.statvfs(self.path.parent)
        return self.growth.reserve_of(host.f_blocks * host.f_frsize)

    def _inside(self) -> Space:
        inside = os.statvfs(self.mount_point)
        return Space(total=inside.f_blocks * inside.f_frsize, free=inside.f_bavail * inside.f_frsize)

    def _allocation(self) -> tuple[int, int]:
        """Bytes of the device as btrfs sees it: given to chunks, and in all."""
        answer = bytearray(_DEVICE_INFO.pack(1, 0, 0))
        with beneath.root_directory(self.mount_point) as descriptor:
            fcntl.ioctl(descriptor, _DEV_INFO, answer)
        _, used, total = _DEVICE_INFO.unpack(answer)
        return used, total


@dataclass(frozen=True, slots=True)
class _Mount:
    """A line of mountinfo, see proc(5)."""

    root: str
    """The directory of the file system that is mounted; "/" for all of it."""
    mount_point: str
    source: str


def _mounts(process: Path) -> Iterator[_Mount]:
    """What is mounted in the mount namespace of a process."""
    for line in (process / "mountinfo").read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        before, _, after = line.partition(" - ")
        root, mount_point = before.split(" ")[3:5]
        yield _Mount(_unescaped(root), _unescaped(mount_point), _unescaped(after.split(" ")[1]))


def _unescaped(field: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), field)


def _mount_source(mount_point: Path) -> str:
    place = str(mount_point.resolve())
    sources = [mount.source for mount in _mounts(Path("/proc/self")) if mount.mount_point == place]
    return sources[-1] if sources else ""


def _part_is_mounted(device: str) -> bool:
    """Whether any process sees a part of a device's file system mounted, as a session sees its volume.

    Mounts of all of it do not count: every mount namespace begins with a copy of what its parent sees.
    """
    namespaces: set[str] = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            namespace = (process / "ns" / "mnt").readlink().name
            if namespace in namespaces:
                continue
            if any(mount.source == device and mount.root != "/" for mount in _mounts(process)):
                return True
            namespaces.add(namespace)
        except OSError:
            continue  # the process is gone
    return False
