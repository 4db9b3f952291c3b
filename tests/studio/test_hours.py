"""Hours of the machine's day."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.studio.hours import Hours

moments = st.integers(0, 10**9).map(lambda seconds: datetime.fromtimestamp(10**9 + seconds, UTC))
hours = (
    st.tuples(st.integers(0, 23), st.integers(0, 24)).filter(lambda two: two[0] != two[1]).map(lambda two: Hours(*two))
)


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose clock shows Berlin's time."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_they_are_the_machines_own(berlin: None) -> None:
    assert not Hours(22, 6).has(datetime(2026, 7, 1, 19, 59, tzinfo=UTC))
    assert Hours(22, 6).has(datetime(2026, 7, 1, 20, 0, tzinfo=UTC))
    assert Hours(1, 2).next(datetime(2026, 7, 1, 12, 30, tzinfo=UTC)) == datetime(2026, 7, 1, 23, 0, tzinfo=UTC)


@given(hours=hours, moment=moments)
def test_the_next_moment_is_in_them_and_within_a_day(hours: Hours, moment: datetime) -> None:
    following = hours.next(moment)
    assert hours.has(following)
    assert moment <= following <= moment + timedelta(hours=26)


@given(moments, hours)
def test_they_began_within_a_day_and_lasted_since(moment: datetime, quiet: Hours) -> None:
    began = quiet.began(moment)
    if not quiet.has(moment):
        assert began == moment
        return
    assert timedelta(0) <= moment - began <= timedelta(hours=27)
    assert all(quiet.has(began + timedelta(hours=step)) for step in range((moment - began) // timedelta(hours=1)))
