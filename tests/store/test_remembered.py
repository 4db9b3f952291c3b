"""Answers that are kept for a while."""

from sqlalchemy import Connection

from greenroom.store.database import Database
from greenroom.store.remembered import PAUSE_FACTOR, Remembered


def test_an_answer_is_found_again_only_after_many_times_as_long_as_it_took(database: Database) -> None:
    now = 0.0
    found = 0

    def find(_connection: Connection) -> int:
        nonlocal now, found
        now += 1.0
        found += 1
        return found

    remembered = Remembered(find, lambda: now)
    with database.read() as connection:
        assert [remembered.get(connection), remembered.get(connection)] == [1, 1]
        now += 2 * PAUSE_FACTOR
        assert remembered.get(connection) == 2
