"""Commands inside of a session of this machine: with the caller's own files or terminal, or for what they print."""

import os
import select
import signal
import socket
import time
from collections.abc import Mapping, Sequence

from greenroom.engines import terminal
from greenroom.engines.base import EngineError, EnginePermanentError
from greenroom.engines.shim import channel
from greenroom.engines.shim.runtime import RuntimeDirectory

ANSWER_TIMEOUT = 10.0
"""Seconds that a shim may take to answer."""
_PATIENCE_WITH_INTERRUPTS = 3


def execute(
    runtime: RuntimeDirectory,
    command: Sequence[str],
    *,
    stdin: int,
    stdout: int,
    stderr: int,
    environment: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> int:
    """Run a command to its end; its exit status (128+n: signal n). Raises EngineError.

    One that takes longer than `timeout` seconds is ended; with a terminal of its own it has all the time it wants.

    Three terminals: the command gets a terminal of its own, relayed to them. An interrupt (KeyboardInterrupt) goes to
    the command; only the third in a row ends the call itself.
    """
    session_id = runtime.path.name
    files = (stdin, stdout, stderr)
    own_terminal = all(os.isatty(file) for file in files)
    variables = dict(environment or {})
    if own_terminal and "TERM" in os.environ:
        variables.setdefault("TERM", os.environ["TERM"])
    request = {"do": "execute", "command": list(command), "environment": variables, "errand": timeout is not None}
    try:
        with runtime.connect(ANSWER_TIMEOUT) as connection:
            connection.settimeout(None if own_terminal else timeout)
            channel.send(connection, request, () if own_terminal else files)
            answer = _relayed(connection, stdin, stdout) if own_terminal else _result(connection)
    except channel.MessageTooLongError as error:
        raise EnginePermanentError(f"the command is too long: {error}", reason="command-too-long") from error
    except TimeoutError as error:
        # The connection is closed by now, and with its caller the command loses its life.
        raise EngineError(
            f"session {session_id}: the command took longer than {timeout or ANSWER_TIMEOUT:g} s and was ended",
            reason="execute-timeout",
        ) from error
    except OSError as error:
        raise EngineError(f"session {session_id} does not answer: {error}", reason="session-silent") from error
    if answer is None:
        raise EngineError(f"session {session_id} ended while the command ran", reason="session-ended")
    if "error" in answer:
        raise EngineError(f"session {session_id}: {answer['error']}", reason="execute")
    return int(answer["exit"])


def capture(runtime: RuntimeDirectory, command: Sequence[str], timeout: float, limit: int) -> bytes | None:
    """What a command of ours prints; None where it fails, says more than `limit` bytes or takes longer than `timeout`.

    It ends with the call: whoever is inside cannot have the caller wait, nor take up its memory.
    """
    deadline = time.monotonic() + timeout
    null = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    output, output_end = os.pipe2(os.O_CLOEXEC)
    try:
        with runtime.connect(timeout) as connection:
            request = {"do": "execute", "command": list(command), "environment": {}, "errand": True}
            channel.send(connection, request, (null, output_end, null))
            os.close(output_end)
            output_end = -1
            said = _all_of(output, deadline, limit)
            if said is None:
                return None
            connection.settimeout(max(0.01, deadline - time.monotonic()))
            received = channel.receive(connection)
    except OSError:
        return None
    finally:
        for descriptor in (null, output, output_end):
            if descriptor >= 0:
                os.close(descriptor)
    return said if received is not None and received[0].get("exit") == 0 else None


def _all_of(output: int, deadline: float, limit: int) -> bytes | None:
    """Everything up to the end; None where that does not come in time, or beyond the limit."""
    poller = select.poll()
    poller.register(output, select.POLLIN)
    said = b""
    while poller.poll(max(0.0, deadline - time.monotonic()) * 1000):
        part = os.read(output, 65536)
        if not part:
            return said
        said += part
        if len(said) > limit:
            return None
    return None


def _result(connection: socket.socket) -> channel.Message | None:
    """The command's last word, with the caller's interrupts passed on; None when the session ended before."""
    interrupts = 0
    while True:
        try:
            received = channel.receive(connection)
        except KeyboardInterrupt:
            interrupts += 1
            if interrupts >= _PATIENCE_WITH_INTERRUPTS:
                raise
            channel.send(connection, {"signal": signal.SIGINT})
        else:
            return received and received[0]


def _relayed(connection: socket.socket, stdin: int, stdout: int) -> channel.Message | None:
    """The command's last word, after its terminal was relayed to the caller's."""
    received = channel.receive(connection)
    if received is None:
        return None
    answer, files = received
    if "terminal" not in answer:
        channel.close(files)
        return answer
    try:
        return terminal.relay(files[0], stdin, stdout, connection)
    finally:
        channel.close(files)
