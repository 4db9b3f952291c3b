"""Events are written with the change that they tell of, and read in the order of their ids."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.records import STUDIO_ID, make_backup, make_session
from tests.support import Clock

from greenroom.store import backups, events, sessions
from greenroom.store.database import Database
from greenroom.studio.events import RecordedEvent, StudioEvent
from greenroom.studio.status import SessionState as State


@pytest.fixture
def database(database_url: str, clock: Clock) -> Iterator[Database]:
    """A fresh database whose events have the clock's time."""
    database = Database(database_url, clock=clock)
    yield database
    database.close()


def told(database: Database, event_id: int = 0) -> list[RecordedEvent]:
    with database.read() as connection:
        return events.after(connection, event_id)


def test_a_change_of_state_is_told_in_the_same_transaction(database: Database, clock: Clock) -> None:
    session = make_session(state=State.READY)
    with database.write() as connection:
        sessions.insert(connection, session)
        backups.insert(connection, make_backup(session))
    with database.write() as connection:
        sessions.save(connection, session, replace(session, state=State.STOP_IN_PROGRESS))
        sessions.save(connection, session, replace(session, status_message="no other state"))
    found = told(database)
    assert [event.type for event in found] == ["session.ready", "backup.ready", "session.stop-in-progress"]
    assert {event.recorded_at for event in found} == {clock()}
    assert sorted(event.event_id for event in found) == [event.event_id for event in found]


def test_a_change_that_did_not_come_to_pass_is_not_told(database: Database) -> None:
    session = make_session()

    def fail() -> None:
        with database.write() as connection:
            sessions.insert(connection, session)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.write() as connection:
        events.record(connection, StudioEvent(type="vault.back"))
    assert [event.type for event in told(database)] == ["vault.back"]


def test_ids_rise_in_the_order_of_commits_however_many_write(database: Database) -> None:
    seen: list[int] = []
    writers = [threading.Thread(target=_write_some, args=(database,)) for _ in range(4)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        seen.extend(event.event_id for event in told(database, seen[-1] if seen else 0))
    for writer in writers:
        writer.join()
    seen.extend(event.event_id for event in told(database, seen[-1] if seen else 0))
    assert len(seen) == 40
    assert seen == [event.event_id for event in told(database)]


def _write_some(database: Database) -> None:
    for _ in range(10):
        with database.write() as connection:
            events.record(connection, StudioEvent(type="vault.back"))


def test_a_reader_is_told_of_one_persons_or_one_sessions_only(database: Database) -> None:
    mine, other = make_session(owned_by="me"), make_session(owned_by="other", number=2)
    with database.write() as connection:
        for session in (mine, other):
            sessions.insert(connection, session)
        events.record(connection, StudioEvent(type="vault.back"))
    with database.read() as connection:
        assert [event.session_id for event in events.after(connection, 0, owned_by="me")] == [mine.session_id]
        (one,) = events.page(connection, session_id=other.session_id)
        assert one.owned_by == "other"
        assert len(events.page(connection)) == 3


def test_old_ones_go_and_their_ids_never_come_back(database: Database, clock: Clock) -> None:
    with database.write() as connection:
        events.record(connection, StudioEvent(type="vault.unreachable"))
    clock.advance(timedelta(days=31))
    (old,) = told(database)
    with database.write() as connection:
        assert events.purge(connection, clock() - timedelta(days=30)) == 1
        events.record(connection, StudioEvent(type="vault.back", studio_id=STUDIO_ID))
    (new,) = told(database)
    assert new.event_id > old.event_id
    with database.read() as connection:
        assert events.bounds(connection) == (new.event_id, new.event_id)
        assert events.newest_type(connection, ("vault.back", "vault.unreachable"), STUDIO_ID) == "vault.back"


def test_what_came_last_is_told_of_each_studio(database: Database) -> None:
    types = ("vault.back", "vault.unreachable")
    with database.write() as connection:
        events.record(connection, StudioEvent(type="vault.unreachable", studio_id=STUDIO_ID))
        events.record(connection, StudioEvent(type="vault.unreachable", studio_id="another"))
        events.record(connection, StudioEvent(type="vault.back", studio_id="another"))
    with database.read() as connection:
        assert events.newest_type(connection, types, STUDIO_ID) == "vault.unreachable"
        assert events.newest_type(connection, types, "another") == "vault.back"
        assert events.newest_types(connection, types) == set(types)
        assert events.newest_type(connection, types, "a third") is None
