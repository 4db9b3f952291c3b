"""Signatures, against the official client's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from greenroom.wire.claims import Claim, format_timestamp
from greenroom.wire.errors import (
    ApiError,
    IncompleteSignatureException,
    InvalidSignatureException,
    MissingAuthenticationTokenException,
)
from greenroom.wire.routing import parse_query
from greenroom.wire.signatures import (
    MAX_CLOCK_SKEW,
    SignedRequest,
    SigningKeys,
    check_scope,
    presign,
    read_claim,
    sign,
    verify,
)

KEY, SECRET, TOKEN = "AKIDEXAMPLE0000000000", "s3cr3t/+key", "session+token/=="
REGION, SERVICE, HOST = "us-west-2", "nimble", "127.0.0.1:8420"
PATH = "/2020-08-01/studios/us-west-2%3Astid-1/streaming-session-backups"
NOW = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def botocore_request(
    *,
    method: str = "GET",
    path: str = PATH,
    query: str = "",
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    token: str | None = None,
    presigned: bool = False,
    unsigned_payload: bool = False,
) -> SignedRequest:
    """A request as the official client signs it and puts it on the wire."""
    scheme = "https" if unsigned_payload else "http"
    url = f"{scheme}://{HOST}{path}" + (f"?{query}" if query else "")
    request = AWSRequest(method, url, headers={**(headers or {})}, data=body)
    if unsigned_payload:
        request.context["payload_signing_enabled"] = False
    signer: Any = SigV4QueryAuth if presigned else SigV4Auth
    signer(Credentials(KEY, SECRET, token), SERVICE, REGION).add_auth(request)
    parts = urlsplit(request.url)
    raw_headers = [(b"Host", HOST.encode())]
    for name, value in request.headers.items():
        raw_headers.append((name.encode(), (value if isinstance(value, bytes) else value.encode())))
    return SignedRequest(method, parts.path.encode(), parts.query.encode(), raw_headers, body)


def accept(request: SignedRequest, *, secret: str = SECRET, now: datetime | None = None) -> Claim:
    claim = read_claim(request)
    verify(request, claim, secret, region=REGION, service=SERVICE, now=now or claim.timestamp)
    return claim


def accept_from_anybody(request: SignedRequest) -> None:
    """As a server does it: the key's id is not signed itself, but another id has another secret."""
    claim = read_claim(request)
    secret = SECRET if claim.access_key_id == KEY else "another"
    verify(request, claim, secret, region=REGION, service=SERVICE, now=NOW)


def own_request(**changes: Any) -> SignedRequest:
    """A request with every part that a signature covers, signed by our own client."""
    plain = SignedRequest(
        "POST",
        PATH.encode(),
        b"a=1&a=2&b=x%20y",
        [(b"host", HOST.encode()), (b"content-type", b"application/json"), (b"x-amz-client-token", b"once")],
        b'{"a":1}',
    )
    plain = replace(plain, **changes)
    added = sign(plain, KEY, SECRET, region=REGION, service=SERVICE, now=NOW, session_token=TOKEN)
    return replace(plain, headers=[*plain.headers, *((n.encode(), v.encode()) for n, v in added.items())])


def own_presigned(**changes: Any) -> SignedRequest:
    plain = SignedRequest("GET", PATH.encode(), b"ownedBy=me", [(b"host", HOST.encode())])
    plain = replace(plain, **changes)
    query_string = presign(plain, KEY, SECRET, region=REGION, service=SERVICE, now=NOW, expires=60, session_token=TOKEN)
    return replace(plain, query_string=query_string)


def with_header(request: SignedRequest, name: bytes, value: bytes | None) -> SignedRequest:
    headers = [(n, v) for n, v in request.headers if n.lower() != name.lower()]
    return replace(request, headers=headers if value is None else [*headers, (name, value)])


