"""Webhooks against a real receiver: what arrives, how it is signed, and what is not followed."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from tests.support import Clock

from greenroom.control.notices import UndeliveredError
from greenroom.control.webhooks import Webhook
from greenroom.studio.events import RecordedEvent, document

SECRET = b"a secret"


@dataclass
class Receiver:
    """What was posted to it, and how it answers."""

    url: str = ""
    status: int = 204
    posted: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    received = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            received.posted.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(received.status)
            self.send_header("location", "/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    received.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield received
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def event(clock: Clock) -> RecordedEvent:
    return RecordedEvent(type="backup.ready", event_id=7, recorded_at=clock(), message="ä")


def test_an_event_is_posted_whole_and_signed_with_the_time(
    receiver: Receiver, event: RecordedEvent, clock: Clock
) -> None:
    Webhook(receiver.url, SECRET, ("*",), clock).deliver([event])
    ((path, headers, body),) = receiver.posted
    assert (path, json.loads(body)) == ("/hook", document(event))
    assert headers["x-greenroom-timestamp"] == str(int(clock().timestamp()))
    # As the manual tells receivers to check it.
    signed = f"{headers['x-greenroom-timestamp']}.".encode() + body
    assert headers["x-greenroom-signature"] == "v1=" + hmac.new(SECRET, signed, hashlib.sha256).hexdigest()
    assert headers["x-greenroom-event"] == "7"


@pytest.mark.parametrize("status", [301, 307, 400, 404, 500])
def test_any_answer_but_success_is_a_failure_and_leads_nowhere_else(
    receiver: Receiver, event: RecordedEvent, clock: Clock, status: int
) -> None:
    receiver.status = status
    with pytest.raises(UndeliveredError, match=str(status)):
        Webhook(receiver.url, SECRET, ("*",), clock).deliver([event])
    assert [path for path, _, _ in receiver.posted] == ["/hook"]


def test_one_that_is_away_is_told_without_its_address(event: RecordedEvent, clock: Clock) -> None:
    with pytest.raises(UndeliveredError) as caught:
        Webhook("http://127.0.0.1:9/services/token", SECRET, ("*",), clock).deliver([event])
    assert "token" not in str(caught.value)
