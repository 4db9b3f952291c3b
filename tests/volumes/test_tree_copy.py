"""Copies of trees that are hostile or odd, beyond what the conformance suite looks at."""

import fcntl
import logging
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.volumes.as_user import ORDINARY, as_user
from tests.volumes.filesystems import require_storage, run

from greenroom.volumes import tree_copy
from greenroom.volumes.base import VolumesError
from greenroom.volumes.tree_copy import copy_content, copy_tree


def make_deep(top: Path, levels: int) -> None:
    descriptor = os.open(top, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d", dir_fd=descriptor)
        below = os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    os.close(descriptor)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    made = tmp_path / "source"
    made.mkdir()
    return made


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "target"


def test_a_tree_too_deep_to_be_a_persons_is_refused(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree_copy, "MAX_DEPTH", 50)
    make_deep(source, 60)
    with pytest.raises(VolumesError, match="deeper than 50 levels"):
        copy_tree(source, target, copy_content)


def test_a_deep_tree_takes_few_descriptors(source: Path, target: Path) -> None:
    make_deep(source, 300)
    script = "import resource, sys, pathlib; from greenroom.volumes.tree_copy import *; "
    script += "resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32)); "
    script += "copy_tree(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), copy_content)"
    subprocess.run([sys.executable, "-c", script, str(source), str(target)], check=True)
    assert sum(1 for _ in os.walk(target)) == 301


def test_a_fifo_is_copied_without_waiting_for_its_writer(source: Path, target: Path) -> None:
    os.mkfifo(source / "fifo")
    (source / "fifo").chmod(0o620)
    copy_tree(source, target, copy_content)
    assert (target / "fifo").is_fifo()
    assert stat.S_IMODE((target / "fifo").stat().st_mode) == 0o620


def test_device_nodes_are_left_out_and_said(source: Path, target: Path, caplog: pytest.LogCaptureFixture) -> None:
    require_storage()
    os.mknod(source / "zero", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    os.mknod(source / "whiteout", stat.S_IFCHR, 0)
    with caplog.at_level(logging.WARNING):
        copy_tree(source, target, copy_content)
    assert [entry.name for entry in target.iterdir()] == ["whiteout"]
    assert "zero" in caplog.text


def test_what_is_mounted_inside_is_not_copied(source: Path, target: Path) -> None:
    require_storage()
    (source / "inside").mkdir()
    run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", source / "inside")
    try:
        (source / "inside" / "file").touch()
        copy_tree(source, target, copy_content)
    finally:
        run("umount", source / "inside")
    assert list((target / "inside").iterdir()) == []


def test_a_directory_swapped_for_a_link_is_not_entered(source: Path, target: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("secret")
    (source / "a directory").mkdir()
    (source / "file").touch()

    def swap_meanwhile(copied: int, made: int, size: int) -> None:
        (source / "a directory").rename(source / "aside")
        (source / "a directory").symlink_to(outside)
        copy_content(copied, made, size)

    copy_tree(source, target, swap_meanwhile)
    assert sorted(str(path.relative_to(target)) for path in target.rglob("*")) in (
        ["file"],  # it was listed as a directory, and gone when its turn came
        ["a directory", "file"],  # it was a link already when it was listed
    )
    assert not (target / "a directory").is_dir() or (target / "a directory").is_symlink()


def test_a_file_that_shrinks_meanwhile_is_copied_as_far_as_it_goes(source: Path, target: Path) -> None:
    (source / "file").write_bytes(b"x" * 100_000)

    def shrink_first(copied: int, made: int, size: int) -> None:
        os.truncate(source / "file", 10)
        copy_content(copied, made, size)

    copy_tree(source, target, shrink_first)
    assert (target / "file").read_bytes() == b"x" * 10


def test_a_file_deleted_once_its_copy_began_is_copied_whole(source: Path, target: Path) -> None:
    (source / "file").write_bytes(b"content")

    def delete_first(copied: int, made: int, size: int) -> None:
        (source / "file").unlink()
        copy_content(copied, made, size)

    copy_tree(source, target, delete_first)
    assert (target / "file").read_bytes() == b"content"


def test_a_file_under_lease_is_not_waited_for(source: Path, target: Path) -> None:
    (source / "file").touch()
    before = signal.signal(signal.SIGIO, signal.SIG_IGN)
    descriptor = os.open(source / "file", os.O_RDWR)
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        with pytest.raises(VolumesError, match="leased by a program"):
            copy_tree(source, target, copy_content)
    finally:
        os.close(descriptor)
        signal.signal(signal.SIGIO, before)


def test_an_ordinary_users_unreadable_file_is_named_with_advice(place: Path) -> None:
    require_storage()
    directory = place / "unreadable"
    directory.mkdir()
    os.chown(directory, ORDINARY, ORDINARY)
    assert "The file 'closed' cannot be read" in as_user(__name__, "copy_unreadable", directory)


def copy_unreadable(name: str) -> None:
    """Called as an ordinary user."""
    source = Path(name, "source")
    source.mkdir()
    (source / "closed").touch(mode=0)
    try:
        copy_tree(source, Path(name, "target"), copy_content)
    except VolumesError as error:
        print(error)  # noqa: T201
