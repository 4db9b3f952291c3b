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
    (one_reads, other_writes), (other_reads, one_writes) = os.pipe(), os.pipe()
    with Channel(one_reads, one_writes) as one, Channel(other_reads, other_writes) as other:
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
    os.write(one._writer, said)
    with pytest.raises(ChannelError):
        other.receive(Word, lambda: False)


def test_the_other_sides_end_is_seen() -> None:
    (reads, its_writer), (its_reader, writes) = os.pipe(), os.pipe()
    os.write(its_writer, b"\0\0")
    os.close(its_reader)
    os.close(its_writer)
    with Channel(reads, writes) as channel:
        with pytest.raises(EndedError):
            channel.send(Word("nobody hears it"))
        with pytest.raises(EndedError):
            channel.receive(Word, lambda: False)
