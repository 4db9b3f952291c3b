"""Keyset pages: as quick at the end of a million rows as at their beginning."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, literal, tuple_

from greenroom.store.types import Instant


class Position(NamedTuple):
    """Where a page ended: the order of every listing is (created_at, id), a stable total order."""

    created_at: datetime
    id: str


def newest_first(
    query: Select[Any],
    created_at: ColumnElement[datetime],
    key: ColumnElement[str],
    after: Position | None,
    limit: int,
) -> Select[Any]:
    """The next `limit` rows after that position, newest first."""
    if after is not None:
        query = query.where(
            tuple_(created_at, key) < tuple_(literal(after.created_at, Instant), literal(after.id, String))
        )
    return query.order_by(created_at.desc(), key.desc()).limit(limit)
