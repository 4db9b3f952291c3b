"""What a command of restic is made of."""

import pytest

from greenroom.vaults.call import NO_LIMITS, Call, Limits


@pytest.mark.parametrize(
    ("limits", "options"),
    [
        (NO_LIMITS, []),
        (Limits(upload=5 << 20), ["--limit-upload=5120"]),
        (Limits(upload=1, download=2048), ["--limit-upload=1", "--limit-download=2"]),
    ],
)
def test_limits_are_told_in_kib_and_none_is_less_than_one(limits: Limits, options: list[str]) -> None:
    assert limits.options() == options


def test_more_options_stand_before_the_commands_own() -> None:
    call = Call(("backup", "--json", "/tree"), doing="storing")
    assert call.given("--parent", "p").arguments == ("backup", "--parent", "p", "--json", "/tree")
    assert call.arguments == ("backup", "--json", "/tree")


@pytest.mark.parametrize(
    ("limits", "other", "both"),
    [
        (NO_LIMITS, NO_LIMITS, NO_LIMITS),
        (Limits(10, 0), Limits(0, 7), Limits(10, 7)),
        (Limits(10, 9), Limits(3, 20), Limits(3, 9)),
    ],
)
def test_of_two_limits_the_lower_one_counts(limits: Limits, other: Limits, both: Limits) -> None:
    assert limits.lower(other) == both
