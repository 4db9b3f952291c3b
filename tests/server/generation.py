"""Requests of any shape for fuzzing: the declared ones with something wrong, and bytes that mean nothing."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from tests.server.raw import Request

from greenroom.wire.additions import ADDITIONS
from greenroom.wire.operations import OPERATIONS, Operation
from greenroom.wire.schema import Enumeration, ListSchema, MapSchema, Member, Schema, Structure, structure_of
from greenroom.wire.traits import Integer, Location, Moment, Text

CANARY = "canary7f3a9d"
"""Stands in every value of a sensitive member, and nowhere else."""

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=40),
    st.sampled_from(["", " ", "\x00", "\ud800", "null", "2021-03-31", "0", "-1", "1e400", "a" * 300]),
)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
ODD_SEGMENTS = st.one_of(
    st.sampled_from(["", ".", "..", "%2e%2e", "%2F", "%00", "%FF", "%", "%zz", "a" * 3000, "%E2%80%AE", "*", "{id}"]),
    st.text(max_size=20).map(lambda text: quote(text.encode("utf-8", "surrogatepass"), safe="")),
)
OPERATIONS_OF_ALL = sorted([*OPERATIONS.values(), *ADDITIONS.values()], key=lambda operation: operation.name)


def requests(known: dict[str, str]) -> SearchStrategy[Request]:
    """A request for some operation; `known` are ids that are there, by the name of their label."""
    return st.sampled_from(OPERATIONS_OF_ALL).flatmap(lambda operation: _of(operation, known))


def _of(operation: Operation, known: dict[str, str]) -> SearchStrategy[Request]:
    members = structure_of(operation.input).members
    return st.builds(
        lambda path, query, headers, body: Request(path + query, operation.method, body, headers),
        _path(operation, known),
        _query([member for member in members if member.location is Location.QUERY]),
        _headers([member for member in members if member.location is Location.HEADER]),
        _body([member for member in members if member.location is Location.BODY], known),
    )


def _path(operation: Operation, known: dict[str, str]) -> SearchStrategy[str]:
    segments = []
    for segment in operation.uri[1:].split("/"):
        name = segment[1:-1]
        if not segment.startswith("{"):
            segments.append(st.just(segment))
        elif name in known:
            segments.append(st.just(quote(known[name], safe="")) | ODD_SEGMENTS)
        else:
            segments.append(ODD_SEGMENTS)
    return st.tuples(*segments).map(lambda parts: "/" + "/".join(parts))


def _query(members: list[Member]) -> SearchStrategy[str]:
    names = st.sampled_from([*(member.location_name for member in members), "X-Amz-Nothing", "nextToken", ""])
    return st.lists(st.tuples(names, ODD_SEGMENTS), max_size=4).map(
        lambda pairs: "?" + "&".join(f"{name}={value}" for name, value in pairs) if pairs else ""
    )


def _headers(members: list[Member]) -> SearchStrategy[tuple[tuple[str, str], ...]]:
    printable = st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=80)
    names = [member.location_name for member in members]
    declared = st.tuples(st.sampled_from(names), printable) if names else st.nothing()
    other = st.tuples(st.sampled_from(["Content-Type", "Accept", "X-Amz-Dryrun", "X-Api-Key"]), printable)
    return st.lists(declared | other, max_size=3, unique_by=lambda pair: pair[0]).map(tuple)


def _body(members: list[Member], known: dict[str, str]) -> SearchStrategy[bytes]:
    whole = _members(members, known).map(_encoded)
    return st.one_of(whole, whole, whole, ANY_JSON.map(_encoded), st.binary(max_size=60), st.just(b""))


def _members(members: Sequence[Member], known: dict[str, str], *, sensitive: bool = False) -> SearchStrategy[Any]:
    values = {member.name: _value(member.schema, known, sensitive=sensitive) for member in members}
    required = {member.name for member in members if member.required}
    return st.fixed_dictionaries(
        {name: value for name, value in values.items() if name in required},
        optional={name: value for name, value in values.items() if name not in required},
    )


def _value(schema: Schema, known: dict[str, str], *, sensitive: bool = False) -> SearchStrategy[Any]:
    """Mostly a value that is allowed; sensitive ones have the canary in them."""
    match schema:
        case Text():
            return _text(schema, known, sensitive=sensitive or schema.sensitive)
        case Integer():
            allowed = st.integers(schema.minimum, schema.maximum)
            return st.one_of(allowed, allowed, st.integers(schema.minimum - 2, schema.maximum + 2), SCALARS)
        case Moment():
            return SCALARS
        case Enumeration():
            allowed = st.sampled_from([member.value for member in schema.type])
            return st.one_of(allowed, allowed, allowed, allowed, SCALARS)
        case ListSchema():
            inner = _value(schema.element, known, sensitive=sensitive or schema.trait.sensitive)
            return st.lists(inner, min_size=schema.trait.min_items or 0, max_size=4)
        case MapSchema():
            return st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=4)
        case Structure():
            members = [*schema.members]
            if schema.is_union:
                return st.sampled_from(members).flatmap(lambda one: _members([one], known, sensitive=sensitive))
            return _members(members, known, sensitive=sensitive)


def _text(schema: Text, known: dict[str, str], *, sensitive: bool) -> SearchStrategy[Any]:
    longest = schema.max_length or 200
    if sensitive:
        hidden = st.sampled_from(
            [CANARY, f"/{CANARY}", f"$HOME/{CANARY}", CANARY * 1000, f"{CANARY}\x00", f"{CANARY} "]
        )
        return hidden | st.text(max_size=10).map(lambda text: CANARY + text)
    allowed: SearchStrategy[Any] = st.sampled_from(sorted(known.values()))
    if schema.pattern:
        allowed = st.from_regex(schema.pattern).map(lambda text: text[:longest])
    return st.one_of(allowed, allowed, allowed, st.text(max_size=longest + 3), SCALARS)


def _encoded(value: Any) -> bytes:

    return json.dumps(value).encode("utf-8", "surrogatepass")
