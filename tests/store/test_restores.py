"""Restores under way, as the database keeps them."""

from dataclasses import replace

from tests.support import START

from greenroom.store import restores
from greenroom.store.database import Database
from greenroom.studio.restores import Restore


def test_a_restore_is_told_of_anew_and_gone_when_it_ended(database: Database) -> None:
    first = Restore(session_id="s", backup_id="b", started_at=START, updated_at=START, done_bytes=1, total_bytes=2**40)
    with database.write() as connection:
        restores.put(connection, first)
        restores.put(connection, replace(first, done_bytes=2))
        assert restores.get(connection, "s") == replace(first, done_bytes=2)
        restores.end(connection, "s")
        assert restores.get(connection, "s") is None
