"""The way to a studio's API: over HTTP where its server runs, else through the application in this very process."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from greenroom.cli import profile as profiles
from greenroom.cli.client import Answer, Client, UnreachableError
from greenroom.cli.output import note

if TYPE_CHECKING:
    from greenroom.server.house import House

PATIENCE_SECONDS = 30.0
"""How long an answer may take."""
HEALTH_SECONDS = 2.0
"""How long the server may take to say that it is there."""


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that answered just now."""

    endpoint: str
    pid: int | None


@dataclass(frozen=True, slots=True)
class Connection:
    """A client, and whether a server carries out what it asks for."""

    client: Client
    served: bool

    def remark_if_not_served(self, data: Path) -> None:
        """Tell, on stderr, who will carry out what was just asked for."""
        if not self.served:
            note(f"No server runs on {data}: this is carried out when `greenroom serve --data {data}` runs.")


def find_server(data: Path) -> RunningServer | None:
    """The server that runs on the data directory, asked for its health; None where none answers."""
    try:
        told = json.loads((data / "run" / "server.json").read_text(encoding="utf-8"))
        server = RunningServer(told["endpoint"], told.get("pid"))
        healthy = httpx.get(f"{server.endpoint}/healthz", timeout=HEALTH_SECONDS, trust_env=False).is_success
    except (OSError, ValueError, KeyError, TypeError, AttributeError, httpx.HTTPError):
        return None
    return server if healthy else None


@contextmanager
def connect(data: Path) -> Iterator[Connection]:
    """The studio's API, as the data directory's own profile. Raises CommandError where no studio was founded."""
    profile = profiles.read(data)
    server = find_server(data)
    if server is not None:
        channel = HttpChannel(server.endpoint)
        try:
            yield Connection(Client(channel, profile), served=True)
        finally:
            channel.close()
        return
    from greenroom.server.app import create_app

    with open_studio(data) as house, asyncio.Runner() as runner:
        yield Connection(Client(InProcessChannel(create_app(house), runner), profile), served=False)


@contextmanager
def open_studio(data: Path) -> Iterator["House"]:
    """The studio's own parts, for what the API does not do. Raises NotFoundedError where no studio was founded."""
    from greenroom.server.house import open_house
    from greenroom.server.settings import Settings

    with open_house(Settings.load(data)) as house:
        yield house


class HttpChannel:
    """To a server, by its address."""

    def __init__(self, endpoint: str) -> None:
        # Never through a proxy: the address is this machine's own.
        self._http = httpx.Client(base_url=endpoint, timeout=PATIENCE_SECONDS, trust_env=False)
        self.host = httpx.URL(endpoint).netloc.decode()
        self._endpoint = endpoint

    def exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send one request. Raises UnreachableError."""
        try:
            return _answer(self._http.request(method, target, headers=dict(headers), content=body))
        except httpx.HTTPError as error:
            raise UnreachableError(
                f"The server at {self._endpoint} does not answer ({error or type(error).__name__}). "
                "Is `greenroom serve` still running?"
            ) from error

    def close(self) -> None:
        """Release the connections."""
        self._http.close()


class InProcessChannel:
    """To the application itself, without a server."""

    host = "greenroom"

    def __init__(self, app: Any, runner: asyncio.Runner) -> None:
        self._transport = httpx.ASGITransport(app=app)
        self._runner = runner

    def exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send one request."""
        return self._runner.run(self._exchange(method, target, headers, body))

    async def _exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        async with httpx.AsyncClient(transport=self._transport, base_url=f"http://{self.host}") as http:
            return _answer(await http.request(method, target, headers=dict(headers), content=body))


def _answer(response: httpx.Response) -> Answer:
    return Answer(
        response.status_code, {name.lower(): value for name, value in response.headers.items()}, response.content
    )
