"""Who is let in: every failure of authentication over a real connection, in the original's words (facts sheet 5.3)."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.server.conftest import Ask
from tests.server.raw import Answer, Request
from tests.server.signing import Signer

SKEW = timedelta(minutes=15)
A_WHILE = timedelta(seconds=30)
WRONG = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
)


def refused(answer: Answer, error: str, message: str) -> None:
    """The answer is that refusal, in the form of the original's front door."""
    assert answer.status == 403
    assert answer.error == error
    assert answer.json() == {"message": message}


def resigned(request: Request, change: Callable[[str], str]) -> Request:
    """The request with another Authorization header."""
    return request.setting("Authorization", change(request.header("Authorization")))


def digest(value: str) -> str:
    return base64.b64encode(hashlib.sha256(value.encode()).digest()).decode()


@pytest.fixture
def request_(signer: Signer, path: str) -> Request:
    """A signed request that is let in."""
    return signer.sign(Request(path))


def test_the_official_signature_is_let_in(send: Ask, request_: Request) -> None:
    assert send(request_).status == 200


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "PATCH"])
def test_a_request_without_a_signature_is_refused(send: Ask, path: str, method: str) -> None:
    refused(send(Request(path, method)), "MissingAuthenticationTokenException", "Missing Authentication Token")


@pytest.mark.parametrize("path", ["/2020-08-01/", "/2020-08-01/studio", "/greenroom/v1/", "/2020-08-01/studios/a/b"])
def test_an_unknown_path_looks_like_a_missing_signature(send: Ask, call: Ask, path: str) -> None:
    refused(send(Request(path)), "MissingAuthenticationTokenException", "Missing Authentication Token")
    refused(call(Request(path)), "MissingAuthenticationTokenException", "Missing Authentication Token")


@pytest.mark.parametrize("method", ["HEAD", "TRACE", "PROPFIND", "POST"])
def test_another_method_than_the_operations_looks_like_a_missing_signature(call: Ask, path: str, method: str) -> None:
    answer = call(Request(path, method))
    assert (answer.status, answer.error) == (403, "MissingAuthenticationTokenException")


def test_another_scheme_is_refused_without_repeating_its_secret(send: Ask, request_: Request) -> None:
    basic = f"Basic {base64.b64encode(b'artist:hunter2').decode().rstrip('=')}"
    answer = send(resigned(request_, lambda _: basic))
    refused(
        answer,
        "IncompleteSignatureException",
        "Invalid key=value pair (missing equal-sign) in Authorization header "
        f"(hashed with SHA-256 and encoded with Base64): '{digest(basic)}'.",
    )


@pytest.mark.parametrize("part", ["Credential", "SignedHeaders", "Signature"])
def test_a_part_that_is_missing_is_named(send: Ask, request_: Request, part: str) -> None:
    sent = resigned(request_, lambda header: re.sub(rf"{part}=[^,]*(, )?", "", header).rstrip(", "))
    refused(
        send(sent),
        "IncompleteSignatureException",
        f"Authorization header requires '{part}' parameter. "
        f"(Hashed with SHA-256 and encoded with Base64) Authorization={digest(sent.header('Authorization'))}",
    )


def test_all_parts_that_are_missing_are_named_at_once(send: Ask, path: str, signer: Signer) -> None:
    sent = Request(path).adding("Host", signer.host).adding("Authorization", "AWS4-HMAC-SHA256")
    refused(
        send(sent),
        "IncompleteSignatureException",
        "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. "
        "Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either "
        "a 'X-Amz-Date' or a 'Date' header. "
        f"(Hashed with SHA-256 and encoded with Base64) Authorization={digest('AWS4-HMAC-SHA256')}",
    )


@pytest.mark.parametrize("part", ["Credential", "SignedHeaders", "Signature"])
def test_a_part_that_is_given_twice_is_refused(send: Ask, request_: Request, part: str) -> None:
    answer = send(resigned(request_, lambda header: f"{header}, {part}=x"))
    refused(answer, "IncompleteSignatureException", f"Authorization header has '{part}' more than once.")


@pytest.mark.parametrize("written", ["yesterday", "20261301T000000Z", "20260101T000000", "0", "\xff"])
def test_a_date_that_is_none_is_refused(send: Ask, request_: Request, written: str) -> None:
    answer = send(request_.setting("X-Amz-Date", written))
    assert (answer.status, answer.error) == (403, "IncompleteSignatureException")
    assert answer.message.startswith("Date must be in ISO-8601 'basic format'. Got '")


def test_another_algorithm_is_refused(send: Ask, request_: Request) -> None:
    answer = send(resigned(request_, lambda header: header.replace("HMAC-SHA256", "HMAC-SHA25")))
    refused(
        answer,
        "IncompleteSignatureException",
        "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA25' (only AWS4-HMAC-SHA256 for now).",
    )