def header(request: SignedRequest, name: bytes) -> bytes:
    return next(value for key, value in request.headers if key.lower() == name.lower())


text = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
segments = st.lists(text.filter(lambda segment: segment not in ("", ".", "..")), min_size=1, max_size=4)
header_text = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    parts=segments,
    query=st.lists(st.tuples(text, text), max_size=5),
    content_type=header_text,
    body=st.binary(max_size=64),
    token=st.none() | st.just(TOKEN),
    presigned=st.booleans(),
)
@patient
def test_what_the_official_client_signs_is_accepted(
    method: str,
    parts: list[str],
    query: list[tuple[str, str]],
    content_type: str,
    body: bytes,
    token: str | None,
    presigned: bool,
) -> None:
    request = botocore_request(
        method=method,
        path="/" + "/".join(quote(part, safe="-._~") for part in parts),
        query="" if presigned else "&".join(f"{quote(k, safe='-._~')}={quote(v, safe='-._~')}" for k, v in query),
        headers={"Content-Type": content_type, "X-Amz-Client-Token": "a  b"},
        body=b"" if presigned else body,
        token=token,
        presigned=presigned,
    )
    claim = accept(request)
    assert (claim.access_key_id, claim.session_token, claim.presigned) == (KEY, token, presigned)


def test_a_presigned_query_keeps_the_operations_own_parameters() -> None:
    accept(botocore_request(query="ownedBy=me&nextToken=a%2Fb%3D", presigned=True))


def test_an_unsigned_payload_is_accepted_where_the_signature_says_so() -> None:
    request = botocore_request(method="POST", body=b"{}", unsigned_payload=True)
    assert header(request, b"x-amz-content-sha256") == b"UNSIGNED-PAYLOAD"
    accept(replace(request, body=b"something else"))


def test_an_empty_label_is_signed_as_the_official_client_does() -> None:
    accept(botocore_request(path="/2020-08-01/studios//launch-profiles"))
    accept(botocore_request(path="/2020-08-01/studios/"))


def test_a_dot_segment_is_not_folded_away() -> None:
    signed = own_request(raw_path=b"/2020-08-01/studios/b")
    with pytest.raises(InvalidSignatureException):
        accept(replace(signed, raw_path=b"/2020-08-01/studios/a/../b"))


def test_the_date_header_will_do_where_it_is_signed() -> None:
    request = botocore_request(headers={"Date": "x"})
    assert read_claim(request).timestamp.tzinfo is UTC
    accept(request)


def test_odd_spelling_of_headers_changes_nothing() -> None:
    request = own_request()
    odd = [(name.title(), b"  " + value.replace(b" ", b" \r\n\t ") + b" ") for name, value in request.headers]
    accept(replace(request, headers=list(reversed(odd))))


def test_the_order_of_query_parameters_changes_nothing() -> None:
    request = own_request()
    accept(replace(request, query_string=b"b=x%20y&a=2&a=1"))


def test_headers_that_are_not_signed_may_change_on_the_way() -> None:
    request = own_request()
    accept(with_header(request, b"user-agent", b"proxy"))
    accept(with_header(request, b"x-amzn-trace-id", b"Root=1"))


@pytest.mark.parametrize(
    "change",
    [
        {"method": "PUT"},
        {"raw_path": PATH.encode() + b"/x"},
        {"raw_path": PATH.replace("%3A", ":").encode()},
        {"raw_path": PATH.replace("%3A", "%3a").encode()},
        {"query_string": b"a=1&a=2&b=x%20z"},
        {"query_string": b"a=1&b=x%20y"},
        {"query_string": b"a=1&a=2&b=x%20y&c"},
        {"query_string": b""},
        {"body": b'{"a":2}'},
        {"body": b""},
    ],
    ids=str,
)
def test_no_part_of_a_signed_request_can_be_changed(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidSignatureException):
        accept(replace(own_request(), **change))


