"""Fixtures that every room's tests may use."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import hypothesis
import pytest
from tests.postgresql import Cluster, running_cluster
from tests.support import Clock

from greenroom.store.database import Database

# Examples are of any speed (they write to databases); CI tries the same ones every time, so that a run can be
# repeated.
hypothesis.settings.register_profile(
    "greenroom", deadline=None, max_examples=50, derandomize=os.environ.get("CI") == "true", print_blob=True
)
hypothesis.settings.load_profile("greenroom")


@pytest.fixture
def clock() -> Clock:
    """A clock that moves only when it is told to."""
    return Clock()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A running PostgreSQL of this test process's own."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema and nothing else, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "greenroom.db"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    database.close()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """A test that uses this, or one of the two below, runs once on each database."""
    return cast(str, request.param)


@pytest.fixture
def empty_database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any schema."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'greenroom.db'}"
        return
    cluster: Cluster = request.getfixturevalue("postgresql")
    with cluster.database() as url:
        yield url


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh database with the schema."""
    if database_kind == "sqlite":
        file = tmp_path / "greenroom.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), file)
        yield f"sqlite:///{file}"
        return
    cluster: Cluster = request.getfixturevalue("postgresql")
    with cluster.migrated_database() as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh database with the schema."""
    database = Database(database_url)
    yield database
    database.close()
