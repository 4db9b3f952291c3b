"""Queries on restores of files."""

from datetime import datetime

from sqlalchemy import Connection, delete

from greenroom.store import records
from greenroom.store.tables import file_restores
from greenroom.studio.file_restores import FileRestore


def get(connection: Connection, restore_id: str, *, for_update: bool = False) -> FileRestore | None:
    """The restore, whatever its state."""
    return records.get(connection, FileRestore, file_restores, restore_id, for_update=for_update)


def insert(connection: Connection, restore: FileRestore) -> None:
    """A new restore."""
    records.insert(connection, file_restores, restore)


def save(connection: Connection, before: FileRestore, after: FileRestore) -> None:
    """Write what changed."""
    records.save(connection, file_restores, before, after)


def purge(connection: Connection, before: datetime) -> int:
    """Remove restores that ended before that moment; how many."""
    return connection.execute(delete(file_restores).where(file_restores.c.ended_at < before)).rowcount
