"""When a running session ends by itself, and what is said of it before."""

from datetime import timedelta

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from tests.records import STUDIO_ID, make_session
from tests.support import START

from greenroom.studio.endings import (
    Ending,
    EndingCause,
    SessionWarning,
    due_lead,
    next_look,
    notice,
    of_idleness,
    of_limit,
    of_schedule,
)
from greenroom.studio.launch_profiles import BackupMode, Switch
from greenroom.studio.schedules import Schedule, ScheduleTarget, Weekday

MINUTE = timedelta(minutes=1)
LEADS = [10 * MINUTE, 5 * MINUTE, MINUTE]
HOUR = timedelta(hours=1)


def said(ending: Ending, lead: timedelta, at: timedelta = timedelta(0)) -> SessionWarning:
    return SessionWarning(session_id="s", ends_at=ending.at, cause=ending.cause, lead=lead, given_at=START + at)


def test_the_end_of_the_longest_time_is_a_stop_or_the_end_of_all() -> None:
    assert of_limit(make_session(stop_at=START), LEADS) == Ending(START, EndingCause.LIMIT, LEADS)
    assert of_limit(make_session(terminate_at=START), LEADS) == Ending(START, EndingCause.LIMIT, LEADS, deletes=True)
    assert of_limit(make_session(), LEADS) is None


def test_a_schedule_ends_what_it_can_stop_at_its_next_hour() -> None:
    schedule = Schedule(
        target_type=ScheduleTarget.SESSION,
        target_id="s",
        studio_id=STUDIO_ID,
        owned_by=None,
        start_at="09:45",
        stop_at="18:00",
        weekdays=[day.value for day in Weekday],
        time_zone="UTC",
        updated_at=START,
        updated_by="",
    )
    coming = of_schedule(make_session(), schedule, LEADS, START)
    assert coming == Ending(START.replace(hour=18, minute=0), EndingCause.SCHEDULE, LEADS)
    transient = make_session(session_persistence_mode=Switch.DEACTIVATED)
    assert of_schedule(transient, schedule, LEADS, START) is None
    assert of_schedule(make_session(), None, LEADS, START) is None


def test_each_time_before_the_end_has_its_turn_once() -> None:
    ending = Ending(START + HOUR, EndingCause.LIMIT, LEADS)
    assert due_lead(ending, None, START) is None
    assert next_look(ending, START) == START + 50 * MINUTE
    assert due_lead(ending, None, START + 50 * MINUTE) == 10 * MINUTE
    assert due_lead(ending, said(ending, 10 * MINUTE), START + 54 * MINUTE) is None
    assert due_lead(ending, said(ending, 10 * MINUTE), START + 55 * MINUTE) == 5 * MINUTE
    # What a server that was away did not say is not made up for: only the last of it.
    assert due_lead(ending, None, START + 59.5 * MINUTE) == MINUTE
    assert due_lead(ending, said(ending, MINUTE), START + 59.5 * MINUTE) is None
    assert due_lead(ending, None, START + HOUR) is None
    assert next_look(ending, START + 59.5 * MINUTE) == ending.at


def test_another_end_is_said_anew() -> None:
    ending = Ending(START + 4 * MINUTE, EndingCause.LIMIT, LEADS)
    other = Ending(START + 9 * MINUTE, EndingCause.LIMIT, LEADS)
    assert due_lead(ending, said(other, 5 * MINUTE), START) == 5 * MINUTE
    idle = Ending(ending.at, EndingCause.IDLE, LEADS)
    assert due_lead(ending, said(idle, MINUTE), START) == 5 * MINUTE


def test_nobody_who_works_hears_of_idleness() -> None:
    for limit in (2 * MINUTE, 15 * MINUTE, HOUR):
        ending = of_idleness(START, limit, None, LEADS, START)
        assert ending.at == START + limit
        assert due_lead(ending, None, START) is None
        assert next_look(ending, START) >= START + limit / 2


def test_what_was_said_of_an_idle_session_stands_until_somebody_uses_it() -> None:
    first = of_idleness(START, HOUR, None, LEADS, START + 50 * MINUTE)
    warning = said(first, 10 * MINUTE, 50 * MINUTE)
    again = of_idleness(START + timedelta(seconds=2), HOUR, warning, LEADS, START + 55 * MINUTE)
    assert again.at == first.at
    used = of_idleness(START + 52 * MINUTE, HOUR, warning, LEADS, START + 55 * MINUTE)
    assert used.at == START + 52 * MINUTE + HOUR


@examples(
    unused=st.timedeltas(timedelta(0), timedelta(days=2)), limit=st.timedeltas(timedelta(minutes=1), timedelta(days=1))
)
def test_no_session_stops_before_it_was_said(unused: timedelta, limit: timedelta) -> None:
    """However long the server was away: the first look says it, and only a later one finds the end."""
    now = START + unused
    ending = of_idleness(START, limit, None, LEADS, now)
    assert ending.at > now
    if ending.at - now <= max(ending.leads):
        assert due_lead(ending, None, now) is not None


@pytest.mark.parametrize(
    ("session", "ending", "title", "text"),
    [
        (
            make_session(),
            Ending(START + 10 * MINUTE, EndingCause.LIMIT),
            "This session stops in 10 minutes",
            "Save your work: this session stops at {time}. A backup is made. You can start it again later.",
        ),
        (
            make_session(backup_mode=BackupMode.DEACTIVATED),
            Ending(START + MINUTE, EndingCause.SCHEDULE),
            "This session stops in 1 minute",
            "Save your work: this session stops at {time}. Saved files stay, without a backup. You can start it again "
            "later.",
        ),
        (
            make_session(backup_mode=BackupMode.DEACTIVATED),
            Ending(START + 3 * HOUR, EndingCause.LIMIT, deletes=True),
            "This session ends in 3 hours",
            "Save your work: this session ends at {time} and its files are deleted with it. No backup is made: copy "
            "your work elsewhere.",
        ),
        (
            make_session(),
            Ending(START + 5 * MINUTE, EndingCause.IDLE),
            "This session stops in 5 minutes",
            "Nobody has used it for 55 minutes. Move the mouse to keep it. Save your work: this session stops at "
            "{time}. A backup is made. You can start it again later.",
        ),
    ],
)
def test_it_is_said_in_plain_words_what_becomes_of_the_work(
    session: object, ending: Ending, title: str, text: str
) -> None:
    shown = notice(session, ending, idle=55 * MINUTE, now=START)  # type: ignore[arg-type]
    assert (shown.title, shown.text) == (title, text)
