"""Which sessions' work is in danger, and what is sampled."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.records import OWNER
from tests.support import START

from greenroom.studio.health import Danger, Protection, counted, danger, endangered, next_sample, thinned
from greenroom.studio.status import SessionState as State

HOUR = timedelta(hours=1)
INTERVAL = timedelta(hours=4)


def protection(**members: Any) -> Protection:
    """A session that runs since START."""
    defaults: dict[str, Any] = {
        "session_id": "session",
        "owned_by": OWNER,
        "launch_profile_id": "profile",
        "state": State.READY,
        "created_at": START,
        "started_at": START,
    }
    return Protection(**(defaults | members))


@pytest.mark.parametrize(
    ("hours", "members", "expected"),
    [
        (7, {}, None),
        (9, {}, Danger.LATE),
        (9, {"newest_backup_at": START + 4 * HOUR}, None),
        (1, {"trouble_at": START, "trouble_state": State.CREATE_FAILED}, Danger.FAILING),
        (1, {"trouble_at": START, "trouble_state": State.CREATE_IN_PROGRESS}, Danger.WAITING),
        (1, {"trouble_at": START, "trouble_state": State.CREATE_FAILED, "newest_backup_at": START + HOUR}, None),
        (0.5, {"state": State.STOPPED, "stopped_at": START}, None),
        (2, {"state": State.STOPPED, "stopped_at": START}, Danger.UNPROTECTED),
        (2, {"state": State.STOPPED, "stopped_at": START, "newest_backup_at": START}, None),
        (2, {"state": State.STOPPED, "stopped_at": START, "newest_backup_at": START - HOUR}, Danger.UNPROTECTED),
        (99, {"state": State.STOPPED}, None),
    ],
)
def test_work_is_in_danger_where_no_ready_backup_holds_it_that_should(
    hours: float, members: dict[str, Any], expected: Danger | None
) -> None:
    found = danger(protection(**members), START + hours * HOUR, INTERVAL)
    assert (found.danger if found else None) == expected


def test_where_none_are_made_by_time_a_session_that_runs_is_never_late() -> None:
    assert danger(protection(), START + timedelta(days=9), timedelta(0)) is None


def test_what_has_been_in_danger_longest_comes_first() -> None:
    failed = {"trouble_state": State.CREATE_FAILED}
    sessions = [protection(session_id=str(n), trouble_at=START + n * HOUR, **failed) for n in (2, 0, 1)]
    found = endangered([*sessions, protection(session_id="safe")], START + 3 * HOUR, INTERVAL)
    assert [each.protection.session_id for each in found] == ["0", "1", "2"]


def test_every_state_of_a_session_is_counted_once_but_for_those_that_are_gone() -> None:
    assert sum(counted((state, 1) for state in State).values()) == len(State) - 1
    assert counted([(State.START_IN_PROGRESS, 2), (State.STOP_FAILED, 3), (State.DELETED, 9)]) == {
        "ready": 0,
        "stopped": 0,
        "changing": 2,
        "failed": 3,
    }


def test_samples_are_taken_at_full_hours() -> None:
    noon = START.replace(hour=12, minute=0, second=0, microsecond=0)
    assert next_sample(noon) == noon + HOUR
    assert next_sample(noon + timedelta(minutes=59, seconds=59)) == noon + HOUR


@given(st.lists(st.integers(), max_size=400), st.integers(min_value=1, max_value=200))
def test_of_many_samples_some_are_told_and_always_the_last(samples: list[int], most: int) -> None:
    told = thinned(samples, most)
    assert len(told) <= most
    assert told[-1:] == samples[-1:]
    assert len(samples) > most or told == samples
