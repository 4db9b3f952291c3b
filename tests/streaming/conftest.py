"""A server of streams before a session that is played by the tests."""

import http.server
import socket
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from tests.api.calling import Api
from tests.api.conftest import api
from tests.records import make_stream_configuration
from tests.support import wait_until
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.sync.server import ServerConnection, unix_serve

from greenroom.engines.base import EngineError
from greenroom.store import launch_profiles, sessions, streams
from greenroom.streaming.app import Streams
from greenroom.streaming.gate import Gate
from greenroom.streaming.relay import LARGEST_MESSAGE
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState
from greenroom.studio.streams import new_stream, next_step

__all__ = ["api"]


@pytest.fixture(params=["sqlite"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """What these tests look at is no matter of the database's kind."""
    return str(request.param)


class Desktop:
    """What answers in the session: says back what it is told, and does as it is told."""

    def __init__(self, path: Path) -> None:
        self.heard: list[str | bytes] = []
        self.closed: list[int | None] = []
        self.sent = 0
        self._server = unix_serve(self._talk, str(path), compression=None, max_size=None, ping_interval=None)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def _talk(self, connection: ServerConnection) -> None:
        try:
            for message in connection:
                self.heard.append(message)
                verb, _, rest = str(message).partition(" ")
                if verb == "close":
                    connection.close(int(rest), "because")
                elif verb == "big":
                    connection.send(bytes(int(rest)))
                elif verb == "flood":
                    while True:
                        connection.send(bytes(int(rest)))
                        self.sent += 1
                elif verb == "say":
                    connection.send(rest)
                else:
                    connection.send(message)
        except ConnectionClosed:
            return
        finally:
            self.closed.append(connection.protocol.close_code)

    def end(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._thread.join()


class _Taking(http.server.BaseHTTPRequestHandler):
    """Takes uploads, and answers as badly as a session can."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.taken.append((self.path, dict(self.headers), body))  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Set-Cookie", "greenroom-session=stolen; Path=/")
        self.end_headers()
        self.wfile.write(b"<script>alert(1)</script>")

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""

    def address_string(self) -> str:
        """Callers on a Unix socket have no address."""
        return ""


@dataclass
class Engine:
    """Knows one session, and leads to what plays it."""

    path: Path
    fails: str = ""
    opened: int = 0

    def open_stream(self, session_id: str, patience: float) -> socket.socket:
        """A connection to the desktop."""
        if self.fails:
            raise EngineError(self.fails, reason="no-desktop")
        self.opened += 1
        inside = socket.socket(socket.AF_UNIX)
        inside.connect(str(self.path))
        inside.setblocking(False)
        return inside


@dataclass
class Door:
    """The server, one READY session, and its people's browsers."""

    api: Api
    gate: Gate
    engine: Engine
    desktop: Desktop
    endpoint: str
    session: StreamingSession
    taken: list[tuple[str, dict[str, str], bytes]]
    uploads: Path
    server: uvicorn.Server
    browsers: list[ClientConnection] = field(default_factory=list)
    made: int = 0

    def stream(self, *, by: str | None = None) -> str:
        """A READY stream of the session, asked for by its owner or `by`; its id."""
        self.made += 1
        made = new_stream(
            self.session,
            f"stream-{self.made}",
            by=by or self.session.owned_by,
            now=self.api.clock(),
            expires_in=timedelta(seconds=120),
        )
        with self.api.database.write() as connection:
            streams.insert(connection, next_step(made, self.session, self.api.clock()))
        return made.stream_id

    def served(self) -> int:
        """How many requests and streams the server has work with."""
        return len(self.server.server_state.tasks)

    def url(self, stream_id: str) -> str:
        """What the API would show."""
        return self.endpoint + self.api.house.tickets.path(stream_id)

    def get(self, url: str, cookies: str | None = None, method: str = "GET") -> httpx.Response:
        """One request, redirects not followed."""
        headers = {"cookie": cookies} if cookies else {}
        return httpx.request(method, url, headers=headers, timeout=20)

    def cookie(self, stream_id: str) -> str:
        """The cookie of a browser that opened the stream."""
        answer = self.get(self.url(stream_id))
        assert answer.status_code == 303, answer.text
        return answer.headers["set-cookie"].split(";")[0]

    def watch(
        self, stream_id: str, cookie: str | None, *, origin: str | None = "own", path: str = "api/websockets"
    ) -> ClientConnection:
        """A browser's stream."""
        address = self.endpoint.replace("http", "ws") + f"/streams/{stream_id}/{path}"
        browser = connect(
            address,
            origin=self.endpoint if origin == "own" else origin,  # type: ignore[arg-type]
            additional_headers={"cookie": cookie} if cookie else {},
            compression=None,
            max_size=None,
            proxy=None,
            legacy=True,
        )
        self.browsers.append(browser)
        return browser

    def change_session(self, **members: Any) -> None:
        """Give the session other members."""
        with self.api.database.write() as connection:
            changed = replace(self.session, **members)
            sessions.save(connection, self.session, changed)
        self.session = changed

    def configure(self, **members: Any) -> None:
        """Give the launch profile another stream configuration."""
        with self.api.database.write() as connection:
            before = launch_profiles.get(connection, self.session.launch_profile_id)
            assert before is not None
            images = before.stream_configuration.streaming_image_ids
            configuration = make_stream_configuration(streaming_image_ids=images, **members)
            launch_profiles.save(connection, before, replace(before, stream_configuration=configuration))


@pytest.fixture
def door(api: Api, tmp_path: Path) -> Iterator[Door]:
    """A door with a session behind it."""
    desktop = Desktop(tmp_path / "desktop")
    uploads = tmp_path / "uploads"
    taking = socketserver.ThreadingUnixStreamServer(str(uploads), _Taking)
    taking.taken = []  # type: ignore[attr-defined]
    taking_thread = threading.Thread(target=taking.serve_forever, args=(0.01,))
    taking_thread.start()
    engine = Engine(tmp_path / "desktop")
    gate = Gate(api.database, api.house.tickets, api.clock, session_user="artist")
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
    app = Streams(gate, lambda: engine, lambda _scope: endpoint, look_again=0.05)  # type: ignore[arg-type,return-value]
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=LARGEST_MESSAGE,
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    wait_until(lambda: server.started, what="the server of streams")
    door = Door(
        api,
        gate,
        engine,
        desktop,
        endpoint,
        api.add_session(started_at=api.clock(), state=SessionState.READY),
        taking.taken,  # type: ignore[attr-defined]
        uploads,
        server,
    )
    yield door
    for browser in door.browsers:
        browser.close()
    server.should_exit = True
    thread.join()
    desktop.end()
    taking.shutdown()
    taking.server_close()
    taking_thread.join()
