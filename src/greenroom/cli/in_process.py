"""The API without a server: requests go to the ASGI application in this process."""

import asyncio
from collections.abc import Callable, Mapping, MutableMapping
from http.client import OK
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from greenroom.cli.client import Answer

if TYPE_CHECKING:
    from greenroom.server.app import Application

Message = MutableMapping[str, Any]


class InProcessChannel:
    """To the application itself."""

    host = "greenroom"

    def __init__(self, app: "Application") -> None:
        self._app = app
        self._runner = asyncio.Runner()

    def exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Have the application answer one request."""
        return self._runner.run(self._exchange(method, target, headers, body))

    def fetch(self, method: str, target: str, headers: Mapping[str, str], write: Callable[[bytes], object]) -> Answer:
        """Have the application answer one request; the body of a good answer goes to `write`."""
        return self._runner.run(self._exchange(method, target, headers, b"", write))

    def close(self) -> None:
        """End the event loop."""
        self._runner.close()

    async def _exchange(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes,
        write: Callable[[bytes], object] | None = None,
    ) -> Answer:
        path, _, query = target.partition("?")
        scope: Message = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "server": (self.host, None),
            "client": None,
            "root_path": "",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        }
        start: Message = {}
        kept: list[bytes] = []
        incoming = iter((body,))

        async def receive() -> Message:
            for whole in incoming:
                return {"type": "http.request", "body": whole, "more_body": False}
            # Whoever asks again waits for the caller to hang up, who never does.
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif write is not None and start["status"] == OK:
                write(message.get("body", b""))
            else:
                kept.append(message.get("body", b""))

        await self._app(scope, receive, send)
        names = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        return Answer(start["status"], names, b"".join(kept))
