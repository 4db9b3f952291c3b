"""The API as functions: a request shape in, its answer's shape out, an ApiError raised where the server refused.

Everything about HTTP follows from the declarations in `wire/`; nothing here knows a single operation.
"""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from greenroom.cli.failures import CommandError
from greenroom.cli.profile import Profile
from greenroom.wire import errors as wire_errors
from greenroom.wire.additions import ADDITIONS
from greenroom.wire.errors import ApiError, InternalServerErrorException
from greenroom.wire.operations import OPERATIONS, Operation
from greenroom.wire.schema import Member, structure_of
from greenroom.wire.shapes.base import Shape
from greenroom.wire.signatures import SignedRequest, sign
from greenroom.wire.traits import Location

SERVICE = "nimble"
"""Every request is signed for this service, the additions' too."""
TRIES = 4
"""How often a request is sent at most; each carries its client token, so that sending it again is safe."""
FIRST_REST = 0.2
"""Seconds before the second try; doubled before each further one."""

S = TypeVar("S", bound=Shape)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


class UnreachableError(CommandError):
    """The server did not answer."""


class Channel(Protocol):
    """How requests reach the API."""

    host: str
    """For the host header, with the port where there is one."""

    def exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send one request to `target`, a path and query already encoded. Raises UnreachableError."""

    def fetch(self, method: str, target: str, headers: Mapping[str, str], write: Callable[[bytes], object]) -> Answer:
        """The same without a body; that of an answer with status 200 goes to `write` in portions. Raises
        UnreachableError, also where the answer breaks off."""


class Client:
    """Calls operations through a channel, as the profile's user."""

    def __init__(
        self,
        channel: Channel,
        profile: Profile,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.studio_id = profile.studio_id
        self._channel = channel
        self._profile = profile
        self._clock = clock
        self._pause = pause

    def call(self, request: Shape, answer: type[S]) -> S:
        """Send a request and return its answer. Raises the ApiError that the server answered with, UnreachableError."""
        operation = _operation_of(type(request))
        if operation.output is not answer:
            raise TypeError(f"{operation.name} answers with {operation.output.__name__}, not {answer.__name__}")
        target, headers, body = encode_request(operation, request)
        received = self._send(operation, target, headers, body)
        if received.status >= 300:
            raise read_error(received)
        return msgspec.json.decode(received.body or b"{}", type=answer)

    def pages(self, request: Shape, answer: type[S]) -> Iterator[S]:
        """The pages of a listing, from the first on."""
        page = self.call(request, answer)
        yield page
        while (token := getattr(page, "next_token", None)) is not None:
            page = self.call(msgspec.structs.replace(request, next_token=token), answer)
            yield page

    def download(self, request: Shape, write: Callable[[bytes], object]) -> Mapping[str, str]:
        """Send a request whose answer is bytes, give those to `write`, and return the answer's headers.

        Sent once: what was written cannot be taken back. Raises the ApiError that the server answered with,
        UnreachableError.
        """
        operation = _operation_of(type(request))
        target, headers, body = encode_request(operation, request)
        signed = self._signed(operation.method, target, headers, body)
        answer = self._channel.fetch(operation.method, target, signed, write)
        if answer.status >= 300:
            raise read_error(answer)
        return answer.headers

    def _send(self, operation: Operation, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        rest = FIRST_REST
        for _ in range(TRIES - 1):
            try:
                answer = self._exchange(operation, target, headers, body)
            except UnreachableError:
                pass
            else:
                if answer.status < 300 or not read_error(answer).retryable:
                    return answer
            self._pause(rest)
            rest *= 2
        return self._exchange(operation, target, headers, body)

    def _exchange(self, operation: Operation, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        signed = self._signed(operation.method, target, headers, body)
        return self._channel.exchange(operation.method, target, signed, body)

    def _signed(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
        headers = {"host": self._channel.host, **headers}
        return signed_headers(self._profile, method, target, headers, body, now=self._clock())


def signed_headers(
    profile: Profile,
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    service: str = SERVICE,
    now: datetime | None = None,
) -> dict[str, str]:
    """These headers and those of the profile's signature; the host is among them."""
    path, _, query = target.partition("?")
    if profile.session_token is not None:
        headers = {**headers, "x-amz-security-token": profile.session_token}
    request = SignedRequest(
        method,
        path.encode(),
        query.encode(),
        [(name.encode(), value.encode()) for name, value in headers.items()],
        body,
    )
    return dict(headers) | sign(
        request,
        profile.access_key_id,
        profile.secret_access_key,
        region=profile.region,
        service=service,
        now=now or datetime.now(UTC),
    )


def encode_request(operation: Operation, request: Shape) -> tuple[str, dict[str, str], bytes]:
    """Path with query, headers and body of a request. A client token that is not given is made up."""
    path, query = operation.uri, list[tuple[str, str]]()
    headers: dict[str, str] = {}
    body: dict[str, Any] = {}
    for member in structure_of(operation.input).members:
        value = getattr(request, member.attribute)
        if value is None and member.idempotency_token:
            value = str(uuid.uuid4())
        if value is None:
            continue
        if member.location is Location.LABEL:
            path = path.replace("{" + member.location_name + "}", _segment(member, str(value)))
        elif member.location is Location.QUERY:
            values = value if isinstance(value, list) else [value]
            query += [(member.location_name, str(each)) for each in values]
        elif member.location is Location.HEADER:
            headers[member.location_name.lower()] = str(value)
        else:
            body[member.name] = value
    content = b""
    if operation.method != "GET" and (body or operation.method in {"POST", "PUT", "PATCH"}):
        content = msgspec.json.encode(body)
        headers["content-type"] = "application/json"
    return path + ("?" + urlencode(query, quote_via=quote, safe="") if query else ""), headers, content


def read_error(answer: Answer) -> ApiError:
    """The error that an answer is."""
    name = answer.headers.get("x-amzn-errortype", "").partition(":")[0]
    kind = getattr(wire_errors, name, None)
    if not (isinstance(kind, type) and issubclass(kind, ApiError)):
        text = f"The server answered with HTTP status {answer.status}"
        return InternalServerErrorException(f"{text}: {answer.body[:200].decode(errors='replace')}")
    try:
        body = msgspec.json.decode(answer.body, type=dict[str, Any])
    except msgspec.DecodeError:
        body = {}
    error: ApiError = kind(body.get("message"), code=body.get("code"), context=body.get("context"))
    return error


def _segment(member: Member, value: str) -> str:
    if not value:
        raise CommandError(f"The {member.name} is empty. Give one.")
    # A segment of dots alone would be taken for a step in the path.
    return quote(value, safe="").replace(".", "%2E")


def _operation_of(request: type[Shape]) -> Operation:
    name = request.__name__.removesuffix("Request")
    return OPERATIONS.get(name) or ADDITIONS[name]
