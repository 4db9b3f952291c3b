"""Messages between two processes."""

import os
from collections.abc import Iterator

import msgspec
import pytest

from greenroom.vaults.channel import LONGEST, Channel, ChannelError, EndedError


class Word(msgspec.Struct, tag=True):
    text: str


class Number(msgspec.Struct, tag=True):
    value: int


@pytest.fixture
def ends() -> Iterator[tuple[Channel, Channel]]:
    one, its_end = Channel.pair()
    with one, Channel(its_end) as other:
        yield one, other


def test_messages_come_as_they_were_sent(ends: tuple[Channel, Channel]) -> None:
    one, other = ends
    one.send(Word("first"))
    one.send(Number(2))
    assert other.receive(Word | Number, lambda: False) == Word("first")
    assert other.receive(Number, lambda: False) == Number(2)


def test_who_says_nothing_is_waited_for_as_long_as_it_is_worth_it(ends: tuple[Channel, Channel]) -> None:
    _, other = ends
    patience = iter((True, False))
    with pytest.raises(ChannelError, match="nothing"):
        other.receive(Word, lambda: next(patience))
    assert next(patience, None) is None


@pytest.mark.parametrize(
    "said",
    [
        b"\0\0\0\1\xff",
        (LONGEST + 1).to_bytes(4, "big"),
        b"\0\0\0\0",
        len(msgspec.msgpack.encode(Number(1))).to_bytes(4, "big") + msgspec.msgpack.encode(Number(1)),
    ],
)
def test_what_was_not_to_be_said_is_an_error(ends: tuple[Channel, Channel], said: bytes) -> None:
    one, other = ends
    os.write(one._connection.fileno(), said)
    with pytest.raises(ChannelError):
        other.receive(Word, lambda: False)


def test_the_other_sides_end_is_seen() -> None:
    one, its_end = Channel.pair()
    its_end.close()
    with one:
        with pytest.raises(EndedError):
            one.send(Word("nobody hears it"))
        with pytest.raises(EndedError):
            one.receive(Word, lambda: False)


def test_half_a_message_is_none() -> None:
    one, its_end = Channel.pair()
    os.write(its_end.fileno(), b"\0\0\0\x09half")
    its_end.close()
    with one, pytest.raises(ChannelError):
        one.receive(Word, lambda: False)
