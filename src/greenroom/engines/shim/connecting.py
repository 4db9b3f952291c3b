"""Connecting to a socket inside of a session: done there, with the rights of its user, and handed to the caller."""

import contextlib
import select
import socket
import time

from greenroom.engines.shim import channel, kernel
from greenroom.engines.shim.entry import Person, fork_companion

_LOOK_AGAIN = 0.05
"""Seconds between two tries: whoever is to listen there tells nobody when it does."""


def connect(person: Person, init: int, path: str, patience: float, connection: socket.socket) -> int:
    """Fork a companion that connects to the Unix socket `path` in the namespaces of the process behind `init`.

    It tries for `patience` seconds, or until the caller has gone, and sends the connection, or why there is none, over
    `connection`. A path is followed as the session sees it: what the session puts there leads nowhere else. Returns the
    companion's pid. Raises OSError when there can be no companion.
    """

    def companion() -> int:
        try:
            person.drop_rights()
            kernel.enter_namespaces(init)
            inside = _connected(path, time.monotonic() + patience, connection)
        except OSError as error:
            with contextlib.suppress(OSError):
                channel.send(connection, {"error": f"nothing answers at {path}: {error.strerror or error}"})
            return 1
        with inside, contextlib.suppress(OSError):
            channel.send(connection, {"connected": True}, [inside.fileno()])
        return 0

    return fork_companion(companion, [init, connection.fileno()])


def _connected(path: str, deadline: float, caller: socket.socket) -> socket.socket:
    """Raises OSError at the deadline and where the caller is gone."""
    gone = select.poll()
    gone.register(caller, select.POLLIN)
    while True:
        inside = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            inside.settimeout(max(_LOOK_AGAIN, deadline - time.monotonic()))
            inside.connect(path)
            inside.setblocking(False)
        except (FileNotFoundError, ConnectionRefusedError):
            inside.close()
            if time.monotonic() > deadline or gone.poll(_LOOK_AGAIN * 1000):
                raise
        except OSError:
            inside.close()
            raise
        else:
            return inside
