"""The API over HTTP: from raw bytes to an answer, one request at a time.

Everything that can fail before the operation itself (route, size, signature) answers in the original's words.
"""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError

from greenroom.access.principals import Principal
from greenroom.api import dispatch
from greenroom.api.contents import Download
from greenroom.api.context import Context
from greenroom.server.audit.event import Call, encode_event
from greenroom.server.audit.log import AuditUnavailableError
from greenroom.server.authentication import Authenticator
from greenroom.server.compression import VARY, compressed, may_compress
from greenroom.server.downloads import Downloads, Places
from greenroom.server.feed import MEDIA_TYPE, Feed, Wish, last_known
from greenroom.server.house import House
from greenroom.server.metrics import Metrics
from greenroom.server.origins import Origins
from greenroom.server.outages import NOTHING_DONE, disk_full, no_audit
from greenroom.server.request_headers import first_header
from greenroom.server.throttling import Throttle
from greenroom.store.database import DatabaseFullError, DatabaseUnavailableError
from greenroom.wire.additions import ADDITIONS
from greenroom.wire.codec import decode_request, encode_response
from greenroom.wire.errors import (
    ApiError,
    InternalServerErrorException,
    MissingAuthenticationTokenException,
    RequestEntityTooLargeException,
    ThrottlingException,
    encode_error,
)
from greenroom.wire.events import ListEventsRequest, ListEventsResponse
from greenroom.wire.operations import OPERATIONS
from greenroom.wire.response import EncodedResponse
from greenroom.wire.routing import Match, Router, header_map, parse_query

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

log = structlog.get_logger("greenroom.api")

SIGNING_NAME = "nimble"
THREADS = 8
SLOW_THREADS = 8
"""For what may wait for a vault, so that nothing else waits with it."""
WRITE_ATTEMPTS = 3

# Facts sheet 5.1: what the original's CORS trait names, so that a portal in a browser may call from anywhere.
CORS = (
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"content-disposition,x-amzn-errortype,x-amzn-requestid,x-amzn-trace-id,x-amz-apigw-id",
    ),
)
PREFLIGHT = (
    *CORS,
    (b"access-control-allow-methods", b"GET,POST,PUT,PATCH,DELETE,OPTIONS"),
    (
        b"access-control-allow-headers",
        b"*,content-type,authorization,x-amz-date,x-amz-content-sha256,x-amz-security-token,x-amz-user-agent,"
        b"x-amzn-trace-id,x-amz-dryrun,x-amz-client-token,x-api-key,amz-sdk-invocation-id,amz-sdk-request",
    ),
    (b"access-control-max-age", b"600"),
)

FULL_RETRY_SECONDS = 5
"""After how long to ask again for a stream of events where there are too many."""

DOWNLOAD_RETRY_SECONDS = 30
"""After how long to ask again for a download where there are too many."""

_DOWNLOAD = "DownloadStreamingSessionBackupFiles"
_OK = 200
_NO_CONTENT = 204
_COLLISIONS = frozenset({"40001", "40P01"})
"""PostgreSQL's codes for transactions that were in each other's way: serialisation failure, deadlock."""


class _SenderGoneError(Exception):
    """The caller hung up before the request was whole: nobody is there to answer, and nothing may be done."""


