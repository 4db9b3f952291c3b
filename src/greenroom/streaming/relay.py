"""Passing a stream's messages between a browser and a session, a few at a time, until either ends it."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from greenroom.streaming.rules import StreamRules

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

LARGEST_MESSAGE = 16 * 1024 * 1024
"""Bytes of one message in either direction; a longer one ends the stream with 1009."""
_FRAMES_AHEAD = 4
"""Messages of the session that are read before the browser has taken the one before them."""
_HANDSHAKE = 10.0
_GOODBYE = 2.0
GOING_AWAY = 1001
TOO_BIG = 1009
FAILED = 1011
ENDED = "The session has ended, or this stream was revoked."
_NOT_TO_BE_SENT = frozenset((1004, 1005, 1006, 1015))
"""Codes that tell of a connection's end without being on the wire."""


class UpstreamError(Exception):
    """What answers in the session speaks no WebSocket."""


async def open_upstream(connection: socket.socket, path: str) -> ClientConnection:
    """A WebSocket with the session over that connection, which it owns. Raises UpstreamError."""
    try:
        return await connect(
            f"ws://session{path}",
            sock=connection,
            compression=None,
            max_size=LARGEST_MESSAGE,
            max_queue=_FRAMES_AHEAD,
            open_timeout=_HANDSHAKE,
            close_timeout=_GOODBYE,
            ping_interval=None,
            user_agent_header=None,
            proxy=None,
        )
    except (InvalidHandshake, OSError, TimeoutError, EOFError) as error:
        connection.close()
        raise UpstreamError(f"the session's desktop did not take the stream: {error}") from error


async def relay(upstream: ClientConnection, rules: StreamRules, receive: Receive, send: Send) -> None:
    """Pass messages until one side closes; the other is closed with the same code."""
    to_session = asyncio.create_task(_to_session(upstream, rules, receive))
    to_browser = asyncio.create_task(_to_browser(upstream, rules, send))
    try:
        await asyncio.wait((to_session, to_browser), return_when=asyncio.FIRST_COMPLETED)
        if not to_session.done():
            code, reason = await to_browser
            with contextlib.suppress(OSError):  # the browser is gone as well
                await send({"type": "websocket.close", "code": code, "reason": reason})
    finally:
        for task in (to_session, to_browser):
            task.cancel()
        await asyncio.gather(to_session, to_browser, return_exceptions=True)
        await upstream.close()


async def _to_session(upstream: ClientConnection, rules: StreamRules, receive: Receive) -> None:
    """Until the browser is gone; its code goes on to the session."""
    while True:
        event = await receive()
        if event["type"] == "websocket.disconnect":
            code = event.get("code") or GOING_AWAY
            await upstream.close(GOING_AWAY if code in _NOT_TO_BE_SENT else code, event.get("reason") or "")
            return
        message = event.get("text")
        if message is None:
            message = event["bytes"]
        if rules.lets_in(message):
            with contextlib.suppress(ConnectionClosed):  # the other direction tells how it ended
                await upstream.send(message)


async def _to_browser(upstream: ClientConnection, rules: StreamRules, send: Send) -> tuple[int, str]:
    """Until the session closes; its code and reason."""
    try:
        while True:
            message = await upstream.recv()
            if not rules.lets_out(message):
                continue
            kind = "text" if isinstance(message, str) else "bytes"
            await send({"type": "websocket.send", kind: message})
    except ConnectionClosed as closed:
        if closed.rcvd is not None:
            code = closed.rcvd.code
            return (GOING_AWAY if code in _NOT_TO_BE_SENT else code), closed.rcvd.reason
        if closed.sent is not None and closed.sent.code == TOO_BIG:
            return TOO_BIG, "The session sent a message that is too long."
        return GOING_AWAY, ENDED
    except OSError:  # the browser is gone: the other direction tells
        return GOING_AWAY, ENDED
