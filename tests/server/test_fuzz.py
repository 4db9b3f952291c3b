"""Whatever is sent: no fault of the server, no traceback in an answer, nothing sensitive in errors or in the log."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.running import Studio
from tests.server.generation import CANARY, requests
from tests.server.raw import Answer, Connection, Request
from tests.server.signing import Signer
from tests.server.simulated import copied, serving

from greenroom.wire.signatures import SignedRequest, sign

HEALTH = Request("/healthz", headers=(("Host", "a"),))
QUICK = settings(deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def target(founded: Studio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio of this module's own."""
    with serving(copied(founded, tmp_path_factory.mktemp("fuzz") / "data", GREENROOM_LOG_LEVEL="debug")) as studio:
        yield studio
        for unwanted in (CANARY, "Traceback", '"event": "fault"', studio.founding["secretAccessKey"]):
            assert unwanted not in studio.log


class Line:
    """A connection that is made anew where the server has ended it."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._connection = Connection(endpoint)

    def ask(self, request: Request) -> Answer:
        try:
            answer = self._connection.ask(request)
        except (ConnectionError, TimeoutError):
            self.close()
            self._connection = Connection(self._endpoint)
            answer = self._connection.ask(request)
        if answer.header("connection") == "close":
            self.close()
            self._connection = Connection(self._endpoint)
        return answer

    def close(self) -> None:
        self._connection.close()


@pytest.fixture(scope="module")
def line(target: Studio) -> Iterator[Line]:
    line = Line(target.endpoint)
    yield line
    line.close()


def signed(signer: Signer, request: Request) -> Request:
    """Signed for the very bytes that are sent, however odd."""
    path, _, query = request.target.partition("?")
    headers = [(name.encode(), value.encode("latin-1")) for name, value in request.headers]
    raw = SignedRequest(
        request.method, path.encode(), query.encode(), [(b"host", signer.host.encode()), *headers], request.body
    )
    added = sign(
        raw,
        signer.access_key_id,
        signer.secret_access_key,
        region=signer.region,
        service=signer.service,
        now=datetime.now(UTC),
    )
    return replace(request, headers=(("Host", signer.host), *request.headers, *added.items()))


@given(data=st.data())
@settings(QUICK, max_examples=400)
def test_a_signed_request_of_any_shape_is_answered_without_a_fault(
    target: Studio, line: Line, data: st.DataObject
) -> None:
    request = data.draw(requests(target.founding))
    answer = line.ask(signed(Signer.of(target), request))
    assert answer.status < 500
    if answer.status >= 400:
        assert answer.error
        assert answer.message
        assert answer.header("x-amzn-requestid")
        assert CANARY not in answer.body.decode()
    assert b"Traceback" not in answer.body


TOKENS = st.sampled_from(
    [
        b"GET ", b"POST ", b"/2020-08-01/studios", b"/", b" HTTP/1.1", b" HTTP/1.0", b"\r\n", b"\n", b"\r", b"\r\n\r\n",
        b"Host: a", b"Content-Length: 5", b"Content-Length: -1", b"Transfer-Encoding: chunked", b"5\r\nhello\r\n",
        b"0\r\n\r\n", b"Authorization: AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0",
        b"X-Amz-Date: 20260101T000000Z", b"Expect: 100-continue", b"Connection: keep-alive", b"Upgrade: websocket",
        b"\x00", b"\xff", b":", b" ", b"\t", b"%", b"?X-Amz-Algorithm=AWS4-HMAC-SHA256", b"&", b"=",
    ]
)  # fmt: skip


@given(stream=st.lists(TOKENS | st.binary(max_size=12), max_size=25).map(b"".join))
@settings(QUICK, max_examples=200)
def test_any_stream_of_bytes_leaves_the_server_serving(target: Studio, line: Line, stream: bytes) -> None:
    connection = Connection(target.endpoint)
    connection.send(stream)
    connection.close()
    assert line.ask(HEALTH).body == b"ok\n"


HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            ["Authorization", "X-Amz-Date", "Date", "Host", "X-Amz-Content-SHA256", "X-Amz-Security-Token", "X-Odd"]
        ),
        st.one_of(
            st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=60),
            st.sampled_from(
                [
                    "AWS4-HMAC-SHA256 Credential=a/20260101/us-west-2/nimble/aws4_request, SignedHeaders=host",
                    "AWS4-HMAC-SHA256 =,=,=",
                    "20260101T000000Z",
                    "Thu, 01 Jan 1970 00:00:00 GMT",
                    "99991231T235959Z",
                    "00010101T000000Z",
                ]
            ),
        ),
    ),
    max_size=6,
)


@given(headers=HEADERS, method=st.sampled_from(["GET", "POST", "PATCH", "DELETE", "HEAD"]))
@settings(QUICK, max_examples=300)
def test_headers_of_any_kind_are_refused_without_a_fault(
    target: Studio, line: Line, headers: list[tuple[str, str]], method: str
) -> None:
    request = Request(f"/2020-08-01/studios/{target.studio_id}", method, headers=tuple(headers))
    answer = line.ask(request)
    assert answer.status in (400, 403)
    assert b"Traceback" not in answer.body
