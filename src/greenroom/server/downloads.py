"""Sending what is too large to be held: a portion at a time, no faster than the caller takes it."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from threading import Lock
from urllib.parse import quote

import structlog
from starlette.types import Receive, Send

from greenroom.api.contents import Download
from greenroom.studio.errors import Unavailable

log = structlog.get_logger("greenroom.api")

IDLE_SECONDS = 120.0
"""How long a caller may take nothing before the rest is not sent."""

_NEVER_SHOWN = (
    (b"content-security-policy", b"default-src 'none'; sandbox"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"private, no-store"),
    (b"accept-ranges", b"none"),
)
"""What is in a backup is anybody's: a browser saves it, and never runs it as a page of ours."""


class BrokenOffError(Exception):
    """The rest cannot be sent. Raised to the HTTP server, which then cuts the connection, so that nobody takes a part
    for the whole."""


class Places:
    """So many downloads at once, and of one person half as many: each costs a process that reads the vault.

    Thread-safe.
    """

    def __init__(self, most: int) -> None:
        """`most`: in all; 0 is no limit."""
        self._most = most
        self._of_one = max(1, most // 2)
        self._taken: dict[str, str] = {}
        """Who has the place that was taken under that name."""
        self._lock = Lock()

    def take(self, name: str, person: str) -> str | None:
        """Take a place under a name of one's own, to be left again: None. Else why there is none, for that person."""
        with self._lock:
            own = sum(holder == person for holder in self._taken.values())
            if self._most and own >= self._of_one:
                return f"{own} of your downloads are under way, as many as one person may have at once."
            if self._most and len(self._taken) >= self._most:
                return f"{len(self._taken)} downloads are under way, as many as this server sends at once."
            self._taken[name] = person
            return None

    def leave(self, name: str) -> None:
        """Give it back. None taken under that name: nothing happens."""
        with self._lock:
            self._taken.pop(name, None)


class Downloads:
    """Sends downloads, their portions read by threads of `pool`: one is taken only while it reads."""

    def __init__(self, pool: Executor) -> None:
        self._pool = pool

    async def send(
        self,
        download: Download,
        receive: Receive,
        send: Send,
        headers: Sequence[tuple[bytes, bytes]],
        before_the_end: Callable[[], None] = lambda: None,
    ) -> None:
        """Send it all, or as much as the caller waits for. Raises BrokenOffError.

        `before_the_end` is called before the last of it goes out: who has got it all finds that done.
        """
        gone = asyncio.ensure_future(_hung_up(receive))
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": 200,
                    "headers": [*_headers(download), *_NEVER_SHOWN, *headers],
                }
            )
            await self._send_chunks(download, send, gone, before_the_end)
        finally:
            gone.cancel()
            await asyncio.get_running_loop().run_in_executor(self._pool, download.chunks.close)

    async def _send_chunks(
        self, download: Download, send: Send, gone: "asyncio.Future[None]", before_the_end: Callable[[], None]
    ) -> None:
        loop, left = asyncio.get_running_loop(), download.size
        while not gone.done():
            try:
                chunk = await loop.run_in_executor(self._pool, next, download.chunks, None)
            except Unavailable as error:
                log.warning("download-broke-off", error=error.message)
                raise BrokenOffError(error.message) from error
            left = None if left is None or chunk is None else left - len(chunk)
            if chunk is None or left == 0:
                before_the_end()
            if chunk is None:
                await send({"type": "http.response.body", "body": b""})
                return
            try:
                async with asyncio.timeout(IDLE_SECONDS):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            except TimeoutError as error:
                raise BrokenOffError(f"the caller took nothing for {IDLE_SECONDS:.0f} s") from error


async def _hung_up(receive: Receive) -> None:
    """Wait until the caller is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _headers(download: Download) -> list[tuple[bytes, bytes]]:
    headers = [
        (b"content-type", download.media_type.encode()),
        (b"content-disposition", content_disposition(download.file_name)),
    ]
    if download.size is not None:
        headers.append((b"content-length", str(download.size).encode()))
    return headers


def content_disposition(file_name: str) -> bytes:
    """The header that has a browser save under that name, in RFC 6266's two forms.

    Whatever would end the header, or look like another name than it is (line ends, quotes, directions of writing),
    is `_`.
    """
    clean = "".join(each if each.isprintable() and each not in '"\\\\/' else "_" for each in file_name) or "_"
    plain = "".join(each if " " <= each <= "~" and each != "%" else "_" for each in clean)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}".encode()
