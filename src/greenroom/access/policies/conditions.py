"""The Condition element: every operator of IAM, with IfExists, ForAllValues, ForAnyValue and Null.

The rules, from the IAM user guide (condition operators; multivalued context keys):

- values of one key are alternatives, keys and operators must all hold;
- an absent key fails an operator, holds for a negated one (…Not…), holds for …IfExists;
- ForAllValues holds where there is no value, ForAnyValue does not; an empty text is no value to either;
- a value that is not of the operator's type equals nothing and is neither less nor greater.

Where the guide leaves a case undefined, the reading that grants less is chosen, and that depends on what the
statement does, so `holds` is told (`granting`):

- several values under an operator without a qualifier: all of them must hold to allow, one is enough to deny;
- a variable without a value makes a negated operator fail to allow, and hold to deny.
"""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from greenroom.access.policies.arns import ArnPattern, condition_pattern
from greenroom.access.policies.values import (
    read_address,
    read_binary,
    read_bool,
    read_date,
    read_network,
    read_number,
)
from greenroom.access.policies.variables import (
    Part,
    RequestValues,
    Variable,
    constant,
    parse_template,
    plain_text,
    resolve,
)

Check = Callable[[str], bool]
"""Whether one value of the request matches one value of the policy."""


class PolicyValue(Protocol):
    """One value of the policy under its operator."""

    def bind(self, keys: RequestValues) -> Check | None:
        """The check of this value for one request; None where a variable has no value."""


@dataclass(frozen=True, slots=True)
class _Fixed:
    check: Check

    def bind(self, keys: RequestValues) -> Check | None:
        del keys
        return self.check


@dataclass(frozen=True, slots=True)
class _Variable:
    parts: tuple[Part, ...]
    compare: Callable[[str], Check]

    def bind(self, keys: RequestValues) -> Check | None:
        tokens = resolve(self.parts, keys)
        return None if tokens is None else self.compare(plain_text(tokens))


@dataclass(frozen=True, slots=True)
class _Pattern:
    pattern: ArnPattern

    def bind(self, keys: RequestValues) -> Check | None:
        wildcard = self.pattern.bind(keys)
        return None if wildcard is None else wildcard.matches


def _text(compare: Callable[[str], Check]) -> Callable[[str, bool], PolicyValue]:
    """Operators on whole texts: variables are read, wildcards are not."""

    def read(text: str, variables: bool) -> PolicyValue:
        parts = parse_template(text, variables=variables, wildcards=False)
        tokens = constant(parts)
        return _Variable(parts, compare) if tokens is None else _Fixed(compare(plain_text(tokens)))

    return read


def _like(text: str, variables: bool) -> PolicyValue:
    return _Pattern(ArnPattern(parse_template(text, variables=variables, wildcards=True)))


def _arn(text: str, variables: bool) -> PolicyValue:
    return _Pattern(condition_pattern(parse_template(text, variables=variables, wildcards=True)))


def _typed(
    read_policy: Callable[[str], Any], read_request: Callable[[str], Any], compare: Callable[[Any, Any], bool]
) -> Callable[[str, bool], PolicyValue]:
    """Operators on typed values: `compare(request's, policy's)`; they read no variables."""

    def read(text: str, variables: bool) -> PolicyValue:
        if variables and any(isinstance(part, Variable) for part in _parts_or_none(text)):
            raise ValueError("policy variables stand only under the String, Arn and Bool operators")
        expected = read_policy(text)

        def check(value: str) -> bool:
            try:
                return compare(read_request(value), expected)
            except ValueError:
                return False

        return _Fixed(check)

    return read


def _parts_or_none(text: str) -> tuple[Part, ...]:
    return parse_template(text, variables=True, wildcards=False) if "${" in text else ()


def _same_text(expected: str) -> Check:
    return lambda value: value == expected


def _same_text_in_any_case(expected: str) -> Check:
    lowered = expected.lower()
    return lambda value: value.lower() == lowered


def _bool(text: str, variables: bool) -> PolicyValue:
    parts = parse_template(text, variables=variables, wildcards=False)
    tokens = constant(parts)
    if tokens is None:
        return _Variable(parts, _same_text_in_any_case)
    return _Fixed(_same_text_in_any_case("true" if read_bool(plain_text(tokens)) else "false"))


@dataclass(frozen=True, slots=True)
class _Operator:
    read: Callable[[str, bool], PolicyValue]
    """(text of the policy, whether it may hold variables) -> its value; raises ValueError."""
    negated: bool = False


