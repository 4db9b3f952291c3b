"""Which backups stay: properties of the rules, and the calendar's cases."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.records import make_backup
from tests.support import START

from greenroom.studio.backups import StreamingSessionBackup, order
from greenroom.studio.errors import Conflict
from greenroom.studio.retention import (
    KeepPolicy,
    forgetting,
    forgotten,
    judge,
    pinned,
    rotated,
    to_rotate,
    undeleted,
    unpinned,
)
from greenroom.studio.status import SessionState as State

COUNTS = st.integers(0, 4)
POLICIES = st.builds(KeepPolicy, last=COUNTS, hourly=COUNTS, daily=COUNTS, weekly=COUNTS, monthly=COUNTS, yearly=COUNTS)
DAY = timedelta(days=1)


def backup(minutes: int, *, state: State = State.READY, pin: bool = False) -> StreamingSessionBackup:
    made = make_backup(state=state, created_at=START - timedelta(minutes=minutes))
    return replace(made, pinned_at=START, pinned_by="ada") if pin else made


BACKUPS = st.lists(
    st.builds(
        backup,
        st.integers(0, 800 * 24 * 60),
        state=st.sampled_from([State.READY, State.READY, State.READY, State.CREATE_IN_PROGRESS, State.CREATE_FAILED]),
        pin=st.booleans(),
    ),
    max_size=14,
)


@given(BACKUPS, COUNTS, POLICIES)
def test_the_newest_and_the_pinned_never_go_nor_any_that_is_not_ready(
    backups: Sequence[StreamingSessionBackup], retain: int, policy: KeepPolicy
) -> None:
    gone = to_rotate(backups, retain=retain, policy=policy)
    ready = [b for b in backups if b.state is State.READY]
    assert all(b.state is State.READY and b.pinned_at is None for b in gone)
    if ready:
        assert max(ready, key=order) not in gone


@given(BACKUPS, st.integers(1, 5), POLICIES)
def test_the_newest_to_retain_stay_whatever_the_policy_says(
    backups: Sequence[StreamingSessionBackup], retain: int, policy: KeepPolicy
) -> None:
    gone = to_rotate(backups, retain=retain, policy=policy)
    counted = sorted((b for b in backups if b.state is State.READY and b.pinned_at is None), key=order)
    assert not {b.backup_id for b in counted[-retain:]} & {b.backup_id for b in gone}


@given(BACKUPS, st.integers(1, 5))
def test_without_a_policy_it_is_nimbles_rule(backups: Sequence[StreamingSessionBackup], retain: int) -> None:
    counted = sorted((b for b in backups if b.state is State.READY and b.pinned_at is None), key=order)
    newest = max((b for b in backups if b.state is State.READY), key=order, default=None)
    gone = to_rotate(backups, retain=retain, policy=None)
    assert list(gone) == [b for b in counted[: max(0, len(counted) - retain)] if b is not newest]


@given(BACKUPS)
def test_with_nothing_to_retain_and_no_policy_nothing_goes(backups: Sequence[StreamingSessionBackup]) -> None:
    assert to_rotate(backups, retain=0, policy=KeepPolicy()) == []


@given(BACKUPS, COUNTS, POLICIES)
def test_a_second_rotation_finds_nothing_more(
    backups: Sequence[StreamingSessionBackup], retain: int, policy: KeepPolicy
) -> None:
    gone = {b.backup_id for b in to_rotate(backups, retain=retain, policy=policy)}
    left = [b for b in backups if b.backup_id not in gone]
    assert to_rotate(left, retain=retain, policy=policy) == []


@given(BACKUPS, COUNTS, POLICIES)
def test_a_larger_policy_lets_no_more_go(
    backups: Sequence[StreamingSessionBackup], retain: int, policy: KeepPolicy
) -> None:
    larger = replace(policy, last=policy.last + 1, daily=policy.daily + 1, yearly=policy.yearly + 1)
    gone = {b.backup_id for b in to_rotate(backups, retain=retain, policy=larger)}
    if retain or not policy.empty:
        assert gone <= {b.backup_id for b in to_rotate(backups, retain=retain, policy=policy)}


@pytest.mark.parametrize(
    ("kind", "moments", "stay"),
    [
        ("hourly", [(9, 30), (9, 5), (8, 59), (7, 0)], [0, 2]),
        ("daily", [(9, 30), (1, 0), (-1, 0), (-25, 0)], [0, 2]),
    ],
)
def test_the_newest_of_each_period_stays(kind: str, moments: list[tuple[int, int]], stay: list[int]) -> None:
    day = datetime(2023, 1, 31, tzinfo=UTC)
    made = [make_backup(state=State.READY, created_at=day + timedelta(hours=h, minutes=m)) for h, m in moments]
    verdicts = judge(made, retain=0, policy=KeepPolicy(**{kind: 2}))
    assert [made.index(v.backup) for v in verdicts if v.stays] == stay


def test_weeks_are_isos_and_months_and_years_the_calendars() -> None:
    days = [datetime(2023, 1, 2, tzinfo=UTC), datetime(2023, 1, 1, tzinfo=UTC), datetime(2022, 12, 31, tzinfo=UTC)]
    made = [make_backup(state=State.READY, created_at=day) for day in days]

    def staying(**counts: int) -> list[int]:
        verdicts = judge(made, retain=0, policy=KeepPolicy(**counts))
        return [made.index(v.backup) for v in verdicts if v.stays]

    assert staying(weekly=2) == [0, 1]
    assert staying(monthly=2) == [0, 2]
    assert staying(yearly=2) == [0, 2]


def ready(**members: Any) -> StreamingSessionBackup:
    return make_backup(state=State.READY, **members)


def test_a_rotated_backup_is_had_back_within_the_grace_and_is_pinned_then() -> None:
    gone = rotated(ready(), START, DAY)
    assert (gone.state, gone.deleted_at, gone.forget_at) == (State.DELETED, START, START + DAY)
    assert "undeleted until" in (gone.status_message or "")
    back = undeleted(gone, by="ada", now=START)
    assert (back.state, back.deleted_at, back.forget_at, back.pinned_by) == (State.READY, None, None, "ada")


def test_what_is_being_forgotten_or_was_is_never_had_back() -> None:
    gone = rotated(ready(), START, DAY)
    for each in (forgetting(gone), forgotten(forgetting(gone)), ready()):
        with pytest.raises(Conflict, match="cannot be undeleted"):
            undeleted(each, by="ada", now=START)


def test_a_pin_stays_the_first_ones_and_only_ready_backups_have_one() -> None:
    once = pinned(ready(), by="ada", now=START)
    assert pinned(once, by="bob", now=START + DAY) == once
    assert unpinned(once).pinned_at is None
    with pytest.raises(Conflict):
        pinned(make_backup(state=State.CREATE_IN_PROGRESS), by="ada", now=START)
