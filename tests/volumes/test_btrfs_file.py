"""What only the file has: it grows, it is mounted again, and it stays mounted while somebody uses it."""

import logging
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.volumes.as_user import ORDINARY, as_user
from tests.volumes.filesystems import SMALL_GROWTH, eventually, run, unmount_all_beneath, volumes_of
from tests.volumes.trees import GID, UID

from greenroom.volumes.backing_file import GIB, MIB, BackingFile, Growth
from greenroom.volumes.base import VolumesError
from greenroom.volumes.btrfs_file import FILE, BtrfsFileVolumes
from greenroom.volumes.directory import DirectoryVolumes
from greenroom.volumes.durable import sync_file_system

pytestmark = pytest.mark.serial

BLOCK = os.urandom(MIB)


@pytest.fixture
def directory(file_systems: dict[str, Path]) -> Iterator[Path]:
    made = file_systems["ext4"] / uuid.uuid4().hex
    made.mkdir()
    yield made
    unmount_all_beneath(made)
    shutil.rmtree(made)


@pytest.fixture
def volumes(directory: Path) -> Iterator[DirectoryVolumes]:
    opened = opened_at(directory)
    yield opened
    opened.close()


def opened_at(directory: Path, growth: Growth = SMALL_GROWTH) -> DirectoryVolumes:
    volumes = volumes_of("btrfs-file", directory, growth)
    volumes.open()
    return volumes


def is_mounted(volumes: DirectoryVolumes) -> bool:
    return volumes.root.is_mount()


def size_inside(volumes: DirectoryVolumes) -> int:
    status = os.statvfs(volumes.root)
    return status.f_blocks * status.f_frsize


def free_inside(volumes: DirectoryVolumes) -> int:
    status = os.statvfs(volumes.root)
    return status.f_bavail * status.f_frsize


def test_the_file_takes_little_room_while_little_is_in_it(volumes: DirectoryVolumes) -> None:
    status = (volumes.directory / FILE).stat()
    assert status.st_size >= SMALL_GROWTH.initial
    assert status.st_blocks * 512 < 32 * MIB


def test_only_root_reads_the_file(volumes: DirectoryVolumes) -> None:
    assert (volumes.directory / FILE).stat().st_mode & 0o777 == 0o600


def test_the_host_does_not_cache_what_btrfs_caches(volumes: DirectoryVolumes) -> None:
    device = run("findmnt", "--noheadings", "--output", "SOURCE", volumes.root).strip()
    assert Path("/sys/class/block", Path(device).name, "loop", "dio").read_text().strip() == "1"


def test_sessions_can_gain_nothing_from_files_inside(volumes: DirectoryVolumes) -> None:
    options = run("findmnt", "--noheadings", "--output", "OPTIONS", volumes.root).strip().split(",")
    assert {"nosuid", "nodev"} <= set(options)


def test_the_file_grows_while_a_session_writes_more_than_it_holds(volumes: DirectoryVolumes) -> None:
    path = volumes.create("volume", UID, GID)
    with (path / "file").open("wb", buffering=0) as file:
        for _ in range(44):
            eventually(lambda: free_inside(volumes) >= 24 * MIB, "room for the next write")
            file.write(BLOCK * 16)
            os.fsync(file.fileno())
    assert (path / "file").stat().st_size == 44 * 16 * MIB
    assert size_inside(volumes) == (volumes.directory / FILE).stat().st_size >= 700 * MIB


def test_space_counts_what_the_file_may_still_grow_by(volumes: DirectoryVolumes) -> None:
    host = os.statvfs(volumes.directory)
    assert volumes.space().free > host.f_bavail * host.f_frsize - 2 * SMALL_GROWTH.initial
    assert volumes.space().total > size_inside(volumes)


def test_a_growth_that_a_crash_cut_short_is_finished_by_the_next_open(volumes: DirectoryVolumes) -> None:
    volumes.close()
    os.truncate(volumes.directory / FILE, 2 * GIB)
    again = opened_at(volumes.directory)
    assert size_inside(again) == 2 * GIB
    again.close()


def test_a_growth_cut_short_while_mounted_is_finished_by_the_next_open(volumes: DirectoryVolumes) -> None:
    os.truncate(volumes.directory / FILE, 2 * GIB)
    beside = opened_at(volumes.directory)
    assert size_inside(beside) == 2 * GIB
    beside.close()


def test_deleting_gives_room_back_to_the_host(volumes: DirectoryVolumes) -> None:
    file = volumes.directory / FILE
    path = volumes.create("volume", UID, GID)
    (path / "file").write_bytes(BLOCK * 200)
    volumes.flush("volume")
    assert file.stat().st_blocks * 512 > 200 * MIB
    volumes.delete_volume("volume")

    def given_back() -> bool:
        run("btrfs", "filesystem", "sync", volumes.root)
        run("fstrim", volumes.root)  # by itself the kernel takes its time
        return file.stat().st_blocks * 512 < 100 * MIB

    eventually(given_back, "room is given back")