class ApiEndpoint:
    """An ASGI application for the paths of the API."""

    def __init__(self, house: House, metrics: Metrics) -> None:
        self._house = house
        self._metrics = metrics
        self._router = Router([*OPERATIONS.values(), *ADDITIONS.values()])
        self.origins = Origins(house.rules.region, house.settings.trusted_proxies)
        self.throttle = Throttle(house.settings.throttle_reads, house.settings.throttle_writes)
        self._max_body = house.settings.max_body
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="api")
        self._slow_pool = ThreadPoolExecutor(SLOW_THREADS, thread_name_prefix="api-slow")
        self._downloads = Downloads(self._slow_pool)
        self._places = Places(house.settings.downloads)
        self._authenticator = Authenticator(house, SIGNING_NAME, self.pool)
        self.feed = Feed(house.database, self.pool)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "OPTIONS":
            await _send(send, _NO_CONTENT, PREFLIGHT, b"")
            return
        started = time.perf_counter()
        request_id = str(uuid.uuid4())
        match = self._router.match(scope["method"], scope["raw_path"])
        name = match.operation.name if match else "-"
        body: bytes | ApiError
        try:
            body = await self._read_body(scope, receive)
        except _SenderGoneError:
            return
        except RequestEntityTooLargeException as error:
            body = error
        call = Call(match.operation, self.origins.of(scope), self._house.clock(), request_id) if match else None
        if self._answers_at_once(match):
            answer = self._answer(scope, call, match, body, request_id)
        else:
            loop = asyncio.get_running_loop()
            pool = self._slow_pool if match is not None and match.operation.slow else self.pool
            answer = await loop.run_in_executor(pool, self._answer, scope, call, match, body, request_id)
            if call is not None:
                self._house.access_changes.answered(call.operation, refused=call.error is not None)
        try:
            if isinstance(answer, Download):
                self._metrics.observe_request(name, _OK, time.perf_counter() - started)
                identified = ((b"x-amzn-RequestId", request_id.encode()), *CORS)
                # Who has got all of one may ask for the next at once.
                await self._downloads.send(answer, receive, send, identified, lambda: self._places.leave(request_id))
                return
        finally:
            self._places.leave(request_id)
        self._metrics.observe_request(name, answer.status, time.perf_counter() - started)
        headers = [(key.encode(), value.encode()) for key, value in answer.headers.items()]
        if "x-amzn-RequestId" not in answer.headers:
            headers.append((b"x-amzn-RequestId", request_id.encode()))
        if call is not None and answer.status == _OK and (wish := _wish(scope, call)) is not None:
            await self.feed.stream(receive, send, wish, (headers[-1], *CORS))
            return
        if match is not None and may_compress(match.operation):
            headers.append(VARY)
        if answer.status != _NO_CONTENT:
            headers.append((b"content-length", str(len(answer.body)).encode()))
        await _send(send, answer.status, (*headers, *CORS), answer.body)

    def _answers_at_once(self, match: Match | None) -> bool:
        """Whether the request is answered here, in the event loop, rather than by a thread.

        What only reads waits for nobody on SQLite (a reader is never locked out), and is done before a thread
        would have begun: handing it over and back costs more than the answer, by ten times where threads contend.
        Where the audit is behind, it may have to wait for that, and a thread does so.
        """
        return (
            match is not None
            and match.operation.read_only
            and not match.operation.slow
            and self._house.database.is_sqlite
            and self._house.audit.has_room
        )

    async def _read_body(self, scope: Scope, receive: Receive) -> bytes:
        """The whole body. Raises RequestEntityTooLargeException at once where it is too large.

        The HTTP server reads what is left of it and drops it, so that the sender sees the answer.
        """
        too_large = _content_length(scope) > self._max_body
        body, more = bytearray(), True
        while more and not too_large:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _SenderGoneError
            body += message.get("body", b"")
            too_large = len(body) > self._max_body
            more = message.get("more_body", False)
        if too_large:
            raise RequestEntityTooLargeException(f"The body is larger than {self._max_body} bytes.")
        return bytes(body)

    def _answer(
        self, scope: Scope, call: Call | None, match: Match | None, body: bytes | ApiError, request_id: str
    ) -> EncodedResponse | Download:
        """One request, in a thread of the pool; a body that could not be taken is the reason why not."""
        if match is None or call is None:
            error = body if isinstance(body, ApiError) else MissingAuthenticationTokenException()
            return encode_error(error, request_id)
        answer: EncodedResponse | Download
        try:
            response = self._carry_out(call, scope, match, body)
            if isinstance(response, Download):
                answer = response
            else:
                call.response = response
                answer = compressed(match.operation, encode_response(match.operation, response), scope)
        except ApiError as error:
            call.error = error
            answer = encode_error(error, request_id)
        except DatabaseFullError as error:
            call.error = disk_full(error, request_id=request_id, operation=match.operation.name)
            answer = encode_error(call.error, request_id)
        except Exception:
            log.exception("fault", request_id=request_id, operation=match.operation.name)
            call.error = InternalServerErrorException()
            answer = encode_error(call.error, request_id)
        return self._audited(call, answer)

    def _carry_out(self, call: Call, scope: Scope, match: Match, body: bytes | ApiError) -> Any:
        if isinstance(body, ApiError):
            raise body
        try:
            self._house.audit.check()
        except AuditUnavailableError as error:
            # What cannot be told afterwards is not done.
            raise no_audit(error) from error
        call.principal = self._authenticator.authenticate(call, scope, body).principal
        principal_id = call.principal.principal_id
        if wait := self.throttle.wait_for(principal_id, read_only=call.operation.read_only):
            raise ThrottlingException(retry_after=wait)
        if self.feed.is_full and _wants_stream(scope, call):
            raise ThrottlingException(retry_after=FULL_RETRY_SECONDS)
        if call.operation.name == _DOWNLOAD and (full := self._places.take(call.request_id, principal_id)):
            raise ThrottlingException(
                f"{full} Try again when one of them has ended.",
                code="TOO_MANY_DOWNLOADS",
                retry_after=DOWNLOAD_RETRY_SECONDS,
            )
        call.request = decode_request(
            call.operation, match.labels, parse_query(scope["query_string"]), header_map(scope["headers"]), body
        )
        return self._call(call, call.principal)

    def _audited(self, call: Call, answer: EncodedResponse | Download) -> EncodedResponse | Download:
        """The answer, once the audit has the call; a fault where it cannot take it."""
        # One that was refused for want of an audit, or of space, has changed nothing and waits for neither.
        in_doubt = call.error is not None and call.error.fault and call.error.code not in NOTHING_DONE
        changed = not call.operation.read_only and (call.error is None or in_doubt)
        rules = self._house.rules
        try:
            event = encode_event(call, region=rules.region, account_id=rules.account_id)
            self._house.audit.record(event, durable=changed)
        except AuditUnavailableError as error:
            log.warning("unaudited", request_id=call.request_id, operation=call.operation.name, error=str(error))
            return encode_error(no_audit(error), call.request_id)
        return answer

    def _call(self, call: Call, principal: Principal) -> Any:
        """The operation, in one transaction; one that collided with another is done again."""
        for attempt in range(WRITE_ATTEMPTS):
            try:
                return dispatch.finish(self._transact(call, principal))
            except (IntegrityError, DatabaseUnavailableError) as error:
                if call.operation.read_only or attempt + 1 == WRITE_ATTEMPTS or not _collided(error):
                    raise
        raise AssertionError

    def _transact(self, call: Call, principal: Principal) -> Any:
        database = self._house.database
        mark = database.change_mark() if call.operation.read_only else None
        with ExitStack() as transaction:
            kind = database.read if call.operation.read_only else database.write
            context = Context(
                principal,
                lambda: transaction.enter_context(kind()),
                self._house.clock(),
                self._house.rules,
                call.origin,
                call.trail,
                change_mark=mark,
            )
            response = dispatch.call(context, call.operation, call.request)
        if context.scheduled:
            self._house.wake()
        return response


