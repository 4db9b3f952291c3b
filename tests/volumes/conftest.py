"""Fixtures of volumes: file systems that live for the whole run, directories and opened volumes for each test."""

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.volumes.filesystems import HOST, KINDS, MADE, file_system, require_storage, unmount_all_beneath, volumes_of

from greenroom.volumes.directory import DirectoryVolumes


@pytest.fixture(scope="session")
def place() -> Iterator[Path]:
    """A directory that every user can enter (pytest's own are closed to all but one); unmounted at the end."""
    with tempfile.TemporaryDirectory(prefix="greenroom-tests-") as name:
        directory = Path(name)
        directory.chmod(0o755)
        try:
            yield directory
        finally:
            unmount_all_beneath(directory)


@pytest.fixture(scope="session")
def file_systems(place: Path) -> Iterator[dict[str, Path]]:
    """One large file system of each kind."""
    require_storage()
    with ExitStack() as stack:
        yield {kind: stack.enter_context(file_system(kind, place, 4096)) for kind in ("btrfs", "ext4", "xfs")}


@pytest.fixture(autouse=True)
def _closed_at_last() -> Iterator[None]:
    """Closes what a test opened and, because it failed, did not close."""
    with ExitStack() as stack:
        yield
        for volumes in MADE:
            stack.callback(volumes.close)
        MADE.clear()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of volumes in turn."""
    return str(request.param)


@pytest.fixture
def directory(kind: str, file_systems: dict[str, Path]) -> Path:
    """A directory for volumes of that kind, not there yet."""
    return file_systems[HOST[kind]] / uuid.uuid4().hex


@pytest.fixture
def volumes(kind: str, directory: Path) -> Iterator[DirectoryVolumes]:
    """Opened volumes of that kind, empty."""
    opened = volumes_of(kind, directory)
    opened.open()
    yield opened
    opened.close()
