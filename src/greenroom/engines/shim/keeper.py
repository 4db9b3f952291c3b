"""The shim's loop: one thread that waits for callers, for its children and for its own timers."""

import contextlib
import os
import select
import signal
import socket
import time
from collections.abc import Callable
from types import FrameType

from greenroom.engines.shim import channel, connecting, entry, image
from greenroom.engines.shim.entry import Order, Person
from greenroom.engines.shim.journal import Journal
from greenroom.engines.shim.namespace import Namespace
from greenroom.engines.shim.processes import SessionProcesses
from greenroom.engines.shim.runtime import Launch, RuntimeDirectory
from greenroom.engines.shim.supervision import Supervision

_FREEZE_TIMEOUT = 2.0
_FREEZE_TRY = 0.2
_SHUTDOWN_GRACE = 10.0
_REQUEST_TIMEOUT = 2.0
_STEP = 0.02
"""Seconds between two looks at what has no event of its own."""


class Keeper:
    """Keeps one session that has begun, until it is asked to stop or the namespaces end."""

    def __init__(
        self, runtime: RuntimeDirectory, journal: Journal, launch: Launch, person: Person, inside: Namespace
    ) -> None:
        self._runtime = runtime
        self._journal = journal
        self._launch = launch
        self._person = person
        self._inside = inside
        self._processes = SessionProcesses(inside.init.pid)
        self._supervision = Supervision(launch.spec.command)
        self._environment = image.environment(launch)
        self._companions: set[int] = set()
        self._commands: set[int] = set()
        """Companions of commands that somebody runs."""
        self._last_command = time.monotonic()
        """When one of those ended, or the session began."""
        self._monitor_ended = False
        self._thaw_at: float | None = None
        self._gate: tuple[int, int] | None = None
        """While processes are stopped by signals, which new ones would not notice: the pipe that these wait on."""
        self._kill_at: float | None = None
        """When what has not ended by then is killed; None while the session is not being stopped."""
        self._killed = False
        self._shutdown = False
        self._null = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
        self._output, self._output_end = os.pipe2(os.O_CLOEXEC)
        self._awake, awake_end = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        signal.set_wakeup_fd(awake_end, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.signal(signal.SIGTERM, self._on_shutdown)
        self._listener = runtime.listen()

    def run(self) -> None:
        """Keep the session; returns when nothing of it is left and its traces are gone."""
        poller = select.poll()
        handlers: dict[int, Callable[[], None]] = {
            self._listener.fileno(): self._answer,
            self._output: self._log_output,
            self._awake: lambda: _drain(self._awake),
        }
        for descriptor in handlers:
            poller.register(descriptor, select.POLLIN)
        while not self._is_over():
            self._act(time.monotonic())
            for descriptor, _ in poller.poll(self._patience(time.monotonic())):
                handlers[descriptor]()
            self._reap()
        self._runtime.clear(timeout=5)
        self._journal.note("session ended")

    def _on_shutdown(self, _number: int, _frame: FrameType | None) -> None:
        """The machine goes down: only noted here, for the loop may be in the middle of anything."""
        self._shutdown = True

    def _is_over(self) -> bool:
        return self._monitor_ended and self._inside.has_ended() and not self._companions

    def _patience(self, now: float) -> float | None:
        """Milliseconds that the loop may wait."""
        if self._kill_at is not None or self._monitor_ended:
            return _STEP * 1000
        until = self._thaw_at if self._thaw_at is not None else self._supervision.due  # a frozen session starts nothing
        return None if until is None else max(0.0, until - now) * 1000

    def _act(self, now: float) -> None:
        """Whatever is due."""
        if self._shutdown and self._kill_at is None:
            self._begin_stop(_SHUTDOWN_GRACE)
        if self._thaw_at is not None and now >= self._thaw_at:
            self._journal.note("nobody thawed the session in time: it goes on")
            self._thaw()
        if self._supervision.due is not None and now >= self._supervision.due and self._thaw_at is None:
            self._supervise(now)
        if self._kill_at is not None and not self._killed and (now >= self._kill_at or not self._processes.any_left()):
            self._killed = True
            self._inside.kill()

    # -- the supervised command

    def _supervise(self, now: float) -> None:
        files = (self._null, self._output_end, self._output_end)
        order = Order(self._supervision.command, self._environment, image.home(self._launch), files)
        try:
            companion = entry.execute(self._person, self._inside.pidfd, order)
        except OSError as error:
            self._journal.note(
                f"cannot start the session's command: {error}; again in {self._supervision.ended(now):g} s"
            )
            return
        self._companions.add(companion)
        self._supervision.started(companion, now)

    def _log_output(self) -> None:
        self._journal.write(os.read(self._output, 65536))

    # -- children

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self._companions.discard(pid)
            if pid in self._commands:
                self._commands.discard(pid)
                self._last_command = time.monotonic()
            if pid == self._inside.monitor:
                self._on_monitor_end()
            elif pid == self._supervision.companion:
                delay = self._supervision.ended(time.monotonic())
                if self._kill_at is not None:
                    self._supervision.give_up()
                else:
                    code = os.waitstatus_to_exitcode(status)
                    self._journal.note(f"the session's command ended with status {code}; again in {delay:g} s")

    def _on_monitor_end(self) -> None:
        self._monitor_ended = True
        self._supervision.give_up()
        if self._kill_at is None:
            self._journal.note("the session's first process ended, and so the session")
            self._kill_at = time.monotonic()

    # -- callers

    def _answer(self) -> None:
        """Serve one caller: a question gets its answer here, a command gets a companion that answers itself."""
        try:
            connection, _ = self._listener.accept()
        except OSError as error:  # out of files or memory: the caller tries again, the session stays
            self._journal.note(f"a caller could not be heard: {error}")
            return
        files: list[int] = []
        with connection:
            connection.settimeout(_REQUEST_TIMEOUT)
            try:
                received = channel.receive(connection)
                if received is None:
                    return
                request, files = received
                answer = self._reply(request, files, connection)
                if answer is not None:
                    channel.send(connection, answer)
            except (OSError, ValueError, KeyError, TypeError) as error:
                with contextlib.suppress(OSError):
                    channel.send(connection, {"error": f"not understood: {error!r}"})
            finally:
                channel.close(files)

    def _reply(self, request: channel.Message, files: list[int], connection: socket.socket) -> channel.Message | None:
        match request["do"]:
            case "ping":
                return {"stopping": self._kill_at is not None}
            case "unused":
                return {"seconds": 0.0 if self._commands else time.monotonic() - self._last_command}
            case "freeze":
                return {"frozen": self._freeze(float(request["seconds"]))}
            case "thaw":
                return {"thawed": self._thaw()}
            case "stop":
                self._begin_stop(float(request["grace"]))
                return {}
            case "execute":
                return self._execute(request, files, connection)
            case "connect":
                return self._connect(request, connection)
            case other:
                return {"error": f"unknown request {other!r}"}

    def _execute(self, request: channel.Message, files: list[int], connection: socket.socket) -> channel.Message | None:
        if self._kill_at is not None:
            return {"error": "the session is stopping"}
        if len(files) not in (0, 3):
            return {"error": "expected three files, or none for a terminal"}
        order = Order(
            [str(word) for word in request["command"]],
            {**self._environment, **request["environment"]},
            image.home(self._launch),
            files,
            gate=self._gate and self._gate[0],
        )
        connection.settimeout(None)
        try:
            companion = entry.execute(self._person, self._inside.pidfd, order, connection=connection)
        except OSError as error:
            return {"error": f"the machine could not start another process: {error}"}
        self._companions.add(companion)
        if not request.get("errand"):  # what Greenroom itself asks of a session is no use of it
            self._commands.add(companion)
        return None

    def _connect(self, request: channel.Message, connection: socket.socket) -> channel.Message | None:
        if self._kill_at is not None:
            return {"error": "the session is stopping"}
        path, patience = str(request["path"]), float(request["patience"])
        connection.settimeout(None)
        try:
            self._companions.add(connecting.connect(self._person, self._inside.pidfd, path, patience, connection))
        except OSError as error:
            return {"error": f"the machine could not start another process: {error}"}
        return None

    # -- freezing

    def _freeze(self, longest: float) -> bool:
        if self._kill_at is not None:
            return False
        groups = self._person.control_groups
        frozen = groups.freeze(_FREEZE_TIMEOUT) if groups.can_freeze else self._freeze_by_signal()
        self._thaw_at = time.monotonic() + longest if frozen else None
        return frozen

    def _freeze_by_signal(self) -> bool:
        if self._gate is not None:
            return True
        deadline = time.monotonic() + _FREEZE_TIMEOUT
        # A parent in vfork cannot be stopped while its child is: let such a pair go on, and try again.
        while not self._stop_all(min(deadline, time.monotonic() + _FREEZE_TRY)):
            if not entry.signal_all(self._person, self._inside.pidfd, signal.SIGCONT) or time.monotonic() > deadline:
                return False
        self._gate = os.pipe2(os.O_CLOEXEC)
        return True

    def _stop_all(self, deadline: float) -> bool:
        """Send SIGSTOP to all, and wait until all have stopped."""
        if not entry.signal_all(self._person, self._inside.pidfd, signal.SIGSTOP):
            return False
        while not self._processes.all_stopped():
            if time.monotonic() > deadline:
                return False
            time.sleep(_STEP / 10)
        return True

    def _thaw(self) -> bool:
        """Let all go on; whether they had stood still."""
        if self._thaw_at is None:
            return False
        self._thaw_at = None
        if self._person.control_groups.can_freeze:
            self._person.control_groups.thaw()
        else:  # also wakes what its user had suspended: the price of a system without a freezer
            entry.signal_all(self._person, self._inside.pidfd, signal.SIGCONT)
        if self._gate is not None:
            channel.close(self._gate)
            self._gate = None
        return True

    # -- the end

    def _begin_stop(self, grace: float) -> None:
        """Ask all processes to end; `_act` kills those that did not. Asked again, the shorter grace counts."""
        kill_at = time.monotonic() + max(0.0, grace)
        if self._kill_at is not None:
            self._kill_at = min(self._kill_at, kill_at)
            return
        self._kill_at = kill_at
        self._journal.note("stopping")
        self._supervision.give_up()
        self._thaw()
        if not entry.signal_all(self._person, self._inside.pidfd, signal.SIGTERM):
            self._journal.note("the session's processes could not be asked to end: they will be killed")


def _drain(descriptor: int) -> None:
    with contextlib.suppress(BlockingIOError):
        while os.read(descriptor, 4096):
            pass