def test_closing_unmounts_and_detaches(volumes: DirectoryVolumes) -> None:
    volumes.close()
    assert not is_mounted(volumes)
    file = str(volumes.directory / FILE)
    eventually(lambda: file not in run("losetup", "--list", "--output", "BACK-FILE"), "the loop device is detached")


def test_closing_while_another_process_has_it_open_leaves_it_mounted(volumes: DirectoryVolumes) -> None:
    beside = opened_at(volumes.directory)
    volumes.close()
    assert is_mounted(volumes)
    beside.create("volume", UID, GID)
    beside.close()
    assert not is_mounted(volumes)


def test_closing_while_a_session_uses_a_volume_leaves_it_mounted(volumes: DirectoryVolumes) -> None:
    path = volumes.create("volume", UID, GID)
    command = ["unshare", "--mount", "sh", "-c", "mount --bind . /mnt && cd / && echo ready && read end"]
    with subprocess.Popen(command, cwd=path, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as session:
        assert session.stdout is not None
        assert session.stdout.readline() == b"ready\n"
        volumes.close()
        assert is_mounted(volumes)
        again = opened_at(volumes.directory)
        assert again.path("volume") == path
        session.communicate(b"end\n")
    again.close()
    assert not is_mounted(volumes)


def test_volumes_unmounted_under_a_session_that_holds_them_are_mounted_again_as_they_were(
    volumes: DirectoryVolumes,
) -> None:
    path = volumes.create("volume", UID, GID)
    script = "mount --bind . /mnt && cd /mnt && echo ready && read go && echo written > file && echo done && read end"
    command = ["unshare", "--mount", "sh", "-c", script]
    with subprocess.Popen(command, cwd=path, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as session:
        assert session.stdin is not None
        assert session.stdout is not None
        assert session.stdout.readline() == b"ready\n"
        run("umount", volumes.root)
        assert volumes.path("volume") == path
        session.stdin.write(b"go\n")
        session.stdin.flush()
        assert session.stdout.readline() == b"done\n"
        assert (path / "file").read_text() == "written\n"
        session.communicate(b"end\n")


def test_found_unmounted_it_is_mounted_before_the_next_use(
    volumes: DirectoryVolumes, caplog: pytest.LogCaptureFixture
) -> None:
    (volumes.create("volume", UID, GID) / "file").write_text("content")
    with caplog.at_level(logging.WARNING):
        run("umount", volumes.root)
        assert (volumes.path("volume") / "file").read_text() == "content"
    assert "found unmounted" in caplog.text


def test_after_a_reboot_it_is_mounted_by_open(volumes: DirectoryVolumes) -> None:
    (volumes.create("volume", UID, GID) / "file").write_text("content")
    volumes.close()
    again = opened_at(volumes.directory)
    assert (again.path("volume") / "file").read_text() == "content"
    again.close()


def test_a_lost_file_is_said_and_not_replaced_by_an_empty_one(volumes: DirectoryVolumes) -> None:
    volumes.close()
    (volumes.directory / FILE).rename(volumes.directory / "elsewhere")
    with pytest.raises(VolumesError, match="is gone: put it back"):
        volumes_of("btrfs-file", volumes.directory).open()
    assert not (volumes.directory / FILE).exists()


def test_something_else_at_the_mount_point_is_said_and_left_alone(volumes: DirectoryVolumes) -> None:
    volumes.close()
    run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", volumes.root)
    with pytest.raises(VolumesError, match="Something else"):
        volumes_of("btrfs-file", volumes.directory).open()
    assert list(volumes.root.iterdir()) == []
    run("umount", volumes.root)


def test_an_ordinary_user_is_told_that_it_takes_root(file_systems: dict[str, Path]) -> None:
    directory = file_systems["ext4"] / uuid.uuid4().hex
    directory.mkdir()
    os.chown(directory, ORDINARY, ORDINARY)
    assert "run the server as root" in as_user(__name__, "open_as_user", directory)


def open_as_user(name: str) -> None:
    """Called as an ordinary user."""
    try:
        BtrfsFileVolumes(Path(name)).open()
    except VolumesError as error:
        print(error)  # noqa: T201


def test_the_reserve_is_a_share_of_the_host_within_bounds() -> None:
    growth = Growth()
    assert [growth.reserve_of(total * GIB) for total in (1, 100, 10_000)] == [512 * MIB, 5 * GIB, 10 * GIB]
    assert replace(growth, reserve=7).reserve_of(GIB) == 7


def test_a_file_whose_making_was_cut_short_is_made_anew(directory: Path) -> None:
    (directory / f".making-{FILE}").write_bytes(b"half a file system")
    file = BackingFile(directory / FILE, directory / "mounted", SMALL_GROWTH)
    file.create()
    file.mount()
    sync_file_system(file.mount_point)
    assert file.unmount()
    assert not (directory / f".making-{FILE}").exists()
