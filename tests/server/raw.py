"""HTTP/1.1 by hand: to send what no client would, and to see what was answered."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Request:
    """A request as it goes over the wire; `target` is the path and the query."""

    target: str
    method: str = "GET"
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def header(self, name: str) -> str:
        """The value of a header that is there once."""
        (value,) = (value for key, value in self.headers if key.lower() == name.lower())
        return value

    def adding(self, name: str, value: str) -> "Request":
        """With one more header, even where there is one of that name."""
        return replace(self, headers=(*self.headers, (name, value)))

    def without(self, name: str) -> "Request":
        """Without any header of that name."""
        return replace(self, headers=tuple(pair for pair in self.headers if pair[0].lower() != name.lower()))

    def setting(self, name: str, value: str) -> "Request":
        """With that header once."""
        return self.without(name).adding(name, value)

    def encoded(self) -> bytes:
        """The bytes; a content length is added where no header says how long the body is."""
        lines = [f"{self.method} {self.target} HTTP/1.1", *(f"{name}: {value}" for name, value in self.headers)]
        framed = any(name.lower() in ("content-length", "transfer-encoding") for name, _ in self.headers)
        if not framed and (self.body or self.method not in ("GET", "HEAD", "DELETE", "OPTIONS")):
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + self.body


def posted(target: str, content: Any) -> Request:
    """A POST of that content as JSON; bytes are sent as they are."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Request(target, "POST", body, (("Content-Type", "application/json"),))


@dataclass(frozen=True)
class Answer:
    """What came back; header names are in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The header's value; None where there is none. Fails where there are two."""
        values = [value for key, value in self.headers if key == name]
        assert len(values) <= 1, f"{name} is there {len(values)} times"
        return values[0] if values else None

    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)

    @property
    def error(self) -> str | None:
        """The error's name, as clients take it."""
        return self.header("x-amzn-errortype")

    @property
    def message(self) -> str:
        """The error's text."""
        return str(self.json()["message"])


class Connection:
    """One TCP connection to a server."""

    def __init__(self, endpoint: str, timeout: float = 20) -> None:
        parts = urlsplit(endpoint)
        assert parts.hostname is not None
        self.socket = socket.create_connection((parts.hostname, parts.port or 80), timeout=timeout)
        self._reader = self.socket.makefile("rb")

    def close(self) -> None:
        """End it."""
        self._reader.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Send those bytes."""
        self.socket.sendall(data)

    def receive(self, *, to_head: bool = False) -> Answer:
        """The next answer. Raises ConnectionError where the connection ends instead."""
        line = self._reader.readline()
        if not line:
            raise ConnectionResetError("the server closed the connection")
        version, status, *_ = line.decode("latin-1").split(" ", 2)
        assert version == "HTTP/1.1"
        headers = []
        while (line := self._reader.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode("latin-1").partition(":")
            headers.append((name.lower(), value.strip()))
        lengths = [int(value) for name, value in headers if name == "content-length"]
        body = b"" if to_head or not lengths else self._reader.read(lengths[0])
        return Answer(int(status), tuple(headers), body)

    def ask(self, request: Request) -> Answer:
        """One request and its answer."""
        self.send(request.encoded())
        return self.receive(to_head=request.method == "HEAD")

    def at_end(self) -> bool:
        """Whether the server closes the connection without another byte; waits for it."""
        try:
            return self._reader.read(1) == b""
        except ConnectionResetError:
            return True


@contextmanager
def connected(endpoint: str) -> Iterator[Connection]:
    """A connection, closed at the end."""
    connection = Connection(endpoint)
    try:
        yield connection
    finally:
        connection.close()


def ask(endpoint: str, request: Request) -> Answer:
    """One request on a connection of its own."""
    with connected(endpoint) as connection:
        return connection.ask(request)
