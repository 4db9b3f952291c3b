"""A browser's call from its bytes to its answer, recorded in the audit as the API's calls are."""

import asyncio
import uuid
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

import msgspec
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from greenroom.server.audit.event import Call, encode_event
from greenroom.server.audit.log import AuditUnavailableError
from greenroom.server.house import House
from greenroom.server.origins import Origins
from greenroom.server.outages import disk_full, no_audit
from greenroom.server.sign_in.refusals import DevicePending, refusal, refuse_other_sites
from greenroom.store.database import DatabaseFullError
from greenroom.wire.errors import (
    ApiError,
    InternalServerErrorException,
    RequestEntityTooLargeException,
    SerializationException,
)
from greenroom.wire.operations import Operation

log = structlog.get_logger("greenroom.sign_in")

LARGEST_BODY = 16_384
"""Bytes of a body."""

Content = TypeVar("Content")
Work = Callable[[Call, Request, bytes], Response]
"""Does what was asked for, in a thread. Raises ApiError."""


class Calls:
    """Takes calls of browsers."""

    def __init__(self, house: House, origins: Origins) -> None:
        self._house = house
        self._origins = origins

    async def answer(
        self,
        operation: Operation,
        request: Request,
        work: Work,
        pool: Executor,
        *,
        refuse: Callable[[ApiError], Response] = refusal,
    ) -> Response:
        """Have a thread of the pool do the work, and record it; `refuse` makes the answer of an error."""
        body = bytearray()
        try:
            async for part in request.stream():
                body += part
                if len(body) > LARGEST_BODY:
                    return refuse(RequestEntityTooLargeException())
        except ClientDisconnect:
            return Response(status_code=400)
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(pool, self._answer, operation, request, work, bytes(body), refuse)
        self._house.access_changes.answered(operation, refused=answer.status_code >= 400)
        return answer

    def _answer(
        self,
        operation: Operation,
        request: Request,
        work: Work,
        body: bytes,
        refuse: Callable[[ApiError], Response],
    ) -> Response:
        origin = self._origins.of(request.scope)
        call = Call(operation, origin, self._house.clock(), str(uuid.uuid4()))
        try:
            self._house.audit.check()
            if operation.method != "GET":
                refuse_other_sites(request, origin)
            answer = work(call, request, body)
        except AuditUnavailableError as error:
            return refusal(no_audit(error))
        except ApiError as error:
            call.error = error
            answer = refuse(error)
        except DatabaseFullError as error:
            call.error = disk_full(error, request_id=call.request_id, operation=operation.name)
            answer = refuse(call.error)
        except Exception:
            log.exception("fault", request_id=call.request_id, operation=operation.name)
            call.error = InternalServerErrorException()
            answer = refuse(call.error)
        answer.headers["cache-control"] = "no-store"
        if isinstance(call.error, DevicePending):
            # Asked every few seconds while somebody looks for their browser; what comes of it is recorded.
            return answer
        return self._audited(call, answer)

    def _audited(self, call: Call, answer: Response) -> Response:
        rules = self._house.rules
        try:
            event = encode_event(call, region=rules.region, account_id=rules.account_id)
            self._house.audit.record(event, durable=call.error is None)
        except AuditUnavailableError as error:
            return refusal(no_audit(error))
        return answer


def read_json(body: bytes, kind: type[Content]) -> Content:
    """The request's content. Raises SerializationException; the text holds none of what was sent."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise SerializationException("The body is not the JSON that is wanted here.") from None
