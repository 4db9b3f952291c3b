"""Kill a process at each step of a call, then look whether everything is true and whole. Run as a program.

    python -m tests.volumes.dying KIND DIRECTORY CALL [STATE]

A step is each audit event of Python that announces a change (a rename, an ioctl, a program started…): a child of this
process kills itself with SIGKILL at the first step of the call, another at the second, until one comes through. After
each death the volumes are opened again and looked at, and the call is repeated. Prints how often a child died.
"""

import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.volumes.filesystems import unfinished, volumes_of
from tests.volumes.trees import GID, UID

from greenroom.volumes.directory import DirectoryVolumes

CHANGES = {
    *("os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.link", "os.symlink", "os.truncate"),
    *("os.chown", "os.chmod", "os.utime", "os.setxattr", "fcntl.ioctl", "fcntl.fcntl", "subprocess.Popen"),
}
CONTENT = {"file": "content", "second": "more", "directory/third": "most"}


def fill(path: Path) -> None:
    (path / "directory").mkdir()
    for name, content in CONTENT.items():
        (path / name).write_text(content)
    os.link(path / "file", path / "directory" / "link")


def whole(path: Path) -> bool:
    linked = (path / "directory" / "link").samefile(path / "file")
    return linked and {name: (path / name).read_text() for name in CONTENT} == CONTENT


def prepare_nothing(volumes: DirectoryVolumes) -> None:
    for volume_id in ("volume", "clone", "received", "created"):
        volumes.delete_volume(volume_id)
    for snapshot in volumes.snapshots():
        volumes.delete_snapshot(snapshot.snapshot_id)
    fill(volumes.create("volume", UID, GID))


def prepare_snapshot(volumes: DirectoryVolumes) -> None:
    prepare_nothing(volumes)
    volumes.snapshot("volume", "snapshot")


def prepare_clone(volumes: DirectoryVolumes) -> None:
    prepare_snapshot(volumes)
    volumes.clone("snapshot", "clone")


def receive_and_accept(volumes: DirectoryVolumes) -> None:
    fill(volumes.receive("received"))
    volumes.accept("received")


Step = Callable[[DirectoryVolumes], object]

CALLS: dict[str, tuple[Step, Step, set[str], set[str]]] = {
    # call: (what is there before, the call, ids of volumes afterwards, ids of snapshots afterwards)
    "create": (prepare_nothing, lambda volumes: volumes.create("created", UID, GID), {"volume", "created"}, set()),
    "snapshot": (prepare_nothing, lambda volumes: volumes.snapshot("volume", "snapshot"), {"volume"}, {"snapshot"}),
    "clone": (prepare_snapshot, lambda volumes: volumes.clone("snapshot", "clone"), {"volume", "clone"}, {"snapshot"}),
    "receive": (prepare_nothing, receive_and_accept, {"volume", "received"}, set()),
    "delete-volume": (prepare_clone, lambda volumes: volumes.delete_volume("clone"), {"volume"}, {"snapshot"}),
    "delete-snapshot": (prepare_clone, lambda volumes: volumes.delete_snapshot("snapshot"), {"volume", "clone"}, set()),
}


def look(volumes: DirectoryVolumes, certain_volumes: set[str], certain_snapshots: set[str]) -> None:
    """Everything listed is whole, nothing that was there is gone, nothing half-made is left."""
    volume_ids, snapshots = set(volumes.volume_ids()), {found.snapshot_id: found for found in volumes.snapshots()}
    assert certain_volumes <= volume_ids, (certain_volumes, volume_ids)
    assert certain_snapshots <= snapshots.keys(), (certain_snapshots, snapshots)
    assert unfinished(volumes) == []
    paths = [volumes.path(volume_id) for volume_id in volume_ids - {"created"}]
    paths += [found.path for found in snapshots.values()]
    assert all(whole(path) for path in paths), paths
    expected = {name for found in snapshots for name in (found, f"{found}.json")}
    assert {entry.name for entry in (volumes.root / "snapshots").iterdir()} == expected


def die_at(step: int, call: Callable[[], object]) -> bool:
    """Run the call in a child that dies at its step; False where it came through."""
    child = os.fork()
    if child == 0:
        left = step

        def count(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal left
            if event in CHANGES or (event == "open" and arguments[2] & (os.O_CREAT | os.O_WRONLY | os.O_RDWR)):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        call()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.waitstatus_to_exitcode(status) == 0, f"the call itself failed at step {step}"
    return False


def die_in_call(kind: str, directory: Path, name: str) -> int:
    prepare, call, volume_ids, snapshot_ids = CALLS[name]
    died = 0
    while True:
        with_state = _opened(kind, directory)
        prepare(with_state)
        certain_volumes = set(with_state.volume_ids()) & volume_ids
        certain_snapshots = {found.snapshot_id for found in with_state.snapshots()} & snapshot_ids
        with_state.close()
        killed = die_at(died + 1, lambda: call(_opened(kind, directory)))
        after = _opened(kind, directory)
        look(after, certain_volumes, certain_snapshots)
        call(after)
        look(after, volume_ids, snapshot_ids)
        assert (set(after.volume_ids()), {found.snapshot_id for found in after.snapshots()}) == (
            volume_ids,
            snapshot_ids,
        )
        after.close()
        if not killed:
            return died
        died += 1


def die_in_first_open(kind: str, directory: Path) -> int:
    died = 0
    while True:
        place = directory / str(died)
        killed = die_at(died + 1, partial(_opened, kind, place))
        after = _opened(kind, place)
        fill(after.create("volume", UID, GID))
        after.close()
        again = _opened(kind, place)
        look(again, {"volume"}, set())
        again.close()
        if not killed:
            return died
        died += 1


def _opened(kind: str, directory: Path) -> DirectoryVolumes:
    volumes = volumes_of(kind, directory, watch_seconds=3600)
    volumes.open()
    return volumes


if __name__ == "__main__":
    asked_kind, asked_directory, asked_call = sys.argv[1:]
    if asked_call == "open":
        print(die_in_first_open(asked_kind, Path(asked_directory)))  # noqa: T201  read by the test
    else:
        print(die_in_call(asked_kind, Path(asked_directory), asked_call))  # noqa: T201
