"""Policy variables: `${aws:username}`, `${aws:username, 'nobody'}`, and the escapes `${*}`, `${?}`, `${$}`.

The value of a variable is always literal text: a request whose parameter holds a `*` cannot turn a pattern
into a wider one. A key that is absent, or that holds several values, gives its variable no value; the
default is used then, and without a default the whole text has no value and matches nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from greenroom.access.policies.match import Joker, Token, tokens_of

RequestValues = Mapping[str, tuple[str, ...]]
"""Condition keys in lower case with their values; a key with no values is the same as an absent one."""

_ESCAPES = frozenset("*?$")
_NEVER_IN_A_KEY = frozenset(" \t\r\n*?$\"'{},")


class VariableError(ValueError):
    """A `${…}` that cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Variable:
    """The single value of a request's key."""

    key: str
    """In lower case: condition keys are not case-sensitive."""
    default: str | None = None

    def value(self, keys: RequestValues) -> str | None:
        values = keys.get(self.key, ())
        return values[0] if len(values) == 1 else self.default


Part = Token | Variable


def parse_template(text: str, *, variables: bool, wildcards: bool) -> tuple[Part, ...]:
    """The parts of a policy's text.

    `variables` is False for documents of version 2008-10-17, where `${` is plain text; `wildcards` is False
    for operators that compare whole texts. Raises VariableError.
    """
    parts: list[Part] = []
    rest = text
    while variables and "${" in rest:
        before, _, after = rest.partition("${")
        _append_literal(parts, before, wildcards=wildcards)
        variable, rest = _read_variable(after)
        parts.append(variable)
    _append_literal(parts, rest, wildcards=wildcards)
    return tuple(parts)


def resolve(parts: Sequence[Part], keys: RequestValues) -> tuple[Token, ...] | None:
    """`parts` with the values of a request in the place of variables; None where one has no value."""
    tokens: list[Token] = []
    for part in parts:
        if isinstance(part, Variable):
            value = part.value(keys)
            if value is None:
                return None
            tokens.append(value)
        else:
            tokens.append(part)
    return tuple(tokens)


def constant(parts: Sequence[Part]) -> tuple[Token, ...] | None:
    """`parts` where no variable is among them, else None."""
    tokens = tuple(part for part in parts if not isinstance(part, Variable))
    return tokens if len(tokens) == len(parts) else None


def plain_text(tokens: Sequence[Token]) -> str:
    """The text of tokens that hold no joker."""
    return "".join(token for token in tokens if not isinstance(token, Joker))


def _append_literal(parts: list[Part], text: str, *, wildcards: bool) -> None:
    if wildcards:
        parts.extend(tokens_of(text))
    elif text:
        parts.append(text)


def _read_variable(text: str) -> tuple[Part, str]:
    """The variable that begins `text` (behind its `${`), and what follows it."""
    if text[:1] in _ESCAPES and text[1:2] == "}":
        return text[0], text[2:]
    end = next((i for i, character in enumerate(text) if character in _NEVER_IN_A_KEY), len(text))
    key, rest = text[:end], text[end:]
    default: str | None = None
    if not key:
        raise VariableError("a variable without a name; write ${key} or, for a plain dollar sign, ${$}")
    if rest.startswith(","):
        default, rest = _read_default(key, rest[1:].lstrip(" "))
    if not rest:
        raise VariableError(f"the variable ${{{key} has no closing brace")
    if not rest.startswith("}"):
        raise VariableError(f"the variable ${{{key} holds {rest[0]!r}, which no variable may")
    return Variable(key.lower(), default), rest[1:]


def _read_default(key: str, text: str) -> tuple[str, str]:
    """The quoted default that begins `text`, two quotes standing for one, and what follows it."""
    if not text.startswith("'"):
        raise VariableError(f"the default of ${{{key}}} is not in single quotes; write ${{{key}, 'value'}}")
    default = ""
    position = 1
    while True:
        end = text.find("'", position)
        if end < 0:
            raise VariableError(f"the default of ${{{key}}} has no closing quote")
        default += text[position:end]
        if text[end + 1 : end + 2] != "'":
            return default, text[end + 1 :]
        default += "'"
        position = end + 2