def test_a_credential_of_another_form_is_refused(send: Ask, request_: Request) -> None:
    answer = send(resigned(request_, lambda header: re.sub("Credential=[^,]*", "Credential=a/b/c/d", header)))
    refused(
        answer,
        "IncompleteSignatureException",
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b/c/d'",
    )


@pytest.mark.parametrize("access_key_id", ["AKIAIOSFODNN7EXAMPLE", "' OR 1=1 --", "\xe4\xf6\xfc"])
def test_an_unknown_key_is_refused(send: Ask, signer: Signer, path: str, access_key_id: str) -> None:
    request = replace(signer, access_key_id="unknown").sign(Request(path))
    answer = send(resigned(request, lambda header: header.replace("unknown", access_key_id)))
    refused(answer, "UnrecognizedClientException", "The security token included in the request is invalid.")


def test_another_secret_is_refused(send: Ask, signer: Signer, path: str) -> None:
    refused(send(replace(signer, secret_access_key="not it").sign(Request(path))), "InvalidSignatureException", WRONG)


@pytest.mark.parametrize(
    "tamper",
    {
        "method": lambda request: replace(request, method="DELETE"),
        "path": lambda request: replace(request, target=request.target[:-1]),
        "query": lambda request: replace(request, target=request.target + "?nextToken=1"),
        "host": lambda request: request.setting("Host", "studio.example"),
        "date": lambda request: request.setting(
            "X-Amz-Date", re.sub("..Z$", "59Z", request.header("X-Amz-Date")).replace("5959Z", "5958Z")
        ),
        "token": lambda request: request.setting("X-Amz-Client-Token", "another"),
        "body": lambda request: replace(request, body=b"{}"),
        "signature": lambda request: resigned(request, lambda header: header[:-1] + "10"[header[-1] == "1"]),
        "signature's length": lambda request: resigned(request, lambda header: header + "00"),
        "signature's alphabet": lambda request: resigned(request, lambda header: header[:-1] + "\xff"),
    }.items(),
    ids=lambda case: case[0],
)
def test_what_was_changed_after_signing_is_refused(
    send: Ask, signer: Signer, path: str, tamper: tuple[str, Callable[[Request], Request]]
) -> None:
    # Half past the minute, so that a changed second is certainly another one.
    at = datetime.now(UTC).replace(second=30)
    signed = signer.sign(Request(path).adding("X-Amz-Client-Token", "one"), at)
    refused(send(tamper[1](signed)), "InvalidSignatureException", WRONG)


def test_a_signature_that_leaves_the_host_out_is_refused(send: Ask, request_: Request) -> None:
    answer = send(resigned(request_, lambda header: header.replace("SignedHeaders=host;", "SignedHeaders=")))
    refused(answer, "InvalidSignatureException", "'Host' must be a 'SignedHeader' in the AWS Authorization.")


@pytest.mark.parametrize("name", ["x-amz-client-token", "x-amz-security-token"])
def test_a_header_of_ours_that_is_not_signed_is_refused(send: Ask, request_: Request, name: str) -> None:
    refused(
        send(request_.adding(name, "smuggled")),
        "InvalidSignatureException",
        f"There were headers present in the request which were not signed: {name}",
    )


def test_a_clock_that_is_almost_a_quarter_of_an_hour_off_is_borne(send: Ask, signer: Signer, path: str) -> None:
    now = datetime.now(UTC)
    assert send(signer.sign(Request(path), now - SKEW + A_WHILE)).status == 200
    assert send(signer.sign(Request(path), now + SKEW - A_WHILE)).status == 200


def test_a_signature_of_long_ago_has_expired(send: Ask, signer: Signer, path: str) -> None:
    answer = send(signer.sign(Request(path), datetime.now(UTC) - SKEW - A_WHILE))
    assert (answer.status, answer.error) == (403, "InvalidSignatureException")
    assert re.fullmatch(
        r"Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 15 min\.\)", answer.message
    )


def test_a_signature_of_the_future_is_not_yet_current(send: Ask, signer: Signer, path: str) -> None:
    answer = send(signer.sign(Request(path), datetime.now(UTC) + SKEW + A_WHILE))
    assert (answer.status, answer.error) == (403, "InvalidSignatureException")
    assert re.fullmatch(
        r"Signature not yet current: \d{8}T\d{6}Z is still later than \d{8}T\d{6}Z \(\d{8}T\d{6}Z \+ 15 min\.\)",
        answer.message,
    )


def test_a_signature_for_another_region_is_refused(send: Ask, signer: Signer, path: str) -> None:
    answer = send(replace(signer, region="eu-central-1").sign(Request(path)))
    refused(answer, "InvalidSignatureException", "Credential should be scoped to a valid region, not 'eu-central-1'.")


def test_a_signature_for_another_service_is_refused(send: Ask, signer: Signer, path: str) -> None:
    answer = send(replace(signer, service="s3").sign(Request(path)))
    refused(answer, "InvalidSignatureException", "Credential should be scoped to correct service: 'nimble'.")


