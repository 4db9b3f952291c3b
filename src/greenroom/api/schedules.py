"""Greenroom's own operations on schedules: everybody for their own sessions, administrators for all."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from greenroom.access.actions import Action, Level, register
from greenroom.api.context import Context
from greenroom.api.launch_profiles import find as find_profile
from greenroom.api.launch_profiles import resource_of
from greenroom.api.operation import Touched, handles, touches_studio
from greenroom.api.paging import page
from greenroom.api.streaming_sessions import find as find_session
from greenroom.api.streaming_sessions import touches_session
from greenroom.store import endings, schedules, work
from greenroom.store.pages import Position
from greenroom.studio.errors import NotFound
from greenroom.studio.schedules import Schedule, ScheduleTarget, Weekday, check_schedule, planned
from greenroom.wire import schedules as wire

_TARGETS = {"streaming-session": False, "launch-profile": False}

register(Action("greenroom:PutSchedule", Level.WRITE, _TARGETS))
register(Action("greenroom:GetSchedule", Level.READ, _TARGETS))
register(Action("greenroom:DeleteSchedule", Level.WRITE, _TARGETS))
register(Action("greenroom:ListSchedules", Level.READ, {"studio": True}, frozenset({"nimble:ownedBy"})))


class _SessionPath(msgspec.Struct):
    studio_id: str
    session_id: str


def _touches(context: Context, request: Any) -> Touched:
    if request.target_type == ScheduleTarget.SESSION:
        return touches_session(context, _SessionPath(request.studio_id, request.target_id))
    return Touched([resource_of(context, request.studio_id, request.target_id)])


def _touches_list(context: Context, request: wire.ListSchedulesRequest) -> Touched:
    return touches_studio(context, request, **{"nimble:ownedBy": request.owned_by})


def _shape(schedule: Schedule) -> wire.Schedule:
    return msgspec.convert(schedule, wire.Schedule, from_attributes=True)


def _find(context: Context, request: Any) -> Schedule:
    found = schedules.get(context.connection, request.target_type, request.target_id)
    if found is None or found.studio_id != request.studio_id:
        raise NotFound("schedule", f"{request.target_type}/{request.target_id}")
    return found


@handles("PutSchedule", touches=_touches)
def put_schedule(context: Context, request: wire.PutScheduleRequest) -> wire.PutScheduleResponse:
    """The target's schedule from now on; what its hours of today have passed already is not made up for."""
    target = request.target_type
    if target is ScheduleTarget.SESSION:
        owner = find_session(context, request.studio_id, request.target_id).owned_by
    else:
        find_profile(context, request.studio_id, request.target_id)
        owner = None
    schedule = Schedule(
        target_type=target,
        target_id=request.target_id,
        studio_id=request.studio_id,
        owned_by=owner,
        start_at=request.start_at,
        stop_at=request.stop_at,
        weekdays=[day.value for day in Weekday if day in request.weekdays],
        time_zone=request.time_zone,
        updated_at=context.now,
        updated_by=context.principal.principal_id,
    )
    check_schedule(schedule)
    if (before := schedules.get(context.connection, target, request.target_id, for_update=True)) is not None:
        schedule = replace(schedule, start_done_at=before.start_done_at, stop_done_at=before.stop_done_at)
    schedule = planned(schedule, context.now)
    schedules.put(context.connection, schedule)
    context.schedule(work.SCHEDULE, schedule.work_id, schedule.next_at)
    _look_at_endings(context, target, request.target_id)
    return wire.PutScheduleResponse(schedule=_shape(schedule))


def _look_at_endings(context: Context, target: ScheduleTarget, target_id: str) -> None:
    """Running sessions may end at another time now, which is to be said in their desktops."""
    if target is ScheduleTarget.SESSION:
        context.schedule(work.ENDING, target_id)
    else:
        endings.look_again(context.connection, context.now, launch_profile_id=target_id)


@handles("GetSchedule", touches=_touches)
def get_schedule(context: Context, request: wire.GetScheduleRequest) -> wire.GetScheduleResponse:
    """The target's schedule."""
    return wire.GetScheduleResponse(schedule=_shape(_find(context, request)))


@handles("DeleteSchedule", touches=_touches)
def delete_schedule(context: Context, request: wire.DeleteScheduleRequest) -> wire.DeleteScheduleResponse:
    """It has none any more; its work finds that out."""
    _find(context, request)
    schedules.drop(context.connection, request.target_type, request.target_id)
    return wire.DeleteScheduleResponse()


@handles("ListSchedules", touches=_touches_list)
def list_schedules(context: Context, request: wire.ListSchedulesRequest) -> wire.ListSchedulesResponse:
    """A page of 100, by the targets' ids."""
    context.studio(request.studio_id)

    def fetch(after: Position | None, limit: int) -> list[Schedule]:
        return schedules.page(
            context.connection,
            request.studio_id,
            owned_by=request.owned_by,
            after=after.id if after else None,
            limit=limit,
        )

    def position(schedule: Schedule) -> tuple[datetime, str]:
        # The order is by id alone: the moment in a token stands for nothing here.
        return datetime.fromtimestamp(0, UTC), schedule.target_id

    scope = {"operation": "ListSchedules", "studio": request.studio_id, "owner": request.owned_by}
    found, next_token = page(context, request.next_token, scope, fetch, position)
    return wire.ListSchedulesResponse(schedules=list(map(_shape, found)), next_token=next_token)
