"""Paths into operations."""

import pytest

from greenroom.wire import shapes
from greenroom.wire.operations import OPERATIONS, Operation
from greenroom.wire.routing import Router, header_map, parse_query

ROUTER = Router(OPERATIONS.values())


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda operation: operation.name)
def test_every_operation_is_found_by_its_method_and_path(operation: Operation) -> None:
    match = ROUTER.match(operation.method, operation.uri.replace("{", "%7B").replace("}", "%7D").encode())
    assert match is not None
    assert match.operation is operation
    assert match.labels == {name: f"{{{name}}}" for name in match.labels}


def test_an_encoded_colon_stays_in_a_studio_id() -> None:
    match = ROUTER.match("GET", b"/2020-08-01/studios/us-west-2%3Astid-1/streaming-session-backups")
    assert match is not None
    assert match.operation.name == "ListStreamingSessionBackups"
    assert match.labels == {"studioId": "us-west-2:stid-1"}


def test_an_encoded_slash_stays_in_an_arn() -> None:
    match = ROUTER.match("GET", b"/2020-08-01/tags/arn%3Aaws%3Animble%3Aus-west-2%3A1%3Astudio%2Fstid-1")
    assert match is not None
    assert match.labels == {"resourceArn": "arn:aws:nimble:us-west-2:1:studio/stid-1"}


def test_an_unencoded_slash_in_an_arn_is_no_operation() -> None:
    assert ROUTER.match("GET", b"/2020-08-01/tags/arn:aws:nimble:us-west-2:1:studio/stid-1") is None


def test_an_empty_segment_is_an_empty_label() -> None:
    match = ROUTER.match("GET", b"/2020-08-01/studios/")
    assert match is not None
    assert match.operation.name == "GetStudio"
    assert match.labels == {"studioId": ""}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", b"/"),
        ("GET", b""),
        ("GET", b"2020-08-01/studios"),
        ("GET", b"/2020-08-01"),
        ("GET", b"/2021-01-01/studios"),
        ("PUT", b"/2020-08-01/studios"),
        ("BREW", b"/2020-08-01/studios"),
        ("GET", b"/2020-08-01/studios/a/streaming-sessions/b/start"),
        ("GET", b"/2020-08-01/studios/a/launch-profiles/b/details/c"),
        ("GET", b"/2020-08-01%2Fstudios"),
    ],
)
def test_other_paths_and_methods_are_no_operation(method: str, path: bytes) -> None:
    assert ROUTER.match(method, path) is None


def test_bytes_that_are_no_utf8_become_replacement_characters() -> None:
    match = ROUTER.match("GET", b"/2020-08-01/studios/%FF\xfe")
    assert match is not None
    assert match.labels == {"studioId": "��"}


def test_two_operations_with_the_same_path_are_refused() -> None:
    twin = Operation("Twin", "GET", "/2020-08-01/studios/{id}", shapes.GetStudioRequest, shapes.GetStudioResponse, "")
    with pytest.raises(ValueError, match="Twin and GetStudio"):
        Router([*OPERATIONS.values(), twin])


def test_operations_beside_the_api_are_routed_the_same_way() -> None:
    addition = Operation(
        "VerifyBackup",
        "POST",
        "/greenroom/v1/backups/{backupId}/verify",
        shapes.GetStreamingSessionBackupRequest,
        shapes.GetStreamingSessionBackupResponse,
        "Verify a backup.",
        service="greenroom",
    )
    match = Router([*OPERATIONS.values(), addition]).match("POST", b"/greenroom/v1/backups/b-1/verify")
    assert match is not None
    assert match.operation.action == "greenroom:VerifyBackup"
    assert match.labels == {"backupId": "b-1"}


def test_a_query_keeps_repeated_keys_and_a_plus_is_a_plus() -> None:
    assert parse_query(b"tagKeys=a%20b&tagKeys=c+d&flag&=x&&e=%FF") == [
        ("tagKeys", "a b"),
        ("tagKeys", "c+d"),
        ("flag", ""),
        ("", "x"),
        ("e", "�"),
    ]


def test_headers_are_lowercased_and_repeated_ones_joined() -> None:
    headers = [(b"X-Amz-Client-Token", b" a "), (b"x-amz-client-token", b"b"), (b"Host", b"h")]
    assert header_map(headers) == {"x-amz-client-token": "a,b", "host": "h"}


def test_header_values_are_utf8_or_else_latin1() -> None:
    assert header_map([(b"a", "ü".encode()), (b"b", "ü".encode("latin-1"))]) == {"a": "ü", "b": "ü"}
