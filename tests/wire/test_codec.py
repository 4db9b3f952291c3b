"""Requests into shapes, shapes into answers."""

import contextlib
import gzip
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from botocore.utils import parse_timestamp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenroom.wire import shapes
from greenroom.wire.codec import MAX_BODY_BYTES, decode_request, encode_response
from greenroom.wire.errors import (
    RequestEntityTooLargeException,
    SerializationException,
    ValidationException,
)
from greenroom.wire.operations import OPERATIONS, Operation
from greenroom.wire.response import RepeatedOutput
from greenroom.wire.routing import Router
from greenroom.wire.shapes.base import Shape

STUDIO = {"studioId": "us-west-2:stid-1"}
PROFILE: dict[str, Any] = {
    "ec2SubnetIds": ["subnet-1"],
    "launchProfileProtocolVersions": ["2021-03-31"],
    "name": "artists",
    "streamConfiguration": {
        "clipboardMode": "ENABLED",
        "ec2InstanceTypes": ["g4dn.xlarge"],
        "streamingImageIds": ["image"],
    },
    "studioComponentIds": ["component"],
}


def decode(
    name: str,
    body: object = None,
    *,
    labels: dict[str, str] | None = None,
    query: list[tuple[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> Any:
    raw = b"" if body is None else body if isinstance(body, bytes) else msgspec.json.encode(body)
    return decode_request(OPERATIONS[name], STUDIO if labels is None else labels, query or [], headers or {}, raw)


def refusal(name: str, body: object = None, **parts: Any) -> str:
    with pytest.raises(ValidationException) as caught:
        decode(name, body, **parts)
    return caught.value.message


def test_labels_query_header_and_body_make_one_shape() -> None:
    request = decode("StartStreamingSession", {"backupId": "b"}, labels={**STUDIO, "sessionId": "s"})
    assert request == shapes.StartStreamingSessionRequest(studio_id="us-west-2:stid-1", session_id="s", backup_id="b")
    request = decode("ListStreamingSessionBackups", query=[("ownedBy", "me"), ("nextToken", "t"), ("X-Amz-Date", "x")])
    assert request == shapes.ListStreamingSessionBackupsRequest(
        studio_id="us-west-2:stid-1", owned_by="me", next_token="t"
    )
    request = decode("DeleteStudio", headers={"x-amz-client-token": "once"})
    assert request.client_token == "once"


def test_nested_structures_lists_and_enumerations_become_python_values() -> None:
    request = decode("CreateLaunchProfile", {**PROFILE, "tags": {"show": "one"}})
    assert isinstance(request.stream_configuration, shapes.StreamConfigurationCreate)
    assert request.stream_configuration.ec2_instance_types == [shapes.StreamingInstanceType.G4DN_XLARGE]
    assert request.stream_configuration.clipboard_mode is shapes.StreamingClipboardMode.ENABLED
    assert request.tags == {"show": "one"}


def test_repeated_query_parameters_become_a_list() -> None:
    request = decode("UntagResource", labels={"resourceArn": "arn"}, query=[("tagKeys", "a"), ("tagKeys", "b")])
    assert request.tag_keys == ["a", "b"]


def test_a_number_in_the_query_is_parsed() -> None:
    assert decode("ListLaunchProfiles", query=[("maxResults", "7")]).max_results == 7


def test_unknown_members_and_nulls_are_as_if_absent() -> None:
    request = decode("UpdateStudio", {"displayName": None, "surprise": {"a": [1]}})
    assert request == shapes.UpdateStudioRequest(studio_id="us-west-2:stid-1")


def test_a_body_is_not_read_where_the_operation_has_none() -> None:
    assert decode("GetStudio", b"\xff{").studio_id == "us-west-2:stid-1"


def test_an_empty_body_is_an_empty_object() -> None:
    assert decode("StopStreamingSession", b"", labels={**STUDIO, "sessionId": "s"}).volume_retention_mode is None


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b" ",
        b"[]",
        b"null",
        b'"text"',
        b"\xff",
        b'{"displayName": "\\ud800"}',
        b"[" * 100_000,
        b'{"displayName": 1}',
        b'{"displayName": ["a"]}',
        b'{"displayName": NaN}',
        b'{"a":1}{"b":2}',
    ],
    ids=lambda body: body[:24].decode("latin-1"),
)
def test_what_cannot_be_read_is_a_serialization_exception(body: bytes) -> None:
    with pytest.raises(SerializationException):
        decode("UpdateStudio", body)


@pytest.mark.parametrize("number", ["true", "1.5", "1.0", '"600"', "1e2", str(2**63), "[1]", "9" * 5000])
def test_a_number_is_a_json_integer(number: str) -> None:
    with pytest.raises(SerializationException):
        decode(
            "CreateStreamingSessionStream",
            b'{"expirationInSeconds": %s}' % number.encode(),
            labels={**STUDIO, "sessionId": "s"},
        )


@pytest.mark.parametrize("text", ["", "a", "1.0", "+1", " 1", "١", "9" * 5000])
def test_a_number_in_the_query_is_plain_digits(text: str) -> None:
    with pytest.raises(SerializationException, match="'maxResults' must be a whole number"):
        decode("ListLaunchProfiles", query=[("maxResults", text)])


def test_a_single_query_parameter_given_twice_is_ambiguous() -> None:
    with pytest.raises(SerializationException, match="'ownedBy' is given more than once"):
        decode("ListStreamingSessionBackups", query=[("ownedBy", "me"), ("ownedBy", "you")])


def test_a_body_that_is_too_large_is_refused() -> None:
    with pytest.raises(RequestEntityTooLargeException):
        decode("UpdateStudio", b" " * (MAX_BODY_BYTES + 1))


def test_a_missing_required_member_is_null() -> None:
    assert refusal("CreateStreamingSession", {}) == (
        "1 validation error detected: Value null at 'launchProfileId' failed to satisfy constraint: "
        "Member must not be null"
    )


def test_all_violations_are_told_at_once() -> None:
    message = refusal("CreateStreamingSession", {"ec2InstanceType": "t2.nano", "streamingImageId": "!" * 23})
    assert message.startswith("3 validation errors detected: ")
    assert (
        "Value 't2.nano' at 'ec2InstanceType' failed to satisfy constraint: Member must satisfy enum value" in message
    )
    assert f"Value '{'!' * 23}' at 'streamingImageId'" in message
    assert "Member must have length less than or equal to 22" in message
    assert "Value null at 'launchProfileId'" in message


def test_a_nested_violation_is_told_with_its_path() -> None:
    configuration = {**PROFILE["streamConfiguration"], "ec2InstanceTypes": ["g4dn.xlarge", "x"]}
    message = refusal("CreateLaunchProfile", {**PROFILE, "streamConfiguration": configuration})
    assert "Value 'x' at 'streamConfiguration.ec2InstanceTypes.2.member' failed" in message


def test_ranges_are_told() -> None:
    labels = {**STUDIO, "sessionId": "s"}
    assert "must have value greater than or equal to 60" in refusal(
        "CreateStreamingSessionStream", {"expirationInSeconds": 59}, labels=labels
    )
    assert "Value '3601' at 'expirationInSeconds'" in refusal(
        "CreateStreamingSessionStream", {"expirationInSeconds": 3601}, labels=labels
    )


def test_list_sizes_are_told() -> None:
    assert "'studioComponentIds' failed to satisfy constraint: Member must have length greater than or equal to 1" in (
        refusal("CreateLaunchProfile", {**PROFILE, "studioComponentIds": []})
    )
    assert "'ec2SubnetIds' failed to satisfy constraint: Member must have length less than or equal to 6" in (
        refusal("CreateLaunchProfile", {**PROFILE, "ec2SubnetIds": ["s"] * 7})
    )


def test_nulls_in_lists_and_maps_are_violations() -> None:
    message = refusal("CreateLaunchProfile", {**PROFILE, "ec2SubnetIds": [None], "tags": {"a": None}})
    assert "Value null at 'ec2SubnetIds.1.member'" in message
    assert "Value null at 'tags.a.member'" in message


@pytest.mark.parametrize("configuration", [{}, {"computeFarmConfiguration": {}, "licenseServiceConfiguration": {}}])
def test_a_union_has_exactly_one_member(configuration: dict[str, object]) -> None:
    message = refusal("CreateStudioComponent", {"name": "farm", "type": "COMPUTE_FARM", "configuration": configuration})
    assert "'configuration' failed to satisfy constraint: Member must have exactly one of its members set" in message


def test_lengths_are_in_code_points() -> None:
    assert decode("UpdateStudio", {"displayName": "🎬" * 64}).display_name == "🎬" * 64
    assert "length less than or equal to 64" in refusal("UpdateStudio", {"displayName": "🎬" * 65})


def test_sensitive_values_are_never_repeated() -> None:
    secret = "s3cret" * 20
    for operation, body in [
        ("UpdateStudio", {"displayName": secret}),
        ("CreateLaunchProfile", {**PROFILE, "name": secret}),
        (
            "CreateStudioComponent",
            {"name": "n", "type": "CUSTOM", "scriptParameters": [{"key": secret, "value": secret * 3}]},
        ),
    ]:
        message = refusal(operation, body)
        assert "s3cret" not in message
        assert "Value at '" in message


def test_a_repeated_value_is_cut_and_made_printable() -> None:
    message = refusal("CreateStreamingSession", {"launchProfileId": "p", "streamingImageId": "\n" + "x" * 5000})
    assert f"Value '\\n{'x' * 63}…' at 'streamingImageId'" in message


def test_the_number_of_violations_told_is_bounded() -> None:
    message = refusal("CreateLaunchProfile", {**PROFILE, "launchProfileProtocolVersions": ["x"] * 1000})
    assert message.startswith("1000 validation errors detected: ")
    assert message.endswith("; and 980 more")


def test_an_empty_label_is_a_violation() -> None:
    assert refusal("GetStudio", labels={"studioId": ""}) == (
        "1 validation error detected: Value '' at 'studioId' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1"
    )


def test_a_trailing_line_feed_does_not_slip_past_a_pattern() -> None:
    body = {"name": "image", "ec2ImageId": "ami-1\n"}
    assert "regular expression pattern: ^ami-[0-9A-z]+$" in refusal("CreateStreamingImage", body)


def test_null_characters_and_lone_surrogates_are_refused() -> None:
    assert "must not contain null characters" in refusal("CreateStreamingSession", {"launchProfileId": "a\0b"})
    assert "must be valid Unicode" in refusal("ListStreamingSessions", query=[("ownedBy", "\ud800")])


def test_the_client_token_is_checked_in_its_header() -> None:
    assert "'clientToken'" in refusal("DeleteStudio", headers={"x-amz-client-token": ""})
    assert "'clientToken'" in refusal("DeleteStudio", headers={"x-amz-client-token": "x" * 65})


def test_an_answer_leaves_out_what_is_none_and_keeps_what_is_empty() -> None:
    backup = shapes.StreamingSessionBackup(
        backup_id="b",
        created_at=datetime(2026, 11, 23, 19, 0, tzinfo=UTC),
        state=shapes.StreamingSessionState.READY,
        tags={},
    )
    response = encode_response(
        OPERATIONS["GetStreamingSessionBackup"],
        shapes.GetStreamingSessionBackupResponse(streaming_session_backup=backup),
    )
    assert response.status == 200
    assert response.headers == {"content-type": "application/json"}
    assert response.body == (
        b'{"streamingSessionBackup":{"backupId":"b","createdAt":"2026-11-23T19:00:00Z","state":"READY","tags":{}}}'
    )


def test_an_answer_without_content_has_no_body() -> None:
    response = encode_response(OPERATIONS["TagResource"], shapes.TagResourceResponse())
    assert (response.status, dict(response.headers), response.body) == (204, {}, b"")


def test_an_empty_structure_is_an_empty_object() -> None:
    response = encode_response(OPERATIONS["PutStudioMembers"], shapes.PutStudioMembersResponse())
    assert (response.status, response.body) == (200, b"{}")


def test_an_output_that_is_answered_again_is_encoded_once() -> None:
    output = RepeatedOutput(shapes.GetEulaResponse(eula=shapes.Eula(name="once")))
    first = encode_response(OPERATIONS["GetEula"], output)
    assert first == encode_response(OPERATIONS["GetEula"], output.output)
    assert encode_response(OPERATIONS["GetEula"], output) is first
    assert gzip.decompress(first.gzipped.body) == first.body
    assert first.gzipped is first.gzipped
    assert first.gzipped.headers == {**first.headers, "content-encoding": "gzip"}


# Time says nothing about a property on a busy machine.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
scalars = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=9)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["mode", "key"]), inner, max_size=2),
    max_leaves=4,
)
member_names = sorted(
    {member for operation in OPERATIONS.values() for member in operation.input.__struct_encode_fields__}
)
operations = st.sampled_from(sorted(OPERATIONS))
any_text = st.text(st.characters(), max_size=9)


