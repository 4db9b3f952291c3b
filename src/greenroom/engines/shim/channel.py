"""Messages between a shim and those who ask it: one JSON object a packet, open files beside it."""

import json
import os
import socket
import struct
from collections.abc import Sequence
from typing import Any

MAX_MESSAGE = 192 * 1024
"""Bytes; a packet must fit a socket buffer of the kernel's default size."""
_MAX_FILES = 3
_FILE = struct.Struct("i")

Message = dict[str, Any]


class MessageTooLongError(ValueError):
    """The message is longer than MAX_MESSAGE."""


def send(connection: socket.socket, message: Message, files: Sequence[int] = ()) -> None:
    """Send one message. Raises MessageTooLongError, and OSError where nobody listens any more."""
    packet = json.dumps(message).encode()
    if len(packet) > MAX_MESSAGE:
        raise MessageTooLongError(f"{len(packet)} bytes are more than the {MAX_MESSAGE} that one message may have")
    beside = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack(f"{len(files)}i", *files))] if files else []
    connection.sendmsg([packet], beside, socket.MSG_NOSIGNAL)


def receive(connection: socket.socket) -> tuple[Message, list[int]] | None:
    """The next message and its files, which the caller closes; None when the other side has closed.

    Raises OSError (TimeoutError where the socket has a timeout) and ValueError for what is no message.
    """
    # Not socket.recv_fds: it drops the flag that keeps the files from programs which another thread starts.
    space = socket.CMSG_SPACE(_MAX_FILES * _FILE.size)
    packet, beside, flags, _ = connection.recvmsg(MAX_MESSAGE, space, socket.MSG_CMSG_CLOEXEC)
    files = [
        number
        for level, kind, content in beside
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS)
        for (number,) in _FILE.iter_unpack(content[: len(content) - len(content) % _FILE.size])
    ]
    if not packet:
        return None
    try:
        message = _decoded(packet, truncated=bool(flags & socket.MSG_TRUNC))
    except ValueError:
        close(files)
        raise
    return message, files


def _decoded(packet: bytes, *, truncated: bool) -> Message:
    if truncated:
        raise MessageTooLongError("a message was longer than agreed")
    message = json.loads(packet)
    if isinstance(message, dict):
        return message
    raise ValueError("a message must be a JSON object")


def close(files: Sequence[int]) -> None:
    """Close each of them."""
    for file in files:
        os.close(file)
