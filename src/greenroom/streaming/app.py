"""The ASGI application of streams: tickets, the client's pages, and the way through to sessions."""

import asyncio
import contextlib
import html
import socket
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypeVar
from urllib.parse import parse_qs

import msgspec
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from greenroom.engines.base import Engine, EngineError
from greenroom.streaming import client
from greenroom.streaming.exchange import ExchangeError, exchange
from greenroom.streaming.gate import Gate, Passage, RefusedError
from greenroom.streaming.relay import ENDED, FAILED, GOING_AWAY, UpstreamError, open_upstream, relay
from greenroom.streaming.tickets import PREFIX, path_of

T = TypeVar("T")

log = structlog.get_logger("greenroom.streaming")

COOKIE = "greenroom-stream"
PATIENCE = 20.0
"""Seconds that a browser waits for a desktop that is still coming up."""
LOOK_AGAIN = 2.0
"""Seconds between two looks whether an open stream is still to be open."""
GOODBYE = 5.0
"""Seconds that a browser that takes nothing may keep a stream that has ended."""
LARGEST_UPLOAD = 64 * 1024 * 1024 * 1024
"""Bytes of one upload."""
_WAYS_IN = 16
"""Connections to sessions that are being opened at once."""
_SOCKET = "api/websockets"
_UPLOAD_HEADERS = (
    "x-upload-path",
    "x-upload-id",
    "x-upload-offset",
    "x-upload-total",
    "x-upload-final",
    "content-type",
)
_JSON_HEADERS = {
    "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "cache-control": "no-store",
}


