"""Wildcards, matched in one pass over the text whatever the pattern is.

Policies are written by people who are not trusted with the server's time, so no regular expression and no
backtracking is used: a pattern is a row of bits, every character of the text moves them once, and the cost
is the length of the text times the width of the row in machine words.
"""

from collections.abc import Iterable
from enum import Enum


class Joker(Enum):
    """What a pattern may hold beside literal text."""

    ANY = "any run of characters"
    ONE = "one character"
    ANY_WITHIN = "any run of characters without a colon"
    ONE_WITHIN = "one character that is no colon"


Token = str | Joker

_WRITTEN = {"*": Joker.ANY, "?": Joker.ONE}


def tokens_of(text: str) -> tuple[Token, ...]:
    """`text` with its `*` and `?` read as jokers: 'Get*' is ('Get', Joker.ANY)."""
    tokens: list[Token] = []
    literal = ""
    for character in text:
        joker = _WRITTEN.get(character)
        if joker is None:
            literal += character
            continue
        if literal:
            tokens.append(literal)
            literal = ""
        tokens.append(joker)
    if literal:
        tokens.append(literal)
    return tuple(tokens)


class Wildcard:
    """A pattern over the whole of a text, case-sensitive; lower both sides for the other kind."""

    __slots__ = ("_automaton", "prefix")

    prefix: str
    """The literal text that every match begins with; all of the pattern where it has no joker."""

    def __init__(self, tokens: Iterable[Token]) -> None:
        tokens = tuple(tokens)
        first_joker = next((i for i, token in enumerate(tokens) if isinstance(token, Joker)), len(tokens))
        self.prefix = "".join(token for token in tokens[:first_joker] if isinstance(token, str))
        rest = tokens[first_joker:]
        self._automaton: _Automaton | None = _Automaton(rest) if rest else None

    @classmethod
    def parse(cls, text: str) -> "Wildcard":
        return cls(tokens_of(text))

    @property
    def literal(self) -> bool:
        """Whether it matches one text only."""
        return self._automaton is None

    def matches(self, text: str) -> bool:
        automaton = self._automaton
        if automaton is None:
            return text == self.prefix
        if not text.startswith(self.prefix):
            return False
        return automaton.everything or automaton.accepts(text[len(self.prefix) :])


class _Automaton:
    """The places of a pattern as bits of one integer; bit i is set while the first i places are matched."""

    __slots__ = ("_at_colon", "_elsewhere", "_final", "_loops_at_colon", "_loops_elsewhere", "_places", "everything")

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        places: dict[str, int] = {}
        """For each literal character, the places that it fills."""
        any_one = within_one = any_loop = within_loop = 0
        bit = 1
        for token in tokens:
            match token:
                case Joker.ANY:
                    any_loop |= bit
                case Joker.ANY_WITHIN:
                    within_loop |= bit
                case Joker.ONE:
                    any_one |= bit
                    bit <<= 1
                case Joker.ONE_WITHIN:
                    within_one |= bit
                    bit <<= 1
                case str():
                    for character in token:
                        places[character] = places.get(character, 0) | bit
                        bit <<= 1
        self._at_colon = any_one | places.pop(":", 0)
        self._elsewhere = any_one | within_one
        self._places = {character: mask | self._elsewhere for character, mask in places.items()}
        self._loops_at_colon = any_loop
        self._loops_elsewhere = any_loop | within_loop
        self._final = bit
        self.everything = bit == 1 and bool(any_loop)
        """Nothing but `*`: accepts every text without looking at it."""

    def accepts(self, characters: Iterable[str]) -> bool:
        state = 1
        for character in characters:
            if character == ":":
                state = ((state & self._at_colon) << 1) | (state & self._loops_at_colon)
            else:
                filled = self._places.get(character, self._elsewhere)
                state = ((state & filled) << 1) | (state & self._loops_elsewhere)
            if not state:
                return False
        return bool(state & self._final)
