"""A full disk: what was there stays as it was, nothing half-made is left, and it goes on when there is room again."""

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.volumes.filesystems import HOST, SMALLEST, eventually, file_system, require_storage, unfinished, volumes_of
from tests.volumes.trees import GID, UID, describe

from greenroom.volumes.backing_file import MIB, Growth
from greenroom.volumes.base import Consistency, VolumesFullError
from greenroom.volumes.directory import DirectoryVolumes

pytestmark = pytest.mark.serial

BLOCK = os.urandom(MIB)
RESERVE = 64 * MIB
HOST_OF_FILE = 448
"""MiB of the file system under the file of btrfs-file."""


@pytest.fixture
def small(kind: str, place: Path) -> Iterator[DirectoryVolumes]:
    """Volumes of the kind on a file system that is soon full."""
    require_storage()
    host = HOST[kind]
    with file_system(host, place, HOST_OF_FILE if kind == "btrfs-file" else SMALLEST[host]) as disk:
        growth = Growth(initial=256 * MIB, headroom=48 * MIB, step=32 * MIB, reserve=RESERVE)
        volumes = volumes_of(kind, disk / "volumes", growth)
        volumes.open()
        yield volumes
        volumes.close()


def fill(path: Path) -> None:
    """Write files until nothing more fits, not even a byte."""
    size = len(BLOCK)
    for number in range(100_000):
        try:
            with (path / f"file{number}").open("wb", buffering=0) as file:
                file.write(BLOCK[:size])
                os.fsync(file.fileno())
        except OSError:
            if size == 1:
                return
            size //= 32


def written(path: Path, content: bytes) -> bool:
    """Whether there was room for it."""
    try:
        path.write_bytes(content)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False
    return True


def refusal(call: Callable[[], object]) -> VolumesFullError | None:
    """The only error that a call may raise here."""
    try:
        call()
    except VolumesFullError as error:
        return error
    return None


def nothing_half_made(volumes: DirectoryVolumes) -> bool:
    listed = {snapshot.snapshot_id for snapshot in volumes.snapshots()}
    lying = {entry.name for entry in (volumes.root / "snapshots").iterdir() if not entry.name.endswith(".json")}
    return unfinished(volumes) == [] and listed == lying


def test_nothing_is_lost_or_left_half_made_on_a_full_disk(small: DirectoryVolumes) -> None:
    kept = small.create("kept", UID, GID)
    for number in range(8):
        (kept / str(number)).write_bytes(BLOCK[:100_000])
    snapshot = small.snapshot("kept", "kept")
    before = describe(kept)
    fill(small.create("filling", UID, GID))
    too_much = refusal(lambda: small.snapshot("filling", "too-much"))
    if small.name == "copy":  # kinds that share blocks may have room for a copy where there is none for a byte
        assert too_much is not None
        assert (too_much.reason, "no space left" in str(too_much)) == ("volumes-full", True)
    for call in (
        lambda: small.snapshot("kept", "again"),
        lambda: small.clone("kept", "clone"),
        lambda: small.create("one-more", UID, GID),
    ):
        refusal(call)
        assert nothing_half_made(small)
    assert describe(kept) == describe(snapshot.path) == before
    for copy in (small.root / "volumes" / "clone", small.root / "snapshots" / "again"):
        assert not copy.exists() or describe(copy) == before


def test_deleting_a_volume_makes_room_on_a_full_disk_soon(small: DirectoryVolumes) -> None:
    kept = small.create("kept", UID, GID)
    (kept / "file").write_bytes(BLOCK)
    fill(small.create("filling", UID, GID))
    small.delete_volume("filling")
    # btrfs gives the room back in the background.
    eventually(lambda: written(kept / "file", BLOCK * 8), "there is room again")
    assert (small.snapshot("kept", "snapshot").path / "file").read_bytes() == BLOCK * 8


@pytest.mark.parametrize("kind", ["btrfs", "btrfs-file"])
def test_a_volume_that_filled_its_btrfs_can_still_be_snapshotted(small: DirectoryVolumes) -> None:
    path = small.create("volume", UID, GID)
    fill(path)
    snapshot = small.snapshot("volume", "snapshot")
    contents = [{file.name: file.read_bytes() for file in top.iterdir()} for top in (path, snapshot.path)]
    assert contents[0] == contents[1]
    assert snapshot.consistency is Consistency.ATOMIC


@pytest.mark.parametrize("kind", ["btrfs-file"])
def test_the_file_leaves_its_host_the_reserve(small: DirectoryVolumes) -> None:
    fill(small.create("filling", UID, GID))
    host = os.statvfs(small.directory)
    assert host.f_bavail * host.f_frsize >= RESERVE - 8 * MIB  # the rest is what the host's own books took
    assert small.space().free < 48 * MIB
    assert (small.directory / "volumes.btrfs").stat().st_size > 256 * MIB


@pytest.mark.parametrize("kind", ["btrfs-file"])
def test_a_host_that_others_fill_sets_the_files_room_aside_in_time(small: DirectoryVolumes) -> None:
    path = small.create("volume", UID, GID)
    file = small.directory / "volumes.btrfs"
    others = small.directory.parent / "others"
    with others.open("wb", buffering=0) as filling:
        while file.stat().st_blocks * 512 < file.stat().st_size:
            host = os.statvfs(small.directory)
            if host.f_bavail * host.f_frsize > 4 * MIB + file.stat().st_size - file.stat().st_blocks * 512:
                filling.write(BLOCK)
                os.fsync(filling.fileno())
    fill(small.directory.parent)
    (path / "file").write_bytes(BLOCK * 20)
    small.flush("volume")
    assert (small.snapshot("volume", "snapshot").path / "file").read_bytes() == BLOCK * 20


def test_a_host_without_room_is_refused_before_anything_is_made(place: Path) -> None:
    require_storage()
    with file_system("ext4", place, 128) as disk:
        volumes = volumes_of("btrfs-file", disk / "volumes", Growth(reserve=0))
        with pytest.raises(VolumesFullError, match="256 MiB are needed"):
            volumes.open()
        assert sorted(entry.name for entry in (disk / "volumes").iterdir()) == [".lock"]
