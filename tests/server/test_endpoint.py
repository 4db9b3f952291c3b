"""The API over HTTP: the form of its answers, and browsers that call from elsewhere."""

import uuid
from urllib.parse import quote

import pytest
from tests.running import Studio
from tests.server.conftest import Ask
from tests.server.raw import Request, posted


def test_every_answer_has_a_request_id_of_its_own(call: Ask, path: str) -> None:
    answers = [call(Request(path)), call(Request(path)), call(Request(f"{path}x"))]
    ids = [uuid.UUID(answer.header("x-amzn-requestid")) for answer in answers]
    assert len(set(ids)) == 3


def test_an_error_of_the_model_has_code_context_and_message(call: Ask, sessions: str) -> None:
    answer = call(Request(f"{sessions}/none"))
    assert (answer.status, answer.error) == (404, "ResourceNotFoundException")
    assert answer.header("content-type") == "application/json"
    body = answer.json()
    assert body.keys() == {"code", "context", "message"}
    assert body["context"] == {"resourceId": "none"}
    assert "none" in body["message"]


def test_an_answer_without_content_has_no_length(call: Ask, studio: Studio) -> None:
    account, name = studio.founding["accountId"], studio.studio_id.partition(":")[2]
    arn = f"arn:aws:nimble:us-west-2:{account}:studio/{name}"
    answer = call(posted(f"/2020-08-01/tags/{quote(arn, safe='')}", {"tags": {"floor": "2"}}))
    assert (answer.status, answer.body) == (204, b"")
    assert answer.header("content-length") is None
    assert answer.header("x-amzn-requestid")


def test_an_id_with_its_colon_raw_or_encoded_is_the_same(call: Ask, studio: Studio) -> None:
    raw = call(Request(f"/2020-08-01/studios/{studio.studio_id}"))
    encoded = call(Request(f"/2020-08-01/studios/{quote(studio.studio_id, safe='')}"))
    assert raw.json() == encoded.json()


@pytest.mark.parametrize("below", ["", "/streaming-sessions", "/nothing/there"])
def test_a_preflight_is_answered_without_a_signature(send: Ask, path: str, below: str) -> None:
    request = (
        Request(path + below, "OPTIONS")
        .adding("Origin", "https://portal.example")
        .adding("Access-Control-Request-Method", "PATCH")
        .adding("Access-Control-Request-Headers", "authorization,x-amz-client-token")
    )
    answer = send(request)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.header("access-control-allow-origin") == "*"
    assert answer.header("access-control-max-age") == "600"
    methods = (answer.header("access-control-allow-methods") or "").split(",")
    assert {"GET", "POST", "PUT", "PATCH", "DELETE"} <= set(methods)
    headers = (answer.header("access-control-allow-headers") or "").split(",")
    assert {
        "content-type", "authorization", "x-amz-date", "x-amz-content-sha256", "x-amz-user-agent",
        "x-amzn-trace-id", "x-amz-dryrun", "x-amz-client-token", "x-api-key", "x-amz-security-token",
        "amz-sdk-invocation-id", "amz-sdk-request",
    } <= set(headers)  # fmt: skip


def test_answers_and_errors_may_be_read_by_scripts_of_other_sites(call: Ask, send: Ask, path: str) -> None:
    for answer in (call(Request(path)), call(Request(f"{path}x")), send(Request(path))):
        assert answer.header("access-control-allow-origin") == "*"
        exposed = (answer.header("access-control-expose-headers") or "").split(",")
        asked_of_the_original = {"x-amzn-errortype", "x-amzn-requestid", "x-amzn-trace-id", "x-amz-apigw-id"}
        assert asked_of_the_original | {"content-disposition"} == set(exposed)
