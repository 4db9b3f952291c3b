"""HTTP connections with bounds: how large a request's head may be, and how long it may take.

uvicorn keeps all that arrives until a head is whole, however long that lasts: one stranger could fill the memory, or
hold every connection.
"""

from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES = 64 * 1024
"""The most that a request's first line and headers may have; a read from the network may bring a little more."""
HEAD_SECONDS = 30.0
"""How long a request may take from its first byte to the end of its head, and a new connection may be mute."""

_TOO_LARGE = b"431 Request Header Fields Too Large"
_TOO_SLOW = b"408 Request Timeout"


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's connection, ended with 431 or 408 where a head is beyond its bounds."""

    head_seconds = HEAD_SECONDS

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._in_head = True
        self._head_bytes = 0
        self._messages = 0
        self._deadline: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._unwatch()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what belongs to a head that is not whole yet."""
        if self._in_head:
            self._watch()
        messages = self._messages
        super().data_received(data)
        # What came with the end of a head, or before the beginning of one, may be a body of any size.
        if self._in_head and self._messages == messages:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._refuse(_TOO_LARGE)

    def on_message_begin(self) -> None:
        """The first byte of a head, which may have come with the request before it."""
        self._watch()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._in_head = False
        self._unwatch()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """What comes next is the head of another request."""
        self._in_head = True
        self._head_bytes = 0
        self._messages += 1
        super().on_message_complete()

    def _watch(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.head_seconds, self._refuse, _TOO_SLOW)

    def _unwatch(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: bytes) -> None:
        self._unwatch()
        if not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            self.transport.close()
