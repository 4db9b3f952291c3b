"""Streams that open a desktop: listed and ended by their owner and by administrators."""

from datetime import timedelta

import pytest
from tests.api.calling import Api, refused
from tests.records import STUDIO_ID

from greenroom.access.principals import Principal
from greenroom.store import events, streams
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState
from greenroom.studio.streams import StreamState, new_stream, next_step
from greenroom.wire import errors, shapes
from greenroom.wire import open_streams as wire


@pytest.fixture
def session(api: Api) -> StreamingSession:
    return api.add_session(started_at=api.clock(), state=SessionState.READY)


def add(api: Api, session: StreamingSession, stream_id: str, *, opened: bool = False) -> str:
    """A READY stream, as it is after its first step."""
    made = new_stream(
        session, stream_id, by=session.owned_by, now=api.clock.advance(seconds=1), expires_in=timedelta(minutes=2)
    )
    with api.database.write() as connection:
        streams.insert(connection, next_step(made, session, api.clock()))
        if opened:
            assert streams.open_once(connection, stream_id, api.clock())
    return stream_id


def listed(api: Api, session: StreamingSession, by: Principal | None = None) -> list[str]:
    request = wire.ListOpenStreamsRequest(studio_id=STUDIO_ID, session_id=session.session_id)
    return [each.stream_id for each in api.call(request, wire.ListOpenStreamsResponse, by=by or api.artist).streams]


def revoke(api: Api, session_id: str, stream_id: str, by: Principal | None = None) -> None:
    request = wire.RevokeStreamingSessionStreamRequest(studio_id=STUDIO_ID, session_id=session_id, stream_id=stream_id)
    api.call(request, wire.RevokeStreamingSessionStreamResponse, by=by or api.artist)


def test_those_that_open_something_are_listed_newest_first(api: Api, session: StreamingSession) -> None:
    opened, late = add(api, session, "opened", opened=True), add(api, session, "late")
    api.clock.advance(minutes=3)
    fresh = add(api, session, "fresh")
    assert late not in listed(api, session)
    assert listed(api, session) == listed(api, session, api.admin) == [fresh, opened]


def test_a_session_that_does_not_run_has_none(api: Api) -> None:
    session = api.add_session(state=SessionState.STOPPED)
    assert listed(api, session) == []


def test_one_that_is_ended_is_deleted_and_told_of_once(api: Api, session: StreamingSession) -> None:
    one, other = add(api, session, "one", opened=True), add(api, session, "other")
    for _ in range(2):
        revoke(api, session.session_id, one)
    assert listed(api, session) == [other]
    shown = api.call(
        shapes.GetStreamingSessionStreamRequest(studio_id=STUDIO_ID, session_id=session.session_id, stream_id=one),
        shapes.GetStreamingSessionStreamResponse,
    ).stream
    assert shown is not None
    assert (shown.state, shown.url) == (StreamState.DELETED, None)
    with api.database.read() as connection:
        told = [event for event in events.page(connection) if event.type == "stream.revoked"]
    assert [(event.session_id, event.owned_by) for event in told] == [(session.session_id, session.owned_by)]


def test_an_administrator_ends_anybodys(api: Api, session: StreamingSession) -> None:
    revoke(api, session.session_id, add(api, session, "one"), api.admin)
    assert listed(api, session) == []


def test_a_stranger_is_told_the_same_of_what_is_there_and_what_is_not(api: Api, session: StreamingSession) -> None:
    stream_id = add(api, session, "one")
    messages = set()
    for session_id in (session.session_id, "nowhere"):
        with refused(errors.AccessDeniedException) as caught:
            revoke(api, session_id, stream_id, api.stranger)
        messages.add(caught.value.message.replace(session_id, "ID"))
    assert len(messages) == 1
    assert listed(api, session) == [stream_id]


def test_a_stream_is_ended_under_its_own_session_only(api: Api, session: StreamingSession) -> None:
    stream_id = add(api, session, "one")
    other = api.add_session(started_at=api.clock(), state=SessionState.READY)
    with refused(errors.ResourceNotFoundException):
        revoke(api, other.session_id, stream_id)
    assert listed(api, session) == [stream_id]
