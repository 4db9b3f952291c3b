"""The newest time on record."""

from datetime import timedelta

from tests.support import START, Clock

from greenroom.store import events, moments
from greenroom.store.database import Database
from greenroom.studio.events import VAULT_BACK, StudioEvent


def test_nothing_on_record_tells_nothing(database: Database) -> None:
    with database.read() as connection:
        assert moments.newest(connection) is None


def test_the_newest_is_told_though_others_came_after_it(database: Database, clock: Clock) -> None:
    for days in (0, 5, -3):
        database.clock = Clock(START + timedelta(days=days))
        with database.write() as connection:
            events.record(connection, StudioEvent(type=VAULT_BACK))
    with database.read() as connection:
        assert moments.newest(connection) == START + timedelta(days=5)
