"""A throwaway PostgreSQL: its own cluster in a temporary directory, on a Unix socket only, gone with the test run."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from tests.support import require, unavailable, wait_until

from greenroom.store.database import Database
from greenroom.store.tables import metadata

USER = "greenroom"
MIGRATED = "greenroom_migrated"
"""The database that has the schema. One test after another has it, emptied: to make one takes a quarter of a second."""

# A test's data may be lost with the machine, and nobody else may connect.
SETTINGS = {"listen_addresses": "", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Cluster:
    """A running server with its socket in `directory`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._numbers = count(1)

    def url(self, name: str) -> str:
        """Of the database of that name."""
        return f"postgresql://{USER}@/{name}?host={self.directory}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a fresh database without schema; it is dropped afterwards."""
        name = f"greenroom_{next(self._numbers)}"
        self._run("postgres", sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield self.url(name)
        finally:
            self._run("postgres", sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    @contextmanager
    def migrated_database(self) -> Iterator[str]:
        """The URL of the database that has the schema and no rows; one user at a time, whose rows go afterwards."""
        try:
            yield self.url(MIGRATED)
        finally:
            others = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {} AND pid <> pg_backend_pid()"
            )
            self._run(MIGRATED, sql.SQL(others).format(MIGRATED))
            tables = [sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in metadata.tables]
            self._run(MIGRATED, sql.SQL(";").join(tables))

    def make_migrated_database(self) -> None:
        """Once, at the start."""
        self._run("postgres", sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(MIGRATED)))
        database = Database(self.url(MIGRATED))
        database.migrate()
        database.close()

    def _run(self, name: str, statement: sql.Composed) -> None:
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute(statement)

    def end_backend(self, pid: int) -> None:
        """Cut the connection that the server's process `pid` serves."""
        self._run("postgres", sql.SQL("SELECT pg_terminate_backend({})").format(pid))

    def answers(self) -> bool:
        """Whether it takes connections yet."""
        try:
            psycopg.connect(self.url("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Make a cluster, run it, and leave nothing of it behind. Skips (in CI: fails) where PostgreSQL is missing."""
    initdb, postgres = require("initdb", *_binaries()), require("postgres", *_binaries())
    account = _account()
    directory = Path(tempfile.mkdtemp(prefix="greenroom-postgresql-"))
    try:
        if account:
            os.chown(directory, account["user"], account["group"])
        data = directory / "data"
        made = subprocess.run(
            [
                initdb,
                "--pgdata",
                data,
                "--username",
                USER,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ],
            capture_output=True,
            text=True,
            check=False,
            **account,
        )
        assert made.returncode == 0, made.stderr
        with _serving([postgres, "-D", data, "-k", directory], directory, account) as cluster:
            cluster.make_migrated_database()
            yield cluster
    finally:
        shutil.rmtree(directory)


@contextmanager
def _serving(command: list[str | Path], directory: Path, account: dict[str, Any]) -> Iterator[Cluster]:
    settings = [f"-c{name}={value}" for name, value in SETTINGS.items()]
    # A test run that is killed takes its server along.
    setpriv = shutil.which("setpriv")
    leash = [setpriv, "--pdeathsig", "QUIT"] if setpriv else []
    log = directory / "log"
    with log.open("wb") as output:
        server = subprocess.Popen([*leash, *command, *settings], stdout=output, stderr=output, **account)
    cluster = Cluster(directory)

    def up() -> bool:
        if server.poll() is not None:
            pytest.fail(f"PostgreSQL ended at once:\n{log.read_text()}", pytrace=False)
        return cluster.answers()

    try:
        wait_until(up, timeout=60, what="PostgreSQL taking connections")
        yield cluster
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=60)


def _binaries() -> list[Path]:
    """Where Debian keeps the server's programs, which are not on PATH; the newest version first."""
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    return sorted(folders, key=lambda folder: float(folder.parent.name), reverse=True)


def _account() -> dict[str, Any]:
    """Whom to run as, for `subprocess`: the server refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    try:
        postgres = pwd.getpwnam("postgres")
    except KeyError:
        unavailable("the tests run as root and there is no user postgres to run PostgreSQL as")
    return {"user": postgres.pw_uid, "group": postgres.pw_gid, "extra_groups": []}
