"""Errors on the wire."""

from typing import Any

import msgspec
import pytest
from botocore.awsrequest import HeadersDict
from botocore.parsers import create_parser

from greenroom.wire import errors
from greenroom.wire.errors import ApiError, FrontDoorError, encode_error


def every_error(base: type[ApiError] = ApiError) -> list[type[ApiError]]:
    found: list[type[ApiError]] = []
    for error in base.__subclasses__():
        found += [error, *every_error(error)]
    return [error for error in found if error is not FrontDoorError]


def body_of(error: ApiError) -> Any:
    return msgspec.json.decode(encode_error(error, "id-1").body)


def test_a_modelled_error_has_code_context_and_message() -> None:
    error = errors.ResourceNotFoundException("No such backup.", code="BackupNotFound", context={"resourceId": "b"})
    response = encode_error(error, "id-1")
    assert response.status == 404
    assert response.headers == {
        "content-type": "application/json",
        "x-amzn-ErrorType": "ResourceNotFoundException",
        "x-amzn-RequestId": "id-1",
    }
    assert msgspec.json.decode(response.body) == {
        "code": "BackupNotFound",
        "context": {"resourceId": "b"},
        "message": "No such backup.",
    }


def test_a_front_door_error_has_its_message_alone() -> None:
    response = encode_error(errors.MissingAuthenticationTokenException(), "id-1")
    assert response.status == 403
    assert response.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"
    assert msgspec.json.decode(response.body) == {"message": "Missing Authentication Token"}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.ValidationException, 400),
        (errors.SerializationException, 400),
        (errors.ServiceQuotaExceededException, 402),
        (errors.AccessDeniedException, 403),
        (errors.ResourceNotFoundException, 404),
        (errors.UnknownOperationException, 404),
        (errors.ConflictException, 409),
        (errors.RequestEntityTooLargeException, 413),
        (errors.ThrottlingException, 429),
        (errors.InternalServerErrorException, 500),
        (errors.InvalidSignatureException, 403),
    ],
)
def test_statuses_are_the_services(error: type[ApiError], status: int) -> None:
    assert encode_error(error(), "id-1").status == status


def test_a_throttled_caller_is_told_when_to_come_back() -> None:
    assert encode_error(errors.ThrottlingException(retry_after=3), "id-1").headers["retry-after"] == "3"


@pytest.mark.parametrize("error", every_error(), ids=lambda error: error.__name__)
def test_the_official_client_reads_the_error_by_its_name(error: type[ApiError]) -> None:
    response = encode_error(error("What, where, what to do.", code="Detail"), "id-1")
    headers = HeadersDict({**response.headers})
    parsed = create_parser("rest-json").parse(
        {"status_code": response.status, "headers": headers, "body": response.body}, None
    )
    assert parsed["Error"] == {"Message": "What, where, what to do.", "Code": error.__name__}


def test_a_message_that_utf8_cannot_carry_is_escaped() -> None:
    assert body_of(errors.ValidationException("bad \ud800", context={"\ud801": "\ud802"})) == {
        "code": "ValidationException",
        "context": {"\\ud801": "\\ud802"},
        "message": "bad \\ud800",
    }


def test_an_endless_message_is_cut() -> None:
    assert len(body_of(errors.ValidationException("x" * 100_000))["message"]) == errors.MAX_MESSAGE_LENGTH
