"""What is true of a backup that was found broken."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.records import make_backup, make_session
from tests.support import START

from greenroom.studio import verification as rules
from greenroom.studio.status import SessionState as State
from greenroom.studio.verification import can_be_replaced, hurt, verified_before


def test_a_backup_is_due_half_way_so_that_a_failing_night_costs_nothing() -> None:
    assert verified_before(START, timedelta(days=30)) == START - timedelta(days=15)


def test_a_broken_backup_is_never_ready_and_says_why() -> None:
    ready = make_backup(state=State.READY, verified_at=START)
    failed = hurt(ready, "a pack is damaged", START, anew=False)
    assert (failed.state, failed.verified_at) == (State.CREATE_FAILED, None)
    assert "a pack is damaged" in (failed.status_message or "")
    assert hurt(ready, "x", START, anew=True).state is State.CREATE_IN_PROGRESS
    assert len(hurt(ready, "x" * 5000, START, anew=False).status_message or "") <= 1024


def test_a_test_restore_is_remembered_with_what_it_found() -> None:
    backup = make_backup(state=State.READY)
    good = rules.test_restored(backup, START, None)
    assert (good.test_restored_at, good.verified_at, good.test_restore_result) == (START, START, None)
    later = rules.test_restored(good, START + timedelta(days=1), "not done: no space")
    assert (later.test_restored_at, later.test_restore_result) == (START, "not done: no space")


@pytest.mark.parametrize(("state", "possible"), [(State.READY, True), (State.STOPPED, True), (State.DELETED, False)])
def test_a_backup_is_replaced_where_the_work_is_on_a_volume(state: State, possible: bool) -> None:
    session = make_session(state=state, volume_id="v", volume_filled=True)
    assert can_be_replaced(session) is possible
    assert not can_be_replaced(replace(session, volume_id=None))
    assert not can_be_replaced(None)


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=300), st.integers(2, 60))
def test_shares_prove_everything_in_half_of_the_time(sizes: list[int], days: int) -> None:
    share, nights, left = rules.share_of_a_night(sum(sizes), timedelta(days=days)), 0, list(sizes)
    while left:
        nights, done = nights + 1, 0
        while left and not done >= share:
            done += left.pop()
    assert nights <= max(1, days // 2)


def test_one_find_raises_doubt_about_all_and_what_is_found_because_of_it_does_not() -> None:
    day = timedelta(days=1)
    assert rules.raises_doubt(None, START, START)
    assert not rules.raises_doubt(START, START - day, START + day)
    assert rules.raises_doubt(START, START + day, START + 2 * day)
    assert not rules.raises_doubt(START, None, START + day / 2)
    assert rules.raises_doubt(START, None, START + 2 * day)
    assert rules.raises_doubt(START + day, START - day, START)  # told by a clock that was set back since
