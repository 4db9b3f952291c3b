"""Messages between two processes, over two pipes."""

import os
import select
import struct
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import msgspec

LONGEST = 1 << 20
"""Bytes of a message at most."""

_LENGTH = struct.Struct(">I")
_LOOK = 0.5
"""Seconds between two looks at whom a message is awaited from."""


class ChannelError(Exception):
    """The other side said what it should not, or took too long."""


class EndedError(ChannelError):
    """The other side is gone."""


class Channel:
    """One end. Each message is msgpack with its length before it; for one thread."""

    def __init__(self, reader: int, writer: int) -> None:
        """Closes both when it is left."""
        self._reader = reader
        self._writer = writer

    @classmethod
    def of_program(cls) -> Self:
        """That of a program over its standard input and output, to which nothing else may be written any more."""
        own = cls(os.dup(0), os.dup(1))
        os.dup2(2, 1)
        return own

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of it."""
        os.close(self._reader)
        os.close(self._writer)

    def send(self, message: msgspec.Struct) -> None:
        """Raises EndedError."""
        data = msgspec.msgpack.encode(message)
        rest = memoryview(_LENGTH.pack(len(data)) + data)
        try:
            while rest:
                rest = rest[os.write(self._writer, rest) :]
        except BrokenPipeError as error:
            raise EndedError("it does not listen any more") from error

    def receive(self, kind: Any, patient: Callable[[], bool]) -> Any:
        """The next message, which is to be of that kind.

        `patient` is asked every now and then whether it is still worth waiting. Raises ChannelError, EndedError.
        """
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size, patient))
        if length > LONGEST:
            raise ChannelError(f"it wants to say {length} bytes")
        try:
            return msgspec.msgpack.decode(self._exactly(length, patient), type=kind)
        except msgspec.DecodeError as error:
            raise ChannelError(f"it said what means nothing: {error}") from error

    def _exactly(self, size: int, patient: Callable[[], bool]) -> bytes:
        data = b""
        while len(data) < size:
            while not select.select([self._reader], [], [], _LOOK)[0]:
                if not patient():
                    raise ChannelError("it does nothing any more")
            part = os.read(self._reader, size - len(data))
            if not part:
                raise EndedError("it has ended")
            data += part
        return data
