"""HTTP itself: connections that go on after an error, requests in a row, and tricks with headers, lengths and paths."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from tests.running import Studio
from tests.server.conftest import Ask
from tests.server.raw import Answer, Connection, Request, connected, posted
from tests.server.signing import Signer

from greenroom.wire.signatures import SignedRequest, sign

HOST = ("Host", "studio")


@pytest.fixture
def connection(studio: Studio) -> Iterator[Connection]:
    """A connection to the server."""
    with connected(studio.endpoint) as connection:
        yield connection


@pytest.fixture(autouse=True)
def sound(studio: Studio) -> Iterator[None]:
    """Whatever a test sends, the server has no fault and serves on."""
    yield
    with connected(studio.endpoint) as connection:
        assert connection.ask(Request("/healthz", headers=(HOST,))).body == b"ok\n"
    assert '"event": "fault"' not in studio.log
    assert "Traceback" not in studio.log


def signed_as_written(signer: Signer, request: Request) -> Request:
    """Signed for the very bytes of the path, which the official signer would tidy first."""
    path, _, query = request.target.partition("?")
    raw = SignedRequest(request.method, path.encode(), query.encode(), [(b"host", signer.host.encode())], request.body)
    headers = sign(
        raw,
        signer.access_key_id,
        signer.secret_access_key,
        region=signer.region,
        service=signer.service,
        now=datetime.now(UTC),
    )
    return replace(request, headers=(("Host", signer.host), *headers.items()))


def test_a_connection_goes_on_after_errors(connection: Connection, signer: Signer, path: str, sessions: str) -> None:
    assert connection.ask(Request(path, headers=(HOST,))).status == 403
    assert connection.ask(signer.sign(Request(f"{sessions}/none"))).status == 404
    assert connection.ask(signer.sign(posted(sessions, b"{"))).status == 400
    assert connection.ask(signer.sign(Request(path))).status == 200


def test_requests_sent_in_a_row_are_answered_in_that_row(
    connection: Connection, signer: Signer, path: str, sessions: str
) -> None:
    requests = [
        signer.sign(Request(path)),
        signer.sign(posted(sessions, b"{")),
        Request(path, headers=(HOST,)),
        signer.sign(Request(sessions + "/none")),
        Request("/healthz", headers=(HOST,)),
    ]
    connection.send(b"".join(request.encoded() for request in requests))
    assert [connection.receive().status for _ in requests] == [200, 400, 403, 404, 200]


def test_an_answer_to_head_has_no_body(connection: Connection, signer: Signer, path: str) -> None:
    assert connection.ask(signer.sign(Request(path, "HEAD"))).status == 403
    assert connection.ask(signer.sign(Request(path))).status == 200


def test_http_1_0_is_answered_and_the_connection_ended(connection: Connection) -> None:
    connection.send(b"GET /healthz HTTP/1.0\r\n\r\n")
    assert connection.receive().body == b"ok\n"
    assert connection.at_end()


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"BREW /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /\x80 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n",
        b"POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 2\r\n\r\n",
        b"POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        b"POST /2020-08-01/studios HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    ],
    ids=[
        "binary", "tls", "no path", "version", "method", "bytes in path", "space in name", "space before colon",
        "null in value", "negative length", "two lengths in one", "huge length", "chunk size",
    ],
)  # fmt: skip
def test_what_is_no_http_is_refused_and_the_connection_ended(connection: Connection, sent: bytes) -> None:
    connection.send(sent)
    answer = connection.receive()
    assert (answer.status, answer.body) == (400, b"Invalid HTTP request received.")
    assert connection.at_end()


@pytest.mark.parametrize(
    "lengths",
    [
        (("Content-Length", "4"), ("Transfer-Encoding", "chunked")),
        (("Transfer-Encoding", "chunked"), ("Content-Length", "4")),
        (("Content-Length", "0"), ("Content-Length", "44")),
        (("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "identity")),
    ],
    ids=["length and chunks", "chunks and length", "two lengths", "two encodings"],
)
def test_a_body_of_two_lengths_smuggles_nothing(
    connection: Connection, path: str, lengths: tuple[tuple[str, str], ...]
) -> None:
    smuggled = b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: smuggled\r\n\r\n"
    connection.send(Request(path, "POST", smuggled, (HOST, *lengths)).encoded())
    assert connection.receive().status == 400
    assert connection.at_end()


def test_a_folded_line_becomes_part_of_no_other_header(send: Ask, signer: Signer, path: str) -> None:
    signed = signer.sign(Request(path))
    folded = signed.encoded().replace(b"\r\nX-Amz-Date", b"\r\n X-Folded: 1\r\nX-Amz-Date", 1)
    with connected(signer.endpoint) as connection:
        connection.send(folded)
        assert connection.receive().status in (400, 403)


@pytest.mark.parametrize(
    "target",
    [
        "/2020-08-01/studios/{id}/../{id}",
        "/2020-08-01/studios/{id}/./",
        "/2020-08-01/../2020-08-01/studios/{id}",
        "/2020-08-01/studios/%2e%2e/studios/{id}",
        "/2020-08-01/eulas/../studios/{id}",
        "/2020-08-01//studios/{id}",
        "//2020-08-01/studios/{id}",
        "/2020-08-01/studios/{id}/",
        "/2020-08-01/studios%2f{id}",
        "/2020-08-01%2fstudios/{id}",
        "/2020-08-01/studios/{id};version=2",
        "/2020-08-01\\studios\\{id}",
    ],
)
def test_a_path_with_tricks_names_no_studio(send: Ask, signer: Signer, studio: Studio, target: str) -> None:
    request = Request(target.format(id=quote(studio.studio_id, safe="")))
    for signed in (signed_as_written(signer, request), signer.sign(request)):
        answer = send(signed)
        assert answer.status in (400, 403, 404)
        assert b"displayName" not in answer.body


@pytest.mark.parametrize(
    "studio_id",
    ["..", "%2e%2e", "%252e%252e", "%00", "%FF", "%C0%AE", "%2F%2Fetc%2Fpasswd", "%E2%80%AE", "a" * 10_000, "%25"],
    ids=["dots", "encoded", "encoded twice", "null", "byte", "overlong", "slashes", "rtl", "long", "percent"],
)
def test_an_id_with_tricks_is_only_an_unknown_id(send: Ask, signer: Signer, studio_id: str) -> None:
    answer = send(signed_as_written(signer, Request(f"/2020-08-01/studios/{studio_id}")))
    assert answer.status in (400, 403, 404)
    assert answer.error in ("ValidationException", "ResourceNotFoundException", "MissingAuthenticationTokenException")
    assert len(answer.body) < 10_000


def test_an_id_that_is_encoded_twice_is_another_id(send: Ask, signer: Signer, studio: Studio) -> None:
    twice = quote(quote(studio.studio_id, safe=""), safe="")
    answer = send(signed_as_written(signer, Request(f"/2020-08-01/studios/{twice}")))
    assert (answer.status, answer.error) == (404, "ResourceNotFoundException")


def test_an_absolute_target_is_the_same_request(connection: Connection, signer: Signer, path: str) -> None:
    signed = signer.sign(Request(path))
    answer = connection.ask(replace(signed, target=signer.endpoint + path))
    assert answer.status == 200


@pytest.mark.parametrize("size", [16, 64, 1024])
def test_a_long_header_is_borne_or_refused(connection: Connection, size: int) -> None:
    long = ("X-Long", "x" * size * 1024)
    assert connection.ask(Request("/healthz", headers=(HOST, long))).status in (200, 400, 431)


def test_a_thousand_headers_are_borne_or_refused(connection: Connection) -> None:
    many = tuple((f"X-{number}", "x") for number in range(1000))
    assert connection.ask(Request("/healthz", headers=(HOST, *many))).status in (200, 400, 431)


def test_headers_are_read_in_any_case(send: Ask, signer: Signer, path: str) -> None:
    signed = signer.sign(Request(path))
    assert send(replace(signed, headers=tuple((name.upper(), value) for name, value in signed.headers))).status == 200
    assert send(replace(signed, headers=tuple((name.lower(), value) for name, value in signed.headers))).status == 200


def test_what_lies_outside_the_api_is_not_found(send: Ask) -> None:
    def get(target: str) -> Answer:
        return send(Request(target, headers=(HOST,)))

    for target in ("/nothing", "/healthz/x", "/%2e%2e/etc/passwd", "/2020-08-02/studios", "/2020-08-01"):
        answer = get(target)
        assert answer.status == 404
        assert b"Traceback" not in answer.body
