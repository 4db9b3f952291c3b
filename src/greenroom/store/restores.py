"""Queries on restores that are under way: a row each, while it is."""

from sqlalchemy import Connection, delete

from greenroom.store import records
from greenroom.store.tables import restores
from greenroom.studio.restores import Restore


def get(connection: Connection, session_id: str) -> Restore | None:
    """The restore into that session, where one was told of."""
    return records.get(connection, Restore, restores, session_id)


def put(connection: Connection, restore: Restore) -> None:
    """How far it has come."""
    records.put(connection, restores, restore)


def end(connection: Connection, session_id: str) -> None:
    """It is over, however it went."""
    connection.execute(delete(restores).where(restores.c.session_id == session_id))
