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
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import sql
from tests.support import require, unavailable, wait_until

from greenroom.store.database import Database

USER = "greenroom"
MIGRATED = "greenroom_migrated"
"""The database that has the schema; others are made as copies of it, which is quicker than to migrate each."""

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
    def database(self, *, migrated: bool = True) -> Iterator[str]:
        """The URL of a fresh database; it is dropped afterwards, whoever may still be connected to it."""
        name = f"greenroom_{next(self._numbers)}"
        self.administer("CREATE DATABASE {} TEMPLATE {}", name, MIGRATED if migrated else "template0")
        try:
            yield self.url(name)
        finally:
            self.administer("DROP DATABASE {} WITH (FORCE)", name)

    def administer(self, statement: LiteralString, *names: str) -> None:
        """Run one statement about whole databases."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def end_backend(self, pid: int) -> None:
        """Cut the connection that the server's process `pid` serves."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(%s)", [pid])

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
            cluster.administer("CREATE DATABASE {} TEMPLATE template0", MIGRATED)
            database = Database(cluster.url(MIGRATED))
            database.migrate()
            database.close()
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
