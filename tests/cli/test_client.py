"""The command line's API client: requests as the server reads them, answers, errors, another try."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.cli.client import TRIES, Answer, Client, UnreachableError, encode_request, read_error
from greenroom.cli.failures import CommandError
from greenroom.cli.profile import Profile
from greenroom.wire import additions, errors, shapes
from greenroom.wire.codec import decode_request, encode_response
from greenroom.wire.errors import encode_error
from greenroom.wire.operations import OPERATIONS, Operation
from greenroom.wire.routing import Router
from greenroom.wire.shapes.base import Shape
from greenroom.wire.signatures import SignedRequest, read_claim, verify

NOW = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
STUDIO = "us-west-2:stid-0123456789abcdef"
PROFILE = Profile("AKIAEXAMPLE", "secret", "us-west-2", "http://127.0.0.1:8420", STUDIO)

IDS = st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable() or text == "..")


def operation_of(request: type[Shape]) -> Operation:
    name = request.__name__.removesuffix("Request")
    return OPERATIONS.get(name) or additions.ADDITIONS[name]


def read_by_server(request: Shape) -> Shape:
    """What the server makes of the request as the client writes it."""
    operation = operation_of(type(request))
    target, headers, body = encode_request(operation, request)
    path, _, query = target.partition("?")
    match = Router([*OPERATIONS.values(), *additions.ADDITIONS.values()]).match(operation.method, path.encode())
    assert match is not None
    assert match.operation is operation
    return decode_request(operation, match.labels, parse_qsl(query, keep_blank_values=True), headers, body)


@dataclass
class Scripted:
    """A channel that answers as it is told, one after another, and keeps what was asked."""

    answers: list[Answer | UnreachableError]
    host: str = "127.0.0.1:8420"
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    def exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        self.asked.append((method, target, dict(headers), body))
        answer = self.answers.pop(0)
        if isinstance(answer, UnreachableError):
            raise answer
        return answer


def client(channel: Scripted, pause: Callable[[float], None] = lambda _seconds: None) -> Client:
    return Client(channel, PROFILE, clock=lambda: NOW, pause=pause)


def answer(request: type[Shape], response: Shape) -> Answer:
    encoded = encode_response(operation_of(request), response)
    return Answer(encoded.status, dict(encoded.headers), encoded.body)


def failure(error: errors.ApiError) -> Answer:
    encoded = encode_error(error, "a-request")
    return Answer(encoded.status, {name.lower(): value for name, value in encoded.headers.items()}, encoded.body)


GET_STUDIO = shapes.GetStudioRequest(studio_id=STUDIO)
STUDIO_ANSWER = answer(
    shapes.GetStudioRequest,
    shapes.GetStudioResponse(
        studio=shapes.Studio(studio_id=STUDIO, studio_name="demo", state=shapes.StudioState.READY)
    ),
)


@given(IDS, IDS)
def test_any_id_reaches_the_server_as_it_is(studio_id: str, session_id: str) -> None:
    request = shapes.GetStreamingSessionRequest(studio_id=studio_id, session_id=session_id)
    assert read_by_server(request) == request


@pytest.mark.parametrize(
    "request_",
    [
        shapes.ListStreamingSessionsRequest(studio_id=STUDIO, owned_by="a b&c=d", next_token="x+/="),
        shapes.ListLaunchProfilesRequest(studio_id=STUDIO, max_results=7),
        shapes.TagResourceRequest(resource_arn="arn:aws:nimble:r:1:studio/x", tags={"a": "ü", "b": ""}),
        shapes.UntagResourceRequest(resource_arn="arn:aws:nimble:r:1:studio/x", tag_keys=["a", "b c"]),
        shapes.CreateStreamingSessionRequest(
            studio_id=STUDIO,
            client_token="token",
            launch_profile_id="lp",
            ec2_instance_type=shapes.StreamingInstanceType("g4dn.xlarge"),
            tags={},
        ),
        shapes.StopStreamingSessionRequest(
            studio_id=STUDIO, session_id="s", client_token="t", volume_retention_mode=shapes.VolumeRetentionMode.DELETE
        ),
        additions.CreateStreamingSessionBackupRequest(
            studio_id=STUDIO, session_id="s", client_token="t", note="before"
        ),
    ],
    ids=lambda request: type(request).__name__,
)
def test_members_travel_where_the_operation_declares_them(request_: Shape) -> None:
    assert read_by_server(request_) == request_


def test_a_client_token_is_made_up_where_none_is_given() -> None:
    request = shapes.DeleteStreamingSessionRequest(studio_id=STUDIO, session_id="s")
    first, second = (read_by_server(request) for _ in range(2))
    assert isinstance(first, shapes.DeleteStreamingSessionRequest)
    assert isinstance(second, shapes.DeleteStreamingSessionRequest)
    assert first.client_token
    assert first.client_token != second.client_token


def test_an_empty_id_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(CommandError, match="sessionId is empty"):
        encode_request(
            OPERATIONS["GetStreamingSession"], shapes.GetStreamingSessionRequest(studio_id=STUDIO, session_id="")
        )


def test_every_request_is_signed_whole() -> None:
    channel = Scripted([answer(shapes.TagResourceRequest, shapes.TagResourceResponse())])
    client(channel).call(
        shapes.TagResourceRequest(resource_arn="arn:aws:nimble:r:1:studio/x", tags={"a": "b"}),
        shapes.TagResourceResponse,
    )
    ((method, target, headers, body),) = channel.asked
    path, _, query = target.partition("?")
    signed = SignedRequest(
        method, path.encode(), query.encode(), [(n.encode(), v.encode()) for n, v in headers.items()], body
    )
    claim = read_claim(signed)
    assert claim.access_key_id == PROFILE.access_key_id
    verify(signed, claim, PROFILE.secret_access_key, region="us-west-2", service="nimble", now=NOW)


def test_the_answer_is_the_operations_shape() -> None:
    found = client(Scripted([STUDIO_ANSWER])).call(GET_STUDIO, shapes.GetStudioResponse)
    assert found.studio is not None
    assert found.studio.studio_id == STUDIO


def test_another_operations_answer_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(TypeError, match="GetStudio answers with GetStudioResponse"):
        client(Scripted([])).call(GET_STUDIO, shapes.ListStudiosResponse)


@pytest.mark.parametrize("kind", [*errors.MODELLED_ERRORS, errors.InvalidSignatureException])
def test_an_error_is_raised_as_the_kind_that_the_server_named(kind: type[errors.ApiError]) -> None:
    read = read_error(failure(kind("This went wrong.", code="SPECIFIC", context={"resourceId": "x"})))
    assert type(read) is kind
    assert read.message == "This went wrong."
    assert (read.code, read.context) == (("SPECIFIC", {"resourceId": "x"}) if kind.modelled else (kind.__name__, {}))


def test_an_answer_that_is_not_the_apis_is_told_as_it_is() -> None:
    read = read_error(Answer(502, {"content-type": "text/html"}, b"<h1>Bad Gateway</h1>"))
    assert "502" in read.message
    assert "Bad Gateway" in read.message


def test_a_refusal_is_not_tried_again() -> None:
    channel = Scripted([failure(errors.ConflictException("Not now."))])
    with pytest.raises(errors.ConflictException, match="Not now"):
        client(channel).call(GET_STUDIO, shapes.GetStudioResponse)
    assert len(channel.asked) == 1


def test_what_may_pass_is_tried_again_with_the_same_token_and_longer_pauses() -> None:
    pauses: list[float] = []
    gone = UnreachableError("gone")
    channel = Scripted(
        [
            gone,
            failure(errors.ThrottlingException()),
            answer(shapes.DeleteStreamingSessionRequest, shapes.DeleteStreamingSessionResponse()),
        ]
    )
    request = shapes.DeleteStreamingSessionRequest(studio_id=STUDIO, session_id="s")
    client(channel, pauses.append).call(request, shapes.DeleteStreamingSessionResponse)
    tokens = {headers["x-amz-client-token"] for _, _, headers, _ in channel.asked}
    assert len(channel.asked) == 3
    assert len(tokens) == 1
    assert pauses == [0.2, 0.4]


def test_after_the_last_try_the_failure_is_told() -> None:
    channel = Scripted([UnreachableError("The server does not answer.")] * TRIES)
    with pytest.raises(UnreachableError, match="does not answer"):
        client(channel).call(GET_STUDIO, shapes.GetStudioResponse)
    assert not channel.answers


def test_pages_are_followed_to_the_last() -> None:
    def page(token: str | None, *names: str) -> Answer:
        sessions = [shapes.StreamingSession(session_id=name) for name in names]
        response: Any = shapes.ListStreamingSessionsResponse(sessions=sessions, next_token=token)
        return answer(shapes.ListStreamingSessionsRequest, response)

    channel = Scripted([page("more", "a", "b"), page(None, "c")])
    pages = client(channel).pages(
        shapes.ListStreamingSessionsRequest(studio_id=STUDIO, owned_by="me"), shapes.ListStreamingSessionsResponse
    )
    assert [s.session_id for page in pages for s in page.sessions or []] == ["a", "b", "c"]
    assert "ownedBy=me" in channel.asked[1][1]
    assert "nextToken=more" in channel.asked[1][1]
