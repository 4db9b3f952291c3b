"""Connections and transactions, on both databases; and what a fault of either sounds like."""

import multiprocessing
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from tests.postgresql import Cluster
from tests.support import START, unavailable

from greenroom.store import client_tokens as client_tokens_of
from greenroom.store.database import Database, DatabaseFullError, DatabaseUnavailableError
from greenroom.store.tables import client_tokens


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


def remember(connection: Connection, *tokens: str) -> None:
    for token in tokens:
        client_tokens_of.remember(connection, "p", "o", token, fingerprint="f", resource_id="r", now=START)


def remembered(connection: Connection) -> set[str]:
    return set(connection.scalars(select(client_tokens.c.client_token)))


def test_what_a_write_did_is_there_after_its_block(database: Database) -> None:
    with database.write() as connection:
        remember(connection, "kept")
    with database.read() as connection:
        assert remembered(connection) == {"kept"}


def test_a_write_that_raises_leaves_nothing_behind(database: Database) -> None:
    def die_in_the_middle() -> None:
        with database.write() as connection:
            remember(connection, "half")
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        die_in_the_middle()
    with database.read() as connection:
        assert remembered(connection) == set()


def test_a_file_that_cannot_grow_is_said_to_be_full_and_goes_on_when_it_can(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    file = tmp_path / "greenroom.db"
    file.write_bytes(migrated_sqlite.read_bytes())
    with opened(f"sqlite:///{file}") as database:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")  # no more than there are
        with pytest.raises(DatabaseFullError, match="Free some space on its disk"), database.write() as connection:
            remember(connection, *map(str, range(5000)))
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 100000")
        with database.write() as connection:
            remember(connection, "kept")
        with database.read() as connection:
            assert remembered(connection) == {"kept"}


def test_a_read_sees_one_moment(database: Database) -> None:
    with database.read() as reader:
        assert remembered(reader) == set()
        with database.write() as writer:
            remember(writer, "later")
        assert remembered(reader) == set()


def test_a_read_writes_nothing(database: Database) -> None:
    try:
        with database.read() as connection:
            remember(connection, "by mistake")
    except DBAPIError:
        assert not database.is_sqlite, "only PostgreSQL refuses it aloud"
    with database.read() as connection:
        assert remembered(connection) == set()


def test_a_write_may_follow_a_read_on_the_same_connection(database_url: str) -> None:
    database = Database(database_url, pool_size=1)
    for token in ("first", "second"):
        with database.read() as connection:
            remembered(connection)
        with database.write() as connection:
            remember(connection, token)
    database.close()


def test_a_fault_of_the_statement_stays_what_it_is(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as connection:
        remember(connection, "twice", "twice")


def test_threads_write_one_after_another(database: Database) -> None:
    def write(name: str) -> None:
        for number in range(10):
            with database.write() as connection:
                remember(connection, f"{name}-{number}")

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert len(remembered(connection)) == 40


def test_a_database_that_answers_passes_the_check(database: Database) -> None:
    database.check()


@pytest.mark.parametrize(
    "place", ["gone/greenroom.db", "file/greenroom.db", "rubbish.db"], ids=["no folder", "a file as folder", "rubbish"]
)
def test_a_sqlite_file_that_cannot_be_used_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "rubbish.db").write_bytes(b"not a database at all " * 100)
    with (
        opened(f"sqlite:///{tmp_path / place}") as database,
        pytest.raises(DatabaseUnavailableError, match=f"(?s){tmp_path / place}.*folder exists") as refusal,
    ):
        database.migrate()
    assert "\n" not in str(refusal.value)


def test_a_sqlite_file_that_may_not_be_written_is_named(tmp_path: Path, migrated_sqlite: Path) -> None:
    url = f"sqlite:///file:{migrated_sqlite}?mode=ro&uri=true"
    with opened(url) as database, pytest.raises(DatabaseUnavailableError, match="readonly"), database.write() as writer:
        remember(writer, "never")


def test_a_postgresql_that_does_not_run_is_named_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql://artist:hunter2@/studio?host={tmp_path}"
    with opened(url) as database, pytest.raises(DatabaseUnavailableError, match="PostgreSQL runs there") as refusal:
        database.check()
    assert "artist" in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


def test_a_connection_that_postgresql_ends_is_told_and_the_next_one_works(postgresql: Cluster) -> None:
    def lose_the_connection(database: Database) -> None:
        with database.read() as connection:
            backend = connection.scalar(text("SELECT pg_backend_pid()"))
            postgresql.end_backend(backend)
            connection.execute(text("SELECT 1"))

    with postgresql.database() as url, opened(url) as database:
        with pytest.raises(DatabaseUnavailableError, match="PostgreSQL runs there"):
            lose_the_connection(database)
        database.check()


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "sqlite:///:memory:", "not a url", ""])
def test_a_url_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///FILE"):
        Database(url)


def test_the_name_of_a_database_is_its_url_as_it_was_given(tmp_path: Path) -> None:
    with opened("postgresql://artist:hunter2@db.example:5433/studio") as database:
        assert str(database) == "postgresql://artist:***@db.example:5433/studio"


def test_a_mark_is_another_one_once_anybody_has_written(database: Database) -> None:
    before = database.change_mark()
    assert database.change_mark() == before
    with database.read() as connection:
        remembered(connection)
    assert database.change_mark() == before
    with database.write() as connection:
        remember(connection, "new")
    if database.is_sqlite:
        assert isinstance(before, int)
        assert database.change_mark() != before
    else:
        assert before is None


def test_a_mark_sees_what_another_process_wrote(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/greenroom.db"
    with opened(url) as ours, opened(url) as theirs:
        ours.migrate()
        before = ours.change_mark()
        with theirs.write() as connection:
            remember(connection, "theirs")
        assert ours.change_mark() != before


def test_without_a_database_there_is_no_mark(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path}/missing/greenroom.db") as database:
        assert database.change_mark() is None


def _open_new_file(path: str, gate: Any, failures: Any) -> None:
    with opened(f"sqlite:///{path}") as database:
        gate.wait()
        try:
            database.check()
        except DatabaseUnavailableError as error:
            failures.put(str(error))


def test_many_processes_open_a_new_file_at_once(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("fork")
    for number in range(10):
        gate, failures = spawn.Barrier(4), spawn.SimpleQueue()
        path = str(tmp_path / f"{number}.db")
        openers = [spawn.Process(target=_open_new_file, args=(path, gate, failures)) for _ in range(4)]
        for opener in openers:
            opener.start()
        for opener in openers:
            opener.join()
        assert failures.empty()
        assert [opener.exitcode for opener in openers] == [0, 0, 0, 0]


def test_a_disk_without_room_for_one_more_file_is_said_to_be_full(tmp_path: Path, migrated_sqlite: Path) -> None:
    if os.geteuid() != 0:
        unavailable("only root can mount a file system")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m,nr_inodes=5", "tmpfs", disk], check=True)
    try:
        shutil.copy(migrated_sqlite, disk / "greenroom.db")
        fillers = [disk / str(number) for number in range(3)]
        for filler in fillers:
            filler.touch()
        database = Database(f"sqlite:///{disk / 'greenroom.db'}")
        with pytest.raises(DatabaseFullError, match=r"unable to open database file\. Free some space on its disk"):
            database.check()
        for filler in fillers:
            filler.unlink()
        database.check()
        database.close()
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)