def test_a_signature_scoped_to_another_day_is_refused(send: Ask, request_: Request) -> None:
    answer = send(resigned(request_, lambda header: re.sub(r"/\d{8}/", "/20010101/", header)))
    assert (answer.status, answer.error) == (403, "InvalidSignatureException")
    assert answer.message.startswith("Date in Credential scope does not match YYYYMMDD from ISO-8601 version")


def test_a_body_is_let_in_with_its_hash_and_without_one(call: Ask, path: str) -> None:
    body = b'{"launchProfileId": "none"}'
    for header in (None, hashlib.sha256(body).hexdigest(), "UNSIGNED-PAYLOAD"):
        request = Request(f"{path}/streaming-sessions", "POST", body)
        answer = call(request.adding("X-Amz-Content-SHA256", header) if header else request)
        assert (answer.status, answer.error) == (404, "ResourceNotFoundException")


def test_a_body_other_than_its_stated_hash_is_refused(call: Ask, path: str) -> None:
    stated = hashlib.sha256(b"{}").hexdigest()
    request = Request(f"{path}/streaming-sessions", "POST", b'{"launchProfileId": "none"}')
    refused(
        call(request.adding("X-Amz-Content-SHA256", stated)),
        "InvalidSignatureException",
        "The x-amz-content-sha256 that was given is not that of the request's body.",
    )


@pytest.mark.parametrize("name", ["Authorization", "Host", "X-Amz-Date", "X-Amz-Content-SHA256"])
def test_two_headers_that_would_say_two_things_are_refused(send: Ask, signer: Signer, path: str, name: str) -> None:
    signed = signer.sign(Request(path).adding("X-Amz-Content-SHA256", hashlib.sha256(b"").hexdigest()))
    for second in (signed.header(name), "another"):
        refused(
            send(signed.adding(name, second)),
            "IncompleteSignatureException",
            f"The header '{name.lower()}' is given more than once.",
        )


def test_a_presigned_request_is_let_in(send: Ask, signer: Signer, path: str) -> None:
    request = signer.presign(Request(f"{path}/streaming-sessions?ownedBy=nobody"))
    assert "X-Amz-Signature=" in request.target
    assert send(request).json() == {"sessions": []}


def test_a_presigned_request_expires(send: Ask, signer: Signer, path: str) -> None:
    answer = send(signer.presign(Request(path), datetime.now(UTC) - timedelta(seconds=90), expires=60))
    assert (answer.status, answer.error) == (403, "InvalidSignatureException")
    assert re.fullmatch(
        r"Signature expired: \d{8}T\d{6}Z is more than 60 seconds earlier than \d{8}T\d{6}Z", answer.message
    )


@pytest.mark.parametrize("expires", ["0", "-1", "604801", "ten", "1e3", "999999999999999999999"])
def test_a_presigned_request_holds_between_a_second_and_a_week(
    send: Ask, signer: Signer, path: str, expires: str
) -> None:
    request = signer.presign(Request(path))
    answer = send(replace(request, target=request.target.replace("X-Amz-Expires=60", f"X-Amz-Expires={expires}")))
    assert (answer.status, answer.error) == (403, "IncompleteSignatureException")
    assert answer.message.startswith("X-Amz-Expires must be ")


@pytest.mark.parametrize("part", ["Credential", "Signature", "SignedHeaders", "Date", "Expires"])
def test_a_part_that_a_presigned_request_lacks_is_named(send: Ask, signer: Signer, path: str, part: str) -> None:
    request = signer.presign(Request(path))
    query = "&".join(pair for pair in request.target.split("?")[1].split("&") if not pair.startswith(f"X-Amz-{part}="))
    refused(
        send(replace(request, target=f"{path}?{query}")),
        "IncompleteSignatureException",
        f"The signature in the query requires 'X-Amz-{part}'.",
    )


@pytest.mark.parametrize(
    "tamper",
    [
        lambda request: replace(request, target=request.target.replace("ownedBy=a", "ownedBy=b")),
        lambda request: replace(request, target=request.target.replace("X-Amz-Expires=60", "X-Amz-Expires=6000")),
        lambda request: replace(request, target=request.target + "&createdBy=b"),
        lambda request: replace(request, target=request.target.replace("streaming-sessions", "launch-profiles")),
        lambda request: request.setting("Host", "studio.example"),
        lambda request: replace(request, body=b"{}"),
    ],
    ids=["query", "time", "more", "path", "host", "body"],
)
def test_a_presigned_request_that_was_changed_is_refused(
    send: Ask, signer: Signer, path: str, tamper: Callable[[Request], Request]
) -> None:
    request = signer.presign(Request(f"{path}/streaming-sessions?ownedBy=a"))
    refused(send(tamper(request)), "InvalidSignatureException", WRONG)


def test_a_request_signed_in_both_forms_is_refused(send: Ask, signer: Signer, path: str) -> None:
    both = signer.sign(Request(signer.presign(Request(path)).target))
    refused(
        send(both),
        "InvalidSignatureException",
        "Found both 'X-Amz-Algorithm' in the query and an 'Authorization' header.",
    )
