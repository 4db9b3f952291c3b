"""Tickets: what opens a stream, once and for a short time, to whoever was handed its URL."""

import base64
import hashlib
import hmac
from datetime import datetime

from sqlalchemy import Connection

from greenroom.store import sessions, streams
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState

_KEY_BYTES = 32
PREFIX = "/streams/"
"""Where streams are served."""


def path_of(stream_id: str) -> str:
    """Where that stream is served; its cookie goes nowhere else."""
    return f"{PREFIX}{stream_id}/"


class Tickets:
    """Makes and takes tickets.

    A ticket is HMAC-SHA256 of its stream's id: the stream can be read any number of times and shows the same URL,
    yet nothing is stored that would open it, and without the key none can be made. That it opens once only, and
    until when, is in the stream's record.
    """

    def __init__(self, key: bytes) -> None:
        """`key`: 32 secret random bytes or more, for nothing else, the same for all replicas. Raises ValueError."""
        if len(key) < _KEY_BYTES:
            raise ValueError(f"a key of {len(key)} bytes is too short for tickets: {_KEY_BYTES} are needed")
        self._key = key

    def path(self, stream_id: str) -> str:
        """The path and query that open the stream on this server."""
        return f"{path_of(stream_id)}?ticket={self._ticket(stream_id)}"

    def redeem(self, connection: Connection, stream_id: str, ticket: str, now: datetime) -> StreamingSession | None:
        """The READY session that the ticket opens, now and never again; None where it opens none."""
        if not hmac.compare_digest(ticket.encode(), self._ticket(stream_id).encode()):
            return None
        stream = streams.get(connection, stream_id)
        session = sessions.get(connection, stream.session_id) if stream is not None else None
        if session is None or session.state is not SessionState.READY:
            return None
        return session if streams.open_once(connection, stream_id, now) else None

    def pass_for(self, stream_id: str) -> str:
        """What the browser that redeemed the ticket carries from then on, as a cookie; opens that stream alone."""
        return self._sealed(f"pass {stream_id}")

    def is_pass(self, stream_id: str, shown: str) -> bool:
        """Whether that is the stream's pass. Whether the stream still lives is another question."""
        return hmac.compare_digest(shown.encode(), self.pass_for(stream_id).encode())

    def _ticket(self, stream_id: str) -> str:
        return self._sealed(stream_id)

    def _sealed(self, text: str) -> str:
        digest = hmac.digest(self._key, text.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
