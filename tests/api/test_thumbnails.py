"""Small pictures of desktops, for those whose they are."""

from dataclasses import replace

import pytest
from tests.api.calling import Api, refused
from tests.records import STUDIO_ID

from greenroom.access.principals import Principal
from greenroom.api.contents import Download
from greenroom.studio.status import SessionState
from greenroom.wire import errors
from greenroom.wire.thumbnails import GetStreamingSessionThumbnailRequest


def look(api: Api, session_id: str, by: Principal | None = None) -> Download:
    """The picture: bytes, where other operations answer with their shape."""
    request = GetStreamingSessionThumbnailRequest(studio_id=STUDIO_ID, session_id=session_id)
    answer = api.carry_out(request, by=by)
    assert isinstance(answer, Download)
    return answer


@pytest.fixture
def shown(api: Api) -> Api:
    """A house whose desktops show something."""
    api.house = replace(api.house, picture_of=lambda _session_id: b"\xff\xd8\xffpicture")
    return api


def test_owner_and_administrator_see_it(shown: Api) -> None:
    session = shown.add_session()
    for person in (shown.admin, shown.artist):
        found = look(shown, session.session_id, person)
        assert (found.media_type, found.size, b"".join(found.chunks)) == ("image/jpeg", 10, b"\xff\xd8\xffpicture")


def test_a_stranger_is_told_the_same_of_what_is_there_and_what_is_not(shown: Api) -> None:
    session = shown.add_session()
    messages = set()
    for session_id in (session.session_id, "nowhere"):
        with refused(errors.AccessDeniedException) as caught:
            look(shown, session_id, shown.stranger)
        messages.add(caught.value.message.replace(session_id, "ID"))
    assert len(messages) == 1


def test_there_is_none_of_a_session_that_does_not_run_or_shows_nothing(shown: Api) -> None:
    stopped = shown.add_session(state=SessionState.STOPPED)
    with refused(errors.ResourceNotFoundException):
        look(shown, stopped.session_id)
    shown.house = replace(shown.house, picture_of=lambda _session_id: None)
    with refused(errors.ResourceNotFoundException):
        look(shown, shown.add_session().session_id)
