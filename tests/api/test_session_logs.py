"""What sessions said, told to those whose they are."""

from dataclasses import dataclass, replace

import pytest
from tests.api.calling import Api, refused
from tests.records import STUDIO_ID

from greenroom.access.principals import Principal
from greenroom.wire import errors, session_logs


@dataclass(frozen=True)
class Said:
    initialization: str = "installing"
    session: str = "session started"


def logs(api: Api, session_id: str, by: Principal | None = None) -> session_logs.StreamingSessionLogs:
    request = session_logs.GetStreamingSessionLogsRequest(studio_id=STUDIO_ID, session_id=session_id)
    return api.call(request, session_logs.GetStreamingSessionLogsResponse, by=by).logs


@pytest.fixture
def talking(api: Api) -> Api:
    """A house whose sessions say something."""
    api.house = replace(api.house, session_log=lambda _session_id: Said())
    return api


def test_owner_and_administrator_read_what_a_session_said(talking: Api) -> None:
    session = talking.add_session(owned_by=talking.artist.principal_id)
    for person in (talking.admin, talking.artist):
        found = logs(talking, session.session_id, person)
        assert (found.initialization, found.session) == ("installing", "session started")


def test_a_stranger_is_told_the_same_of_what_is_there_and_what_is_not(talking: Api) -> None:
    session = talking.add_session(owned_by=talking.artist.principal_id)
    messages = set()
    for session_id in (session.session_id, "nowhere"):
        with refused(errors.AccessDeniedException) as caught:
            logs(talking, session_id, talking.stranger)
        messages.add(caught.value.message.replace(session_id, "ID"))
    assert len(messages) == 1
    with refused(errors.ResourceNotFoundException):
        logs(talking, "nowhere")
