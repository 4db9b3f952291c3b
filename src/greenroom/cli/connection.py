"""The way to a studio's API: over HTTP where its server runs, else through the application in this very process."""

import http.client
import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from greenroom.cli import profile as profiles
from greenroom.cli.client import Answer, Channel, Client, UnreachableError
from greenroom.cli.output import note

if TYPE_CHECKING:
    from greenroom.server.house import House

PATIENCE_SECONDS = 30.0
"""How long an answer may take."""
PORTION = 256 * 1024
"""Bytes that are taken of a long answer at once."""
HEALTH_SECONDS = 2.0
"""How long the server may take to say that it is there."""


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server, by its own word."""

    endpoint: str
    pid: int
    certificate: str | None = None
    """File with the certificate that it shows; None where it speaks no TLS."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A client, and whether a server carries out what it asks for."""

    client: Client
    served: bool

    def remark_if_not_served(self, data: Path | None) -> None:
        """Tell, on stderr, who will carry out what was just asked for."""
        if not self.served:
            note(f"No server runs on {data}: this is carried out when `greenroom serve --data {data}` runs.")


def find_server(data: Path) -> RunningServer | None:
    """The server that runs on the data directory, asked for its health; None where none answers."""
    server = _announced(data)
    if server is None:
        return None
    try:
        with closing(HttpChannel(server.endpoint, HEALTH_SECONDS, server.certificate)) as channel:
            healthy = channel.exchange("GET", "/healthz", {}, b"").status == http.client.OK
    except (UnreachableError, OSError, ValueError):
        return None
    return server if healthy else None


def _announced(data: Path) -> RunningServer | None:
    """The server that last said that it runs here; it may have been killed since."""
    try:
        told = json.loads((data / "run" / "server.json").read_text(encoding="utf-8"))
        return RunningServer(told["endpoint"], told["pid"], told.get("certificate"))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _trusting(certificate: str) -> ssl.SSLContext:
    """Takes the server that holds the key of that certificate, and no other. Raises OSError.

    It is called by this machine's own address, which its certificate does not name; being that very one says more.
    """
    context = ssl.create_default_context(cafile=certificate)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


@contextmanager
def connect(data: Path | None) -> Iterator[Connection]:
    """The studio's API, as the data directory's own profile; without one, as who signed in by `greenroom login`.

    Raises CommandError where no studio was founded, nobody is signed in, or the sign-in is over.
    """
    if data is None:
        from greenroom.cli.login import kept

        with kept().connection() as connection:
            yield connection
        return
    with channel_to(data) as (channel, profile):
        yield Connection(Client(channel, profile), served=isinstance(channel, HttpChannel))


@contextmanager
def channel_to(data: Path) -> Iterator[tuple[Channel, profiles.Profile]]:
    """The way to the studio's server, or to the application in this process, and what signs on it."""
    profile = profiles.read(data)
    server = find_server(data)
    if server is not None:
        with closing(HttpChannel(server.endpoint, certificate=server.certificate)) as channel:
            yield channel, profile
        return
    _refuse_beside_silent_server(data)
    from greenroom.cli.in_process import InProcessChannel
    from greenroom.server.app import create_app

    with open_studio(data) as house, closing(InProcessChannel(create_app(house))) as own:
        yield own, profile


def _refuse_beside_silent_server(data: Path) -> None:
    """A server that is there and does not answer is not passed by: it may be in the middle of what is asked for."""
    announced = _announced(data)
    if announced is None:
        return
    try:
        command = Path(f"/proc/{announced.pid}/cmdline").read_bytes()
    except OSError:
        return
    if b"greenroom" in command:
        raise UnreachableError(
            f"The server of {data} (process {announced.pid}) does not answer at {announced.endpoint}. "
            f"Try again; if it stays so, look into its log, or end it: kill {announced.pid}"
        )


@contextmanager
def open_studio(data: Path) -> Iterator["House"]:
    """The studio's own parts, for what the API does not do. Raises NotFoundedError where no studio was founded."""
    from greenroom.server.house import open_house
    from greenroom.server.settings import Settings

    with open_house(Settings.load(data)) as house:
        yield house


class HttpChannel:
    """To a server, by its address; never through a proxy, for the address is this machine's own."""

    def __init__(
        self, endpoint: str, patience_seconds: float = PATIENCE_SECONDS, certificate: str | None = None
    ) -> None:
        """`certificate` is the file with the one that the server shows, where it speaks TLS."""
        address = urlsplit(endpoint)
        self.host = address.netloc
        self._endpoint = endpoint
        host, port = address.hostname or "", address.port
        self._http = http.client.HTTPConnection(host, port, timeout=patience_seconds)
        if address.scheme == "https":
            trust = _trusting(certificate) if certificate is not None else ssl.create_default_context()
            self._http = http.client.HTTPSConnection(host, port, timeout=patience_seconds, context=trust)

    def exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send one request. Raises UnreachableError."""
        with self._told():
            self._http.request(method, target, body or None, headers)
            response = self._http.getresponse()
            content = response.read()
        return Answer(response.status, _names(response), content)

    def fetch(self, method: str, target: str, headers: Mapping[str, str], write: Callable[[bytes], object]) -> Answer:
        """Send one request, and give the body of a good answer to `write`. Raises UnreachableError, also where the
        answer breaks off."""
        with self._told():
            self._http.request(method, target, None, headers)
            response = self._http.getresponse()
            if response.status != http.client.OK:
                return Answer(response.status, _names(response), response.read())
        left = response.length
        while True:
            with self._told():
                data = response.read(PORTION)
                if not data and left:
                    raise http.client.IncompleteRead(b"", left)
            if not data:
                return Answer(response.status, _names(response), b"")
            left = left - len(data) if left is not None else None
            write(data)

    def close(self) -> None:
        """Release the connection."""
        self._http.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (OSError, http.client.HTTPException) as error:
            self._http.close()
            raise UnreachableError(
                f"The server at {self._endpoint} does not answer ({error or type(error).__name__}). "
                "Is `greenroom serve` still running?"
            ) from error


def _names(response: http.client.HTTPResponse) -> Mapping[str, str]:
    return {name.lower(): value for name, value in response.getheaders()}
