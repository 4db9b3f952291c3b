"""The caller's side of a command that runs in a terminal inside a session."""

import contextlib
import fcntl
import os
import select
import signal
import socket
import termios
import threading
import tty
from collections.abc import Iterator
from types import FrameType

from greenroom.engines.shim import channel

_READ_BYTES = 65536


def relay(master: int, stdin: int, stdout: int, connection: socket.socket) -> channel.Message | None:
    """Pass bytes between the caller's terminal and the session's until the command has ended; its last word.

    None when the session ended before. The caller's terminal is as it was afterwards, whatever happens.
    """
    with _raw(stdin), _same_size(master, stdout):
        poller = select.poll()
        for descriptor in (master, stdin, connection.fileno()):
            poller.register(descriptor, select.POLLIN)
        while True:
            for descriptor, _ in poller.poll():
                if descriptor == stdin:
                    typed = _read(stdin)
                    if typed:
                        _write(master, typed)
                    else:
                        poller.unregister(stdin)
                elif descriptor == master:
                    shown = _read(master)
                    if shown:
                        _write(stdout, shown)
                    else:  # nobody has the terminal open any more
                        poller.unregister(master)
                else:
                    received = channel.receive(connection)
                    _show_rest(master, stdout)
                    return received and received[0]


def _show_rest(master: int, stdout: int) -> None:
    """What the command had written last."""
    poller = select.poll()
    poller.register(master, select.POLLIN)
    while poller.poll(0):
        shown = _read(master)
        if not shown:
            return
        _write(stdout, shown)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, _READ_BYTES)
    except OSError:  # a terminal that the other side has closed
        return b""


def _write(descriptor: int, text: bytes) -> None:
    with contextlib.suppress(OSError):  # the same; the end is told by the connection
        while text:
            text = text[os.write(descriptor, text) :]


@contextlib.contextmanager
def _raw(terminal: int) -> Iterator[None]:
    """Every key goes to the session, Ctrl-C too; what was typed ahead is kept."""
    before = termios.tcgetattr(terminal)
    tty.setraw(terminal, termios.TCSADRAIN)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


@contextlib.contextmanager
def _same_size(master: int, terminal: int) -> Iterator[None]:
    """Give the session's terminal the size of the caller's, also when that changes (main thread only)."""

    def copy_size(_number: int = 0, _frame: FrameType | None = None) -> None:
        with contextlib.suppress(OSError):
            size = fcntl.ioctl(terminal, termios.TIOCGWINSZ, bytes(8))
            fcntl.ioctl(master, termios.TIOCSWINSZ, size)

    copy_size()
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGWINCH, copy_size)
    try:
        yield
    finally:
        signal.signal(signal.SIGWINCH, before)