@pytest.mark.parametrize("name", [b"host", b"content-type", b"x-amz-client-token", b"x-amz-security-token"])
def test_no_signed_header_can_be_changed_doubled_or_dropped(name: bytes) -> None:
    request = own_request()
    for changed in (
        with_header(request, name, b"other"),
        with_header(request, name, None),
        replace(request, headers=[*request.headers, (name, b"other")]),
    ):
        with pytest.raises((InvalidSignatureException, IncompleteSignatureException)):
            accept(changed)


@given(st.data())
@patient
def test_no_character_of_the_authorization_can_be_changed(data: st.DataObject) -> None:
    request = own_request()
    authorization = header(request, b"authorization")
    position = data.draw(st.integers(0, len(authorization) - 1))
    other = data.draw(st.integers(33, 126).filter(lambda code: code != authorization[position]))
    changed = authorization[:position] + bytes([other]) + authorization[position + 1 :]
    with pytest.raises(ApiError) as caught:
        accept_from_anybody(with_header(request, b"authorization", changed))
    assert caught.value.status == 403


@given(st.data())
@patient
def test_no_character_of_a_presigned_query_can_be_changed(data: st.DataObject) -> None:
    request = own_presigned()
    query = request.query_string
    position = data.draw(st.integers(0, len(query) - 1))
    other = data.draw(st.sampled_from(b"abcdefABCDEF0123456789-._~&=/%").filter(lambda code: code != query[position]))
    changed = replace(request, query_string=query[:position] + bytes([other]) + query[position + 1 :])
    assume(parse_query(changed.query_string) != parse_query(query))
    with pytest.raises(ApiError):
        accept(changed, now=NOW)


def test_another_secret_key_is_refused() -> None:
    with pytest.raises(InvalidSignatureException, match="does not match the signature you provided"):
        accept(own_request(), secret="another")


@pytest.mark.parametrize("skew", [MAX_CLOCK_SKEW, -MAX_CLOCK_SKEW])
def test_a_clock_may_be_fifteen_minutes_off(skew: timedelta) -> None:
    accept(own_request(), now=NOW + skew)


def test_an_old_signature_is_refused_with_both_times() -> None:
    with pytest.raises(InvalidSignatureException) as caught:
        accept(own_request(), now=NOW + timedelta(minutes=15, seconds=1))
    assert caught.value.message == (
        "Signature expired: 20261123T190000Z is now earlier than 20261123T190001Z (20261123T191501Z - 15 min.)"
    )


def test_a_signature_of_the_future_is_refused_with_both_times() -> None:
    with pytest.raises(InvalidSignatureException) as caught:
        accept(own_request(), now=NOW - timedelta(minutes=15, seconds=1))
    assert caught.value.message == (
        "Signature not yet current: 20261123T190000Z is still later than 20261123T185959Z (20261123T184459Z + 15 min.)"
    )


def test_a_presigned_request_holds_as_long_as_it_says() -> None:
    accept(own_presigned(), now=NOW + timedelta(seconds=60))
    with pytest.raises(InvalidSignatureException, match="expired"):
        accept(own_presigned(), now=NOW + timedelta(seconds=61))


@pytest.mark.parametrize("expires", ["0", "604801", "-1", "x", "1.5", "9" * 400, "٣"])
def test_a_presigned_request_says_one_second_to_seven_days(expires: str) -> None:
    query = own_presigned().query_string.replace(b"X-Amz-Expires=60", b"X-Amz-Expires=" + quote(expires).encode())
    with pytest.raises(IncompleteSignatureException, match="X-Amz-Expires"):
        read_claim(replace(own_presigned(), query_string=query))


