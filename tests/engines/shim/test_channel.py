"""Messages between a shim and those who ask it."""

import os
import socket
from collections.abc import Iterator

import pytest

from greenroom.engines.shim import channel


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with one, other:
        yield one, other


def test_a_message_arrives_whole_and_alone(ends: tuple[socket.socket, socket.socket]) -> None:
    channel.send(ends[0], {"do": "ping"})
    channel.send(ends[0], {"text": "ü" * 30_000})
    assert channel.receive(ends[1]) == ({"do": "ping"}, [])
    assert channel.receive(ends[1]) == ({"text": "ü" * 30_000}, [])


def test_files_arrive_open_and_are_not_inherited(ends: tuple[socket.socket, socket.socket]) -> None:
    reader, writer = os.pipe()
    channel.send(ends[0], {}, [writer])
    received = channel.receive(ends[1])
    assert received is not None
    _, files = received
    assert not os.get_inheritable(files[0])
    os.write(files[0], b"through")
    assert os.read(reader, 10) == b"through"
    channel.close([reader, writer, *files])


def test_a_closed_other_side_is_none(ends: tuple[socket.socket, socket.socket]) -> None:
    ends[0].close()
    assert channel.receive(ends[1]) is None


def test_a_message_that_is_too_long_is_not_sent(ends: tuple[socket.socket, socket.socket]) -> None:
    with pytest.raises(channel.MessageTooLongError):
        channel.send(ends[0], {"text": "x" * channel.MAX_MESSAGE})


@pytest.mark.parametrize("packet", [b"nonsense", b"[1]", b"\xff\xfe", b'"text"'])
def test_what_is_no_message_is_an_error_and_its_files_are_closed(
    ends: tuple[socket.socket, socket.socket], packet: bytes
) -> None:
    reader, writer = os.pipe()
    socket.send_fds(ends[0], [packet], [writer])
    os.close(writer)
    with pytest.raises(ValueError):
        channel.receive(ends[1])
    assert os.read(reader, 10) == b""  # nobody holds the other end any more
    os.close(reader)
