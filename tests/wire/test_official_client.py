"""Every operation there and back: what the official client sends is decoded whole, what is encoded it reads whole."""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import botocore.session
import msgspec
import pytest
from botocore.awsrequest import HeadersDict, create_request_object, prepare_request_dict
from botocore.model import ListShape, MapShape, OperationModel, Shape, StringShape, StructureShape
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from greenroom.wire.codec import decode_request, encode_response
from greenroom.wire.operations import OPERATIONS
from greenroom.wire.routing import Router, header_map, parse_query

SERVICE = botocore.session.Session().get_service_model("nimble")
ROUTER = Router(OPERATIONS.values())
SAMPLES = [
    "us-west-2:stid-1/ü ?&=+%",
    "abcXYZ019-_",
    "ABC_1",
    "abc",
    "ami-0a",
    "arn:aws:x",
    "2021-03-31",
    "Z",
    "us-west-2",
    "/a/b",
]
SAMPLES += ["C:/a/b", "letters"]


def sample(shape: Shape, *, variant: int = 0) -> Any:
    """A value that the model allows, with every member set (of a union: one of them)."""
    if isinstance(shape, StructureShape):
        members = list(shape.members.items())
        if shape.is_tagged_union:
            members = [members[variant % len(members)]]
        return {name: sample(member, variant=variant) for name, member in members}
    if isinstance(shape, ListShape):
        return [sample(shape.member, variant=variant)] * max(shape.metadata.get("min", 1), 1)
    if isinstance(shape, MapShape):
        return {"key / ü": "value"}
    if shape.type_name == "integer":
        return shape.metadata["min"] + variant
    if shape.type_name == "timestamp":
        return datetime(2026, 11, 23, 19, variant, tzinfo=UTC)
    assert isinstance(shape, StringShape)
    if shape.enum:
        return shape.enum[variant % len(shape.enum)]
    return text(shape.metadata)


def text(constraints: dict[str, Any]) -> str:
    return next(
        candidate
        for candidate in SAMPLES
        if constraints.get("min", 0) <= len(candidate) <= constraints.get("max", 10_000)
        and re.search(constraints.get("pattern", ""), candidate)
    )


def plain(shape: Any) -> Any:
    return msgspec.to_builtins(shape, builtin_types=(datetime,))


def send(operation: OperationModel, parameters: dict[str, Any]) -> Any:
    """The request as the client puts it on the wire, decoded again."""
    prepared = create_serializer("rest-json", include_validation=True).serialize_to_request(parameters, operation)
    prepare_request_dict(prepared, "http://127.0.0.1:8420", context={})
    request = create_request_object(prepared).prepare()
    parts = urlsplit(request.url)
    match = ROUTER.match(request.method, parts.path.encode())
    assert match is not None
    assert match.operation.name == operation.name
    headers = [
        (name.encode(), value if isinstance(value, bytes) else value.encode())
        for name, value in request.headers.items()
    ]
    return decode_request(
        match.operation, match.labels, parse_query(parts.query.encode()), header_map(headers), request.body or b""
    )


def receive(operation: OperationModel, output: Any) -> Any:
    """The answer as the server puts it on the wire, read by the client."""
    response = encode_response(OPERATIONS[operation.name], output)
    parsed = create_parser("rest-json").parse(
        {"status_code": response.status, "headers": HeadersDict(dict(response.headers)), "body": response.body},
        operation.output_shape,
    )
    del parsed["ResponseMetadata"]
    return parsed


@pytest.mark.parametrize("variant", range(4))
@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_a_full_request_arrives_whole(name: str, variant: int) -> None:
    operation = SERVICE.operation_model(name)
    parameters = sample(operation.input_shape, variant=variant)
    assert plain(send(operation, parameters)) == parameters


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_the_least_request_arrives(name: str) -> None:
    operation = SERVICE.operation_model(name)
    full = sample(operation.input_shape)
    least = {member: full[member] for member in operation.input_shape.required_members}
    assert plain(send(operation, least)) == least


@pytest.mark.parametrize("variant", range(4))
@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_a_full_answer_arrives_whole(name: str, variant: int) -> None:
    operation = SERVICE.operation_model(name)
    answer = sample(operation.output_shape, variant=variant)
    output = msgspec.convert(answer, OPERATIONS[name].output)
    assert receive(operation, output) == answer
