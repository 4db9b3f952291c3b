"""Schedules: at which hours of which weekdays sessions start and stop, by the clock on somebody's wall.

Pure: given a schedule and a moment, what comes next. A wall clock jumps: an hour that a change to summer time leaves
out is taken as much later as the clock jumped; one that comes twice counts the first time, once. The machine's own
clock may be set back as well: what was done is not done again for that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, available_timezones

from greenroom.studio.errors import Invalid

LATEST = timedelta(hours=1)
"""How late a start or a stop is still done, where no server ran at its time; later ones are left out."""
ANOTHER_DAY = timedelta(days=1)
"""How far the clock is set back where an hour that was done is that of another day, and is to come still."""


class Weekday(StrEnum):
    """Days of the week, as ISO orders them."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"


class ScheduleTarget(StrEnum):
    """What is scheduled."""

    SESSION = "streaming-session"
    LAUNCH_PROFILE = "launch-profile"


class ScheduleAction(StrEnum):
    """What is done to sessions."""

    START = "START"
    STOP = "STOP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One session's, or that of all sessions of a launch profile that have none of their own."""

    target_type: ScheduleTarget
    target_id: str
    studio_id: str
    owned_by: str | None
    """The session's owner; None: a launch profile's, which nobody owns."""
    start_at: str | None
    """`HH:MM` on the wall clock; None: does not start."""
    stop_at: str | None
    weekdays: Sequence[str]
    time_zone: str
    """IANA name: `Europe/Berlin`."""
    updated_at: datetime
    updated_by: str
    next_at: datetime | None = None
    next_action: ScheduleAction | None = None
    start_done_at: datetime | None = None
    """Which start was the last that was done, by its own time; None: none was."""
    stop_done_at: datetime | None = None

    @property
    def work_id(self) -> str:
        """Under which its work is kept."""
        return f"{self.target_type}/{self.target_id}"


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """One start or stop."""

    at: datetime
    """UTC."""
    action: ScheduleAction


def check_schedule(schedule: Schedule) -> None:
    """Raises Invalid where it names no hour, twice the same, no day, or a time zone that there is not."""
    if schedule.start_at is None and schedule.stop_at is None:
        raise Invalid("A schedule needs startAt, stopAt or both.", code="SCHEDULE_WITHOUT_TIME")
    if schedule.start_at == schedule.stop_at:
        raise Invalid("startAt and stopAt are the same: choose two different times.", code="SCHEDULE_WITHOUT_TIME")
    if not schedule.weekdays:
        raise Invalid("A schedule needs at least one of weekdays.", code="SCHEDULE_WITHOUT_TIME")
    if schedule.time_zone not in available_timezones():
        raise Invalid(
            f"timeZone: {schedule.time_zone[:64]} is no IANA time zone, such as Europe/Berlin.",
            code="UNKNOWN_TIME_ZONE",
        )


def next_occurrence(schedule: Schedule, after: datetime) -> Occurrence | None:
    """The first start or stop later than that moment; None where none comes within two weeks."""
    zone = ZoneInfo(schedule.time_zone)
    today = after.astimezone(zone).date()
    # The day before: its hour may lie behind a change of the clock. Two weeks: a zone may leave out a whole day.
    days = (today + timedelta(days=number) for number in range(-1, 15))
    hours = ((schedule.start_at, ScheduleAction.START), (schedule.stop_at, ScheduleAction.STOP))
    coming = (
        Occurrence(at, action)
        for day in days
        if list(Weekday)[day.weekday()] in schedule.weekdays
        for hour, action in hours
        if hour is not None and (at := _moment(day, hour, zone)) is not None and at > after
    )
    return min(coming, default=None)


def planned(schedule: Schedule, now: datetime) -> Schedule:
    """The schedule with what comes next; a start or stop that was done is not what comes because the clock went back.

    Each hour comes once a day: where the clock is found a day or more before what was done, that was another day's.
    """
    kept = replace(
        schedule,
        start_done_at=_unless_of_another_day(schedule.start_done_at, now),
        stop_done_at=_unless_of_another_day(schedule.stop_done_at, now),
    )
    done = {
        Occurrence(at, action)
        for at, action in ((kept.start_done_at, ScheduleAction.START), (kept.stop_done_at, ScheduleAction.STOP))
        if at is not None
    }
    coming = next_occurrence(kept, now)
    while coming is not None and coming in done:
        coming = next_occurrence(kept, coming.at)
    return replace(kept, next_at=coming.at if coming else None, next_action=coming.action if coming else None)


def carried_out(schedule: Schedule) -> Schedule:
    """The schedule once its next start or stop was done."""
    if schedule.next_action is ScheduleAction.START:
        return replace(schedule, start_done_at=schedule.next_at)
    return replace(schedule, stop_done_at=schedule.next_at)


def _unless_of_another_day(done_at: datetime | None, now: datetime) -> datetime | None:
    return None if done_at is not None and done_at - now >= ANOTHER_DAY else done_at


def missed(due: datetime, now: datetime) -> bool:
    """Whether it is too late for what was due then."""
    return now - due > LATEST


def _moment(day: date, hour: str, zone: ZoneInfo) -> datetime | None:
    """That hour of that day in UTC; None where the zone leaves out the day."""
    at = datetime.combine(day, time.fromisoformat(hour), tzinfo=zone).astimezone(UTC)
    return at if at.astimezone(zone).date() == day else None
