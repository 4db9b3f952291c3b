"""Streams: one way into a READY session, for a short time."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.records import make_session
from tests.support import START

from greenroom.studio import streams
from greenroom.studio.errors import Conflict
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState
from greenroom.studio.streams import StreamingSessionStream, StreamState, StreamStatusCode

TWO_MINUTES = timedelta(minutes=2)
SESSION = make_session()


def new_stream(session: StreamingSession = SESSION) -> StreamingSessionStream:
    return streams.new_stream(session, "iZWXLQnSRyWk2pGbNFhTLg", by="ada", now=START, expires_in=TWO_MINUTES)


def ready_stream() -> StreamingSessionStream:
    return streams.next_step(new_stream(), SESSION, START)


def test_a_new_stream_is_in_progress_and_belongs_to_the_sessions_owner() -> None:
    stream = new_stream()
    assert (stream.state, stream.status_code) == (StreamState.CREATE_IN_PROGRESS, StreamStatusCode.CREATE_IN_PROGRESS)
    assert (stream.owned_by, stream.created_by, stream.expires_at) == (SESSION.owned_by, "ada", START + TWO_MINUTES)


@pytest.mark.parametrize("state", [state for state in SessionState if state is not SessionState.READY])
def test_only_a_ready_session_is_streamed(state: SessionState) -> None:
    with pytest.raises(Conflict, match="only a READY one") as refusal:
        new_stream(make_session(state=state))
    assert refusal.value.code == state


def test_a_stream_becomes_ready_with_its_session() -> None:
    assert ready_stream().state is StreamState.READY


@pytest.mark.parametrize("session", [None, make_session(state=SessionState.STOP_IN_PROGRESS)], ids=["gone", "stopping"])
def test_a_stream_whose_session_went_meanwhile_fails(session: StreamingSession | None) -> None:
    stream = streams.next_step(new_stream(), session, START)
    assert (stream.state, stream.status_code) == (StreamState.CREATE_FAILED, StreamStatusCode.NETWORK_CONNECTION_ERROR)


def test_a_stream_ends_when_its_time_is_over() -> None:
    stream = ready_stream()
    assert streams.next_step(stream, SESSION, START + TWO_MINUTES - timedelta(seconds=1)) == stream
    ended = streams.next_step(stream, SESSION, START + TWO_MINUTES)
    assert (ended.state, ended.status_code) == (StreamState.DELETED, StreamStatusCode.DELETED)


@pytest.mark.parametrize("state", [StreamState.DELETED, StreamState.CREATE_FAILED])
def test_a_stream_that_ended_stays_so(state: StreamState) -> None:
    ended = replace(new_stream(), state=state)
    assert streams.next_step(ended, SESSION, START + timedelta(days=1)) == ended


def test_a_stream_from_what_is_the_future_since_the_clock_was_set_back_ends() -> None:
    assert streams.next_step(ready_stream(), SESSION, START - timedelta(days=1)).state is StreamState.DELETED
    assert streams.next_step(ready_stream(), SESSION, START - timedelta(minutes=1)).state is StreamState.READY
