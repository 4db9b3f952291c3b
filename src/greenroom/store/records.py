"""Rows to records of `studio/` and back."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Result, Row, Select, Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from greenroom.store.types import Json
from greenroom.studio.status import ResourceState

Record = TypeVar("Record")


def to_row(record: Any, table: Table) -> dict[str, Any]:
    """The record's members that the table has columns for."""
    row = {}
    for member in fields(record):
        column = table.columns.get(member.name)
        if column is None:
            continue
        value = getattr(record, member.name)
        row[member.name] = msgspec.to_builtins(value) if isinstance(column.type, Json) and value is not None else value
    return row


def from_row(kind: type[Record], row: Row[Any]) -> Record:
    """The record that the row holds; columns that it has no member for are left out."""
    return msgspec.convert(row._mapping, kind)


def from_mapping(kind: type[Record], row: Mapping[str, Any]) -> Record:
    """The record of those columns, by their names."""
    return msgspec.convert(row, kind)


def from_rows(kind: type[Record], rows: Result[Any]) -> list[Record]:
    """All of them, in their order."""
    # Plain dicts of plain strings: msgspec reads them several times faster than SQLAlchemy's mappings.
    names = [str(name) for name in rows.keys()]  # noqa: SIM118  a result is no mapping, it only names its columns
    return [msgspec.convert(dict(zip(names, row, strict=True)), kind) for row in rows.all()]


def get(
    connection: Connection, kind: type[Record], table: Table, key: str, *, for_update: bool = False
) -> Record | None:
    """The record under its primary key; `for_update` holds its row until the transaction ends."""
    row = connection.execute(_by_key(table, for_update), {"key": key}).first()
    return None if row is None else from_row(kind, row)


@cache
def _by_key(table: Table, for_update: bool) -> Select[Any]:
    (primary,) = table.primary_key.columns
    query = select(table).where(primary == bindparam("key"))
    return query.with_for_update() if for_update else query


def insert(connection: Connection, table: Table, record: Any) -> None:
    """A new row."""
    connection.execute(table.insert().values(to_row(record, table)))


def put(connection: Connection, table: Table, record: Any) -> None:
    """Have the record there, in the place of the one of its key where there is one."""
    row = to_row(record, table)
    keys = [column.name for column in table.primary_key.columns]
    changed = {name: value for name, value in row.items() if name not in keys}
    connection.execute(
        insert_into(connection, table).values(row).on_conflict_do_update(index_elements=keys, set_=changed)
    )


def save(connection: Connection, table: Table, before: Record, after: Record) -> None:
    """Write what differs between the two; other columns, which another call may be changing, stay untouched."""
    old, new = to_row(before, table), to_row(after, table)
    changed = {name: value for name, value in new.items() if value != old[name]}
    if changed:
        (primary,) = table.primary_key.columns
        connection.execute(update(table).where(primary == old[primary.name]).values(changed))


def purge_deleted(connection: Connection, table: Table, before: datetime) -> int:
    """Remove rows in state DELETED since before that moment; how many."""
    gone = delete(table).where(table.c.state == ResourceState.DELETED, table.c.updated_at < before)
    return connection.execute(gone).rowcount


def insert_into(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that can say what to do `on_conflict`, in the database's own words."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
