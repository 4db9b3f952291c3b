"""Studios for the command line to work on: one that is served, one that is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.running import Studio
from tests.support import require


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio with a running server, real sessions and a real vault."""
    for program in ("restic", "bwrap"):
        require(program)
    studio = Studio(tmp_path_factory.mktemp("served") / "data", {"GREENROOM_STOP_GRACE": "1s"})
    try:
        studio.found().serve()
        yield studio
    finally:
        studio.close()


@pytest.fixture(scope="package")
def unserved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio whose server does not run."""
    require("restic")
    studio = Studio(tmp_path_factory.mktemp("unserved") / "data", {"GREENROOM_ENGINE": "simulated"})
    try:
        yield studio.found()
    finally:
        studio.close()


@pytest.fixture
def nowhere(tmp_path: Path) -> Studio:
    """A directory in which no studio was founded."""
    return Studio(tmp_path / "data")