def decode_anything(
    operation: Operation, labels: dict[str, str], query: list[tuple[str, str]], headers: dict[str, str], body: bytes
) -> None:
    with contextlib.suppress(SerializationException, ValidationException):
        assert isinstance(decode_request(operation, labels, query, headers, body), Shape)


@given(operations, st.binary(max_size=200))
@patient
def test_any_bytes_are_a_shape_or_an_api_error(name: str, body: bytes) -> None:
    operation = OPERATIONS[name]
    match = Router([operation]).match(operation.method, operation.uri.encode())
    assert match is not None
    decode_anything(operation, match.labels, [], {}, body)


@given(
    operations,
    st.dictionaries(st.sampled_from(member_names), json_values, max_size=4),
    st.lists(st.tuples(st.sampled_from(member_names) | any_text, any_text), max_size=3),
    any_text,
)
@patient
def test_any_json_query_and_header_are_a_shape_or_an_api_error(
    name: str, body: dict[str, Any], query: list[tuple[str, str]], text: str
) -> None:
    operation = OPERATIONS[name]
    labels = {part[1:-1]: text for part in operation.uri.split("/") if part.startswith("{")}
    decode_anything(operation, labels, query, {"x-amz-client-token": text}, msgspec.json.encode(body))


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))])))
@patient
def test_clients_read_the_times_that_are_sent(moment: datetime) -> None:
    body = encode_response(OPERATIONS["GetEula"], shapes.GetEulaResponse(eula=shapes.Eula(created_at=moment))).body
    assert parse_timestamp(msgspec.json.decode(body)["eula"]["createdAt"]) == moment
