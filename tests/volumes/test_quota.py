"""Volumes that are kept to their sizes, by btrfs's quotas."""

import errno
import os
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.engines.sessions import local_place
from tests.volumes.filesystems import MADE, SMALL_GROWTH, file_system
from tests.volumes.trees import GID, UID

from greenroom.engines.base import EnginePermanentError, Script
from greenroom.volumes.base import VolumeNotFoundError
from greenroom.volumes.btrfs import BtrfsVolumes, Limits
from greenroom.volumes.btrfs_file import BtrfsFileVolumes
from greenroom.volumes.copy import CopyVolumes
from greenroom.volumes.directory import DirectoryVolumes

pytestmark = pytest.mark.serial

MIB = 1024 * 1024


@pytest.fixture
def disk(file_systems: dict[str, Path], place: Path) -> Iterator[Path]:
    """A btrfs of its own: one that counts goes on counting."""
    assert file_systems
    with file_system("btrfs", place, 512) as disk:
        yield disk
        for volumes in MADE:
            volumes.close()


def opened(volumes: DirectoryVolumes) -> DirectoryVolumes:
    """Those volumes, open until the test ends."""
    MADE.append(volumes)
    volumes.open()
    return volumes


def fill(volume: Path, mib: int) -> int:
    """Write that many MiB that nothing makes smaller, as far as that goes; how many went in."""
    written = 0
    try:
        with (volume / f"fill-{uuid.uuid4().hex}").open("wb", buffering=0) as file:
            while written < mib:
                file.write(os.urandom(MIB))
                os.fsync(file.fileno())
                written += 1
    except OSError as error:
        if error.errno != errno.EDQUOT:
            raise
    return written


def test_a_volume_holds_its_size_and_what_it_was_made_from_counts(disk: Path) -> None:
    volumes = opened(BtrfsVolumes(disk / "data", limits=Limits.ON))
    volume = volumes.create("one", UID, GID)
    assert volumes.limit("one", 24 * MIB)
    assert 16 <= fill(volume, 64) <= 24
    # Full as it is, it can be snapshot, read, and deleted from.
    assert volumes.snapshot("one", "kept").path.is_dir()
    clone = volumes.clone("kept", "two")
    assert volumes.limit("two", 24 * MIB)
    assert fill(clone, 64) < 4
    for file in volume.iterdir():
        file.unlink()
    os.sync()
    assert fill(volume, 10) == 10
    # A larger size holds at once; the others on the same disk have room.
    assert volumes.limit("two", 48 * MIB)
    assert 16 <= fill(clone, 64) <= 28
    assert fill(volumes.create("free", UID, GID), 40) == 40
    with pytest.raises(VolumeNotFoundError):
        volumes.limit("nowhere", MIB)


def test_a_session_that_fills_its_volume_is_told_and_stops_as_ever(disk: Path, tmp_path: Path) -> None:
    volumes = opened(BtrfsVolumes(disk / "data", limits=Limits.ON))
    with local_place(tmp_path / "data") as place:
        spec = place.spec()
        volume = volumes.create("mine", spec.uid, spec.uid)
        volumes.limit("mine", 16 * MIB)
        spec = replace(spec, volume=volume)
        place.engine.start(spec)
        result = place.run(spec, "dd", "if=/dev/urandom", "of=plate.exr", "bs=1M", "count=64", "oflag=sync")
        assert (result.status, "quota exceeded" in result.errors.lower()) == (1, True)
        filling = Script("system script 1 of Filler", "head -c 64M /dev/urandom > /home/artist/plate", as_root=True)
        volumes.create("theirs", spec.uid, spec.uid)
        volumes.limit("theirs", 16 * MIB)
        with pytest.raises(EnginePermanentError, match=r"Filler.*quota exceeded"):
            place.started(volume=volumes.path("theirs"), uid=spec.uid, scripts=(filling,))
        # Nor does it get around its size by a subvolume of its own.
        create = "import fcntl, os; fcntl.ioctl(os.open('.', 0), 0x5000940E, bytearray(8) + b'sub' + bytes(4085))"
        made = place.run(spec, "python3", "-c", create)
        assert ("Operation not permitted" in made.errors, (volume / "sub").exists()) == (True, False)
        place.engine.stop(spec.session_id, 1)
        assert (volumes.snapshot("mine", "backup").path / "plate.exr").stat().st_size >= 8 * MIB


def test_auto_counts_in_a_file_of_its_own_and_elsewhere_where_somebody_else_does(
    disk: Path, file_systems: dict[str, Path]
) -> None:
    own = opened(BtrfsFileVolumes(file_systems["ext4"] / uuid.uuid4().hex, growth=SMALL_GROWTH))
    own.create("one", UID, GID)
    assert own.limit("one", 16 * MIB)
    own.close()
    shared = opened(BtrfsVolumes(disk / "data"))
    shared.create("one", UID, GID)
    assert not shared.limit("one", MIB)
    opened(BtrfsVolumes(disk / "other", limits=Limits.ON))
    assert shared.limit("one", 16 * MIB)
    off = BtrfsVolumes(disk / "data", limits=Limits.OFF)
    assert not off.limit("one", 16 * MIB)
    assert fill(off.path("one"), 20) == 20


def test_other_kinds_say_that_they_do_not(file_systems: dict[str, Path]) -> None:
    volumes = opened(CopyVolumes(file_systems["ext4"] / uuid.uuid4().hex))
    volumes.create("one", UID, GID)
    assert not volumes.limit("one", MIB)
