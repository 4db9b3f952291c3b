"""Streams: a way into a session for its owner, once, for a short time."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.api.calling import Api, refused
from tests.records import STUDIO_ID

from greenroom.access.principals import Principal
from greenroom.store import sessions
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState
from greenroom.wire import errors, shapes


def create(
    api: Api, session: StreamingSession, *, by: Principal | None = None, **members: Any
) -> shapes.StreamingSessionStream:
    request = shapes.CreateStreamingSessionStreamRequest(
        **({"studio_id": STUDIO_ID, "session_id": session.session_id} | members)
    )
    stream = api.call(request, shapes.CreateStreamingSessionStreamResponse, by=by or api.artist).stream
    assert stream is not None
    return stream


def get(
    api: Api, session: StreamingSession, stream_id: str | None, *, by: Principal | None = None
) -> shapes.StreamingSessionStream:
    stream = api.call(
        shapes.GetStreamingSessionStreamRequest(
            studio_id=STUDIO_ID, session_id=session.session_id, stream_id=str(stream_id)
        ),
        shapes.GetStreamingSessionStreamResponse,
        by=by or api.artist,
    ).stream
    assert stream is not None
    return stream


def ticket(stream: shapes.StreamingSessionStream) -> str:
    assert stream.url is not None
    (found,) = parse_qs(urlsplit(stream.url).query)["ticket"]
    return found


def redeem(api: Api, stream: shapes.StreamingSessionStream, with_ticket: str) -> StreamingSession | None:
    with api.database.write() as connection:
        return api.house.tickets.redeem(connection, str(stream.stream_id), with_ticket, api.clock())


def ready_stream(api: Api, session: StreamingSession, **members: Any) -> shapes.StreamingSessionStream:
    created = create(api, session, **members)
    api.settle()
    return get(api, session, created.stream_id)


def test_a_new_stream_has_no_url_yet(api: Api) -> None:
    stream = create(api, api.add_session())
    assert (stream.state, stream.status_code, stream.url) == ("CREATE_IN_PROGRESS", "STREAM_CREATE_IN_PROGRESS", None)


def test_a_ready_stream_has_its_url_every_time_that_it_is_read(api: Api) -> None:
    session = api.add_session()
    stream = ready_stream(api, session)
    assert (stream.state, stream.status_code) == ("READY", "STREAM_READY")
    assert stream.url is not None
    assert urlsplit(stream.url).path == f"/streams/{stream.stream_id}/"
    assert get(api, session, stream.stream_id).url == stream.url


def test_a_stream_belongs_to_the_sessions_owner_whoever_made_it(api: Api) -> None:
    stream = create(api, api.add_session(), by=api.admin)
    assert (stream.owned_by, stream.created_by) == (api.artist.principal_id, api.admin.principal_id)


@pytest.mark.parametrize(("asked", "lasts"), [(None, 120), (60, 60), (3600, 3600)])
def test_a_stream_lasts_as_long_as_asked_for_and_120_seconds_by_default(
    api: Api, asked: int | None, lasts: int
) -> None:
    stream = create(api, api.add_session(), expiration_in_seconds=asked)
    assert stream.expires_at == api.clock() + timedelta(seconds=lasts)


def test_an_expired_stream_has_no_url_and_ends_deleted(api: Api) -> None:
    session = api.add_session()
    stream = ready_stream(api, session)
    api.clock.advance(seconds=120)
    assert get(api, session, stream.stream_id).url is None
    api.settle()
    ended = get(api, session, stream.stream_id)
    assert (ended.state, ended.status_code, ended.url) == ("DELETED", "STREAM_DELETED", None)


@pytest.mark.parametrize("state", sorted(set(SessionState) - {SessionState.READY}))
def test_only_a_ready_session_can_be_streamed(api: Api, state: SessionState) -> None:
    with refused(errors.ConflictException, state):
        create(api, api.add_session(state=state))


def test_a_stream_whose_session_went_meanwhile_fails(api: Api) -> None:
    session = api.add_session()
    created = create(api, session)
    with api.database.write() as connection:
        sessions.save(connection, session, replace(session, state=SessionState.STOP_IN_PROGRESS))
    api.settle()
    failed = get(api, session, created.stream_id)
    assert (failed.state, failed.status_code, failed.url) == ("CREATE_FAILED", "NETWORK_CONNECTION_ERROR", None)


def test_a_stream_of_another_session_is_not_found(api: Api) -> None:
    one, other = api.add_session(), api.add_session()
    stream = create(api, one)
    with refused(errors.ResourceNotFoundException, "STREAMING_SESSION_STREAM_NOT_FOUND"):
        get(api, other, stream.stream_id)
    with refused(errors.ResourceNotFoundException, "STREAMING_SESSION_STREAM_NOT_FOUND"):
        get(api, one, "nowhere")


def test_nobody_streams_anothers_session_without_a_policy_that_says_so(api: Api) -> None:
    session = api.add_session()
    stream = create(api, session)
    with refused(errors.AccessDeniedException):
        create(api, session, by=api.stranger)
    with refused(errors.AccessDeniedException):
        get(api, session, stream.stream_id, by=api.stranger)


def test_an_administrator_is_told_of_a_session_that_is_not_there(api: Api) -> None:
    with refused(errors.ResourceNotFoundException, "STREAMING_SESSION_NOT_FOUND"):
        create(api, api.add_session(), session_id="nowhere", by=api.admin)


def test_a_call_repeated_under_its_token_makes_one_stream(api: Api) -> None:
    session = api.add_session()
    first = create(api, session, client_token="once")
    assert create(api, session, client_token="once").stream_id == first.stream_id
    with refused(errors.ValidationException, "CLIENT_TOKEN_REUSED"):
        create(api, session, client_token="once", expiration_in_seconds=60)


class TestTickets:
    def test_one_opens_its_session_once(self, api: Api) -> None:
        session = api.add_session()
        stream = ready_stream(api, session)
        opened = redeem(api, stream, ticket(stream))
        assert opened is not None
        assert opened.session_id == session.session_id
        assert redeem(api, stream, ticket(stream)) is None

    def test_one_of_another_stream_opens_nothing(self, api: Api) -> None:
        session = api.add_session()
        one, other = ready_stream(api, session), ready_stream(api, session)
        assert redeem(api, one, ticket(other)) is None
        assert redeem(api, one, "") is None
        assert redeem(api, one, "é" * 43) is None
        assert redeem(api, one, ticket(one)) is not None

    def test_one_opens_nothing_before_its_stream_is_ready(self, api: Api) -> None:
        session = api.add_session()
        stream = create(api, session)
        path = api.house.tickets.path(str(stream.stream_id))
        (found,) = parse_qs(urlsplit(path).query)["ticket"]
        assert redeem(api, stream, found) is None

    def test_one_opens_nothing_after_its_time(self, api: Api) -> None:
        stream = ready_stream(api, api.add_session())
        api.clock.advance(seconds=120)
        assert redeem(api, stream, ticket(stream)) is None

    def test_one_opens_nothing_once_the_session_is_not_ready(self, api: Api) -> None:
        session = api.add_session()
        stream = ready_stream(api, session)
        with api.database.write() as connection:
            sessions.save(connection, session, replace(session, state=SessionState.STOPPED))
        assert redeem(api, stream, ticket(stream)) is None

    def test_nothing_that_is_stored_opens_a_stream(self, api: Api) -> None:
        stream = ready_stream(api, api.add_session())
        with api.database.read() as connection:
            rows = connection.exec_driver_sql("SELECT * FROM streaming_session_streams").all()
        assert ticket(stream) not in repr(rows)
