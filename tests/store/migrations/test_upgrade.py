"""Running the steps of the schema: in the caller's transaction, and never over what a newer version wrote."""

import pytest
from sqlalchemy import inspect, text

from greenroom.store import migrations
from greenroom.store.database import Database
from greenroom.store.migrations.upgrade import upgrade


def test_the_steps_are_part_of_the_callers_transaction(empty_database_url: str) -> None:
    database = Database(empty_database_url)

    def break_off() -> None:
        with database.write() as connection:
            assert upgrade(connection) == frozenset()
            assert inspect(connection).has_table("streaming_sessions")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    with database.read() as connection:
        assert inspect(connection).get_table_names() == []
    database.close()


def test_a_schema_of_a_newer_version_is_named_and_left_as_it_is(database: Database) -> None:
    # Not committed: the fixture's database is others' too.
    with database.engine.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("DROP TABLE studio_members"))
        assert upgrade(connection) == {"9999"}
        assert not inspect(connection).has_table("studio_members")
        connection.rollback()


def test_what_is_the_newest_already_stays_so(database: Database) -> None:
    with database.write() as connection:
        assert upgrade(connection) == frozenset()
        assert connection.scalars(text("SELECT version_num FROM alembic_version")).all() == [migrations.newest()]