def test_the_scope_must_be_ours() -> None:
    claim = read_claim(own_request())
    with pytest.raises(InvalidSignatureException, match="valid region, not 'us-west-2'"):
        check_scope(claim, region="eu-west-1", service=SERVICE, now=NOW)
    with pytest.raises(InvalidSignatureException, match="correct service: 'greenroom'"):
        check_scope(claim, region=REGION, service="greenroom", now=NOW)
    with pytest.raises(InvalidSignatureException, match="valid terminator: 'aws4_request', not 'aws5'"):
        check_scope(replace(claim, terminator="aws5"), region=REGION, service=SERVICE, now=NOW)
    with pytest.raises(InvalidSignatureException, match="'20261122' != '20261123', from '20261123T190000Z'"):
        check_scope(replace(claim, date="20261122"), region=REGION, service=SERVICE, now=NOW)


def test_a_request_without_a_signature_is_told_so() -> None:
    request = SignedRequest("GET", b"/", b"ownedBy=me", [(b"host", b"h")])
    with pytest.raises(MissingAuthenticationTokenException, match="Missing Authentication Token"):
        read_claim(request)


def test_both_forms_at_once_are_refused() -> None:
    request = own_presigned()
    with pytest.raises(InvalidSignatureException, match="Found both"):
        read_claim(with_header(request, b"authorization", b"AWS4-HMAC-SHA256 Credential=a"))


@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        (b"", "requires 'Credential' parameter. Authorization header requires 'Signature' parameter."),
        (b"AWS4-HMAC-SHA256", "Authorization header requires 'SignedHeaders' parameter."),
        (b"Bearer s3cret", "missing equal-sign"),
        (b"AWS4-HMAC-SHA256 Credential=a, Signature", "missing equal-sign"),
        (b"AWS4-HMAC-SHA256 Signature=s, SignedHeaders=host", "requires 'Credential' parameter."),
        (b"AWS4-HMAC-SHA256 Credential=a, Credential=b", "'Credential' more than once"),
        (b"AWS5 Credential=a/b/c/d/e, Signature=s, SignedHeaders=host", "Unsupported AWS 'algorithm': 'AWS5'"),
        (b"AWS4-HMAC-SHA256 Credential=a/b/c/d, Signature=s, SignedHeaders=host", "exactly 5 slash-delimited"),
        (b"AWS4-HMAC-SHA256 Credential=a, Signature=s, SignedHeaders=Host", "lower case"),
        (b"AWS4-HMAC-SHA256 Credential=a, Signature=s, SignedHeaders=x;host", "sorted"),
        (b"AWS4-HMAC-SHA256 Credential=a, Signature=s, SignedHeaders=host;host", "once"),
        (b"AWS4-HMAC-SHA256 Credential=a, Signature=s, SignedHeaders=host;\xff", "lower case"),
    ],
)
def test_a_malformed_authorization_is_told_what_it_lacks(authorization: bytes, message: str) -> None:
    request = with_header(own_request(), b"authorization", authorization)
    with pytest.raises(IncompleteSignatureException) as caught:
        read_claim(request)
    assert message in caught.value.message
    assert "s3cret" not in caught.value.message


def test_a_request_must_say_when_it_was_signed() -> None:
    with pytest.raises(IncompleteSignatureException, match="either a 'X-Amz-Date' or a 'Date' header"):
        read_claim(with_header(own_request(), b"x-amz-date", None))


@pytest.mark.parametrize("date", [b"201", b"20261341T000000Z", b"Mon, 99 Nov 2026 99:99:99 GMT", b"\xff"])
def test_a_malformed_date_is_repeated(date: bytes) -> None:
    with pytest.raises(IncompleteSignatureException, match=r"Date must be in ISO-8601 'basic format'\. Got '"):
        read_claim(with_header(own_request(), b"x-amz-date", date))


def test_the_host_must_be_signed() -> None:
    request = own_request()
    authorization = header(request, b"authorization").replace(b"host;", b"")
    with pytest.raises(InvalidSignatureException, match="'Host' must be a 'SignedHeader'"):
        read_claim(with_header(request, b"authorization", authorization))


