from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.access.policies.match import Joker, Wildcard, tokens_of

PATTERNS = st.text("ab*?:", max_size=12)
TEXTS = st.text("ab:", max_size=16)


def reference(pattern: str, text: str) -> bool:
    """What the pattern means, said as a table: does pattern[:i] match text[:j]?"""
    row = [True] + [False] * len(text)
    for place in pattern:
        before, row = row, [False] * (len(text) + 1)
        row[0] = before[0] and place == "*"
        for j, character in enumerate(text, start=1):
            row[j] = (before[j] or row[j - 1]) if place == "*" else before[j - 1] and place in ("?", character)
    return row[-1]


@given(PATTERNS, TEXTS)
def test_a_wildcard_matches_as_the_reference_does(pattern: str, text: str) -> None:
    assert Wildcard.parse(pattern).matches(text) is reference(pattern, text)


@given(PATTERNS, TEXTS)
def test_jokers_that_stay_within_a_segment_match_as_the_others_where_there_is_no_colon(pattern: str, text: str) -> None:
    text = text.replace(":", "a")
    within = {Joker.ANY: Joker.ANY_WITHIN, Joker.ONE: Joker.ONE_WITHIN}
    tokens = [within[token] if isinstance(token, Joker) else token for token in tokens_of(pattern)]
    assert Wildcard(tokens).matches(text) is Wildcard.parse(pattern).matches(text)


@pytest.mark.parametrize("joker", [Joker.ANY_WITHIN, Joker.ONE_WITHIN])
def test_jokers_that_stay_within_a_segment_take_no_colon(joker: Joker) -> None:
    assert Wildcard(["a", joker, "b"]).matches("axb")
    assert not Wildcard(["a", joker, "b"]).matches("a:b")


@given(st.text(), st.text())
def test_a_pattern_without_jokers_matches_its_own_text_only(literal: str, other: str) -> None:
    wildcard = Wildcard([literal])
    assert wildcard.literal
    assert wildcard.matches(literal)
    assert wildcard.matches(other) is (other == literal)


@given(PATTERNS, TEXTS)
def test_every_match_begins_with_the_prefix(pattern: str, text: str) -> None:
    wildcard = Wildcard.parse(pattern)
    assert not wildcard.matches(text) or text.startswith(wildcard.prefix)


class CountedText:
    """A text that counts how often one of its characters is looked at."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.steps = 0

    def __iter__(self) -> Iterator[str]:
        for character in self.text:
            self.steps += 1
            yield character


CATASTROPHES = [
    "*a" * 200 + "b",
    "?*" * 200 + "b",
    "*" * 400 + "b",
    "*" + "a" * 400 + "b",
    "*a?" * 150 + "*b",
]


@pytest.mark.parametrize("pattern", CATASTROPHES, ids=lambda pattern: pattern[:6])
def test_a_catastrophic_pattern_looks_at_each_character_once(pattern: str) -> None:
    wildcard = Wildcard.parse(pattern)
    automaton = wildcard._automaton
    assert automaton is not None
    for length in (1_000, 10_000):
        text = CountedText("a" * length)
        assert automaton.accepts(text) is False
        assert text.steps <= length


@pytest.mark.parametrize("pattern", CATASTROPHES, ids=lambda pattern: pattern[:6])
def test_a_catastrophic_pattern_has_a_state_no_wider_than_itself(pattern: str) -> None:
    automaton = Wildcard.parse(pattern)._automaton
    assert automaton is not None
    assert automaton._final.bit_length() <= len(pattern) + 1