def _ordered(kind: str, read: Callable[[str], Any]) -> dict[str, _Operator]:
    """The six comparisons of a kind of value that has an order."""
    comparisons = {
        "LessThan": operator.lt,
        "LessThanEquals": operator.le,
        "GreaterThan": operator.gt,
        "GreaterThanEquals": operator.ge,
    }
    return {
        f"{kind}Equals": _Operator(_typed(read, read, operator.eq)),
        f"{kind}NotEquals": _Operator(_typed(read, read, operator.eq), negated=True),
        **{kind + name: _Operator(_typed(read, read, compare)) for name, compare in comparisons.items()},
    }


_IP = _typed(read_network, read_address, lambda address, network: address in network)

_OPERATORS: dict[str, _Operator] = {
    "StringEquals": _Operator(_text(_same_text)),
    "StringNotEquals": _Operator(_text(_same_text), negated=True),
    "StringEqualsIgnoreCase": _Operator(_text(_same_text_in_any_case)),
    "StringNotEqualsIgnoreCase": _Operator(_text(_same_text_in_any_case), negated=True),
    "StringLike": _Operator(_like),
    "StringNotLike": _Operator(_like, negated=True),
    **_ordered("Numeric", read_number),
    **_ordered("Date", read_date),
    "Bool": _Operator(_bool),
    "BinaryEquals": _Operator(_typed(read_binary, str.encode, operator.eq)),
    "IpAddress": _Operator(_IP),
    "NotIpAddress": _Operator(_IP, negated=True),
    "ArnEquals": _Operator(_arn),
    "ArnLike": _Operator(_arn),
    "ArnNotEquals": _Operator(_arn, negated=True),
    "ArnNotLike": _Operator(_arn, negated=True),
}

OPERATORS = (*_OPERATORS, "Null")
"""Every operator, without qualifiers and IfExists."""


class Qualifier(Enum):
    """How several values of the request are taken together."""

    NONE = ""
    FOR_ALL_VALUES = "ForAllValues"
    FOR_ANY_VALUE = "ForAnyValue"


@dataclass(frozen=True, slots=True)
class OperatorName:
    """The parts of an operator as written: `ForAnyValue:StringLikeIfExists`."""

    written: str
    base: str
    qualifier: Qualifier
    if_exists: bool

    @classmethod
    def parse(cls, written: str) -> "OperatorName":
        """Raises ValueError, with the right spelling where it can be guessed."""
        head, colon, tail = written.partition(":")
        full = tail if colon else written
        qualifier = next((q for q in Qualifier if q.value == (head if colon else "")), None)
        if qualifier is None or (colon and qualifier is Qualifier.NONE):
            raise ValueError("a qualifier is ForAllValues: or ForAnyValue:")
        base = full.removesuffix("IfExists")
        if base == "Null" and base != written:
            raise ValueError("Null takes neither IfExists nor a qualifier")
        if base not in OPERATORS:
            meant = next((name for name in OPERATORS if name.lower() == base.lower()), None)
            raise ValueError(f"no such operator; did you mean {meant}?" if meant else "no such operator")
        return cls(written, base, qualifier, full != base)


@dataclass(frozen=True, slots=True)
class Condition:
    """One key under one operator."""

    operator: OperatorName
    key: str
    """As the policy writes it, for explanations."""
    lowered_key: str
    written_values: tuple[str, ...]
    """The values as the policy has them, for explanations."""
    values: tuple[PolicyValue, ...]

    def holds(self, keys: RequestValues, *, granting: bool) -> bool:
        """Whether it holds for these keys; `granting` is whether the statement is an Allow."""
        present = keys.get(self.lowered_key, ())
        if self.operator.base == "Null":
            return _null_holds(self.written_values, present)
        qualifier = self.operator.qualifier
        negated = _OPERATORS[self.operator.base].negated
        if qualifier is not Qualifier.NONE:
            present = tuple(value for value in present if value)
        if not present:
            if self.operator.if_exists or qualifier is Qualifier.FOR_ALL_VALUES:
                return True
            return negated and qualifier is Qualifier.NONE
        checks = [check for value in self.values if (check := value.bind(keys)) is not None]
        if granting and negated and len(checks) < len(self.values):
            return False
        outcomes = (any(check(value) for check in checks) is not negated for value in present)
        if qualifier is Qualifier.FOR_ANY_VALUE or (qualifier is Qualifier.NONE and not granting):
            return any(outcomes)
        return all(outcomes)


def parse_condition(name: OperatorName, key: str, texts: Sequence[str], *, variables: bool) -> Condition:
    """The condition of one key. Raises ValueError for a text that is no value of the operator's type."""
    if name.base == "Null":
        for text in texts:
            read_bool(text)
        return Condition(name, key, key.lower(), tuple(texts), ())
    read = _OPERATORS[name.base].read
    return Condition(name, key, key.lower(), tuple(texts), tuple(read(text, variables) for text in texts))


def _null_holds(texts: Sequence[str], present: Sequence[str]) -> bool:
    absent = not any(present)
    return any(read_bool(text) is absent for text in texts)
