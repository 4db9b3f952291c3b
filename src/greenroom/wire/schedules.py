"""Greenroom's own operations on schedules: when sessions start and stop by themselves."""

from typing import Annotated

from greenroom.studio.schedules import ScheduleAction as ScheduleAction
from greenroom.studio.schedules import ScheduleTarget as ScheduleTarget
from greenroom.studio.schedules import Weekday as Weekday
from greenroom.wire.operations import addition
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import String, Timestamp
from greenroom.wire.traits import Label, ListOf, Query, Text

WallClockTime = Annotated[
    str,
    Text(
        "WallClockTime",
        min_length=5,
        max_length=5,
        pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$",
        documentation="Hour and minute, 00:00 to 23:59.",
    ),
]
TimeZone = Annotated[str, Text("TimeZone", min_length=1, max_length=64, documentation="IANA name: Europe/Berlin.")]

WeekdayList = Annotated[list[Weekday], ListOf("WeekdayList", min_items=1, max_items=7)]


class Schedule(Shape):
    """When sessions start and stop by themselves; `nextAt` says when it does something next."""

    studio_id: String
    target_id: String
    target_type: ScheduleTarget
    time_zone: TimeZone
    updated_at: Timestamp
    updated_by: String
    weekdays: WeekdayList
    next_action: ScheduleAction | None = None
    next_at: Timestamp | None = None
    owned_by: String | None = None
    start_at: WallClockTime | None = None
    stop_at: WallClockTime | None = None


ScheduleList = Annotated[list[Schedule], ListOf("ScheduleList")]


class PutScheduleRequest(Shape):
    """The hours at which the target starts and stops, by the wall clock of a time zone."""

    studio_id: Label[String]
    target_id: Label[String]
    target_type: Label[ScheduleTarget]
    time_zone: TimeZone
    weekdays: WeekdayList
    start_at: WallClockTime | None = None
    stop_at: WallClockTime | None = None


class PutScheduleResponse(Shape):
    """The schedule as it is now."""

    schedule: Schedule | None = None


class GetScheduleRequest(Shape):
    """The target whose schedule to read."""

    studio_id: Label[String]
    target_id: Label[String]
    target_type: Label[ScheduleTarget]


class GetScheduleResponse(Shape):
    """Its schedule."""

    schedule: Schedule | None = None


class DeleteScheduleRequest(Shape):
    """The target that shall have none."""

    studio_id: Label[String]
    target_id: Label[String]
    target_type: Label[ScheduleTarget]


class DeleteScheduleResponse(Shape):
    """It has none."""


class ListSchedulesRequest(Shape):
    """The studio, and whose sessions' schedules."""

    studio_id: Label[String]
    next_token: Query[String] | None = None
    owned_by: Query[String] | None = None


class ListSchedulesResponse(Shape):
    """A page of schedules."""

    next_token: String | None = None
    schedules: ScheduleList | None = None


_STUDIO = "/studios/{studioId}"
_ONE = _STUDIO + "/schedules/{targetType}/{targetId}"

_operation = addition(globals())

SCHEDULES = (
    _operation(
        "PutSchedule",
        "PUT",
        _ONE,
        "Have a session, or all of a launch profile, start and stop at hours of weekdays.",
        idempotent=True,
    ),
    _operation(
        "GetSchedule", "GET", _ONE, "Read when a session or a launch profile's sessions start and stop by themselves."
    ),
    _operation(
        "DeleteSchedule",
        "DELETE",
        _ONE,
        "Let a session, or a launch profile's, start and stop by hand alone.",
        idempotent=True,
    ),
    _operation("ListSchedules", "GET", _STUDIO + "/schedules", "List the schedules of a studio."),
)
"""The operations on schedules."""
