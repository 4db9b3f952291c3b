"""Columns that tables have alike: their form on each database, and that every table takes it from there."""

import pytest
from sqlalchemy import Column
from sqlalchemy.engine import make_url

from greenroom.store.tables import metadata
from greenroom.store.tables.columns import authorship_columns, id_column, membership_columns, status_columns
from greenroom.store.types import Instant


@pytest.mark.parametrize(
    ("url", "form"), [("postgresql+psycopg://", 'VARCHAR(255) COLLATE "C"'), ("sqlite://", "VARCHAR(255)")]
)
def test_ids_sort_by_their_bytes_on_both_databases(url: str, form: str) -> None:
    assert id_column("backup_id").type.compile(make_url(url).get_dialect()()) == form


def test_an_id_is_there_unless_it_is_said_not_to_be() -> None:
    assert not id_column("backup_id").nullable
    assert id_column("backup_id", nullable=True).nullable
    assert id_column("backup_id", primary_key=True).primary_key


def test_each_table_gets_columns_of_its_own() -> None:
    for made in (status_columns, authorship_columns, membership_columns):
        first, second = made(), made()
        assert [column.name for column in first] == [column.name for column in second]
        assert not {id(column) for column in first} & {id(column) for column in second}


def _alike(name: str) -> list[Column[object]]:
    return [table.columns[name] for table in metadata.tables.values() if name in table.columns]


def test_a_record_has_its_state_whole_and_a_message_of_the_length_that_the_api_takes() -> None:
    assert {table.name for table in metadata.tables.values() if "state" in table.columns} >= {
        column.table.name for column in _alike("status_code")
    }
    assert {getattr(column.type, "length", None) for column in _alike("status_message")} == {1024}


def test_every_moment_of_a_record_is_kept_as_a_moment() -> None:
    for name in ("created_at", "updated_at"):
        assert _alike(name)
        assert all(isinstance(column.type, Instant) for column in _alike(name))
