"""The OpenAPI document."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from greenroom.wire import shapes
from greenroom.wire.openapi import openapi_document
from greenroom.wire.operations import OPERATIONS, Operation

DOCUMENT = openapi_document()


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def described(operation: Operation) -> Any:
    return DOCUMENT["paths"][operation.uri][operation.method.lower()]


def test_it_is_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(DOCUMENT)) == DOCUMENT


def test_every_reference_leads_somewhere() -> None:
    for reference in references(DOCUMENT):
        assert reference.removeprefix("#/components/schemas/") in DOCUMENT["components"]["schemas"]


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda operation: operation.name)
def test_every_operation_is_described(operation: Operation) -> None:
    description = described(operation)
    assert description["operationId"] == operation.name
    assert description["summary"]
    labels = {part[1:-1] for part in operation.uri.split("/") if part.startswith("{")}
    assert {parameter["name"] for parameter in description["parameters"] if parameter["in"] == "path"} == labels
    assert str(operation.status) in description["responses"]
    assert ("402" in description["responses"]) == ("ServiceQuotaExceededException" in operation.errors)


def test_constraints_and_hidden_defaults_are_told() -> None:
    configuration = DOCUMENT["components"]["schemas"]["StreamConfigurationCreate"]
    length = configuration["properties"]["maxSessionLengthInMinutes"]
    assert (length["minimum"], length["maximum"], length["default"]) == (1, 43200, 690)
    assert configuration["properties"]["streamingImageIds"]["minItems"] == 1
    assert configuration["required"] == ["clipboardMode", "ec2InstanceTypes", "streamingImageIds"]


def test_a_repeated_query_parameter_is_an_exploded_list() -> None:
    (tag_keys,) = (p for p in described(OPERATIONS["UntagResource"])["parameters"] if p["name"] == "tagKeys")
    assert tag_keys["schema"]["type"] == "array"
    assert tag_keys["explode"] is True


def test_an_answer_without_content_has_none() -> None:
    assert "content" not in described(OPERATIONS["TagResource"])["responses"]["204"]


def test_a_union_has_one_property() -> None:
    union = DOCUMENT["components"]["schemas"]["StudioComponentConfiguration"]
    assert (union["minProperties"], union["maxProperties"]) == (1, 1)


def test_operations_beside_the_api_have_a_document_of_their_own() -> None:
    verify = Operation(
        "VerifyBackup",
        "POST",
        "/greenroom/v1/backups/{backupId}/verify",
        shapes.GetStreamingSessionBackupRequest,
        shapes.GetStreamingSessionBackupResponse,
        "Verify a backup.",
        service="greenroom",
    )
    document = openapi_document([verify], title="Greenroom", version="1")
    assert list(document["paths"]) == ["/greenroom/v1/backups/{backupId}/verify"]
    assert document["info"] == {"title": "Greenroom", "version": "1"}
