"""Messages between a process and a program that it started, over the program's standard input."""

import os
from collections.abc import Callable
from multiprocessing.connection import Connection, Pipe
from types import TracebackType
from typing import Any, Self

import msgspec

LONGEST = 1 << 20
"""Bytes of a message at most."""

_LOOK = 0.5
"""Seconds between two looks at whom a message is awaited from."""


class ChannelError(Exception):
    """The other side said what it should not, or took too long."""


class EndedError(ChannelError):
    """The other side is gone."""


class Channel:
    """One end, for one thread; each message is msgpack."""

    def __init__(self, connection: "Connection[bytes, bytes]") -> None:
        """Closes it when it is left."""
        self._connection = connection

    @classmethod
    def pair(cls) -> tuple[Self, "Connection[bytes, bytes]"]:
        """One end, and what is to be the standard input of a program that has the other."""
        here, there = Pipe()
        return cls(here), there

    @classmethod
    def of_program(cls) -> Self:
        """The end of a program that was started with one."""
        return cls(Connection(os.dup(0)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()

    def send(self, message: msgspec.Struct) -> None:
        """Raises EndedError."""
        try:
            self._connection.send_bytes(msgspec.msgpack.encode(message))
        except OSError as error:
            raise EndedError("it does not listen any more") from error

    def receive(self, kind: Any, patient: Callable[[], bool]) -> Any:
        """The next message, which is to be of that kind.

        `patient` is asked every now and then whether it is still worth waiting. Raises ChannelError, EndedError.
        """
        try:
            while not self._connection.poll(_LOOK):
                if not patient():
                    raise ChannelError("it does nothing any more")
            return msgspec.msgpack.decode(self._connection.recv_bytes(LONGEST), type=kind)
        except (EOFError, ConnectionError) as error:
            raise EndedError("it has ended") from error
        except OSError as error:
            raise ChannelError(f"it cannot be understood: {error}") from error
        except msgspec.DecodeError as error:
            raise ChannelError(f"it said what means nothing: {error}") from error
