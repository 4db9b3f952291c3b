"""Checks compiled from schemas: each turns a decoded JSON value into the shape's Python value.

A check takes the value, its path for messages, and the violations to add to. A value of another JSON type raises
SerializationException at once, as nothing can be said about its constraints; a broken constraint is added, and what is
returned is then of no use.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from greenroom.wire.errors import SerializationException
from greenroom.wire.schema import Enumeration, ListSchema, MapSchema, Member, Schema, Structure
from greenroom.wire.traits import Integer, Moment, Text
from greenroom.wire.violations import Violations

Check = Callable[[Any, str, Violations], Any]
Fill = Callable[[dict[str, Any], str, Violations], dict[str, Any]]

_INT64 = range(-(2**63), 2**63)


@cache
def compile_check(schema: Schema, *, sensitive: bool = False) -> Check:
    """The check of a schema. `sensitive` says that what holds it is, so that no value in it is repeated."""
    match schema:
        case Text():
            return _text(schema, sensitive=sensitive or schema.sensitive)
        case Integer():
            return _integer(schema, sensitive=sensitive)
        case Moment():
            return _moment
        case Enumeration():
            return _enumeration(schema, sensitive=sensitive)
        case ListSchema():
            return _list(schema, sensitive=sensitive or schema.trait.sensitive)
        case MapSchema():
            return _map(schema, sensitive=sensitive)
        case Structure():
            return _structure(schema, sensitive=sensitive)


def compile_members(members: Iterable[Member], *, sensitive: bool = False) -> Fill:
    """What takes members out of a JSON object, by their Python names; unknown ones are ignored, null is absent."""
    checks = tuple(
        (member.attribute, member.name, member.required, compile_check(member.schema, sensitive=sensitive))
        for member in members
    )

    def fill(value: dict[str, Any], path: str, violations: Violations) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for attribute, name, required, check in checks:
            item = value.get(name)
            if item is not None:
                found[attribute] = check(item, f"{path}.{name}" if path else name, violations)
            elif required:
                violations.add_null(f"{path}.{name}" if path else name)
        return found

    return fill


def _text(schema: Text, *, sensitive: bool) -> Check:
    shortest, longest = schema.min_length or 0, schema.max_length
    matches = _searcher(schema.pattern)

    def check(value: Any, path: str, violations: Violations) -> str:
        if type(value) is not str:
            raise _mistyped(path, "a string")
        echo = None if sensitive else value
        if len(value) < shortest:
            violations.add(path, f"must have length greater than or equal to {shortest}", echo)
        too_long = longest is not None and len(value) > longest
        if too_long:
            violations.add(path, f"must have length less than or equal to {longest}", echo)
        # A pattern is not tried on what is too long anyway: that bounds what a hostile value can cost.
        if matches is not None and not too_long and matches(value) is None:
            violations.add(path, f"must satisfy regular expression pattern: {schema.pattern}", echo)
        if "\0" in value:
            violations.add(path, "must not contain null characters", echo)
        if not value.isascii() and not _encodable(value):
            violations.add(path, "must be valid Unicode", echo)
        return value

    return check


def _searcher(pattern: str | None) -> Callable[[str], object] | None:
    if pattern is None:
        return None
    # Python's $ also matches before a final line feed.
    return re.compile(re.sub(r"(?<!\\)\$$", r"\\Z", pattern)).search


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _integer(schema: Integer, *, sensitive: bool) -> Check:
    def check(value: Any, path: str, violations: Violations) -> int:
        if type(value) is not int or value not in _INT64:
            raise _mistyped(path, "a whole number")
        echo = None if sensitive else value
        if value < schema.minimum:
            violations.add(path, f"must have value greater than or equal to {schema.minimum}", echo)
        if value > schema.maximum:
            violations.add(path, f"must have value less than or equal to {schema.maximum}", echo)
        return value

    return check


def _moment(value: Any, path: str, _violations: Violations) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise _mistyped(path, "an ISO 8601 time with its offset from UTC")
        return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise _mistyped(path, "an ISO 8601 time") from None


def _enumeration(schema: Enumeration, *, sensitive: bool) -> Check:
    by_value = {member.value: member for member in schema.type}
    allowed = f"must satisfy enum value set: [{', '.join(by_value)}]"

    def check(value: Any, path: str, violations: Violations) -> Any:
        if type(value) is not str:
            raise _mistyped(path, "a string")
        member = by_value.get(value)
        if member is None:
            violations.add(path, allowed, None if sensitive else value)
        return member

    return check


def _list(schema: ListSchema, *, sensitive: bool) -> Check:
    fewest, most = schema.trait.min_items or 0, schema.trait.max_items
    check_element = compile_check(schema.element, sensitive=sensitive)

    def check(value: Any, path: str, violations: Violations) -> list[Any]:
        if type(value) is not list:
            raise _mistyped(path, "a list")
        if len(value) < fewest:
            violations.add(path, f"must have length greater than or equal to {fewest}")
        if most is not None and len(value) > most:
            violations.add(path, f"must have length less than or equal to {most}")
        elements = []
        for position, element in enumerate(value, 1):
            element_path = f"{path}.{position}.member"
            if element is None:
                violations.add_null(element_path)
            else:
                elements.append(check_element(element, element_path, violations))
        return elements

    return check


def _map(schema: MapSchema, *, sensitive: bool) -> Check:
    check_key = compile_check(schema.key, sensitive=sensitive)
    check_value = compile_check(schema.value, sensitive=sensitive)

    def check(value: Any, path: str, violations: Violations) -> dict[str, str]:
        if type(value) is not dict:
            raise _mistyped(path, "an object")
        entries: dict[str, str] = {}
        for key, item in value.items():
            checked = check_key(key, f"{path}.key", violations)
            if item is None:
                violations.add_null(f"{path}.{key}.member")
            else:
                entries[checked] = check_value(item, f"{path}.{key}.member", violations)
        return entries

    return check


def _structure(schema: Structure, *, sensitive: bool) -> Check:
    fill = compile_members(schema.members, sensitive=sensitive)
    is_union, shape = schema.is_union, schema.type

    def check(value: Any, path: str, violations: Violations) -> Any:
        if type(value) is not dict:
            raise _mistyped(path, "an object")
        before = violations.count
        found = fill(value, path, violations)
        if is_union and len(found) != 1:
            violations.add(path, "must have exactly one of its members set")
        return shape(**found) if violations.count == before else None

    return check


def _mistyped(path: str, expected: str) -> SerializationException:
    return SerializationException(f"The value at '{path[:128]}' must be {expected}.")
