"""`greenroom login`: temporary keys through a browser, so that no secret is ever typed into a shell."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from greenroom.cli.failures import CommandError

if TYPE_CHECKING:
    from greenroom.cli.connection import Connection, HttpChannel
    from greenroom.cli.profile import Profile

Endpoint = Annotated[
    str, typer.Argument(metavar="URL", help="The studio's address, such as https://studio.example.com.")
]
Certificate = Annotated[
    Path | None,
    typer.Option("--ca", metavar="FILE", help="The server's own certificate, where no authority vouches for it."),
]
_PENDING = 409


@dataclass(frozen=True, slots=True)
class Login:
    """What a login brought."""

    endpoint: str
    region: str
    studio_id: str
    user_name: str
    access_key_id: str
    expiration: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    certificate: str | None = None

    def profile(self) -> "Profile":
        """What signs requests."""
        from greenroom.cli.profile import Profile

        return Profile(
            access_key_id=self.access_key_id,
            secret_access_key=self.secret_access_key,
            region=self.region,
            endpoint=self.endpoint,
            studio_id=self.studio_id,
            session_token=self.session_token,
        )

    @contextmanager
    def channel(self) -> Iterator["HttpChannel"]:
        """The way to the server."""
        with _channel(self.endpoint, self.certificate) as channel:
            yield channel

    @contextmanager
    def connection(self) -> Iterator["Connection"]:
        """The API as whoever signed in. What is asked of it raises CommandError once the sign-in is over."""
        from greenroom.cli.client import Client
        from greenroom.cli.connection import Connection
        from greenroom.wire.errors import ExpiredTokenException, UnrecognizedClientException

        with self.channel() as channel:
            try:
                yield Connection(Client(channel, self.profile()), served=True)
            except (ExpiredTokenException, UnrecognizedClientException) as error:
                raise self.over() from error

    def over(self) -> CommandError:
        """What to say where its keys sign nothing any more: their time is over, or somebody ended the sign-in."""
        return CommandError(f"Your sign-in is over. Sign in again with: greenroom login {self.endpoint}")

    def as_process(self) -> dict[str, Any]:
        """As `credential_process` wants it."""
        return {
            "Version": 1,
            "AccessKeyId": self.access_key_id,
            "SecretAccessKey": self.secret_access_key,
            "SessionToken": self.session_token,
            "Expiration": self.expiration,
        }


def login(endpoint: Endpoint, ca: Certificate = None) -> None:
    """Sign in by a browser: open the address that is printed, compare the code, say yes.

    The keys that this brings hold for hours. Commands without --data use them, and `greenroom credentials` tells them.
    """
    from greenroom.cli.output import note, say

    endpoint, certificate = endpoint.rstrip("/"), str(ca) if ca else None
    with _channel(endpoint, certificate) as channel:
        begun = _post(channel, "/auth/device", {})
        say(f"Open {begun['verificationUri']}")
        say(f"and compare the code: {begun['userCode']}")
        sys.stdout.flush()
        keys = _wait(channel, begun)
        state = json.loads(channel.exchange("GET", "/auth", {}, b"").body)
        from greenroom.cli.credentials import ask_sts

        kept_here = Login(
            endpoint=endpoint,
            region=state["region"],
            studio_id=state["studioId"],
            user_name="",
            access_key_id=keys["accessKeyId"],
            expiration=keys["expiration"],
            secret_access_key=keys["secretAccessKey"],
            session_token=keys["sessionToken"],
            certificate=certificate,
        )
        identity = ask_sts(channel, kept_here.profile(), {"Action": "GetCallerIdentity", "Version": "2011-06-15"})
    _keep(Login(**{**asdict(kept_here), "user_name": identity["Arn"].rpartition("/")[2]}))
    note(f"Signed in as {identity['Arn']} until {keys['expiration']}.")


def kept() -> Login:
    """The last login whose keys still hold. Raises CommandError."""
    path = cache_file()
    try:
        found = Login(**json.loads(path.read_text(encoding="utf-8")))
        past = datetime.fromisoformat(found.expiration) <= datetime.now(UTC)
    except (OSError, ValueError, TypeError) as error:
        raise CommandError(
            "Which studio? You are not signed in to one: run greenroom login URL. Or name the data directory of one on "
            "this machine: --data DIR"
        ) from error
    if past:
        raise found.over()
    return found


def cache_file() -> Path:
    """Where a login is kept, readable by its owner alone."""
    root = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(root) / "greenroom" / "login.json"


def _keep(found: Login) -> None:
    from greenroom.cli.profile import write_private

    path = cache_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(path, json.dumps(asdict(found)))


@contextmanager
def _channel(endpoint: str, certificate: str | None) -> Iterator["HttpChannel"]:
    from urllib.parse import urlsplit

    from greenroom.cli.connection import HttpChannel

    address = urlsplit(endpoint)
    if address.scheme not in ("https", "http") or not address.hostname or address.path:
        raise CommandError(f"{endpoint} is no address of a studio: write https://studio.example.com")
    if address.scheme == "http" and address.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise CommandError(f"{endpoint}: keys do not go over a network in the clear. Use https.")
    with closing(HttpChannel(endpoint, certificate=certificate)) as channel:
        yield channel


def _post(channel: "HttpChannel", path: str, content: dict[str, str]) -> dict[str, Any]:
    headers = {"host": channel.host, "content-type": "application/json", "x-greenroom-request": "1"}
    answer = channel.exchange("POST", path, headers, json.dumps(content).encode())
    found: dict[str, Any] = json.loads(answer.body)
    if answer.status >= 300 and answer.status != _PENDING:
        raise CommandError(str(found.get("message", f"The server answered with status {answer.status}")))
    return found


def _wait(channel: "HttpChannel", begun: dict[str, Any]) -> dict[str, Any]:
    """The keys, once somebody said yes. Raises CommandError where nobody does in time."""
    while True:
        found = _post(channel, "/auth/device/credentials", {"deviceCode": begun["deviceCode"]})
        if "accessKeyId" in found:
            return found
        time.sleep(begun["interval"])
