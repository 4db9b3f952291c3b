"""Notices by HTTP: one POST an event, signed, so that its receiver knows that it is from here and new.

Addresses come from the settings of whoever runs the server, never from its users. Redirects are not followed and the
answer's body is not read: a target can lead nowhere else, and nothing comes back through it.
"""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from datetime import datetime

import httpx
import msgspec

from greenroom import __version__
from greenroom.control.notices import UndeliveredError
from greenroom.studio.events import RecordedEvent, document

TIMEOUT_SECONDS = 10.0


class Webhook:
    """An address that events are posted to."""

    batch = 1

    def __init__(self, url: str, secret: bytes, patterns: Sequence[str], clock: Callable[[], datetime]) -> None:
        self.patterns = patterns
        self._url = url
        self._secret = secret
        self._clock = clock

    def deliver(self, told: Sequence[RecordedEvent]) -> None:
        """See Target.deliver; any answer of 200 to 299 is taken for "I have it"."""
        (event,) = told
        body = msgspec.json.encode(document(event))
        timestamp = str(int(self._clock().timestamp()))
        headers = {
            "content-type": "application/json",
            "user-agent": f"greenroom/{__version__}",
            "x-greenroom-event": str(event.event_id),
            "x-greenroom-timestamp": timestamp,
            "x-greenroom-signature": signature(self._secret, timestamp, body),
        }
        try:
            with (
                httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False) as client,
                client.stream("POST", self._url, content=body, headers=headers) as answer,
            ):
                status = answer.status_code
        except httpx.HTTPError as error:
            # The error's own text may name the address.
            raise UndeliveredError(f"it cannot be reached ({type(error).__name__})") from error
        if not answer.is_success:
            raise UndeliveredError(f"it answered with status {status}")


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """`v1=` and the HMAC-SHA256, in hexadecimal, of the timestamp, a dot, and the body."""
    return f"v1={hmac.new(secret, timestamp.encode() + b'.' + body, hashlib.sha256).hexdigest()}"
