"""How long nobody has touched keyboard or mouse of the desktop: asked of its X server, inside of the session.

By the X protocol itself (and its extension MIT-SCREEN-SAVER), so that nothing has to be installed for it.
"""

import os
import socket
import struct

_EXTENSION = b"MIT-SCREEN-SAVER"
_QUERY_EXTENSION = 98
_QUERY_INFO = 1
"""Of the extension."""
_TIMEOUT = 3.0
_REPLY = 32
"""Bytes of an answer, without what its length says follows."""
_ROOT_WITHIN_SCREEN = 0


class XError(Exception):
    """The X server does not answer as the protocol has it."""


def main() -> None:
    """Print the milliseconds since the last input. Ends with an error where there is no X server."""
    number = os.environ["DISPLAY"].lstrip(":").partition(".")[0]
    with socket.socket(socket.AF_UNIX) as server:
        server.settimeout(_TIMEOUT)
        server.connect(f"/tmp/.X11-unix/X{number}")  # noqa: S108  the X protocol's place
        print(milliseconds(server))  # noqa: T201  that is what it is for


def milliseconds(server: socket.socket) -> int:
    """Since the last input, as the X server behind that new connection has it. Raises XError, OSError."""
    server.sendall(struct.pack("<BxHHHHxx", ord("l"), 11, 0, 0, 0))
    accepted, _, _, words = struct.unpack("<BxHHH", _read(server, 8))
    setup = _read(server, words * 4)
    if accepted != 1:
        raise XError("the X server refuses the connection")
    padded = _EXTENSION + bytes(-len(_EXTENSION) % 4)
    server.sendall(struct.pack("<BxHHxx", _QUERY_EXTENSION, 2 + len(padded) // 4, len(_EXTENSION)) + padded)
    present, opcode = struct.unpack_from("<8xBB", _answer(server))
    if not present:
        raise XError("the X server does not say when it had input")
    server.sendall(struct.pack("<BBHI", opcode, _QUERY_INFO, 2, _root(setup)))
    (idle,) = struct.unpack_from("<16xI", _answer(server))
    return int(idle)


def _root(setup: bytes) -> int:
    """The first screen's root window, of what the server said of itself."""
    vendor_length, formats = struct.unpack_from("<16xH3xB", setup)
    screen = 32 + vendor_length + -vendor_length % 4 + 8 * formats
    (root,) = struct.unpack_from("<I", setup, screen + _ROOT_WITHIN_SCREEN)
    return int(root)


def _answer(server: socket.socket) -> bytes:
    """The next answer; whatever happens on the screen meanwhile is not asked for, and does not come."""
    answer = _read(server, _REPLY)
    if answer[0] != 1:
        raise XError(f"the X server answers with an error ({answer[1]})")
    return answer + _read(server, struct.unpack_from("<4xI", answer)[0] * 4)


def _read(server: socket.socket, length: int) -> bytes:
    found = b""
    while len(found) < length:
        part = server.recv(length - len(found))
        if not part:
            raise XError("the X server hung up")
        found += part
    return found
