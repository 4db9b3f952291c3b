"""AWS STS on the same endpoint, in the AWS Query protocol: who am I, and a temporary key for me.

Neither needs a policy, as in the original; a temporary key gets no further one.
"""

import asyncio
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Annotated
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import structlog

from greenroom.access.keyring import Credential
from greenroom.access.session_tokens import OnKey
from greenroom.server.audit.event import Call, encode_event
from greenroom.server.audit.log import AuditUnavailableError
from greenroom.server.authentication import Authenticator
from greenroom.server.endpoint import NO_AUDIT, Receive, Scope, Send
from greenroom.server.house import House
from greenroom.server.origins import Origins
from greenroom.server.throttling import Throttle
from greenroom.wire.errors import (
    AccessDeniedException,
    ApiError,
    InternalServerErrorException,
    RequestEntityTooLargeException,
    ThrottlingException,
    ValidationException,
)
from greenroom.wire.operations import Operation
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import SensitiveString, String, Timestamp
from greenroom.wire.traits import Integer

log = structlog.get_logger("greenroom.sts")

NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
SHORTEST, LONGEST, DEFAULT = 900, 129_600, 43_200
"""Seconds that a temporary key holds."""
LARGEST_REQUEST = 65_536
"""Bytes of a request."""
MOST_PARAMETERS = 100
_CODES = {
    "UnrecognizedClientException": "InvalidClientTokenId",
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "IncompleteSignatureException": "IncompleteSignature",
    "MissingAuthenticationTokenException": "MissingAuthenticationToken",
    "ExpiredTokenException": "ExpiredToken",
    "AccessDeniedException": "AccessDenied",
    "ValidationException": "ValidationError",
    "ThrottlingException": "Throttling",
    "InternalServerErrorException": "InternalFailure",
}
"""The Query protocol's names of errors."""


class GetCallerIdentityRequest(Shape):
    """Nothing to say."""


class GetCallerIdentityResponse(Shape):
    """Who signed."""

    account: String
    arn: String
    user_id: String


class GetSessionTokenRequest(Shape):
    """How long the key shall hold."""

    duration_seconds: Annotated[int, Integer("DurationSeconds", minimum=SHORTEST, maximum=LONGEST)]


class GetSessionTokenResponse(Shape):
    """A temporary key."""

    access_key_id: String
    expiration: Timestamp
    secret_access_key: SensitiveString
    session_token: SensitiveString


ACTIONS: Mapping[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation(
            name="GetCallerIdentity",
            method="GET",
            uri="/",
            input=GetCallerIdentityRequest,
            output=GetCallerIdentityResponse,
            documentation="Tell who signed the request.",
            service="sts",
        ),
        Operation(
            name="GetSessionToken",
            method="POST",
            uri="/",
            input=GetSessionTokenRequest,
            output=GetSessionTokenResponse,
            documentation="Get a temporary key for oneself.",
            service="sts",
        ),
    )
}


