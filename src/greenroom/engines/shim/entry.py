"""Going into a session: running something in its namespaces as its user, with no more rights than it has.

Two processes serve each entry. The *companion* is a fork of the shim that becomes the session's user on the host and
then joins the namespaces; it stays outside of the pid namespace, where the session would see it, and of the control
groups, where a freeze would stop it. The *entrant* is its child, inside, which runs the command. When the shim is
killed, the kernel ends the entrant with the namespace, and the companion, which collects it, follows. Neither imports
anything once inside: the files there are the image's.
"""

import contextlib
import errno
import fcntl
import os
import resource
import select
import signal
import socket
import struct
import termios
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from greenroom.engines.base import SessionLimits
from greenroom.engines.shim import channel, kernel, seccomp
from greenroom.engines.shim.cgroups import ControlGroups

NOT_FOUND = 127
"""Exit status, as a shell's: there is no such command."""
NOT_EXECUTABLE = 126
"""Exit status, as a shell's: the command is there but cannot be run."""
CANNOT_ENTER = 125
"""Exit status: the session could not be entered."""
ROOT_CAPABILITIES = frozenset({0, 1, 3, 4, 5, 6, 7, 10})
"""CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, NET_BIND_SERVICE: a session's root neither mounts,
nor changes the network, nor looks into processes."""
_BEYOND_STANDARD = 16
_TIOCSPTLCK = 0x4004_5431
_TIOCGPTN = 0x8004_5430
_HANGUP_GRACE = 5.0
"""Seconds between the hang-up of a command whose caller is gone and its end."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the session's processes belong to on the host, and what holds them."""

    uid: int
    gid: int
    control_groups: ControlGroups
    limits: SessionLimits
    """What no control group keeps: the user's processes in all, and of each process its memory and processors."""
    groups: Sequence[int] = ()
    """Of the host, beside its own: those that its devices need."""

    def become(self) -> None:
        """Make this process one of the session's, for good. Raises OSError."""
        self.control_groups.join(self.control_groups.open_doors())
        self.drop_rights()
        self.limit()

    def drop_rights(self) -> None:
        """Have no more rights on the host than the session's user. Raises OSError."""
        if os.geteuid() == 0:
            os.setgroups(list(self.groups))
            os.setresgid(self.gid, self.gid, self.gid)
            os.setresuid(self.uid, self.uid, self.uid)
        kernel.hide_memory()

    def limit(self) -> None:
        """Take the limits that are kept by processes, not by groups of them."""
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
        limits = self.limits
        if limits.pids is not None:
            resource.setrlimit(resource.RLIMIT_NPROC, (limits.pids, limits.pids))
        if limits.memory_bytes is not None:
            # What a process writes to, not what it maps: browsers map far more than any machine has.
            resource.setrlimit(resource.RLIMIT_DATA, (limits.memory_bytes, limits.memory_bytes))
        if limits.cpus is not None:
            available = sorted(os.sched_getaffinity(0))
            first = self.uid % len(available)  # sessions side by side do not all take the same ones
            chosen = (available[first:] + available[:first])[: max(1, int(limits.cpus))]
            os.sched_setaffinity(0, chosen)


@dataclass(frozen=True, slots=True)
class Order:
    """A command to run inside."""

    command: Sequence[str]
    environment: Mapping[str, str]
    home: str
    files: Sequence[int]
    """Standard input, output, error and more, from 0 on; empty: a new terminal, which is sent to the caller."""
    root: int | None = None
    """The user namespace that the session's others belong to: the command runs as its root. None: as the user."""
    gate: int | None = None
    """A pipe; the command waits until nobody has its other end any more. None: it need not wait."""


def execute(person: Person, init: int, order: Order, *, connection: socket.socket | None = None) -> int:
    """Fork a companion that runs `order` in the namespaces of the process behind the pidfd `init`.

    Returns the companion's pid; it exits with the command's status (128+n: signal n) and tells it over `connection`,
    if there is one, as it tells what went wrong. Raises OSError when there can be no companion.
    """

    def companion() -> int:
        status = CANNOT_ENTER
        try:
            if order.gate is not None:
                os.read(order.gate, 1)
            doors = person.control_groups.open_doors()
            person.drop_rights()
            if order.root is None:
                kernel.enter_namespaces(init)
            else:
                kernel.enter_namespaces_as_root(init, order.root)
            child = _fork_inside(lambda: _run(person, doors, order, connection))
            status = _accompany(child, connection)
        except OSError as error:
            _tell(connection, {"error": _why(error)})
        else:
            _tell(connection, {"exit": status})
        return status

    keep = [*order.files, init]
    keep += [descriptor for descriptor in (order.gate, order.root) if descriptor is not None]
    if connection is not None:
        keep.append(connection.fileno())
    return fork_companion(companion, keep)


def fork_as_root(person: Person, init: int, root: int, body: Callable[[], int]) -> int:
    """Fork a process that runs `body` with all rights over the session, outside of its pid namespace; its pid."""

    def companion() -> int:
        person.drop_rights()
        kernel.enter_namespaces_as_root(init, root)
        return body()

    return fork_companion(companion, [init, root])


def signal_all(person: Person, init: int, number: signal.Signals) -> bool:
    """Send a signal to every process inside but the first, at one moment; False when that could not be done."""

    def companion() -> int:
        person.drop_rights()
        kernel.enter_namespaces(init)
        child = _fork_inside(deliver)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def deliver() -> int:
        with contextlib.suppress(ProcessLookupError):  # nobody is there
            os.kill(-1, number)
        return 0

    try:
        pid = fork_companion(companion, [init])
    except OSError:
        return False
    return os.waitpid(pid, 0)[1] == 0


