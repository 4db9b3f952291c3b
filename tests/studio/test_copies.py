"""How a further vault fares, as it is written down."""

from datetime import timedelta

from tests.support import START

from greenroom.studio.copies import CopyState, copied, failing

LATER = START + timedelta(hours=1)
LATEST = LATER + timedelta(hours=1)


def test_a_vault_that_has_everything_says_since_when() -> None:
    assert copied(None, "restic:/far", START) == CopyState(vault="restic:/far", tried_at=START, copied_at=START)


def test_failures_in_a_row_are_told_from_the_first_on_with_the_last_reason() -> None:
    once = failing(copied(None, "restic:/far", START), "restic:/far", "away", LATER)
    twice = failing(once, "restic:/far", "full", LATEST)
    assert (twice.copied_at, twice.failing_since, twice.tried_at, twice.error) == (START, LATER, LATEST, "full")


def test_a_success_ends_a_failure() -> None:
    after = copied(failing(None, "restic:/far", "x" * 2000, START), "restic:/far", LATER)
    assert (after.copied_at, after.failing_since, after.error) == (LATER, None, None)


def test_a_reason_has_bounds() -> None:
    assert len(failing(None, "restic:/far", "x" * 2000, START).error or "") == 1024
