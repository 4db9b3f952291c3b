"""Broken constraints: told in one error, each with where it is, and no more of a value than is wanted."""

import pytest

from greenroom.wire.errors import ValidationException
from greenroom.wire.violations import MAX_ECHO, MAX_REPORTED, Violations, violation


def test_nothing_gathered_raises_nothing() -> None:
    Violations().raise_if_any()


def test_all_are_told_in_one_error_in_their_order() -> None:
    violations = Violations()
    violations.add("name", "must have length less than or equal to 64", "x")
    violations.add_null("streamConfiguration.clipboardMode")
    with pytest.raises(ValidationException) as caught:
        violations.raise_if_any()
    assert str(caught.value) == (
        "2 validation errors detected: Value 'x' at 'name' failed to satisfy constraint: Member must have length less"
        " than or equal to 64; Value null at 'streamConfiguration.clipboardMode' failed to satisfy constraint: Member"
        " must not be null"
    )


def test_one_alone_repeats_no_value() -> None:
    assert str(violation("tags.1.member", "must not be null")) == (
        "1 validation error detected: Value at 'tags.1.member' failed to satisfy constraint: Member must not be null"
    )


def test_those_beyond_the_first_are_counted() -> None:
    violations = Violations()
    for number in range(MAX_REPORTED + 3):
        violations.add(f"paths.{number}.member", "must not be null")
    text = str(violations.error())
    assert text.startswith(f"{MAX_REPORTED + 3} validation errors detected: ")
    assert text.endswith("; and 3 more")
    assert text.count("failed to satisfy") == MAX_REPORTED


def test_a_value_is_repeated_in_part_and_with_nothing_that_a_terminal_would_obey() -> None:
    violations = Violations()
    violations.add("name", "must be shorter", "\x1b[2J" + "x" * 1000)
    text = str(violations.error())
    assert "\x1b" not in text
    assert r"\x1b[2J" in text
    assert text.count("x") < MAX_ECHO + 20
