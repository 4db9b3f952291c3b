"""The columns that tables have alike, and what all tables are part of."""

from typing import Any

from sqlalchemy import Column, MetaData, String, text

from greenroom.store.types import Instant, Json

metadata = MetaData()
"""Of all tables."""


# Ids sort by their bytes on both: a page must not depend on the machine's locale, nor an index on its C library.
ID = String(255).with_variant(String(255, collation="C"), "postgresql")


def id_column(name: str, **options: Any) -> Column[str]:
    """An id."""
    return Column(name, ID, nullable=options.pop("nullable", False), **options)


def status_columns() -> list[Column[Any]]:
    """Where a record is, and why."""
    return [
        Column("state", String(32), nullable=False),
        Column("status_code", String(64), nullable=False),
        Column("status_message", String(1024)),
    ]


def authorship_columns() -> list[Column[Any]]:
    """Who made and changed it, and when."""
    return [
        Column("created_at", Instant, nullable=False),
        id_column("created_by"),
        Column("updated_at", Instant, nullable=False),
        id_column("updated_by"),
    ]


def tags_column() -> Column[Any]:
    """A record's tags."""
    return Column("tags", Json, nullable=False)


def membership_columns() -> list[Column[Any]]:
    """Who somebody is to a studio or a launch profile."""
    return [
        Column("identity_store_id", String(255), nullable=False),
        Column("persona", String(32), nullable=False),
        Column("sid", String(255)),
        Column("created_at", Instant, nullable=False),
    ]


NOT_DELETED = text("state <> 'DELETED'")
"""Of what an index leaves out."""
