"""Requests into shapes, shapes into answers. What is compiled is compiled once a shape."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import msgspec

from greenroom.wire.checks import Check, Fill, compile_check, compile_members
from greenroom.wire.errors import RequestEntityTooLargeException, SerializationException
from greenroom.wire.operations import Operation
from greenroom.wire.response import JSON_CONTENT_TYPE, EncodedResponse, RepeatedOutput
from greenroom.wire.schema import ListSchema, Member, structure_of
from greenroom.wire.shapes.base import Shape
from greenroom.wire.traits import Integer, Location
from greenroom.wire.violations import Violations

MAX_BODY_BYTES = 1024 * 1024
"""The largest request body that is read; what the API has a use for, a component with many scripts, is smaller."""

_JSON_HEADERS: Mapping[str, str] = MappingProxyType({"content-type": JSON_CONTENT_TYPE})
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_NO_CONTENT = 204
_INTEGER = re.compile(r"-?[0-9]{1,18}")

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


def decode_request(
    operation: Operation,
    labels: Mapping[str, str],
    query: Iterable[tuple[str, str]],
    headers: Mapping[str, str],
    body: bytes,
) -> Shape:
    """The request of an operation, whole and within its constraints.

    `labels` and `query` are decoded, header names are in lower case, a body may be empty. Query parameters and JSON
    members that the operation does not know are ignored; JSON null is the same as absence.

    Raises SerializationException for what cannot be read, ValidationException for all constraints that are broken,
    RequestEntityTooLargeException for a body beyond MAX_BODY_BYTES, and nothing else, whatever the bytes.
    """
    if len(body) > MAX_BODY_BYTES:
        raise RequestEntityTooLargeException(f"The request body is larger than {MAX_BODY_BYTES} bytes.")
    plan = _plan(operation.input)
    violations = Violations()
    found = plan.fill_body(_json_object(body), "", violations) if plan.fill_body is not None else {}
    for label in plan.labels:
        found[label.attribute] = label.read_label(labels[label.location_name], violations)
    if plan.queries:
        _read_query(plan.queries, query, found, violations)
    for header in plan.headers:
        header.read(headers.get(header.location_name), found, violations)
    violations.raise_if_any()
    return plan.shape(**found)


def encode_response(operation: Operation, output: Shape | RepeatedOutput) -> EncodedResponse:
    """The answer of an operation that went well. Times must have a timezone; they are sent as ISO 8601."""
    if isinstance(output, RepeatedOutput):
        if output.encoded is None:
            output.encoded = encode_response(operation, output.output)
        return output.encoded
    if operation.status == _NO_CONTENT:
        return EncodedResponse(_NO_CONTENT, _NO_HEADERS, b"")
    return EncodedResponse(operation.status, _JSON_HEADERS, _encoder.encode(output))


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A member outside the body."""

    attribute: str
    name: str
    location_name: str
    required: bool
    repeated: bool
    parse: Callable[[str, str], object]
    check: Check

    def read_label(self, value: str, violations: Violations) -> Any:
        if not value:
            violations.add(self.name, "must have length greater than or equal to 1", "")
            return value
        return self.check(self.parse(value, self.name), self.name, violations)

    def read(self, value: str | None, found: dict[str, Any], violations: Violations) -> None:
        if value is not None:
            found[self.attribute] = self.check(self.parse(value, self.name), self.name, violations)
        elif self.required:
            violations.add_null(self.name)


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a request is put together."""

    shape: type[Shape]
    labels: tuple[_Parameter, ...]
    queries: tuple[_Parameter, ...]
    headers: tuple[_Parameter, ...]
    fill_body: Fill | None


@cache
def _plan(shape: type[Shape]) -> _Plan:
    structure = structure_of(shape)
    body = structure.members_at(Location.BODY)
    return _Plan(
        shape,
        labels=tuple(_parameter(member) for member in structure.members_at(Location.LABEL)),
        queries=tuple(_parameter(member) for member in structure.members_at(Location.QUERY)),
        headers=tuple(_parameter(member) for member in structure.members_at(Location.HEADER)),
        fill_body=compile_members(body) if body else None,
    )


def _parameter(member: Member) -> _Parameter:
    location_name = member.location_name.lower() if member.location is Location.HEADER else member.location_name
    return _Parameter(
        attribute=member.attribute,
        name=member.name,
        location_name=location_name,
        required=member.required,
        repeated=isinstance(member.schema, ListSchema),
        parse=_parse_integer if isinstance(member.schema, Integer) else _as_it_is,
        check=compile_check(member.schema),
    )


def _read_query(
    parameters: tuple[_Parameter, ...],
    query: Iterable[tuple[str, str]],
    found: dict[str, Any],
    violations: Violations,
) -> None:
    given: dict[str, list[str]] = {}
    for key, value in query:
        given.setdefault(key, []).append(value)
    for parameter in parameters:
        values = given.get(parameter.location_name)
        if parameter.repeated and values is not None:
            found[parameter.attribute] = parameter.check(values, parameter.name, violations)
        elif values is not None and len(values) > 1:
            raise SerializationException(f"The query parameter '{parameter.name}' is given more than once.")
        else:
            parameter.read(values[0] if values else None, found, violations)


def _as_it_is(value: str, _name: str) -> object:
    return value


def _parse_integer(value: str, name: str) -> object:
    if _INTEGER.fullmatch(value) is None:
        raise SerializationException(f"The value at '{name}' must be a whole number.")
    return int(value)


def _json_object(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        value = _decoder.decode(body)
    except (ValueError, RecursionError):
        raise SerializationException("The request body is not valid JSON.") from None
    if type(value) is not dict:
        raise SerializationException("The request body must be a JSON object.")
    return value
