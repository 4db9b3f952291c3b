"""One HTTP exchange with what runs in a session, of which nothing is believed but a status and some JSON."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import h11

_LARGEST_ANSWER = 256 * 1024
"""Bytes of an answer that are read."""
_PIECE = 64 * 1024


class ExchangeError(Exception):
    """The session gave no answer that makes sense."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


async def exchange(
    connection: socket.socket,
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: AsyncIterator[bytes],
    *,
    patience: float,
) -> Answer:
    """Send one request over that connection, which is closed afterwards. `patience`: seconds without any progress.

    Raises ExchangeError.
    """
    reader, writer = await asyncio.open_unix_connection(sock=connection, limit=_PIECE)
    try:
        talk = h11.Connection(h11.CLIENT)
        sent = [("host", "session"), ("connection", "close"), *headers.items()]
        writer.write(talk.send(h11.Request(method=method, target=target, headers=sent)) or b"")
        async for piece in body:
            if piece:
                writer.write(talk.send(h11.Data(data=piece)) or b"")
                await asyncio.wait_for(writer.drain(), patience)
        writer.write(talk.send(h11.EndOfMessage()) or b"")
        return await _answer(talk, reader, patience)
    except (h11.ProtocolError, OSError, TimeoutError) as error:
        why = str(error) or "it took too long"
        raise ExchangeError(f"the session's desktop gave no proper answer: {why}") from error
    finally:
        writer.close()


async def _answer(talk: h11.Connection, reader: asyncio.StreamReader, patience: float) -> Answer:
    status = 0
    body = b""
    while True:
        event = talk.next_event()
        if event is h11.NEED_DATA:
            talk.receive_data(await asyncio.wait_for(reader.read(_PIECE), patience))
        elif isinstance(event, h11.Response):
            status = event.status_code
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > _LARGEST_ANSWER:
                raise ExchangeError("the session's desktop answers at too great a length")
        elif isinstance(event, h11.EndOfMessage):
            return Answer(status, body)
        elif isinstance(event, h11.ConnectionClosed):
            raise ExchangeError("the session's desktop closed the connection")
