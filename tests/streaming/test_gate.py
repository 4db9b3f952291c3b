"""Who comes through to a desktop, decided by the records as they are now."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.api.calling import Api
from tests.records import make_stream_configuration

from greenroom.store import launch_profiles, sessions, streams
from greenroom.streaming.gate import Gate, Passage, Refusal, RefusedError
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState
from greenroom.studio.streams import new_stream, next_step


@pytest.fixture
def gate(api: Api) -> Gate:
    return Gate(api.database, api.house.tickets, api.clock, session_user="artist")


@pytest.fixture
def session(api: Api) -> StreamingSession:
    return api.add_session(started_at=api.clock(), state=SessionState.READY)


@pytest.fixture
def stream_id(api: Api, session: StreamingSession) -> str:
    """A READY stream of the session."""
    made = new_stream(session, "stream", by="ada", now=api.clock(), expires_in=timedelta(seconds=120))
    with api.database.write() as connection:
        streams.insert(connection, next_step(made, session, api.clock()))
    return made.stream_id


def ticket(api: Api, stream_id: str) -> str:
    return api.house.tickets.path(stream_id).partition("ticket=")[2]


def opened(api: Api, gate: Gate, stream_id: str) -> Passage:
    return gate.passage(stream_id, gate.redeem(stream_id, ticket(api, stream_id)))


def refusal(gate: Gate, stream_id: str, shown: str | None) -> Refusal:
    with pytest.raises(RefusedError) as refused:
        gate.passage(stream_id, shown)
    return refused.value.refusal


def change(api: Api, session: StreamingSession, **members: object) -> None:
    with api.database.write() as connection:
        sessions.save(connection, session, replace(session, **members))  # type: ignore[arg-type]


def test_a_ticket_leads_to_its_session_once(api: Api, gate: Gate, session: StreamingSession, stream_id: str) -> None:
    passage = opened(api, gate, stream_id)
    assert (passage.session_id, passage.owned_by) == (session.session_id, session.owned_by)
    with pytest.raises(RefusedError, match=Refusal.TICKET):
        gate.redeem(stream_id, ticket(api, stream_id))


def test_a_pass_without_its_ticket_having_been_traded_opens_nothing(api: Api, gate: Gate, stream_id: str) -> None:
    assert refusal(gate, stream_id, api.house.tickets.pass_for(stream_id)) is Refusal.UNKNOWN


@pytest.mark.parametrize("shown", [None, "", "forged", "é", "another's"])
def test_what_is_not_the_streams_pass_opens_nothing(api: Api, gate: Gate, stream_id: str, shown: str | None) -> None:
    opened(api, gate, stream_id)
    foreign = api.house.tickets.pass_for("another")
    assert refusal(gate, stream_id, foreign if shown == "another's" else shown) is Refusal.COOKIE


def test_the_ticket_is_not_the_pass(api: Api, gate: Gate, stream_id: str) -> None:
    opened(api, gate, stream_id)
    assert refusal(gate, stream_id, ticket(api, stream_id)) is Refusal.COOKIE
    with pytest.raises(RefusedError, match=Refusal.TICKET):
        gate.redeem(stream_id, api.house.tickets.pass_for(stream_id))


@pytest.mark.parametrize("state", sorted(set(SessionState) - {SessionState.READY}))
def test_a_passage_ends_with_the_sessions_run(
    api: Api, gate: Gate, session: StreamingSession, stream_id: str, state: SessionState
) -> None:
    passage = opened(api, gate, stream_id)
    assert gate.still_open(passage)
    change(api, session, state=state)
    assert not gate.still_open(passage)
    assert refusal(gate, stream_id, api.house.tickets.pass_for(stream_id)) is Refusal.STOPPED


def test_a_passage_does_not_lead_into_the_next_run(
    api: Api, gate: Gate, session: StreamingSession, stream_id: str
) -> None:
    passage = opened(api, gate, stream_id)
    change(api, session, started_at=api.clock.advance(seconds=1))
    assert not gate.still_open(passage)


def test_a_passage_ends_when_the_rules_change(api: Api, gate: Gate, stream_id: str) -> None:
    passage = opened(api, gate, stream_id)
    with api.database.write() as connection:
        configuration = make_stream_configuration(clipboard_mode="DISABLED")
        launch_profiles.save(connection, api.profile, replace(api.profile, stream_configuration=configuration))
    assert not gate.still_open(passage)
    assert not gate.passage(stream_id, api.house.tickets.pass_for(stream_id)).rules.clipboard


def test_a_passage_outlives_its_ticket_and_ends_with_the_streams_record(
    api: Api, gate: Gate, session: StreamingSession, stream_id: str
) -> None:
    passage = opened(api, gate, stream_id)
    api.clock.advance(timedelta(days=3))
    with api.database.write() as connection:
        assert streams.purge(connection, api.clock()) == 0
    assert gate.still_open(passage)
    change(api, session, state=SessionState.STOPPED)
    with api.database.write() as connection:
        assert streams.purge(connection, api.clock()) == 1
    assert refusal(gate, stream_id, api.house.tickets.pass_for(stream_id)) is Refusal.UNKNOWN
