"""Processes that are killed at any step of a call, and machines that lose power, lose nothing that was acknowledged."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.volumes import trees
from tests.volumes.dying import CALLS
from tests.volumes.filesystems import HOST, SMALL_GROWTH, file_system, mounted, require_storage, run, volumes_of
from tests.volumes.trees import GID, UID, describe

pytestmark = pytest.mark.serial

ROOT = Path(__file__).parents[2]


def times_died(kind: str, directory: Path, call: str) -> int:
    command = [sys.executable, "-m", "tests.volumes.dying", kind, str(directory), call]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.parametrize("call", sorted(CALLS))
@pytest.mark.parametrize("kind", ["btrfs", "reflink", "copy"])
def test_a_death_at_any_step_leaves_only_what_is_whole(kind: str, call: str, directory: Path) -> None:
    assert times_died(kind, directory, call) > 3


@pytest.mark.parametrize("kind", ["btrfs", "btrfs-file", "reflink", "copy"])
def test_a_death_at_any_step_of_the_first_open_can_be_repaired(kind: str, directory: Path) -> None:
    assert times_died(kind, directory, "open") > 3


@pytest.mark.parametrize("kind", ["btrfs", "reflink", "copy"])
def test_a_snapshot_survives_a_power_cut_right_after_it(kind: str, place: Path) -> None:
    require_storage()
    host = HOST[kind]
    with file_system(host, place, 512) as disk:
        image = disk.with_suffix(".img")
        volumes = volumes_of(kind, disk / "volumes")
        volumes.open()
        trees.grow(volumes.create("volume", UID, GID))
        before = describe(volumes.path("volume"))
        volumes.snapshot("volume", "snapshot")
        as_on_disk = image.with_name(f"after-power-cut-{image.name}")
        run("cp", "--sparse=always", image, as_on_disk)
        volumes.close()
    with mounted(host, as_on_disk) as disk:
        volumes = volumes_of(kind, disk / "volumes")
        volumes.open()
        (snapshot,) = volumes.snapshots()
        assert describe(snapshot.path) == before
        volumes.close()


@pytest.mark.parametrize("kind", ["btrfs-file"])
def test_a_snapshot_in_a_file_survives_a_power_cut_right_after_it(directory: Path) -> None:
    volumes = volumes_of("btrfs-file", directory, SMALL_GROWTH)
    volumes.open()
    trees.grow(volumes.create("volume", UID, GID))
    before = describe(volumes.path("volume"))
    volumes.snapshot("volume", "snapshot")
    as_on_disk = directory.with_name(f"{directory.name}-after-power-cut")
    as_on_disk.mkdir()
    for name in ("volumes.btrfs", "kind"):
        run("cp", "--sparse=always", directory / name, as_on_disk / name)
    volumes.close()
    after = volumes_of("btrfs-file", as_on_disk, SMALL_GROWTH)
    after.open()
    (snapshot,) = after.snapshots()
    assert describe(snapshot.path) == before
    after.close()
