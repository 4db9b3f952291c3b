"""Engines for tests, with places to run sessions in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engines.sessions import Place, local_place

from greenroom.engines.simulated import SimulatedEngine


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory."""
    path = tmp_path / "data"
    path.mkdir(mode=0o700)
    return path


@pytest.fixture
def local(data: Path) -> Iterator[Place]:
    """A place with the local engine."""
    with local_place(data) as place:
        yield place


@pytest.fixture
def simulated(data: Path) -> Iterator[Place]:
    """A place with the simulated engine."""
    engine = SimulatedEngine(data / "sessions" / "simulated.db")
    yield Place(data, engine)
    engine.close()


@pytest.fixture(params=["local", "simulated"])
def place(request: pytest.FixtureRequest) -> Place:
    """A test that uses this runs once on each engine."""
    chosen: Place = request.getfixturevalue(request.param)
    return chosen
