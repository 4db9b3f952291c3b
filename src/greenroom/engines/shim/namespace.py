"""A session's namespaces, as bubblewrap makes them: their start, and the hold that the shim has on them."""

import contextlib
import json
import os
import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from greenroom.engines.shim import image, kernel
from greenroom.engines.shim.entry import Person
from greenroom.engines.shim.processes import ProcessIdentity, has_ended
from greenroom.engines.shim.runtime import Launch


class NamespaceError(Exception):
    """The namespaces could not be made; nothing of them is left."""


@dataclass(frozen=True, slots=True)
class Namespace:
    """The namespaces of a session that has begun."""

    monitor: int
    """Pid of bubblewrap itself, a child of the shim."""
    init: ProcessIdentity
    """The first process inside."""
    pidfd: int
    """Of `init`; the way in."""

    def kill(self) -> None:
        """Kill everything inside."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def has_ended(self) -> bool:
        """Whether everything inside is gone."""
        return has_ended(self.pidfd)


class _Opened:
    """The descriptors that a start needs; bubblewrap inherits them."""

    def __init__(self) -> None:
        self.descriptors: list[int] = []

    def keep(self, descriptor: int) -> int:
        self.descriptors.append(descriptor)
        return descriptor

    def pipe(self) -> tuple[int, int]:
        reader, writer = os.pipe2(os.O_CLOEXEC)
        return self.keep(reader), self.keep(writer)

    def content(self, content: str | bytes) -> int:
        """An open file with that content."""
        descriptor = self.keep(os.memfd_create("greenroom", os.MFD_CLOEXEC))
        os.write(descriptor, content.encode() if isinstance(content, str) else content)
        os.lseek(descriptor, 0, os.SEEK_SET)
        return descriptor

    def close(self, *descriptors: int) -> None:
        """Close those, or all."""
        for descriptor in descriptors or tuple(self.descriptors):
            self.descriptors.remove(descriptor)
            os.close(descriptor)


def start(launch: Launch, person: Person, timeout: float) -> Namespace:
    """Make the namespaces; returns when the first process runs. Raises NamespaceError."""
    opened = _Opened()
    try:
        return _start(launch, person, opened, time.monotonic() + timeout)
    except (OSError, image.ImageError) as error:
        raise NamespaceError(str(error)) from error
    finally:
        opened.close()


def _start(launch: Launch, person: Person, opened: _Opened, deadline: float) -> Namespace:
    status, status_end = opened.pipe()
    ready, ready_end = opened.pipe()
    errors, errors_end = opened.pipe()
    null = opened.keep(os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC))
    sources = image.Sources.of(launch)
    arguments = image.bubblewrap_arguments(launch, sources, status_end, opened.content)

    def prepare() -> None:
        sources.stage(launch)
        person.become()

    inherited = set(opened.descriptors) - {status, ready, errors}
    monitor = _spawn(arguments, prepare, inherited, (null, ready_end, errors_end))
    opened.close(status_end, ready_end, errors_end)
    namespace: Namespace | None = None
    try:
        namespace = _hold(monitor, _read_line(status, deadline))
        _expect_ready(_read_line(ready, deadline))
    except (NamespaceError, OSError) as error:
        _undo(monitor, namespace)
        words = _read_line(errors, time.monotonic() + 1, whole=True).decode(errors="replace").strip()
        raise NamespaceError(f"bubblewrap could not make the session: {words or error}") from error
    return namespace


def _spawn(arguments: list[str], prepare: Callable[[], None], inherited: set[int], files: tuple[int, int, int]) -> int:
    """Fork, prepare, and run bubblewrap with `inherited` open and `files` as 0 to 2."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        signal.set_wakeup_fd(-1)
        for target, source in enumerate(files):
            os.dup2(source, target, inheritable=True)
        prepare()
        kernel.die_with_parent(parent)
        for number in (signal.SIGPIPE, signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        for descriptor in inherited - set(files):
            os.set_inheritable(descriptor, True)
        os.execve(arguments[0], arguments, {"PATH": image.PATH})  # noqa: S606  no shell is wanted
    except OSError as error:
        os.write(2, f"{error}".encode())
    finally:
        os._exit(127)


def _hold(monitor: int, report: bytes) -> Namespace:
    """The namespace of which bubblewrap reported the first process. Raises NamespaceError, OSError."""
    try:
        pid = int(json.loads(report)["child-pid"])
    except (ValueError, KeyError) as error:
        raise NamespaceError("bubblewrap ended before it made the namespaces") from error
    init = ProcessIdentity.of(pid)
    if init is None:
        raise NamespaceError("the first process ended at once")
    return Namespace(monitor, init, os.pidfd_open(pid))


def _expect_ready(line: bytes) -> None:
    if line != b"ready":
        raise NamespaceError("the first process did not begin")


def _undo(monitor: int, namespace: Namespace | None) -> None:
    """End what had begun and wait for it."""
    if namespace is not None:
        namespace.kill()
    with contextlib.suppress(ProcessLookupError):
        os.kill(monitor, signal.SIGKILL)
    os.waitpid(monitor, 0)
    if namespace is not None:
        has_ended(namespace.pidfd, 5)
        os.close(namespace.pidfd)


def _read_line(descriptor: int, deadline: float, *, whole: bool = False) -> bytes:
    """What comes before the end of the line (`whole`: of the file). Raises NamespaceError at the deadline."""
    poller = select.poll()
    poller.register(descriptor, select.POLLIN)
    text = b""
    while whole or b"\n" not in text:
        if not poller.poll(max(0.0, deadline - time.monotonic()) * 1000):
            if whole:
                break
            raise NamespaceError("it took too long")
        part = os.read(descriptor, 4096)
        if not part:
            break
        text += part
    return text.strip() if whole else text.partition(b"\n")[0]