def fork_companion(body: Callable[[], int], keep: Collection[int]) -> int:
    """Fork a child that keeps of the open files only `keep` and 0 to 2, runs `body` and exits with its result."""
    pid = os.fork()
    if pid == 0:
        _exit_with(body, keep)
    return pid


def _fork_inside(body: Callable[[], int]) -> int:
    """Fork into the pid namespace that this process has joined. Raises OSError."""
    pid = os.fork()
    if pid == 0:
        _exit_with(body, None)
    return pid


def _exit_with(body: Callable[[], int], keep: Collection[int] | None) -> NoReturn:
    """Run `body` as the whole life of this process: whatever happens, nothing returns into the shim's own code."""
    status = CANNOT_ENTER
    try:
        if keep is not None:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)  # a companion ends with its command
            _close_all_but(keep)
        status = body()
    except Exception as error:  # noqa: BLE001  there is nobody above to raise it to: it goes to the log
        os.write(2, f"greenroom: {_why(error)}\n".encode())
    finally:
        os._exit(status)


def _close_all_but(keep: Collection[int]) -> None:
    """The lock, above all, must not outlive the shim in a child."""
    for descriptor in [int(name) for name in os.listdir("/proc/self/fd")]:  # noqa: PTH208  no paths are wanted
        if descriptor > 2 and descriptor not in keep:
            with contextlib.suppress(OSError):  # the one that the listing itself had open
                os.close(descriptor)


def _run(person: Person, doors: Sequence[int], order: Order, connection: socket.socket | None) -> int:
    """The entrant: become the command."""
    person.control_groups.join(doors)
    person.limit()
    os.setsid()
    files = order.files or [_new_terminal(connection)] * 3
    _restore_signals()
    for target, source in enumerate([fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, _BEYOND_STANDARD) for file in files]):
        os.dup2(source, target, inheritable=True)
    os.umask(0o022)
    os.chdir(order.home)
    kernel.drop_bounding_capabilities(() if order.root is None else ROOT_CAPABILITIES)
    kernel.forbid_new_privileges()
    if (program := seccomp.program()) is not None:
        kernel.filter_calls(program)
    try:
        os.execvpe(order.command[0], list(order.command), dict(order.environment))  # noqa: S606  no shell is wanted
    except FileNotFoundError:
        os.write(2, f"greenroom: {order.command[0]}: no such command in the session\n".encode())
        return NOT_FOUND
    except OSError as error:
        os.write(2, f"greenroom: {order.command[0]}: {error.strerror}\n".encode())
        return NOT_EXECUTABLE


def _restore_signals() -> None:
    """As a program expects them: Python and the shim had some ignored."""
    for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)


def _new_terminal(connection: socket.socket | None) -> int:
    """Open a terminal of the session's own as this process's controlling one; its other end goes to the caller.

    The caller's terminal itself is never let in: whoever holds one can push input into it.
    """
    if connection is None:
        raise OSError(errno.ENOTTY, "no caller to give a terminal to")
    master = os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    fcntl.ioctl(master, _TIOCSPTLCK, struct.pack("i", 0))
    (number,) = struct.unpack("i", fcntl.ioctl(master, _TIOCGPTN, struct.pack("i", 0)))
    slave = os.open(f"/dev/pts/{number}", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    channel.send(connection, {"terminal": True}, [master])
    os.close(master)
    return slave


def _accompany(child: int, connection: socket.socket | None) -> int:
    """The companion: pass the caller's signals on until the command ends; end it when the caller is gone."""
    ended = os.pidfd_open(child)
    poller = select.poll()
    poller.register(ended, select.POLLIN)
    if connection is not None:
        poller.register(connection, select.POLLIN)
    patience: float | None = None
    while True:
        events = poller.poll(patience)
        if not events:
            _signal(child, signal.SIGKILL)
            patience = None
        for descriptor, _ in events:
            if descriptor == ended:
                status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                return status if status >= 0 else 128 - status
            number = _asked_signal(connection)
            if number is None:
                poller.unregister(descriptor)
                _signal(child, signal.SIGHUP)
                patience = _HANGUP_GRACE * 1000
            else:
                _signal(child, number)


def _asked_signal(connection: socket.socket | None) -> int | None:
    """The signal that the caller wants sent; None when the caller is gone or talks nonsense."""
    if connection is None:
        return None
    try:
        told = channel.receive(connection)
        if told is None:
            return None
        channel.close(told[1])
        return int(signal.Signals(told[0]["signal"]))
    except (OSError, ValueError, KeyError):
        return None


def _signal(child: int, number: int) -> None:
    """To the command and all it started in its own process group."""
    try:
        os.killpg(child, number)
    except ProcessLookupError:  # it has not yet made its group
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, number)


def _tell(connection: socket.socket | None, message: channel.Message) -> None:
    """Answer the caller, if there is one; one that has gone misses it."""
    if connection is None:
        if "error" in message:
            os.write(2, f"greenroom: {message['error']}\n".encode())
        return
    with contextlib.suppress(OSError):
        channel.send(connection, message)


def _why(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.EAGAIN:
        return "the session has as many processes as it may have; end some of them"
    if isinstance(error, OSError) and error.errno in (errno.ENOMEM, errno.ESRCH):
        return "the session is ending, or the machine is out of memory"
    return f"cannot run in the session: {error}"
