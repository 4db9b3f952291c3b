"""What was written down by a clock that was ahead."""

from datetime import timedelta

import pytest
from tests.support import START

from greenroom.studio.clock import AHEAD, is_to_come


@pytest.mark.parametrize(
    ("later", "to_come"),
    [(timedelta(days=-1), False), (timedelta(), False), (AHEAD, False), (AHEAD + timedelta(seconds=1), True)],
)
def test_what_lies_further_ahead_than_clocks_differ_is_to_come(later: timedelta, to_come: bool) -> None:
    assert is_to_come(START + later, START) is to_come
