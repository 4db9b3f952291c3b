"""Everybody schedules their own sessions, administrators everybody's and launch profiles."""

from typing import Any

import pytest
from tests.api.calling import Api, refused
from tests.records import STUDIO_ID

from greenroom.access.principals import Principal
from greenroom.wire import errors
from greenroom.wire import schedules as wire

SESSION, PROFILE = wire.ScheduleTarget.SESSION, wire.ScheduleTarget.LAUNCH_PROFILE


def put(
    api: Api, kind: wire.ScheduleTarget, target: str, *, by: Principal | None = None, **members: Any
) -> wire.Schedule:
    given = {"start_at": "09:00", "stop_at": "18:00", "time_zone": "Europe/Berlin", "weekdays": [wire.Weekday.FRIDAY]}
    request = wire.PutScheduleRequest(studio_id=STUDIO_ID, target_type=kind, target_id=target, **(given | members))
    schedule = api.call(request, wire.PutScheduleResponse, by=by).schedule
    assert schedule is not None
    return schedule


def get(api: Api, kind: wire.ScheduleTarget, target: str, *, by: Principal | None = None) -> wire.Schedule | None:
    request = wire.GetScheduleRequest(studio_id=STUDIO_ID, target_type=kind, target_id=target)
    return api.call(request, wire.GetScheduleResponse, by=by).schedule


def listed(api: Api, *, by: Principal | None = None, owner: str | None = None) -> list[str]:
    request = wire.ListSchedulesRequest(studio_id=STUDIO_ID, owned_by=owner)
    return [each.target_id for each in api.call(request, wire.ListSchedulesResponse, by=by).schedules or []]


def test_an_artist_schedules_their_own_session(api: Api) -> None:
    session_id = api.add_session().session_id
    made = put(api, SESSION, session_id, by=api.artist)
    assert (made.owned_by, made.next_action) == (api.artist.principal_id, "START")
    assert made.next_at is not None
    assert made.next_at.isoformat() == "2023-02-03T08:00:00+00:00"
    assert get(api, SESSION, session_id, by=api.artist) == made
    changed = put(api, SESSION, session_id, by=api.artist, start_at=None)
    assert (changed.start_at, changed.next_action) == (None, "STOP")
    assert listed(api, by=api.artist, owner=api.artist.principal_id) == [session_id]
    request = wire.DeleteScheduleRequest(studio_id=STUDIO_ID, target_type=SESSION, target_id=session_id)
    api.call(request, wire.DeleteScheduleResponse, by=api.artist)
    with refused(errors.ResourceNotFoundException):
        get(api, SESSION, session_id, by=api.artist)


def test_nobody_else_does_and_what_is_absent_looks_alike(api: Api) -> None:
    for session_id in (api.add_session().session_id, "nowhere"):
        with refused(errors.AccessDeniedException):
            put(api, SESSION, session_id, by=api.stranger)
    with refused(errors.AccessDeniedException):
        put(api, PROFILE, api.profile.launch_profile_id, by=api.artist)
    with refused(errors.AccessDeniedException):
        listed(api, by=api.artist)


def test_administrators_schedule_launch_profiles(api: Api) -> None:
    made = put(api, PROFILE, api.profile.launch_profile_id)
    assert made.owned_by is None
    assert listed(api) == [api.profile.launch_profile_id]
    with refused(errors.ResourceNotFoundException):
        put(api, PROFILE, "nowhere")


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"start_at": None, "stop_at": None}, "SCHEDULE_WITHOUT_TIME"),
        ({"stop_at": "09:00"}, "SCHEDULE_WITHOUT_TIME"),
        ({"time_zone": "Mars/Olympus"}, "UNKNOWN_TIME_ZONE"),
    ],
)
def test_a_schedule_that_means_nothing_is_refused(api: Api, members: dict[str, Any], code: str) -> None:
    with refused(errors.ValidationException, code):
        put(api, SESSION, api.add_session().session_id, **members)
