"""File systems on loop devices, made by the tests, and the volumes of each kind on them."""

import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from greenroom.volumes.backing_file import MIB, Growth
from greenroom.volumes.btrfs import BtrfsVolumes
from greenroom.volumes.btrfs_file import BtrfsFileVolumes
from greenroom.volumes.copy import CopyVolumes
from greenroom.volumes.directory import DirectoryVolumes
from greenroom.volumes.reflink import ReflinkVolumes

KINDS = ("btrfs", "btrfs-file", "reflink", "copy")
HOST = {"btrfs": "btrfs", "btrfs-file": "ext4", "reflink": "xfs", "copy": "ext4"}
"""The file system on which each kind is tried."""

SMALLEST = {"btrfs": 128, "ext4": 64, "xfs": 320}
"""MiB that mkfs accepts; for ext4, that leave some room."""

SMALL_GROWTH = Growth(initial=256 * MIB, headroom=48 * MIB, step=64 * MIB, reserve=16 * MIB)

MADE: list[DirectoryVolumes] = []
"""The volumes of the test that runs."""

_MKFS = {
    "btrfs": ["mkfs.btrfs", "--quiet"],
    "ext4": ["mkfs.ext4", "-q"],
    "xfs": ["mkfs.xfs", "-q", "-m", "reflink=1"],
}
_MOUNT_OPTIONS = {"btrfs": "loop,nobarrier", "ext4": "loop,barrier=0", "xfs": "loop,nouuid"}
"""Without barriers what is synced reaches the image at once and the machine's own disk some time, which is enough here
and quick. XFS always has them."""


def require_storage() -> None:
    """Skip, or fail under CI=true, where this machine cannot make and mount file systems."""
    missing = [program for program in ("mkfs.btrfs", "mkfs.xfs", "mkfs.ext4", "btrfs") if _find(program) is None]
    reason = ""
    if os.geteuid() != 0:
        reason = "only root mounts file systems"
    elif missing:
        reason = f"not installed: {', '.join(missing)} (apt install btrfs-progs xfsprogs e2fsprogs)"
    elif not Path("/dev/loop-control").exists():
        reason = "no loop devices here"
    if not reason:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def run(*arguments: str | Path) -> str:
    """A program's standard output; fails the test with its error output."""
    environment = {**os.environ, "PATH": _path(), "LC_ALL": "C"}
    done = subprocess.run(
        [str(word) for word in arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{arguments}: {done.stderr}"
    return done.stdout


@contextmanager
def file_system(kind: str, place: Path, mib: int) -> Iterator[Path]:
    """A new file system of that size in a sparse file, mounted at a directory below `place`."""
    image = place / f"{kind}-{uuid.uuid4().hex[:8]}.img"
    with image.open("wb") as file:
        file.truncate(mib * MIB)
    run(*_MKFS[kind], image)
    with mounted(kind, image) as mount_point:
        yield mount_point
    image.unlink()


@contextmanager
def mounted(kind: str, image: Path) -> Iterator[Path]:
    """The file system in an image, mounted while the block lasts."""
    mount_point = image.with_suffix(".mounted")
    mount_point.mkdir(exist_ok=True)
    run("mount", "-t", kind, "-o", _MOUNT_OPTIONS[kind], image, mount_point)
    mount_point.chmod(0o755)
    try:
        yield mount_point
    finally:
        unmount_all_beneath(mount_point)
        mount_point.rmdir()


def unmount_all_beneath(place: Path) -> None:
    """Unmount what is mounted at or beneath a directory, the deepest first."""
    mount_points = [line.split(" ")[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    for mount_point in sorted(mount_points, reverse=True):
        if mount_point == str(place) or mount_point.startswith(f"{place}/"):
            eventually(lambda: _unmounted(mount_point), f"unmount {mount_point}")  # noqa: B023  called at once


def _unmounted(mount_point: str) -> bool:
    """Try it; what lies on it is busy for a moment while the kernel detaches a loop device."""
    return subprocess.run(["umount", mount_point], capture_output=True, check=False).returncode == 0


def eventually(condition: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Wait until the condition holds; fails the test when it does not in that time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"


def volumes_of(
    kind: str, directory: Path, growth: Growth = SMALL_GROWTH, watch_seconds: float = 0.02
) -> DirectoryVolumes:
    """Volumes of that kind in a directory, not opened. Those that a failing test leaves open are closed after it."""
    if kind == "btrfs-file":
        made: DirectoryVolumes = BtrfsFileVolumes(directory, growth=growth, watch_seconds=watch_seconds)
    else:
        made = {"btrfs": BtrfsVolumes, "reflink": ReflinkVolumes, "copy": CopyVolumes}[kind](directory)
    MADE.append(made)
    return made


def unfinished(volumes: DirectoryVolumes) -> list[str]:
    """What lies there half-made."""
    places = (volumes.root / "volumes", volumes.root / "snapshots")
    return [str(entry) for place in places for entry in place.iterdir() if entry.name.startswith(".")]


def _find(program: str) -> str | None:
    return shutil.which(program, path=_path())


def _path() -> str:
    return f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
