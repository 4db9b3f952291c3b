"""The schema that the migrations build, on both databases."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event, inspect, text
from tests.postgresql import Cluster
from tests.records import make_studio

from greenroom.store import migrations, studios
from greenroom.store.database import Database, NewerSchemaError
from greenroom.store.tables import metadata


@pytest.fixture
def empty_database(empty_database_url: str) -> Iterator[Database]:
    """A database without any schema."""
    database = Database(empty_database_url)
    yield database
    database.close()


def schema(database: Database) -> dict[str, Any]:
    """Everything about the tables that the database tells, as plain values."""
    with database.read() as connection:
        inspector = inspect(connection)
        where = f"{connection.dialect.name}_where"
        return {
            table: {
                "columns": {c["name"]: (str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)},
                "primary key": inspector.get_pk_constraint(table)["constrained_columns"],
                "unique": sorted(u["column_names"] for u in inspector.get_unique_constraints(table)),
                "indexes": {
                    i["name"]: (i["column_names"], bool(i["unique"]), str(i.get("dialect_options", {}).get(where)))
                    for i in inspector.get_indexes(table)
                },
            }
            for table in inspector.get_table_names()
            if table != "alembic_version"
        }


def test_alembic_finds_no_difference_to_the_tables_in_code(empty_database: Database) -> None:
    empty_database.migrate()
    with empty_database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_newest_step_is_the_schema_that_they_leave(database: Database) -> None:
    with database.read() as connection:
        assert MigrationContext.configure(connection).get_current_heads() == (migrations.newest(),)


def test_they_build_what_the_tables_in_code_would(empty_database: Database, database: Database) -> None:
    with empty_database.write() as connection:
        metadata.create_all(connection)
    assert schema(database) == schema(empty_database)
    assert set(schema(database)) == set(metadata.tables)


def test_a_second_upgrade_changes_nothing(database: Database) -> None:
    studio = make_studio()
    with database.write() as connection:
        studios.insert(connection, studio)
    before = schema(database)
    database.migrate()
    with database.read() as connection:
        assert studios.get(connection, studio.studio_id) == studio
    assert schema(database) == before


def test_one_that_dies_in_the_middle_leaves_nothing_and_can_be_run_again(empty_database: Database) -> None:
    def die(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "CREATE TABLE launch_profiles" in statement:
            raise KeyboardInterrupt

    event.listen(empty_database.engine, "before_cursor_execute", die)
    with pytest.raises(KeyboardInterrupt):
        empty_database.migrate()
    event.remove(empty_database.engine, "before_cursor_execute", die)
    assert schema(empty_database) == {}
    empty_database.migrate()
    assert set(schema(empty_database)) == set(metadata.tables)


def test_servers_that_start_together_wait_for_one_of_them(empty_database_url: str) -> None:
    servers = [Database(empty_database_url) for _ in range(4)]
    failures: list[BaseException] = []

    def start(server: Database) -> None:
        try:
            server.migrate()
        except BaseException as error:  # noqa: BLE001  shown below, in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=start, args=(server,)) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for server in servers:
        server.close()
    assert failures == []


def test_no_lock_outlives_a_migration(postgresql: Cluster) -> None:
    with postgresql.database() as url:
        database = Database(url)
        database.migrate()
        with database.read() as connection:
            locks = connection.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))
        database.close()
    assert locks == 0


def test_a_schema_of_a_newer_version_is_refused(empty_database: Database) -> None:
    empty_database.migrate()
    with empty_database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerSchemaError, match=r"9999.*newer Greenroom.*knows schemas up to 0"):
        empty_database.migrate()
