"""The records as one document that needs no database: what travels in the vault beside the backups.

The document is JSON: of each table the names of its columns and its rows. Secrets stay behind: passwords' hashes,
access keys, and whatever lives for a moment only.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Table, select

from greenroom.store import tables
from greenroom.store.types import Instant, Length

FORMAT = "greenroom-records"
VERSION = 1

CARRIED: Mapping[str, Table] = {
    table.name: table
    for table in (
        tables.studios,
        tables.users,
        tables.user_identities,
        tables.groups,
        tables.group_members,
        tables.roles,
        tables.policies,
        tables.policy_attachments,
        tables.studio_members,
        tables.eulas,
        tables.eula_acceptances,
        tables.studio_components,
        tables.streaming_images,
        tables.launch_profiles,
        tables.launch_profile_members,
        tables.retention_policies,
        tables.idle_stops,
        tables.streaming_sessions,
        tables.streaming_session_backups,
        tables.schedules,
    )
}
"""The tables in the document, in the order in which they are filled."""

_SECRET = frozenset({("users", "password_hash")})

Rows = list[dict[str, Any]]


class DocumentError(Exception):
    """The document cannot be read; the text says why and what to do."""


class _Table(msgspec.Struct):
    columns: list[str]
    rows: list[list[Any]]


class Document(msgspec.Struct, rename="camel"):
    """The records of a house at one moment."""

    format: str
    version: int
    written_at: datetime
    region: str
    account_id: str
    tables: dict[str, _Table]

    def encoded(self) -> bytes:
        """As it is kept."""
        return msgspec.json.encode(self)

    def mark(self) -> bytes:
        """The same for two documents that differ in nothing but when they were written."""
        return hashlib.sha256(msgspec.json.encode((self.region, self.account_id, self.tables))).digest()

    @property
    def studio_id(self) -> str:
        """With which studio their house is known: the one that it was founded with, as long as that is on record; empty
        where there is no studio yet."""
        there = self.raw("studios")
        founding = [row for row in there if not row.get("vault_path")]
        return next((str(row["studio_id"]) for row in (*founding, *there)), "")

    def raw(self, table: str) -> Rows:
        """A table's rows as the document has them."""
        kept = self.tables.get(table)
        return [dict(zip(kept.columns, row, strict=True)) for row in kept.rows] if kept else []

    def rows(self, table: str) -> Rows:
        """A table's rows, each with the columns that this version knows."""
        kept, known = self.tables.get(table), CARRIED[table].columns
        if kept is None:
            return []
        readers = [_reader(known[name]) if name in known else None for name in kept.columns]
        return [
            {
                name: value if value is None else reader(value)
                for name, value, reader in zip(kept.columns, row, readers, strict=True)
                if reader is not None
            }
            for row in kept.rows
        ]


def take(connection: Connection, *, now: datetime, region: str, account_id: str) -> Document:
    """What the database holds."""
    return Document(
        format=FORMAT,
        version=VERSION,
        written_at=now,
        region=region,
        account_id=account_id,
        tables={str(name): _taken(connection, table) for name, table in CARRIED.items()},
    )


def read(document: bytes) -> Document:
    """The document again. Raises DocumentError where it is none, or of a newer version than this one reads."""
    try:
        found = msgspec.json.decode(document, type=Document)
    except msgspec.DecodeError as error:
        raise DocumentError(f"The records in the vault cannot be read: {error}.") from error
    if found.format != FORMAT or found.version > VERSION:
        raise DocumentError(
            f"The records in the vault are {found.format} {found.version}, and this Greenroom reads {FORMAT} up to"
            f" {VERSION}. Take the version that wrote them, or a newer one."
        )
    return found


def fill(connection: Connection, rows: Mapping[str, Rows]) -> None:
    """Insert these rows, of tables that have none of them yet."""
    for name, table in CARRIED.items():
        if rows.get(name):
            connection.execute(table.insert(), rows[name])


def _taken(connection: Connection, table: Table) -> _Table:
    columns = [column for column in table.columns if (table.name, column.name) not in _SECRET]
    # In the order of their making: what is new comes last, and restic finds what was there before unchanged.
    order = [table.columns["created_at"]] if "created_at" in table.columns else []
    rows = connection.execute(select(*columns).order_by(*order, *table.primary_key.columns))
    return _Table([str(column.name) for column in columns], [[_plain(value) for value in row] for row in rows.all()])


def _plain(value: Any) -> Any:
    return int(value.total_seconds()) if isinstance(value, timedelta) else value


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    if isinstance(column.type, Instant):
        return datetime.fromisoformat
    if isinstance(column.type, Length):
        return lambda seconds: timedelta(seconds=seconds)
    return lambda value: value
