"""A tree handed to another owner."""

import os
import stat
from pathlib import Path

import pytest
from tests.support import unavailable

from greenroom.volumes.ownership import hand_over

OLD, NEW, OTHER = 200_001, 200_002, 200_003


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    """A volume of the old owner's, with something of another's in it."""
    if os.geteuid() != 0:
        unavailable("only root gives files away")
    root = tmp_path / "volume"
    (root / "a" / "b").mkdir(parents=True)
    (root / "a" / "shot").write_text("work")
    (root / "a" / "tool").write_text("#!/bin/sh")
    os.link(root / "a" / "shot", root / "a" / "b" / "same")
    (root / "outside").symlink_to("/etc/passwd")
    for path in (*root.rglob("*"), root):
        os.chown(path, OLD, OLD, follow_symlinks=False)
    (root / "a" / "tool").chmod(0o6755)
    (root / "theirs").write_text("x")
    os.chown(root / "theirs", OTHER, OTHER)
    return root


def owners(root: Path) -> set[int]:
    return {path.lstat().st_uid for path in (*root.rglob("*"), root) if path.name != "theirs"}


def test_all_of_the_old_owners_is_the_new_ones_and_nothing_else(volume: Path) -> None:
    outside = Path("/etc/passwd").stat().st_uid
    hand_over(volume, NEW, NEW)
    assert owners(volume) == {NEW}
    assert (volume / "theirs").stat().st_uid == OTHER
    assert Path("/etc/passwd").stat().st_uid == outside


def test_modes_stay_those_of_the_kernels_taking_too(volume: Path) -> None:
    hand_over(volume, NEW, NEW)
    assert stat.S_IMODE((volume / "a" / "tool").stat().st_mode) == 0o6755


def test_one_that_died_half_way_is_finished_by_the_next(volume: Path) -> None:
    os.chown(volume / "a" / "shot", NEW, NEW)
    hand_over(volume, NEW, NEW)
    hand_over(volume, NEW, NEW)
    assert owners(volume) == {NEW}
