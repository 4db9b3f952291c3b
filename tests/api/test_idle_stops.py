"""After how long without use the sessions of a launch profile stop."""

from tests.api.calling import Api, refused
from tests.records import STUDIO_ID

from greenroom.store import work
from greenroom.wire import errors
from greenroom.wire import idle_stops as wire


def put(api: Api, minutes: int | None, **more: object) -> wire.IdleStop | None:
    request = wire.PutLaunchProfileIdleStopRequest(
        studio_id=STUDIO_ID, launch_profile_id=api.profile.launch_profile_id, minutes=minutes
    )
    return api.call(request, wire.PutLaunchProfileIdleStopResponse, **more).idle_stop  # type: ignore[arg-type]


def get(api: Api, launch_profile_id: str, **more: object) -> wire.IdleStop | None:
    request = wire.GetLaunchProfileIdleStopRequest(studio_id=STUDIO_ID, launch_profile_id=launch_profile_id)
    return api.call(request, wire.GetLaunchProfileIdleStopResponse, **more).idle_stop  # type: ignore[arg-type]


def test_a_launch_profile_has_its_own_until_it_is_taken_away(api: Api) -> None:
    profile_id = api.profile.launch_profile_id
    session = api.add_session()
    assert get(api, profile_id) is None
    for minutes in (90, 0):
        put(api, minutes)
        found = get(api, profile_id)
        assert found is not None
        assert (found.minutes, found.updated_by) == (minutes, api.admin.principal_id)
    with api.database.read() as connection:
        assert work.next_due_at(connection, [work.ENDING], now=api.clock()) == api.clock(), session
    assert put(api, None) is None
    assert get(api, profile_id) is None


def test_it_is_an_administrators(api: Api) -> None:
    for call in (lambda: put(api, 1, by=api.artist), lambda: get(api, api.profile.launch_profile_id, by=api.artist)):
        with refused(errors.AccessDeniedException):
            call()
    with refused(errors.ResourceNotFoundException):
        get(api, "nowhere")
