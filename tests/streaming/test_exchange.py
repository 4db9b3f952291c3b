"""One exchange with a session that may answer as it likes."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator

import pytest

from greenroom.streaming.exchange import Answer, ExchangeError, exchange


def exchanged(answer: bytes, *body: bytes, patience: float = 10) -> tuple[Answer, bytes]:
    """What came of a POST to a session that answers so, and what the session heard."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    heard = b""

    def session() -> None:
        nonlocal heard
        with theirs:
            while not heard.endswith(body[-1] if body else b"\r\n\r\n"):
                heard += theirs.recv(65_536)
            theirs.sendall(answer)
            if answer:
                theirs.shutdown(socket.SHUT_WR)
            theirs.recv(1)  # until the other side has hung up

    async def given() -> AsyncIterator[bytes]:
        for piece in (b"", *body):
            yield piece

    length = str(sum(map(len, body)))
    answering = threading.Thread(target=session)
    answering.start()
    try:
        return asyncio.run(
            exchange(ours, "POST", "/api/upload", {"content-length": length}, given(), patience=patience)
        ), heard
    finally:
        answering.join()


def test_a_body_goes_in_piece_by_piece_and_status_and_body_come_out() -> None:
    answer, heard = exchanged(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\nX-Evil: 1\r\n\r\n{}", b"one", b"two")
    assert answer == Answer(201, b"{}")
    assert heard.startswith(b"POST /api/upload HTTP/1.1\r\n")
    assert heard.endswith(b"\r\n\r\nonetwo")


@pytest.mark.parametrize(
    "answer",
    [
        b"no HTTP at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + bytes(300_000),
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000,
    ],
    ids=["nonsense", "cut off", "a long body", "a long head"],
)
def test_an_answer_that_makes_no_sense_is_an_error(answer: bytes) -> None:
    with pytest.raises(ExchangeError):
        exchanged(answer)


def test_a_session_that_says_nothing_is_waited_for_in_vain_and_left() -> None:
    with pytest.raises(ExchangeError, match="too long"):
        exchanged(b"", patience=0.05)
