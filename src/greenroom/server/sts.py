"""AWS STS on the same endpoint, in the AWS Query protocol: who am I, temporary keys, and taking on roles.

The first two need no policy, as in the original, and a temporary key gets no further one by GetSessionToken. A role is
taken on as its trust policy says.
"""

import asyncio
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import structlog

from greenroom.access.keyring import Credential
from greenroom.access.session_tokens import OnKey
from greenroom.server.audit.event import Call, encode_event
from greenroom.server.audit.log import AuditUnavailableError
from greenroom.server.authentication import Authenticator
from greenroom.server.endpoint import Receive, Scope, Send
from greenroom.server.house import House
from greenroom.server.origins import Origins
from greenroom.server.outages import disk_full, no_audit
from greenroom.server.sts_roles import assume_role, assume_role_with_web_identity, issued
from greenroom.server.throttling import Throttle
from greenroom.store.database import DatabaseFullError
from greenroom.wire.errors import (
    AccessDeniedException,
    ApiError,
    InternalServerErrorException,
    RequestEntityTooLargeException,
    ThrottlingException,
    ValidationException,
)
from greenroom.wire.sts import (
    ACTIONS,
    DEFAULT,
    LONGEST,
    SHORTEST,
    AssumeRoleResponse,
    AssumeRoleWithWebIdentityResponse,
    GetCallerIdentityResponse,
    GetSessionTokenRequest,
    GetSessionTokenResponse,
)

log = structlog.get_logger("greenroom.sts")

NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
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
    "InvalidIdentityTokenException": "InvalidIdentityToken",
    "InternalServerErrorException": "InternalFailure",
}
"""The Query protocol's names of errors."""


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
        except DatabaseFullError as error:
            call.error = disk_full(error, request_id=request_id, operation=operation.name)
            answer = _error(call.error, request_id)
        except Exception:
            log.exception("fault", request_id=request_id, operation=operation.name)
            call.error = InternalServerErrorException()
            answer = _error(call.error, request_id)
        rules = self._house.rules
        try:
            event = encode_event(call, region=rules.region, account_id=rules.account_id)
            self._house.audit.record(event, durable=call.error is None and not operation.read_only)
        except AuditUnavailableError as error:
            return _error(no_audit(error), request_id)
        return answer

    def _carry_out(self, call: Call, scope: Scope, body: bytes, parameters: Mapping[str, str]) -> None:
        try:
            self._house.audit.check()
        except AuditUnavailableError as error:
            raise no_audit(error) from error
        if call.operation.name == "AssumeRoleWithWebIdentity":
            # Not signed: the token tells who it is. A stranger's tries count by where they come from.
            if wait := self._throttle.wait_for(f"address {call.origin.source_ip}", read_only=False):
                raise ThrottlingException(retry_after=wait)
            assume_role_with_web_identity(self._house, call, parameters)
            return
        credential = self._authenticator.authenticate(call, scope, body)
        principal = call.principal = credential.principal
        if wait := self._throttle.wait_for(principal.principal_id, read_only=call.operation.read_only):
            raise ThrottlingException(retry_after=wait)
        if call.operation.name == "GetSessionToken":
            call.request = GetSessionTokenRequest(duration_seconds=_duration(parameters))
            call.response = self._session_token(credential, call.request.duration_seconds)
        elif call.operation.name == "AssumeRole":
            assume_role(self._house, call, credential, parameters)
        else:
            call.response = GetCallerIdentityResponse(
                account=principal.account_id, arn=principal.arn, user_id=principal.principal_id
            )

    def _session_token(self, credential: Credential, seconds: int) -> GetSessionTokenResponse:
        if credential.temporary:
            raise AccessDeniedException("Cannot call GetSessionToken with session credentials")
        now = self._house.clock()
        grounds = OnKey(credential.access_key_id)
        return issued(self._house.session_tokens.issue(grounds, now=now, duration=timedelta(seconds=seconds)))


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
    match call.response:
        case GetCallerIdentityResponse() as identity:
            content = _elements(Arn=identity.arn, UserId=identity.user_id, Account=identity.account)
        case GetSessionTokenResponse() as key:
            content = _credentials(key)
        case AssumeRoleResponse() as assumed:
            content = _credentials(assumed.credentials) + _assumed(assumed)
        case AssumeRoleWithWebIdentityResponse() as assumed:
            content = _credentials(assumed.credentials) + _assumed(assumed)
            content += _elements(
                SubjectFromWebIdentityToken=assumed.subject_from_web_identity_token,
                Audience=assumed.audience,
                Provider=assumed.provider,
            )
        case _:
            raise TypeError(f"{name} has no answer")
    return (
        f'<{name}Response xmlns="{NAMESPACE}"><{name}Result>{content}</{name}Result>'
        f"<ResponseMetadata>{_elements(RequestId=call.request_id)}</ResponseMetadata></{name}Response>"
    ).encode()


def _credentials(key: GetSessionTokenResponse) -> str:
    fields = _elements(
        AccessKeyId=key.access_key_id,
        SecretAccessKey=key.secret_access_key,
        SessionToken=key.session_token,
        Expiration=key.expiration.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    return f"<Credentials>{fields}</Credentials>"


def _assumed(response: AssumeRoleResponse | AssumeRoleWithWebIdentityResponse) -> str:
    user = response.assumed_role_user
    return f"<AssumedRoleUser>{_elements(AssumedRoleId=user.assumed_role_id, Arn=user.arn)}</AssumedRoleUser>"


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
