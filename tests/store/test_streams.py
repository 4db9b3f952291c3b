"""Streams are opened once, on both databases."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.records import make_session
from tests.support import START

from greenroom.store import sessions, streams
from greenroom.store.database import Database
from greenroom.studio.status import SessionState
from greenroom.studio.streams import StreamingSessionStream, StreamState, StreamStatusCode, new_stream

TWO_MINUTES = timedelta(minutes=2)


def make_stream(state: StreamState = StreamState.READY) -> StreamingSessionStream:
    stream = new_stream(make_session(), "iZWXLQnSRyWk2pGbNFhTLg", by="ada", now=START, expires_in=TWO_MINUTES)
    return replace(stream, state=state, status_code=StreamStatusCode.READY)


def insert(database: Database, stream: StreamingSessionStream) -> None:
    with database.write() as connection:
        streams.insert(connection, stream)


def test_of_many_who_open_a_stream_at_once_one_gets_in(database: Database) -> None:
    stream = make_stream()
    insert(database, stream)
    together = threading.Barrier(4)
    answers: list[bool] = []

    def open_it() -> None:
        together.wait()
        with database.write() as connection:
            answers.append(streams.open_once(connection, stream.stream_id, START))

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False, False, False, True]


@pytest.mark.parametrize("state", [state for state in StreamState if state is not StreamState.READY])
def test_a_stream_that_is_not_ready_is_not_opened(database: Database, state: StreamState) -> None:
    stream = make_stream(state)
    insert(database, stream)
    with database.write() as connection:
        assert not streams.open_once(connection, stream.stream_id, START)


def test_a_stream_is_not_opened_when_its_time_is_over(database: Database) -> None:
    stream = make_stream()
    insert(database, stream)
    with database.write() as connection:
        assert not streams.open_once(connection, stream.stream_id, stream.expires_at)
        # Made by a clock that was set back since.
        assert not streams.open_once(connection, stream.stream_id, stream.created_at - timedelta(days=1))


def test_who_is_shut_out_loses_the_streams_they_asked_for_and_those_of_their_sessions(database: Database) -> None:
    asked, of_theirs, others = (replace(make_stream(), stream_id=name) for name in ("asked", "of-theirs", "others"))
    asked = replace(asked, created_by="eve", owned_by="ada")
    of_theirs = replace(of_theirs, owned_by="eve")
    for stream in (asked, of_theirs, others):
        insert(database, stream)
    with database.write() as connection:
        streams.revoke_of(connection, "eve", START)
        opened = {name: streams.open_once(connection, name, START) for name in ("asked", "of-theirs", "others")}
        found = streams.get(connection, "asked")
    assert opened == {"asked": False, "of-theirs": False, "others": True}
    assert found is not None
    assert (found.state, found.revoked_at) == (StreamState.DELETED, START)


def test_streams_are_purged_after_their_time(database: Database) -> None:
    stream = make_stream()
    insert(database, stream)
    with database.write() as connection:
        assert streams.purge(connection, stream.expires_at) == 0
        assert streams.purge(connection, stream.expires_at + timedelta(seconds=1)) == 1


def test_a_stream_that_was_opened_stays_as_long_as_its_session_runs_on(database: Database) -> None:
    session = make_session(state=SessionState.READY, started_at=START)
    stream = replace(make_stream(), session_id=session.session_id, opened_at=START)
    late = stream.expires_at + timedelta(days=2)
    insert(database, stream)
    with database.write() as connection:
        sessions.insert(connection, session)
        assert streams.purge(connection, late) == 0
        again = replace(session, started_at=START + timedelta(hours=1))
        sessions.save(connection, session, again)
        assert streams.purge(connection, late) == 1
        insert_again = replace(stream, created_at=START + timedelta(hours=2))
        streams.insert(connection, insert_again)
        sessions.save(connection, again, replace(again, state=SessionState.STOPPED))
        assert streams.purge(connection, late) == 1
