"""Queries on sessions and on the volumes that they left, on both databases."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from tests.records import OWNER, STUDIO_ID, make_backup, make_session
from tests.support import START

from greenroom.store import backups, sessions
from greenroom.store.database import Database
from greenroom.store.pages import Position
from greenroom.studio.origins import KeptVolume
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState as State

SECOND = timedelta(seconds=1)


def kept_volume(volume_id: str, session_id: str, *, kept_at: datetime) -> KeptVolume:
    """Kept for a second."""
    return KeptVolume(volume_id=volume_id, session_id=session_id, kept_at=kept_at, until=kept_at + SECOND)


def insert(database: Database, *made: StreamingSession) -> None:
    with database.write() as connection:
        for session in made:
            sessions.insert(connection, session)


def test_a_listing_is_newest_first_with_deleted_ones_page_after_page(database: Database) -> None:
    made = [
        make_session(number=number, created_at=START + number // 2 * SECOND, state=state)
        for number, state in enumerate([State.READY, State.DELETED, State.STOPPED, State.READY, State.CREATE_FAILED])
    ]
    insert(database, *made)
    newest_first = sorted(made, key=lambda session: (session.created_at, session.session_id), reverse=True)
    with database.read() as connection:
        first = sessions.page(connection, STUDIO_ID, limit=2)
        second = sessions.page(
            connection, STUDIO_ID, after=Position(first[-1].created_at, first[-1].session_id), limit=5
        )
    assert first + second == newest_first


def test_a_listing_is_filtered_by_owner_creator_and_ids(database: Database) -> None:
    mine = make_session(number=1)
    anothers = make_session(number=2, owned_by="grace")
    made_by_another = make_session(number=3, created_by="grace")
    insert(database, mine, anothers, made_by_another)
    with database.read() as connection:
        by_owner = sessions.page(connection, STUDIO_ID, owned_by="grace")
        by_creator = sessions.page(connection, STUDIO_ID, created_by="grace")
        by_ids = sessions.page(connection, STUDIO_ID, owned_by=OWNER, session_ids=[mine.session_id, "unknown"])
        of_another_studio = sessions.page(connection, "us-west-2:stid-0000000000000000")
    assert (by_owner, by_creator, by_ids, of_another_studio) == ([anothers], [made_by_another], [mine], [])


def test_sessions_are_found_and_counted_by_state(database: Database) -> None:
    ready, stopped = make_session(number=1), make_session(number=2, state=State.STOPPED)
    insert(database, ready, stopped, make_session(number=3, state=State.DELETED))
    with database.read() as connection:
        assert sessions.ids_in(connection, [State.READY, State.CREATE_FAILED]) == [ready.session_id]
        assert sessions.count_by_state(connection) == {State.READY: 1, State.STOPPED: 1, State.DELETED: 1}


def test_only_deleted_sessions_count_against_nothing(database: Database) -> None:
    live = make_session(number=1, state=State.STOPPED)
    insert(database, live, make_session(number=2, state=State.DELETED))
    with database.read() as connection:
        assert sessions.count_live(connection, STUDIO_ID) == 1
        assert sessions.count_live_of_profile(connection, live.launch_profile_id) == 1
        assert sessions.count_live_of_image(connection, live.streaming_image_id) == 1
        assert sessions.count_live_of_profile(connection, "another") == 0


def test_numbers_begin_at_one_and_go_on(database: Database) -> None:
    with database.read() as connection:
        assert sessions.next_number(connection) == 1
    insert(database, make_session(number=41))
    with database.read() as connection:
        assert sessions.next_number(connection) == 42


def test_no_two_sessions_have_one_number(database: Database) -> None:
    with pytest.raises(IntegrityError):
        insert(database, make_session(number=1), make_session(number=1))


def test_volumes_that_a_record_speaks_of_are_known(database: Database) -> None:
    insert(
        database,
        make_session(number=1, volume_id="in use", replaced_volume_id="replaced"),
        make_session(number=2, volume_id=None),
    )
    with database.write() as connection:
        sessions.keep_volume(connection, kept_volume("kept", "session", kept_at=START))
        assert sessions.volume_ids(connection) == {"in use", "replaced", "kept"}


def test_a_kept_volume_is_outdated_when_its_time_is_over_and_forgotten_when_it_is_gone(database: Database) -> None:
    with database.write() as connection:
        sessions.keep_volume(connection, kept_volume("old", "one", kept_at=START))
        sessions.keep_volume(connection, kept_volume("new", "two", kept_at=START + SECOND))
        assert sessions.outdated_kept_volumes(connection, START) == []
        assert sessions.outdated_kept_volumes(connection, START + SECOND) == ["old"]
        assert sessions.kept_volume_ids(connection) == ["old", "new"]
        assert sessions.kept_volume_ids(connection, "two") == ["new"]
        assert [kept.volume_id for kept in sessions.kept_volumes_of(connection, "one")] == ["old"]
        assert sessions.forget_kept_volume(connection, "old")
        assert not sessions.forget_kept_volume(connection, "old")
        assert sessions.kept_volume_ids(connection) == ["new"]


def test_a_deleted_session_is_purged_after_its_time_and_its_last_backup(database: Database) -> None:
    old = make_session(number=1, state=State.DELETED, updated_at=START - SECOND)
    with_backup = make_session(number=2, state=State.DELETED, updated_at=START - SECOND)
    young = make_session(number=3, state=State.DELETED, updated_at=START)
    live = make_session(number=4, updated_at=START - SECOND)
    insert(database, old, with_backup, young, live)
    with database.write() as connection:
        backups.insert(connection, make_backup(with_backup))
        assert sessions.purge_deleted(connection, START) == 1
        left = [sessions.get(connection, session.session_id) for session in (old, with_backup, young, live)]
    assert left == [None, with_backup, young, live]
