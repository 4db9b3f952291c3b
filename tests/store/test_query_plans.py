"""How the databases find a page: by an index and its order, never by sorting what is there."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, text
from tests.records import OWNER, STUDIO_ID, make_backup, make_session
from tests.support import START

from greenroom.store import backups, records, sessions
from greenroom.store.database import Database
from greenroom.store.pages import Position
from greenroom.store.tables import streaming_session_backups, streaming_sessions
from greenroom.studio.status import SessionState as State

ROWS = 3000
OWNERS = 2
LIMIT = 10
"""Rows of a page: few of those that there are, as in a studio of any age."""
MIDDLE = Position(START + timedelta(minutes=ROWS // 2), "m")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database with so many rows that PostgreSQL, which now knows their number, minds to read them all."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('filled') / 'greenroom.db'}"
        else:
            url = stack.enter_context(request.getfixturevalue("postgresql").database())
        database = Database(url)
        stack.callback(database.close)
        database.migrate()
        fill(database)
        yield database


def fill(database: Database) -> None:
    """`ROWS` sessions of `OWNERS` people, a backup of each, two thirds of them DELETED."""
    people = [f"{OWNER}-{number}" for number in range(OWNERS)]
    moments = [START + timedelta(minutes=number) for number in range(ROWS)]
    made_sessions = [
        make_session(number=number, owned_by=people[number % OWNERS], created_at=moment)
        for number, moment in enumerate(moments, start=1)
    ]
    made_backups = [
        make_backup(session, created_at=session.created_at, state=State.DELETED if session.number % 3 else State.READY)
        for session in made_sessions
    ]
    with database.write() as connection:
        for table, made in ((streaming_sessions, made_sessions), (streaming_session_backups, made_backups)):
            connection.execute(insert(table), [records.to_row(record, table) for record in made])
        connection.execute(text("ANALYZE"))


@contextmanager
def statements(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """The queries that are sent meanwhile, with their values."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            sent.append((statement, values))

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)


def plan(database: Database, query: Callable[[Connection], object]) -> str:
    """How the database would find the answer to the one statement that `query` sends."""
    with database.read() as connection:
        with statements(database) as sent:
            query(connection)
        ((statement, values),) = sent
        if database.is_sqlite:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            return "\n".join(row.detail for row in rows)
        (tree,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalars()
        return json.dumps(tree, indent=1)


def assert_walks(database: Database, plan: str, index: str, *, from_position: bool) -> None:
    """The answer is read off that index in its order, beginning at the position."""
    assert index in plan, plan
    if database.is_sqlite:
        assert "TEMP B-TREE" not in plan, plan
        begins = "(created_at," in plan
    else:
        assert "Sort" not in plan, plan
        assert "Seq Scan" not in plan, plan
        begins = any("Index Cond" in line and "ROW(created_at" in line for line in plan.splitlines())
    assert begins is from_position, plan


@pytest.mark.parametrize("after", [None, MIDDLE], ids=["first page", "later page"])
@pytest.mark.parametrize(
    ("owned_by", "index"), [(None, "ix_backups_page"), (f"{OWNER}-1", "ix_backups_owner")], ids=["all", "one owner's"]
)
def test_a_page_of_backups_is_read_off_its_index(
    filled: Database, owned_by: str | None, index: str, after: Position | None
) -> None:
    found = plan(
        filled, lambda connection: backups.page(connection, STUDIO_ID, owned_by=owned_by, after=after, limit=LIMIT)
    )
    assert_walks(filled, found, index, from_position=after is not None)


@pytest.mark.parametrize("after", [None, MIDDLE], ids=["first page", "later page"])
@pytest.mark.parametrize(
    ("owned_by", "index"),
    [(None, "ix_streaming_sessions_page"), (f"{OWNER}-1", "ix_streaming_sessions_owner")],
    ids=["all", "one owner's"],
)
def test_a_page_of_sessions_is_read_off_its_index(
    filled: Database, owned_by: str | None, index: str, after: Position | None
) -> None:
    found = plan(
        filled, lambda connection: sessions.page(connection, STUDIO_ID, owned_by=owned_by, after=after, limit=LIMIT)
    )
    assert_walks(filled, found, index, from_position=after is not None)


def test_a_sessions_backups_are_found_by_their_session(filled: Database) -> None:
    found = plan(filled, lambda connection: backups.of_session(connection, "iZWXLQnSRyWk2pGbNFhTLg"))
    assert "ix_backups_session" in found
