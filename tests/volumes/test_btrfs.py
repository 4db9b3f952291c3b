"""What only btrfs has: subvolumes inside volumes, and ordinary users that may not delete at once."""

import os
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.volumes.as_user import ORDINARY, as_user
from tests.volumes.filesystems import file_system, require_storage, run, unfinished
from tests.volumes.trees import GID, UID, describe

from greenroom.volumes import subvolume
from greenroom.volumes.base import Consistency, VolumesError
from greenroom.volumes.btrfs import BtrfsVolumes, may_delete_at_once

pytestmark = pytest.mark.serial


@pytest.fixture
def volumes(file_systems: dict[str, Path]) -> Iterator[BtrfsVolumes]:
    opened = BtrfsVolumes(file_systems["btrfs"] / uuid.uuid4().hex)
    opened.open()
    yield opened
    opened.close()


def nested(volumes: BtrfsVolumes) -> Path:
    """A volume in which its user made subvolumes, one of them read-only, one inside another."""
    path = volumes.create("volume", UID, GID)
    (path / "file").write_text("top")
    (path / "projects").mkdir()
    run("btrfs", "subvolume", "create", path / "projects" / "shot")
    (path / "projects" / "shot" / "file").write_text("shot")
    run("btrfs", "subvolume", "create", path / "projects" / "shot" / "takes")
    (path / "projects" / "shot" / "takes" / "file").write_text("takes")
    run("btrfs", "subvolume", "create", path / "projects" / "render")
    (path / "projects" / "render" / "file").write_text("render")
    run("btrfs", "subvolume", "snapshot", "-r", path / "projects" / "render", path / "projects" / "yesterday")
    return path


def is_subvolume(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return subvolume.is_subvolume(descriptor)
    finally:
        os.close(descriptor)


def test_volumes_and_snapshots_are_subvolumes(volumes: BtrfsVolumes) -> None:
    assert is_subvolume(volumes.create("volume", UID, GID))
    assert is_subvolume(volumes.snapshot("volume", "snapshot").path)
    assert is_subvolume(volumes.receive("received"))


def test_nobody_can_change_a_snapshot(volumes: BtrfsVolumes) -> None:
    path = nested(volumes)
    snapshot = volumes.snapshot("volume", "snapshot").path
    for place in ("", "projects", "projects/shot", "projects/shot/takes", "projects/yesterday"):
        with pytest.raises(OSError, match="Read-only"):
            (snapshot / place / "new").touch()
    (path / "projects" / "shot" / "new").touch()


def test_subvolumes_inside_a_volume_are_part_of_its_snapshots_and_clones(volumes: BtrfsVolumes) -> None:
    path = nested(volumes)
    before = describe(path)
    assert b"projects/shot/takes/file" in before
    snapshot = volumes.snapshot("volume", "snapshot")
    clone = volumes.clone("snapshot", "clone")
    assert describe(snapshot.path) == before
    assert describe(clone) == before
    assert snapshot.consistency is Consistency.BEST_EFFORT
    (clone / "projects" / "shot" / "takes" / "file").write_text("changed in the clone")
    assert describe(snapshot.path) == before


def test_subvolumes_inside_a_volume_go_with_it(volumes: BtrfsVolumes) -> None:
    nested(volumes)
    volumes.snapshot("volume", "snapshot")
    volumes.clone("snapshot", "clone")
    for volume_id in ("volume", "clone"):
        volumes.delete_volume(volume_id)
    volumes.delete_snapshot("snapshot")
    assert (volumes.volume_ids(), volumes.snapshots(), unfinished(volumes)) == ([], [], [])
    assert volumes.root.name not in run("btrfs", "subvolume", "list", volumes.root)


def test_hundreds_of_subvolumes_inside_are_found(volumes: BtrfsVolumes) -> None:
    path = volumes.create("volume", UID, GID)
    with_descriptor = os.open(path, os.O_RDONLY)
    try:
        for number in range(300):  # the kernel tells 255 at once
            subvolume.create(with_descriptor, str(number))
        found = sorted(subvolume.descendants(with_descriptor))
    finally:
        os.close(with_descriptor)
    assert found == sorted((str(number),) for number in range(300))
    volumes.delete_volume("volume")
    assert volumes.volume_ids() == []


def test_a_directory_that_is_no_subvolume_is_refused_with_advice(volumes: BtrfsVolumes) -> None:
    (volumes.root / "volumes" / "foreign").mkdir()
    with pytest.raises(VolumesError, match="no btrfs subvolume"):
        volumes.snapshot("foreign", "snapshot")
    volumes.delete_volume("foreign")
    assert volumes.volume_ids() == []


def test_an_ordinary_users_server_does_everything_as_well(file_systems: dict[str, Path]) -> None:
    directory = file_systems["btrfs"] / uuid.uuid4().hex
    directory.mkdir()
    os.chown(directory, ORDINARY, ORDINARY)
    assert as_user(__name__, "live_as_user", directory) == "may delete at once: False"


def test_an_ordinary_user_deletes_at_once_where_the_mount_allows_it(place: Path) -> None:
    require_storage()
    with file_system("btrfs", place, 256) as disk:
        run("mount", "-o", "remount,user_subvol_rm_allowed", disk)
        os.chown(disk, ORDINARY, ORDINARY)
        assert as_user(__name__, "live_as_user", disk / "volumes") == "may delete at once: True"


def live_as_user(name: str) -> None:
    """Called as an ordinary user."""
    volumes = BtrfsVolumes(Path(name))
    volumes.open()
    path = nested_by_user(volumes)
    before = describe(path)
    assert describe(volumes.snapshot("volume", "snapshot").path) == before
    assert describe(volumes.clone("snapshot", "clone")) == before
    for volume_id in volumes.volume_ids():
        volumes.delete_volume(volume_id)
    volumes.delete_snapshot("snapshot")
    assert (volumes.volume_ids(), volumes.snapshots(), unfinished(volumes)) == ([], [], [])
    try:
        volumes.create("somebody-elses", ORDINARY + 1, ORDINARY)
    except VolumesError as error:
        assert "run the server as root" in str(error)  # noqa: PT017  raised in another process than pytest's
    else:
        raise AssertionError("an ordinary user gave a volume away")
    volumes.close()
    print("may delete at once:", may_delete_at_once(volumes.root))  # noqa: T201


def nested_by_user(volumes: BtrfsVolumes) -> Path:
    path = volumes.create("volume", ORDINARY, ORDINARY)
    (path / "cache").mkdir()
    (path / "cache" / "module").write_text("read-only")
    (path / "cache").chmod(stat.S_IRUSR | stat.S_IXUSR)
    run("btrfs", "subvolume", "create", path / "shot")
    (path / "shot" / "file").write_text("shot")
    run("btrfs", "subvolume", "snapshot", "-r", path / "shot", path / "yesterday")
    return path