def test_a_date_header_that_is_not_signed_is_refused() -> None:
    request = with_header(own_request(), b"x-amz-date", None)
    with pytest.raises(InvalidSignatureException, match="not signed: date"):
        read_claim(with_header(request, b"date", b"Mon, 23 Nov 2026 19:00:00 GMT"))


def test_an_amz_header_that_is_not_signed_is_refused() -> None:
    with pytest.raises(InvalidSignatureException, match="not signed: x-amz-dryrun"):
        read_claim(with_header(own_request(), b"X-Amz-DryRun", b"true"))


@pytest.mark.parametrize("name", [b"authorization", b"x-amz-date", b"host", b"x-amz-content-sha256"])
def test_a_header_that_decides_is_given_once(name: bytes) -> None:
    request = own_request()
    with pytest.raises(IncompleteSignatureException, match="more than once"):
        read_claim(replace(request, headers=[*request.headers, (name, header(request, name))]))


@pytest.mark.parametrize("part", ["Credential", "Signature", "SignedHeaders", "Date", "Expires"])
def test_a_presigned_query_is_told_what_it_lacks_or_has_twice(part: str) -> None:
    request = own_presigned()
    pairs = [pair for pair in request.query_string.split(b"&") if not pair.startswith(f"X-Amz-{part}=".encode())]
    with pytest.raises(IncompleteSignatureException, match=f"requires 'X-Amz-{part}'"):
        read_claim(replace(request, query_string=b"&".join(pairs)))
    doubled = request.query_string + f"&X-Amz-{part}=x".encode()
    with pytest.raises(IncompleteSignatureException, match="more than once"):
        read_claim(replace(request, query_string=doubled))


@given(
    st.binary(max_size=80),
    st.binary(max_size=80),
    st.lists(st.tuples(st.sampled_from([b"host", b"date", b"x-amz-date", b"x"]), st.binary(max_size=30)), max_size=5),
    st.booleans(),
)
@patient
def test_any_bytes_in_a_signature_are_refused_and_nothing_else_happens(
    part: bytes, other: bytes, headers: list[tuple[bytes, bytes]], presigned: bool
) -> None:
    if presigned:
        request = own_presigned()
        query_string = request.query_string.replace(b"=", b"=" + part, 2) + other
        assume(parse_query(query_string) != parse_query(request.query_string))
        request = replace(request, query_string=query_string)
    else:
        authorization = b"AWS4-HMAC-SHA256 Credential=" + part + b", Signature=" + other + b", SignedHeaders=host"
        request = SignedRequest("GET", part, other, [(b"authorization", authorization), *headers])
    with pytest.raises(ApiError) as caught:
        accept(request)
    assert caught.value.status == 403


def test_our_presigned_requests_refuse_impossible_times() -> None:
    request = SignedRequest("GET", b"/", b"", [(b"host", b"h")])
    with pytest.raises(ValueError, match="1 to 604800 seconds, not 0"):
        presign(request, KEY, SECRET, region=REGION, service=SERVICE, now=NOW, expires=0)


def test_our_client_needs_a_host() -> None:
    with pytest.raises(ValueError, match="host header"):
        sign(SignedRequest("GET", b"/", b"", []), KEY, SECRET, region=REGION, service=SERVICE, now=NOW)


def test_derived_keys_are_kept_up_to_a_number() -> None:
    keys = SigningKeys(capacity=2)
    first = keys.derive("a", "20261123", REGION, SERVICE)
    assert keys.derive("a", "20261123", REGION, SERVICE) is first
    keys.derive("b", "20261123", REGION, SERVICE)
    keys.derive("c", "20261123", REGION, SERVICE)
    again = keys.derive("a", "20261123", REGION, SERVICE)
    assert again is not first
    assert again.digest() == first.digest()


def test_timestamps_are_basic_iso_in_utc() -> None:
    assert format_timestamp(NOW) == "20261123T190000Z"
