"""The contract of volumes, kept by every kind on the file system that it is for."""

import logging
import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.volumes import trees
from tests.volumes.filesystems import run, unfinished, volumes_of
from tests.volumes.trees import GID, UID, describe

from greenroom.volumes.base import Consistency, VolumeNotFoundError, Volumes, VolumesError
from greenroom.volumes.directory import DirectoryVolumes

pytestmark = pytest.mark.serial


def filled(volumes: Volumes, volume_id: str = "volume", content: str = "content") -> Path:
    path = volumes.create(volume_id, UID, GID)
    (path / "file").write_text(content)
    return path


def test_a_new_volume_is_empty_and_only_its_users(volumes: DirectoryVolumes) -> None:
    path = volumes.create("volume", UID, GID)
    status = path.stat()
    assert (list(path.iterdir()), status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == ([], UID, GID, 0o700)
    assert volumes.path("volume") == path


def test_a_volumes_user_reaches_it_and_lists_no_other(volumes: DirectoryVolumes) -> None:
    path = volumes.create("volume", UID, GID)
    modes = {parent: stat.S_IMODE(parent.stat().st_mode) for parent in (path.parent, volumes.root, volumes.directory)}
    assert set(modes.values()) == {0o711}


def test_snapshots_are_out_of_every_sessions_reach(volumes: DirectoryVolumes) -> None:
    filled(volumes)
    path = volumes.snapshot("volume", "snapshot").path
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_creating_a_volume_again_changes_nothing(volumes: DirectoryVolumes) -> None:
    path = filled(volumes)
    before = describe(path)
    assert volumes.create("volume", 1, 1) == path
    assert describe(path) == before


def test_an_unknown_volume_has_no_path_and_nothing_to_flush(volumes: DirectoryVolumes) -> None:
    for call in (volumes.path, volumes.flush, volumes.accept):
        with pytest.raises(VolumeNotFoundError, match="unknown"):
            call("unknown")
    with pytest.raises(VolumeNotFoundError, match="unknown"):
        volumes.snapshot("unknown", "snapshot")
    with pytest.raises(VolumeNotFoundError, match="unknown"):
        volumes.clone("unknown", "volume")
    assert (volumes.volume_ids(), volumes.snapshots(), unfinished(volumes)) == ([], [], [])


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/etc", ".making-a", "a.json", "a\n", "é", "a" * 65, "a\0"])
def test_what_is_no_id_is_refused_by_every_call(volumes: DirectoryVolumes, name: str) -> None:
    filled(volumes)
    calls = [
        lambda: volumes.create(name, UID, GID),
        lambda: volumes.path(name),
        lambda: volumes.snapshot(name, "s"),
        lambda: volumes.snapshot("volume", name),
        lambda: volumes.find_snapshot(name),
        lambda: volumes.clone(name, "v"),
        lambda: volumes.clone("s", name),
        lambda: volumes.receive(name),
        lambda: volumes.accept(name),
        lambda: volumes.delete_volume(name),
        lambda: volumes.delete_snapshot(name),
        lambda: volumes.flush(name),
    ]
    for call in calls:
        with pytest.raises(VolumesError, match="is not an id") as refused:
            call()
        assert refused.value.reason == "volumes-id"
    assert volumes.volume_ids() == ["volume"]


def test_ids_use_all_the_letters_they_may(volumes: DirectoryVolumes) -> None:
    names = sorted(["_", "-", "-rf", "A" * 64, "0", "sbp-Zz_9"])
    for name in names:
        filled(volumes, name)
        volumes.snapshot(name, name)
    assert volumes.volume_ids() == names
    assert [snapshot.snapshot_id for snapshot in volumes.snapshots()] == names


def test_a_snapshot_and_its_clone_keep_everything(volumes: DirectoryVolumes) -> None:
    path = volumes.create("volume", UID, GID)
    trees.grow(path)
    before = describe(path)
    snapshot = volumes.snapshot("volume", "snapshot")
    clone = volumes.clone("snapshot", "clone")
    assert describe(snapshot.path) == before
    assert describe(clone) == before
    assert describe(path) == before
    assert trees.holes(snapshot.path / "sparse")
    assert trees.holes(clone / "sparse")


def test_a_snapshot_tells_when_it_was_taken_and_how_consistent_it_is(volumes: DirectoryVolumes) -> None:
    filled(volumes)
    before = datetime.now(UTC)
    snapshot = volumes.snapshot("volume", "snapshot")
    assert before <= snapshot.created_at <= datetime.now(UTC)
    atomic = volumes.name in ("btrfs", "btrfs-file")
    assert snapshot.consistency is (Consistency.ATOMIC if atomic else Consistency.BEST_EFFORT)
    assert volumes.find_snapshot("snapshot") == snapshot
    assert volumes.snapshots() == [snapshot]


def test_a_snapshot_that_exists_is_returned_as_it_is(volumes: DirectoryVolumes) -> None:
    path = filled(volumes)
    first = volumes.snapshot("volume", "snapshot")
    (path / "file").write_text("changed")
    assert volumes.snapshot("volume", "snapshot") == first
    volumes.delete_volume("volume")
    assert volumes.snapshot("volume", "snapshot") == first
    assert (first.path / "file").read_text() == "content"


def test_a_snapshot_that_is_not_there_is_not_found(volumes: DirectoryVolumes) -> None:
    assert volumes.find_snapshot("snapshot") is None


def test_volume_snapshot_and_clone_do_not_change_each_other(volumes: DirectoryVolumes) -> None:
    path = filled(volumes)
    snapshot = volumes.snapshot("volume", "snapshot")
    clone = volumes.clone("snapshot", "clone")
    (path / "file").write_text("in the volume")
    (clone / "file").write_text("in the clone")
    texts = [(directory / "file").read_text() for directory in (path, snapshot.path, clone)]
    assert texts == ["in the volume", "content", "in the clone"]


def test_a_clone_can_be_snapshotted_and_cloned_again(volumes: DirectoryVolumes) -> None:
    filled(volumes)
    for generation in range(4):
        volumes.snapshot("volume" if generation == 0 else f"clone{generation}", f"snapshot{generation}")
        path = volumes.clone(f"snapshot{generation}", f"clone{generation + 1}")
        (path / f"file{generation}").touch()
    assert sorted(entry.name for entry in path.iterdir()) == ["file", "file0", "file1", "file2", "file3"]


def test_cloning_to_a_volume_that_exists_changes_nothing(volumes: DirectoryVolumes) -> None:
    filled(volumes)
    volumes.snapshot("volume", "snapshot")
    other = filled(volumes, "other", "other content")
    assert volumes.clone("snapshot", "other") == other
    assert volumes.clone("unknown", "other") == other
    assert (other / "file").read_text() == "other content"


def test_clones_stay_whole_when_their_snapshot_goes(volumes: DirectoryVolumes) -> None:
    path = filled(volumes)
    before = describe(path)
    volumes.snapshot("volume", "snapshot")
    clone = volumes.clone("snapshot", "clone")
    volumes.delete_volume("volume")
    volumes.delete_snapshot("snapshot")
    assert describe(clone) == before
    assert volumes.find_snapshot("snapshot") is None


def test_deleting_what_is_not_there_does_nothing(volumes: DirectoryVolumes) -> None:
    filled(volumes)
    volumes.snapshot("volume", "snapshot")
    for _ in range(2):
        volumes.delete_volume("volume")
        volumes.delete_snapshot("snapshot")
    assert (volumes.volume_ids(), volumes.snapshots()) == ([], [])
    assert list((volumes.root / "snapshots").iterdir()) == []


def test_an_id_can_be_used_anew_after_deletion(volumes: DirectoryVolumes) -> None:
    for content in ("first", "second"):
        filled(volumes, content=content)
        assert (volumes.snapshot("volume", "snapshot").path / "file").read_text() == content
        volumes.delete_snapshot("snapshot")
        volumes.delete_volume("volume")


def test_what_is_received_appears_when_it_is_accepted(volumes: DirectoryVolumes) -> None:
    received = volumes.receive("volume")
    assert list(received.iterdir()) == []
    trees.grow(received)
    os.chown(received, UID, GID)
    received.chmod(0o750)
    before = describe(received)
    assert volumes.volume_ids() == []
    path = volumes.accept("volume")
    assert describe(path) == before
    assert (volumes.volume_ids(), volumes.path("volume")) == (["volume"], path)
    assert describe(volumes.snapshot("volume", "snapshot").path) == before


def test_receiving_again_begins_with_an_empty_directory(volumes: DirectoryVolumes) -> None:
    (volumes.receive("volume") / "file").touch()
    assert list(volumes.receive("volume").iterdir()) == []


def test_accepting_again_changes_nothing(volumes: DirectoryVolumes) -> None:
    (volumes.receive("volume") / "file").write_text("content")
    path = volumes.accept("volume")
    volumes.receive("volume")
    assert volumes.accept("volume") == path
    assert (path / "file").read_text() == "content"
    assert unfinished(volumes) == []


def test_deleting_a_volume_drops_what_was_being_received_for_it(volumes: DirectoryVolumes) -> None:
    volumes.receive("volume")
    volumes.delete_volume("volume")
    assert unfinished(volumes) == []


def test_a_deeper_tree_than_any_path_can_name_is_deleted(volumes: DirectoryVolumes) -> None:
    path = filled(volumes)
    descriptor = os.open(path, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("d" * 8, dir_fd=descriptor)
        below = os.open("d" * 8, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    os.close(descriptor)
    volumes.delete_volume("volume")
    assert (volumes.volume_ids(), unfinished(volumes)) == ([], [])


def test_links_out_of_a_volume_are_never_followed(volumes: DirectoryVolumes, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    path = filled(volumes)
    (path / "to file").symlink_to(tmp_path / "secret")
    (path / "to directory").symlink_to(tmp_path)
    snapshot = volumes.snapshot("volume", "snapshot").path
    clone = volumes.clone("snapshot", "clone")
    for copy in (snapshot, clone):
        assert (copy / "to file").readlink() == tmp_path / "secret"
        assert (copy / "to directory").readlink() == tmp_path
    volumes.delete_volume("volume")
    volumes.delete_volume("clone")
    volumes.delete_snapshot("snapshot")
    assert (tmp_path / "secret").read_text() == "secret"


def test_a_snapshot_while_everything_changes_succeeds_and_leaks_nothing(
    volumes: DirectoryVolumes, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("secret")
    path = volumes.create("volume", UID, GID)
    for number in range(60):
        (path / f"directory{number}").mkdir()
        (path / f"directory{number}" / "file").write_text("own")
    done, swapped = threading.Event(), threading.Event()

    def swap() -> None:
        while not done.is_set():
            for number in range(60):
                directory, aside = path / f"directory{number}", path / "aside"
                directory.rename(aside)
                directory.symlink_to(tmp_path)
                directory.unlink()
                aside.rename(directory)
            (path / "file").unlink(missing_ok=True)
            os.mkfifo(path / "file")
            (path / "file").unlink()
            (path / "file").write_text("own")
            swapped.set()

    with ThreadPoolExecutor() as pool:
        swapping = pool.submit(swap)
        swapped.wait(30)
        try:
            for number in range(5):
                snapshot = volumes.snapshot("volume", f"snapshot{number}")
                texts = {file.read_text() for file in snapshot.path.glob("*/file") if not file.parent.is_symlink()}
                assert texts <= {"own"}
        finally:
            done.set()
        swapping.result()
    assert unfinished(volumes) == []


def test_an_atomic_snapshot_shows_one_moment(volumes: DirectoryVolumes) -> None:
    path = volumes.create("volume", UID, GID)
    done, started = threading.Event(), threading.Event()

    def write() -> None:
        for number in range(10_000_000):
            for name in ("first", "second"):
                (path / "making").write_text(str(number))
                (path / "making").rename(path / name)
            started.set()
            if done.is_set():
                return

    with ThreadPoolExecutor() as pool:
        writing = pool.submit(write)
        started.wait(30)
        try:
            for number in range(10):
                snapshot = volumes.snapshot("volume", f"snapshot{number}")
                first, second = (int((snapshot.path / name).read_text()) for name in ("first", "second"))
                if snapshot.consistency is Consistency.ATOMIC:
                    assert first - second in (0, 1)
        finally:
            done.set()
        writing.result()


def test_inodes_are_kept_as_the_kind_says(volumes: DirectoryVolumes) -> None:
    path = filled(volumes)
    snapshot = volumes.snapshot("volume", "snapshot").path
    kept = [
        ((directory / "file").stat().st_ino, (directory / "file").stat().st_ctime_ns) for directory in (path, snapshot)
    ]
    assert (kept[0] == kept[1]) is volumes.keeps_inodes


def test_many_threads_doing_the_same_do_it_once(volumes: DirectoryVolumes) -> None:
    filled(volumes)
    with ThreadPoolExecutor(8) as pool:
        snapshots = list(pool.map(lambda _: volumes.snapshot("volume", "snapshot"), range(16)))
        clones = list(pool.map(lambda _: volumes.clone("snapshot", "clone"), range(16)))
        list(pool.map(lambda _: volumes.delete_snapshot("snapshot"), range(16)))
    assert (len(set(snapshots)), len(set(clones))) == (1, 1)
    assert (clones[0] / "file").read_text() == "content"
    assert (volumes.volume_ids(), volumes.snapshots(), unfinished(volumes)) == (["clone", "volume"], [], [])


def test_what_a_crash_left_unfinished_is_removed_by_the_next_open(volumes: DirectoryVolumes, kind: str) -> None:
    filled(volumes)
    volumes.snapshot("volume", "snapshot")
    (volumes.receive("half") / "file").touch()
    making = volumes.root / "snapshots" / ".making-half"
    making.mkdir()
    (making / "file").touch()
    (volumes.root / "snapshots" / "gone.json").symlink_to("{}")
    volumes.close()
    again = volumes_of(kind, volumes.directory)
    again.open()
    assert (again.volume_ids(), [snapshot.snapshot_id for snapshot in again.snapshots()]) == (["volume"], ["snapshot"])
    assert unfinished(again) == []
    assert sorted(entry.name for entry in (again.root / "snapshots").iterdir()) == ["snapshot", "snapshot.json"]
    again.close()


@pytest.mark.parametrize("kind", ["reflink", "copy"])  # btrfs removes a subvolume whatever is mounted inside
def test_a_leftover_that_cannot_be_removed_is_said_and_stops_nothing(
    volumes: DirectoryVolumes, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    filled(volumes)
    inside = volumes.receive("half") / "inside"
    inside.mkdir()
    run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", inside)
    again = volumes_of(kind, volumes.directory)
    try:
        volumes.close()
        with caplog.at_level(logging.WARNING):
            again.open()
        assert again.volume_ids() == ["volume"]
        assert "remove it by hand" in caplog.text
    finally:
        run("umount", inside)
        again.close()


def test_opening_beside_another_leaves_its_unfinished_work_alone(volumes: DirectoryVolumes, kind: str) -> None:
    (volumes.receive("volume") / "file").write_text("content")
    beside = volumes_of(kind, volumes.directory)
    beside.open()
    beside.close()
    assert (volumes.accept("volume") / "file").read_text() == "content"


def test_everything_is_there_after_closing_and_opening(volumes: DirectoryVolumes, kind: str) -> None:
    trees.grow(volumes.create("volume", UID, GID))
    before, snapshot = describe(volumes.path("volume")), volumes.snapshot("volume", "snapshot")
    volumes.close()
    volumes.close()
    again = volumes_of(kind, volumes.directory)
    again.open()
    again.open()
    assert again.snapshots() == [snapshot]
    assert describe(again.path("volume")) == describe(snapshot.path) == before
    again.close()


def test_a_snapshot_whose_description_is_lost_is_not(volumes: DirectoryVolumes) -> None:
    filled(volumes)
    snapshot = volumes.snapshot("volume", "snapshot")
    (volumes.root / "snapshots" / "snapshot.json").unlink()
    found = volumes.find_snapshot("snapshot")
    assert found is not None
    assert (found.path, found.consistency) == (snapshot.path, Consistency.BEST_EFFORT)


def test_space_is_told_in_bytes(volumes: DirectoryVolumes) -> None:
    space = volumes.space()
    assert 0 < space.free <= space.total


def test_flushing_a_volume_succeeds(volumes: DirectoryVolumes) -> None:
    filled(volumes)
    volumes.flush("volume")