class StsEndpoint:
    """An ASGI application for POST /."""

    def __init__(self, house: House, pool: ThreadPoolExecutor, throttle: Throttle, origins: Origins) -> None:
        self._house = house
        self._pool = pool
        self._throttle = throttle
        self._origins = origins
        self._authenticator = Authenticator(house, "sts", pool)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more and len(body) <= LARGEST_REQUEST:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body, more = body + message.get("body", b""), message.get("more_body", False)
        loop = asyncio.get_running_loop()
        status, answer = await loop.run_in_executor(self._pool, self._answer, scope, body)
        headers = [(b"content-type", b"text/xml"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    def _answer(self, scope: Scope, body: bytes) -> tuple[int, bytes]:
        request_id = str(uuid.uuid4())
        parameters = _parameters(body[:LARGEST_REQUEST])
        operation = ACTIONS.get(parameters.get("Action", ""))
        if len(body) > LARGEST_REQUEST:
            return _error(RequestEntityTooLargeException(), request_id)
        if operation is None:
            known = ", ".join(ACTIONS)
            return _error(ValidationException(f"This endpoint answers these actions of STS: {known}."), request_id)
        call = Call(operation, self._origins.of(scope), self._house.clock(), request_id)
        try:
            self._carry_out(call, scope, body, parameters)
            answer = 200, _success(call)
        except ApiError as error:
            call.error = error
            answer = _error(error, request_id)
        except Exception:
            log.exception("fault", request_id=request_id, operation=operation.name)
            call.error = InternalServerErrorException()
            answer = _error(call.error, request_id)
        rules = self._house.rules
        try:
            event = encode_event(call, region=rules.region, account_id=rules.account_id)
            self._house.audit.record(event, durable=call.error is None and not operation.read_only)
        except AuditUnavailableError:
            return _error(InternalServerErrorException(NO_AUDIT), request_id)
        return answer

    def _carry_out(self, call: Call, scope: Scope, body: bytes, parameters: Mapping[str, str]) -> None:
        try:
            self._house.audit.check()
        except AuditUnavailableError as error:
            raise InternalServerErrorException(NO_AUDIT) from error
        credential = self._authenticator.authenticate(call, scope, body)
        principal = call.principal = credential.principal
        if wait := self._throttle.wait_for(principal.principal_id, read_only=call.operation.read_only):
            raise ThrottlingException(retry_after=wait)
        if call.operation.name == "GetSessionToken":
            call.request = GetSessionTokenRequest(duration_seconds=_duration(parameters))
            call.response = self._session_token(credential, call.request.duration_seconds)
        else:
            call.response = GetCallerIdentityResponse(
                account=principal.account_id, arn=principal.arn, user_id=principal.principal_id
            )

    def _session_token(self, credential: Credential, seconds: int) -> GetSessionTokenResponse:
        if credential.temporary:
            raise AccessDeniedException("Cannot call GetSessionToken with session credentials")
        now = self._house.clock()
        grounds = OnKey(credential.access_key_id)
        key = self._house.session_tokens.issue(grounds, now=now, duration=timedelta(seconds=seconds))
        return GetSessionTokenResponse(
            access_key_id=key.access_key_id,
            expiration=key.expires_at,
            secret_access_key=key.secret_access_key,
            session_token=key.session_token,
        )


def _parameters(body: bytes) -> Mapping[str, str]:
    """The request's parameters; none of a request with more of them than any action has."""
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=MOST_PARAMETERS))
    except ValueError:
        return {}


def _duration(parameters: Mapping[str, str]) -> int:
    text = parameters.get("DurationSeconds", str(DEFAULT))
    if not (text.isascii() and text.isdigit() and len(text) < 9 and SHORTEST <= int(text) <= LONGEST):
        raise ValidationException(f"DurationSeconds must be a whole number from {SHORTEST} to {LONGEST}.")
    return int(text)


def _success(call: Call) -> bytes:
    name = call.operation.name
    if isinstance(call.response, GetCallerIdentityResponse):
        content = _elements(Arn=call.response.arn, UserId=call.response.user_id, Account=call.response.account)
    else:
        assert isinstance(call.response, GetSessionTokenResponse)  # noqa: S101  there are these two
        key = call.response
        fields = _elements(
            AccessKeyId=key.access_key_id,
            SecretAccessKey=key.secret_access_key,
            SessionToken=key.session_token,
            Expiration=key.expiration.strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
        content = f"<Credentials>{fields}</Credentials>"
    return (
        f'<{name}Response xmlns="{NAMESPACE}"><{name}Result>{content}</{name}Result>'
        f"<ResponseMetadata>{_elements(RequestId=call.request_id)}</ResponseMetadata></{name}Response>"
    ).encode()


def _error(error: ApiError, request_id: str) -> tuple[int, bytes]:
    detail = _elements(
        Type="Receiver" if error.fault else "Sender",
        Code=_CODES.get(error.name, error.name.removesuffix("Exception")),
        Message=error.message,
    )
    text = (
        f'<ErrorResponse xmlns="{NAMESPACE}"><Error>{detail}</Error>{_elements(RequestId=request_id)}</ErrorResponse>'
    )
    return error.status, text.encode("utf-8", "backslashreplace")


def _elements(**values: str) -> str:
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items())