def _collided(error: Exception) -> bool:
    """Whether another transaction was in the way, so that the same call may well succeed when done again."""
    cause = error.__cause__
    return isinstance(error, IntegrityError) or (
        isinstance(cause, DBAPIError) and getattr(cause.orig, "sqlstate", None) in _COLLISIONS
    )


def _wants_stream(scope: Scope, call: Call) -> bool:
    """Whether events are asked for as they happen, not as a page."""
    accepted = first_header(scope, b"accept")
    return call.operation.name == "ListEvents" and MEDIA_TYPE.encode() in accepted


def _wish(scope: Scope, call: Call) -> Wish | None:
    """The stream that a call which was granted asks for: from the last event that the reader knows, else from now."""
    request, response = call.request, call.response
    if not _wants_stream(scope, call):
        return None
    if not isinstance(request, ListEventsRequest) or not isinstance(response, ListEventsResponse):
        return None
    header = first_header(scope, b"last-event-id")
    after = last_known(header)
    if after is None:
        after = request.after_event_id
    if after is None:
        after = response.events[0].event_id if response.events else 0
    return Wish(response.owned_by, request.session_id or None, after)


def _content_length(scope: Scope) -> int:
    """What the request says of its body's length; 0 where it does not say."""
    declared = first_header(scope, b"content-length")
    return int(declared) if declared.isdigit() else 0


async def _send(send: Send, status: int, headers: tuple[tuple[bytes, bytes], ...], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})
