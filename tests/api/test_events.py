"""Who is told what: administrators of everything, everybody else of what is theirs."""

from dataclasses import replace

import msgspec
import pytest
from tests.api.calling import Api, refused

from greenroom.access.principals import Principal
from greenroom.store import events, sessions
from greenroom.studio.events import RecordedEvent, StudioEvent, document
from greenroom.studio.status import SessionState
from greenroom.wire import errors
from greenroom.wire import events as wire
from greenroom.wire.schema import structure_of


def listed(api: Api, *, by: Principal | None = None, **members: object) -> wire.ListEventsResponse:
    return api.call(wire.ListEventsRequest(**members), wire.ListEventsResponse, by=by)  # type: ignore[arg-type]


def types(answer: wire.ListEventsResponse) -> list[str]:
    return [event.type for event in answer.events or []]


@pytest.fixture
def happened(api: Api) -> str:
    """The artist's session became READY and stopped, the stranger's became READY, the vault came back; the first."""
    session = api.add_session()
    api.add_session(owned_by=api.stranger.principal_id)
    with api.database.write() as connection:
        sessions.save(connection, session, replace(session, state=SessionState.STOPPED))
        events.record(connection, StudioEvent(type="vault.back"))
    return session.session_id


def test_administrators_are_told_of_everything_newest_first(api: Api, happened: str) -> None:
    answer = listed(api)
    assert types(answer) == ["vault.back", "session.stopped", "session.ready", "session.ready"]
    assert answer.owned_by is None
    assert types(listed(api, session_id=happened)) == ["session.stopped", "session.ready"]


@pytest.mark.usefixtures("happened")
def test_plain_users_are_told_of_what_is_theirs(api: Api) -> None:
    answer = listed(api, by=api.artist)
    assert types(answer) == ["session.stopped", "session.ready"]
    assert answer.owned_by == api.artist.principal_id
    assert types(listed(api, by=api.artist, owned_by=api.artist.principal_id)) == types(answer)


def test_plain_users_are_not_told_of_others(api: Api, happened: str) -> None:
    with refused(errors.AccessDeniedException):
        listed(api, by=api.artist, owned_by=api.stranger.principal_id)
    assert types(listed(api, by=api.stranger, session_id=happened)) == []


def test_pages_follow_each_other_without_a_gap(api: Api) -> None:
    with api.database.write() as connection:
        for number in range(250):
            events.record(connection, StudioEvent(type=f"test.{number}"))
    found, token = [], None
    while True:
        answer = listed(api, next_token=token)
        found.extend(types(answer))
        token = answer.next_token
        if token is None:
            break
    assert found == [f"test.{number}" for number in reversed(range(250))]


@pytest.mark.usefixtures("happened")
def test_only_what_came_after_an_event_is_listed_where_one_is_named(api: Api) -> None:
    newest, *_ = listed(api).events or []
    assert types(listed(api, after_event_id=newest.event_id)) == []
    assert types(listed(api, after_event_id=newest.event_id - 1)) == ["vault.back"]


def test_a_page_and_the_feed_tell_an_event_by_the_same_names(api: Api) -> None:
    event = RecordedEvent(
        type="a",
        studio_id="b",
        session_id="c",
        backup_id="d",
        owned_by="e",
        state="f",
        previous_state="g",
        message="h",
        event_id=1,
        recorded_at=api.clock(),
    )
    assert set(document(event)) == {member.name for member in structure_of(wire.StudioEvent).members}
    assert msgspec.convert(event, wire.StudioEvent, from_attributes=True).message == "h"
