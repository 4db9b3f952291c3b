"""How long nobody has touched a desktop, by the X protocol. With a real X server: test_errands."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator, Sequence

import pytest

from greenroom.engines.desktop.idleness import XError, milliseconds

ROOT = 0x2A7
SETUP = struct.pack("<16xH3xB10x", 6, 1) + b"vendor\0\0" + bytes(8) + struct.pack("<I", ROOT) + bytes(36)
ACCEPTED = struct.pack("<BxHHH", 1, 11, 0, len(SETUP) // 4) + SETUP
PRESENT = struct.pack("<BxHIBB22x", 1, 1, 0, 1, 142)
IDLE = struct.pack("<BxHIIII12x", 1, 2, 0, ROOT, 0, 61_000)
FAILED = struct.pack("<BB30x", 0, 9)


@pytest.fixture
def answering() -> Iterator[object]:
    """Plays an X server that answers each request with the next of those."""
    ends: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def play(*answers: bytes) -> socket.socket:
        mine, theirs = socket.socketpair()
        ends.extend((mine, theirs))

        def answer(replies: Sequence[bytes]) -> None:
            with contextlib.suppress(OSError):  # who asked has heard enough
                for reply in replies:
                    theirs.recv(4096)
                    theirs.sendall(reply)
                theirs.shutdown(socket.SHUT_WR)

        threads.append(threading.Thread(target=answer, args=(answers,)))
        threads[-1].start()
        return mine

    yield play
    for end in ends:
        end.close()
    for thread in threads:
        thread.join()


def test_the_server_says_it(answering: object) -> None:
    assert milliseconds(answering(ACCEPTED, PRESENT, IDLE)) == 61_000  # type: ignore[operator]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ([struct.pack("<BxHHH", 0, 11, 0, 0)], "refuses"),
        ([ACCEPTED, struct.pack("<BxHIBB22x", 1, 1, 0, 0, 0)], "does not say"),
        ([ACCEPTED, PRESENT, FAILED], "error"),
        ([ACCEPTED, PRESENT], "hung up"),
    ],
)
def test_one_that_does_not_is_an_error(answering: object, answers: list[bytes], why: str) -> None:
    with pytest.raises(XError, match=why):
        milliseconds(answering(*answers))  # type: ignore[operator]
