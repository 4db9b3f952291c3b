"""The feed: events told as they happen, as server-sent events.

A stream holds nothing of what is to come: it remembers the last event that it told and reads on from there, so that
a slow reader costs no memory and a reader that comes back misses nothing.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import msgspec
import structlog
from sqlalchemy import Connection

from greenroom.store import events
from greenroom.store.database import Database, DatabaseUnavailableError
from greenroom.studio.events import RecordedEvent, document

log = structlog.get_logger("greenroom.server")

T = TypeVar("T")
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MEDIA_TYPE = "text/event-stream"
POLL_SECONDS = 0.5
"""How often news is looked for, once for all streams together."""
HEARTBEAT_SECONDS = 15.0
LIFETIME_SECONDS = 900.0
"""After this a stream ends; who still may read comes back and goes on where it ended."""
MAX_STREAMS = 500
BATCH = 100
RETRY = b"retry: 2000\n\n"
HEARTBEAT = b": nothing new\n\n"
GAP = b"event: gap\ndata: {}\n\n"
"""Events after the one that the reader knows were removed before it came back."""

HEADERS = (
    (b"content-type", MEDIA_TYPE.encode()),
    (b"cache-control", b"no-store"),
    # A proxy that collects before it passes on would make the feed late.
    (b"x-accel-buffering", b"no"),
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader is told of: what they may see, after the last that they know."""

    owned_by: str | None
    """None: everybody's."""
    session_id: str | None
    after: int


class Feed:
    """All streams of one server. Everything but the queries happens in the event loop."""

    def __init__(self, database: Database, pool: Executor) -> None:
        """`pool` carries out the queries."""
        self._database = database
        self._pool = pool
        self._streams = 0
        self._news: asyncio.Future[None] | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._closing = False
        self._round = 0
        """Another one, and every stream that began before ends."""

    @property
    def is_full(self) -> bool:
        """Whether no more streams are taken."""
        return self._closing or self._streams >= MAX_STREAMS

    def close(self) -> None:
        """End every stream: the server is going, and readers find the next one."""
        self._closing = True
        self._tell()

    def restart(self) -> None:
        """End every stream, for its reader to come back by a call of their own, if they still may."""
        self._round += 1
        self._tell()

    async def stream(
        self, receive: Receive, send: Send, wish: Wish, headers: tuple[tuple[bytes, bytes], ...] = ()
    ) -> None:
        """Answer with events, until the reader is gone, the stream's time is over or the server ends."""
        self._streams += 1
        if self._watcher is None or self._watcher.done():
            self._watcher = asyncio.create_task(self._watch())
        gone = asyncio.ensure_future(_hung_up(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, *headers]})
            await _send(send, RETRY)
            await self._tell_all(gone, send, wish)
            await send({"type": "http.response.body", "body": b""})
        except DatabaseUnavailableError as error:
            # Cut off, not ended: the reader comes back for the rest.
            log.warning("feed-cut-off", error=str(error))
        finally:
            gone.cancel()
            self._streams -= 1

    async def _tell_all(self, gone: "asyncio.Future[None]", send: Send, wish: Wish) -> None:
        after, begun_in = wish.after, self._round
        oldest, newest = await self._ask(events.bounds)
        if after and not oldest - 1 <= after <= newest:
            await _send(send, GAP)
            after = min(after, newest)
        ends_at = time.monotonic() + LIFETIME_SECONDS
        while not gone.done() and not self._closing and begun_in == self._round and time.monotonic() < ends_at:
            # Taken before the query: what is written after it is news.
            news = self._next_news()
            found = await self._ask(
                partial(events.after, event_id=after, owned_by=wish.owned_by, session_id=wish.session_id, limit=BATCH)
            )
            if found:
                after = found[-1].event_id
                await _send(send, b"".join(map(encoded, found)))
                continue
            done, _ = await asyncio.wait({gone, news}, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not done:
                await _send(send, HEARTBEAT)

    async def _watch(self) -> None:
        """Look for news while anybody waits for it."""
        newest = -1
        while self._streams and not self._closing:
            try:
                _, found = await self._ask(events.bounds)
            except DatabaseUnavailableError:
                # Whoever waits finds out by their own query.
                found = -1
            if found != newest:
                newest = found
                self._tell()
            await asyncio.sleep(POLL_SECONDS)

    def _next_news(self) -> "asyncio.Future[None]":
        if self._news is None or self._news.done():
            self._news = asyncio.get_running_loop().create_future()
        return self._news

    def _tell(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    async def _ask(self, query: Callable[[Connection], T]) -> T:
        def ask() -> T:
            with self._database.read() as connection:
                return query(connection)

        return await asyncio.get_running_loop().run_in_executor(self._pool, ask)


def encoded(event: RecordedEvent) -> bytes:
    """The event as the stream tells it."""
    return b"id: %d\ndata: %b\n\n" % (event.event_id, msgspec.json.encode(document(event)))


def last_known(last_event_id: bytes) -> int | None:
    """The event that a reader's `Last-Event-ID` names; None where it names none."""
    return int(last_event_id) if last_event_id.isdigit() and len(last_event_id) <= 15 else None


async def _send(send: Send, data: bytes) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": True})


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