class Streams:
    """Answers for everything under /streams/."""

    def __init__(
        self,
        gate: Gate,
        engine: Callable[[], Engine],
        origin: Callable[[Scope], str],
        *,
        look_again: float = LOOK_AGAIN,
    ) -> None:
        """`origin` tells the scheme, host and port under which whoever asks reaches this server."""
        self._gate = gate
        self._engine = engine
        self._origin = origin
        self._look_again = look_again
        self._news = asyncio.Event()
        self._later = ThreadPoolExecutor(_WAYS_IN, thread_name_prefix="streams")

    def look_now(self) -> None:
        """Look at all open streams at once, whether each is still to be open. In the event loop."""
        self._news.set()
        self._news = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        stream_id, slash, rest = scope["path"].removeprefix(PREFIX).partition("/")
        if scope["type"] == "websocket":
            await self._websocket(stream_id, rest, scope, receive, send)
            return
        response = await self._answer(stream_id, rest if slash else None, Request(scope, receive))
        await response(scope, receive, send)

    # -- pages

    async def _answer(self, stream_id: str, rest: str | None, request: Request) -> Response:
        compressed = "gzip" in request.headers.get("accept-encoding", "")
        if request.method == "POST" and rest == "api/upload":
            return await self._upload(stream_id, request)
        if request.method not in ("GET", "HEAD"):
            return _sorry("Streams are only read.", 405)
        if stream_id == "assets" and rest is not None:
            return client.file(f"assets/{rest}", compressed=compressed) or _sorry("There is no such file.", 404)
        if rest is None:
            query = request.url.query
            return RedirectResponse(path_of(stream_id) + (f"?{query}" if query else ""), 308)
        if rest == "":
            return await self._page(stream_id, request)
        if rest == "api/status":
            return await self._status(stream_id, request)
        return client.file(rest, compressed=compressed) or _sorry("There is no such page.", 404)

    async def _page(self, stream_id: str, request: Request) -> Response:
        """The desktop; a ticket is traded first, and is gone from the address afterwards."""
        try:
            ticket = parse_qs(request.url.query).get("ticket")
            if ticket is None:
                await self._run(self._gate.passage, stream_id, request.cookies.get(COOKIE))
                return client.page() or _sorry("Streams need Selkies, which is not installed here.", 503)
            if request.method == "HEAD":
                return _sorry("A ticket is used up by whoever gets the page.", 405)
            return await self._redeem(stream_id, ticket[0], request)
        except RefusedError as refused:
            return _sorry(refused.refusal, 403)

    async def _redeem(self, stream_id: str, ticket: str, request: Request) -> Response:
        there = RedirectResponse(
            path_of(stream_id) + client.SWITCHES, 303, {"cache-control": "no-store", "referrer-policy": "no-referrer"}
        )
        try:
            opened = await self._run(self._gate.redeem, stream_id, ticket)
        except RefusedError as refused:
            try:
                await self._run(self._gate.passage, stream_id, request.cookies.get(COOKIE))
            except RefusedError:
                raise refused from None
            return there  # the same person, back at the link that they opened before
        secure = self._origin(request.scope).startswith("https:")
        there.set_cookie(COOKIE, opened, path=path_of(stream_id), httponly=True, samesite="lax", secure=secure)
        return there

    async def _status(self, stream_id: str, request: Request) -> Response:
        try:
            passage = await self._run(self._gate.passage, stream_id, request.cookies.get(COOKIE))
        except RefusedError as refused:
            return _json_sorry(refused.refusal, 403)
        return await self._forward(passage, "GET", "/api/status", {}, _nothing())

    # -- uploads

    async def _upload(self, stream_id: str, request: Request) -> Response:
        """A file for the session, where its profile has uploads; it goes where the profile says."""
        try:
            passage = await self._run(self._gate.passage, stream_id, request.cookies.get(COOKIE))
        except RefusedError as refused:
            return _json_sorry(refused.refusal, 403)
        if request.headers.get("origin") != self._origin(request.scope):
            return _json_sorry("Uploads come from the stream's own page.", 403)
        if passage.rules.uploads is None:
            return _json_sorry("The launch profile of this session has no uploads.", 403)
        length = request.headers.get("content-length", "")
        if not length.isdecimal():
            return _json_sorry("Say how long the file is: Content-Length.", 411)
        if int(length) > LARGEST_UPLOAD:
            return _json_sorry(f"A file may have {LARGEST_UPLOAD} bytes at most.", 413)
        headers = {name: request.headers[name] for name in _UPLOAD_HEADERS if name in request.headers}
        return await self._forward(
            passage, "POST", "/api/upload", {**headers, "content-length": length}, request.stream()
        )

    async def _forward(
        self, passage: Passage, method: str, target: str, headers: dict[str, str], body: AsyncIterator[bytes]
    ) -> Response:
        try:
            inside = await self._way_in(passage)
            answer = await exchange(inside, method, target, headers, body, patience=PATIENCE * 3)
        except (EngineError, ExchangeError) as error:
            return _json_sorry(str(error), 502)
        except ClientDisconnect:
            return _json_sorry("The upload was broken off.", 400)
        status = answer.status if 200 <= answer.status < 600 and not 300 <= answer.status < 400 else 502
        return Response(answer.body, status, headers=_JSON_HEADERS, media_type="application/json")

    # -- the stream itself

    async def _websocket(self, stream_id: str, rest: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Everything that can be refused is refused before the upgrade, with a page that says why."""
        await receive()
        if rest != _SOCKET:
            await _refuse(send, "There is no such stream.", 404)
            return
        if _header(scope, b"origin") != self._origin(scope):
            await _refuse(send, "A stream is opened by its own page only.", 403)
            return
        try:
            passage = await self._run(self._gate.passage, stream_id, _cookie(scope))
            inside = await self._way_in(passage)
            upstream = await open_upstream(inside, "/api/websockets")
        except RefusedError as refused:
            await _refuse(send, refused.refusal, 403)
            return
        except (EngineError, UpstreamError) as error:
            log.warning("stream-failed", stream=stream_id, error=str(error))
            await _refuse(send, str(error), 502)
            return
        await send({"type": "websocket.accept"})
        log.info("stream-opened", stream=stream_id, session=passage.session_id, owner=passage.owned_by)
        passing = asyncio.create_task(relay(upstream, passage.rules, receive, send))
        watching = asyncio.create_task(self._until_revoked(passage))
        try:
            await asyncio.wait((passing, watching), return_when=asyncio.FIRST_COMPLETED)
            if not passing.done():
                passing.cancel()
                await asyncio.gather(passing, return_exceptions=True)
                await _bid_goodbye(send, GOING_AWAY, ENDED)
            elif (failure := passing.exception()) is not None:
                log.warning("stream-failed", stream=stream_id, error=repr(failure))
                await _bid_goodbye(send, FAILED, "The stream broke.")
        finally:
            passing.cancel()
            watching.cancel()
            await asyncio.gather(passing, watching, return_exceptions=True)
            log.info("stream-closed", stream=stream_id, session=passage.session_id)

    async def _until_revoked(self, passage: Passage) -> None:
        news = self._news  # taken before the look: what changes after it is news
        while await self._run(self._gate.still_open, passage):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), self._look_again)
            news = self._news

    async def _way_in(self, passage: Passage) -> socket.socket:
        """A connection into the session. Raises EngineError."""
        return await self._run(lambda: self._engine().open_stream(passage.session_id, PATIENCE))

    async def _run(self, call: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._later, call, *arguments)


async def _nothing() -> AsyncIterator[bytes]:
    """A body without a byte."""
    yield b""


def _header(scope: Scope, wanted: bytes) -> str | None:
    for name, value in scope["headers"]:
        if name == wanted:
            return str(value.decode("latin-1"))
    return None


def _cookie(scope: Scope) -> str | None:
    try:
        found = SimpleCookie(_header(scope, b"cookie") or "").get(COOKIE)
    except CookieError:
        return None
    return found.value if found is not None else None


async def _bid_goodbye(send: Send, code: int, reason: str) -> None:
    """Close the browser's side, as long as it takes anything."""
    with contextlib.suppress(OSError, TimeoutError):
        await asyncio.wait_for(send({"type": "websocket.close", "code": code, "reason": reason}), GOODBYE)


async def _refuse(send: Send, why: str, status: int) -> None:
    """Answer an upgrade with a page instead."""
    response = _sorry(why, status)
    headers = response.raw_headers
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": response.body})


def _sorry(why: str, status: int) -> Response:
    """A page that says why there is no other."""
    text = html.escape(why)
    return Response(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Greenroom</title><p>{text}</p></html>\n',
        status,
        headers={"cache-control": "no-store"},
        media_type="text/html",
    )


def _json_sorry(why: str, status: int) -> Response:
    return Response(msgspec.json.encode({"message": why}), status, headers=_JSON_HEADERS, media_type="application/json")
