"""Connections are bounded: nobody fills the memory, or holds a connection, with a head that never ends."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
import uvicorn
from tests.running import Studio
from tests.server.raw import Connection, Request, connected

from greenroom.server.connections import MAX_HEAD_BYTES, BoundedHttp

HEALTH = Request("/healthz", headers=(("Host", "a"),))


@pytest.mark.parametrize(
    "start",
    [b"GET /", b"GET / HTTP/1.1\r\nHost: a\r\nX: ", b"GET / HTTP/1.1\r\nHost: a\r\n"],
    ids=["path", "header", "headers"],
)
def test_a_head_that_never_ends_is_refused(studio: Studio, start: bytes) -> None:
    with connected(studio.endpoint) as connection:
        connection.send(start)
        line = b"X: y\r\n" * 1000 if start.endswith(b"\r\n") else b"x" * 6000
        refused = False
        for _ in range(1000):
            try:
                connection.send(line)
            except OSError:
                refused = True
                break
        assert refused


def test_a_refusal_says_that_the_head_is_too_large(studio: Studio) -> None:
    with connected(studio.endpoint) as connection:
        connection.send(b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * (MAX_HEAD_BYTES + 1))
        assert connection.receive().status == 431
        assert connection.at_end()


def test_what_is_refused_was_not_kept(studio: Studio) -> None:
    assert studio.process is not None
    status = Path("/proc") / str(studio.process.pid) / "status"

    def resident() -> int:
        found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text())
        assert found is not None
        return int(found[1]) * 1024

    before = resident()
    connections = [Connection(studio.endpoint) for _ in range(40)]
    for connection in connections:
        with suppress(OSError):
            connection.send(b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 2_000_000)
    assert resident() - before < 40_000_000
    for connection in connections:
        connection.close()


def test_a_large_body_with_its_head_is_no_large_head(studio: Studio) -> None:
    with connected(studio.endpoint) as connection:
        body = b"x" * 500_000
        head = b"POST /2020-08-01/studios HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body)
        connection.send(head + body)
        assert connection.receive().status == 403
        assert connection.ask(HEALTH).status == 200


def test_the_end_of_a_large_body_counts_for_no_head(studio: Studio) -> None:
    with connected(studio.endpoint) as connection:
        head = b"POST /2020-08-01/studios HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n"
        connection.send(head)
        connection.send(b"x" * 500_000)
        assert connection.receive().status == 403
        assert connection.ask(HEALTH).status == 200


def test_many_requests_on_one_connection_are_each_counted_anew(studio: Studio) -> None:
    large = Request("/healthz", headers=(("Host", "a"), ("X-Large", "x" * 20_000)))
    with connected(studio.endpoint) as connection:
        for _ in range(10):
            assert connection.ask(large).status == 200


class _Hasty(BoundedHttp):
    head_seconds = 0.05


async def _silent_app(_scope: object, _receive: object, send: Callable[[dict[str, object]], Awaitable[None]]) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def _told(sent: bytes) -> bytes:
    """All that a server that waits 50 ms for a head says to a client that sends only this."""
    config = uvicorn.Config(_silent_app, http=_Hasty, lifespan="off", port=0, log_config=None, timeout_keep_alive=60)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0)
    port = server.servers[0].sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    server.should_exit = True
    await serving
    return answer


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTT", b"GET / HTTP/1.1\r\nHost: a\r\n"], ids=["nothing", "half a line", "no end"]
)
def test_a_head_that_takes_too_long_is_refused(sent: bytes) -> None:
    assert asyncio.run(_told(sent)).startswith(b"HTTP/1.1 408 Request Timeout\r\n")


def test_the_next_request_on_a_connection_has_its_time_too() -> None:
    whole = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    answers = asyncio.run(_told(whole + b"GET / HTTP/1.1\r\nHo"))
    assert answers.startswith(b"HTTP/1.1 204")
    assert b"408 Request Timeout" in answers
