"""What comes next by a schedule, and what a clock that jumps makes of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import START

from greenroom.studio.errors import Invalid
from greenroom.studio.schedules import (
    LATEST,
    Occurrence,
    Schedule,
    ScheduleAction,
    ScheduleTarget,
    Weekday,
    carried_out,
    check_schedule,
    missed,
    next_occurrence,
    planned,
)

OFFICE = Schedule(
    target_type=ScheduleTarget.SESSION,
    target_id="session",
    studio_id="studio",
    owned_by="artist",
    start_at="09:00",
    stop_at="18:30",
    weekdays=[day.value for day in list(Weekday)[:5]],
    time_zone="Europe/Berlin",
    updated_at=START,
    updated_by="artist",
)

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu", "UTC")
hours = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))
schedules = st.builds(
    lambda start, stop, days, zone: replace(OFFICE, start_at=start, stop_at=stop, weekdays=days, time_zone=zone),
    st.none() | hours,
    hours,
    st.lists(st.sampled_from([day.value for day in Weekday]), min_size=1, unique=True),
    st.sampled_from(ZONES),
)
moments = st.timedeltas(timedelta(0), timedelta(days=3650)).map(lambda by: START - timedelta(days=1000) + by)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "moment", "action"),
    [
        ("2023-01-31T07:59:59", "2023-01-31T08:00:00", ScheduleAction.START),
        ("2023-01-31T08:00:00", "2023-01-31T17:30:00", ScheduleAction.STOP),
        ("2023-01-31T17:30:00", "2023-02-01T08:00:00", ScheduleAction.START),
        # Friday evening to Monday, and over the change to summer time of 26 March 2023.
        ("2023-02-03T17:30:00", "2023-02-06T08:00:00", ScheduleAction.START),
        ("2023-03-24T17:30:00", "2023-03-27T07:00:00", ScheduleAction.START),
    ],
)
def test_working_hours_in_berlin(after: str, moment: str, action: ScheduleAction) -> None:
    assert next_occurrence(OFFICE, at(after)) == Occurrence(at(moment), action)


def test_an_hour_that_is_left_out_comes_as_much_later_as_the_clock_jumped() -> None:
    night = replace(OFFICE, start_at="02:30", stop_at=None, weekdays=["SUNDAY"])
    found = next_occurrence(night, at("2023-03-25T12:00:00"))
    assert found is not None
    assert found.at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%d %H:%M") == "26 03:30"


def test_an_hour_that_comes_twice_counts_once() -> None:
    night = replace(OFFICE, start_at="02:30", stop_at=None, weekdays=["SUNDAY"])
    first = next_occurrence(night, at("2023-10-28T12:00:00"))
    assert first is not None
    assert first.at == at("2023-10-29T00:30:00")
    second = next_occurrence(night, first.at)
    assert second is not None
    assert second.at == at("2023-11-05T01:30:00")


def test_a_day_that_a_zone_left_out_has_no_hour() -> None:
    samoa = replace(OFFICE, start_at="12:00", stop_at=None, weekdays=["FRIDAY"], time_zone="Pacific/Apia")
    found = next_occurrence(samoa, at("2011-12-27T00:00:00"))
    assert found is not None
    assert found.at.astimezone(ZoneInfo("Pacific/Apia")).date().isoformat() == "2012-01-06"


@given(schedules, moments)
def test_what_comes_next_is_later_on_a_day_of_the_schedule_and_nothing_is_before_it(
    schedule: Schedule, after: datetime
) -> None:
    found = next_occurrence(schedule, after)
    assert found is not None
    assert found.at > after
    local = found.at.astimezone(ZoneInfo(schedule.time_zone))
    assert list(Weekday)[local.weekday()] in schedule.weekdays
    between = after + (found.at - after) / 2
    assert next_occurrence(schedule, between) == found


@given(schedules, moments)
def test_each_hour_comes_once_a_day(schedule: Schedule, after: datetime) -> None:
    seen, moment = [], after
    while moment < after + timedelta(days=9):
        found = next_occurrence(schedule, moment)
        assert found is not None
        moment = found.at
        seen.append((moment.astimezone(ZoneInfo(schedule.time_zone)).date(), found.action))
    assert len(seen) == len(set(seen))


@given(schedules, moments)
def test_the_wall_clock_shows_the_hour_unless_it_jumped_over_it(schedule: Schedule, after: datetime) -> None:
    found = next_occurrence(schedule, after)
    assert found is not None
    wanted = schedule.start_at if found.action is ScheduleAction.START else schedule.stop_at
    local = found.at.astimezone(ZoneInfo(schedule.time_zone))
    day_before = (found.at - timedelta(hours=12)).astimezone(ZoneInfo(schedule.time_zone))
    assert f"{local:%H:%M}" == wanted or local.utcoffset() != day_before.utcoffset()


@pytest.mark.parametrize(
    "change",
    [
        {"start_at": None, "stop_at": None},
        {"start_at": "18:30"},
        {"weekdays": []},
        {"time_zone": "Europe/Atlantis"},
        {"time_zone": "../../etc/passwd"},
    ],
)
def test_a_schedule_that_means_nothing_is_refused(change: dict[str, object]) -> None:
    check_schedule(OFFICE)
    with pytest.raises(Invalid):
        check_schedule(replace(OFFICE, **change))  # type: ignore[arg-type]


def test_an_hour_later_it_is_too_late() -> None:
    assert not missed(START, START + LATEST)
    assert missed(START, START + LATEST + timedelta(seconds=1))


@given(schedules, moments, st.lists(st.timedeltas(-timedelta(hours=20), timedelta(hours=20)), max_size=20))
def test_whatever_the_clock_does_within_a_day_each_start_and_stop_is_done_once(
    schedule: Schedule, start: datetime, jumps: list[timedelta]
) -> None:
    latest, done, schedule = start, [], planned(schedule, start)
    # However it is set, the clock is less than a day behind the latest that it showed.
    for jump in jumps:
        now = max(latest - timedelta(hours=23), start + jump)
        start = now
        latest = max(latest, now)
        if schedule.next_at is not None and schedule.next_at <= now:
            done.append((schedule.next_at, schedule.next_action))
            schedule = carried_out(schedule)
        schedule = planned(schedule, now)
        assert schedule.next_at is not None
        assert schedule.next_at > now
    assert len(done) == len(set(done))


@pytest.mark.parametrize(("back", "again"), [(timedelta(hours=23), False), (timedelta(days=1), True)])
def test_of_a_clock_that_was_a_day_ahead_nothing_is_done(back: timedelta, again: bool) -> None:
    due = at("2023-01-31T17:30:00")
    evening = planned(OFFICE, due - timedelta(hours=5))
    assert evening.next_at == due
    following = planned(planned(carried_out(evening), due), due - back)
    while following.next_at is not None and following.next_at < due:  # others come before it
        following = planned(carried_out(following), following.next_at)
    assert (following.next_at == due) is again


def test_what_was_left_out_while_the_clock_was_ahead_is_done() -> None:
    evening = planned(OFFICE, at("2023-01-31T12:00:00"))
    ahead = planned(evening, at("2023-01-31T23:00:00"))  # found too late for it
    assert planned(ahead, at("2023-01-31T12:05:00")).next_at == evening.next_at
