"""Keeps a session's desktop running, from inside: starts its programs in order, and again when they end.

Runs as the session's user, with the standard library and this package alone. The session does not depend on it: should
it be killed, the kernel ends its programs with it, and the shim starts it again.
"""

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

from greenroom.engines.desktop.components import INTERPRETER_VARIABLE, Component, components
from greenroom.engines.shim import kernel
from greenroom.engines.shim.supervision import Supervision

_LOOK_AGAIN = 0.05
"""Seconds between two looks whether something has come up, which tells nobody."""
_GRACE = 5.0
"""Seconds that programs have to end by themselves."""
_ONCE_TIMEOUT = 10.0


class Supervisor:
    """The loop: one thread that waits for its children and its timers."""

    def __init__(self, wanted: Sequence[Component]) -> None:
        self._kept: list[tuple[Component, Supervision]] = []
        for component in wanted:
            if _program(component.command) is None:
                _say(f"there is no {component.command[0]}: the desktop has no {component.name}")
            else:
                self._kept.append((component, Supervision(component.command)))
        self._unsettled: list[Component] = []
        """Those that were started and are not up yet."""
        self._ending = False
        self._awake, awake_end = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        signal.set_wakeup_fd(awake_end, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.signal(signal.SIGTERM, self._on_end)

    def _on_end(self, _number: int, _frame: FrameType | None) -> None:
        self._ending = True

    def run(self) -> None:
        """Keep everything running until SIGTERM."""
        poller = select.poll()
        poller.register(self._awake, select.POLLIN)
        while not self._ending:
            self._start_due(time.monotonic())
            poller.poll(self._patience(time.monotonic()))
            with contextlib.suppress(BlockingIOError):
                os.read(self._awake, 4096)
            self._settle()
            self._reap()
        self._end()

    def _patience(self, now: float) -> float | None:
        """Milliseconds that the loop may wait."""
        if self._unsettled:
            return _LOOK_AGAIN * 1000
        due = [kept.due for component, kept in self._kept if kept.due is not None]
        if not due:
            return None
        return max(_LOOK_AGAIN, min(due) - now) * 1000

    def _start_due(self, now: float) -> None:
        for component, kept in self._kept:
            if kept.due is not None and kept.due <= now and self._is_ready_for(component):
                self._start(component, kept, now)

    def _is_ready_for(self, component: Component) -> bool:
        coming = {each.makes for each in self._unsettled}
        return all(os.path.lexists(path) and path not in coming for path in component.needs)

    def _start(self, component: Component, kept: Supervision, now: float) -> None:
        if component.makes:
            os.makedirs(os.path.dirname(component.makes), mode=0o700, exist_ok=True)  # noqa: PTH103, PTH120
            with contextlib.suppress(FileNotFoundError):
                os.unlink(component.makes)  # noqa: PTH108
        parent = os.getpid()
        try:
            process = subprocess.Popen(
                _words(component.command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=_environment(component),
                preexec_fn=lambda: _prepare(parent),
            )
        except (OSError, subprocess.SubprocessError) as error:
            _say(f"the {component.name} cannot be started: {error}; again in {kept.ended(now):g} s")
            return
        kept.started(process.pid, now)
        # Its end is collected by `_reap`, with those of all others.
        process.returncode = 0
        if component.makes:
            self._unsettled.append(component)

    def _settle(self) -> None:
        """Look which of those that were started are up."""
        for component in list(self._unsettled):
            if os.path.lexists(component.makes):
                self._unsettled.remove(component)
                for command in component.first:
                    _run_once(command)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for component, kept in self._kept:
                if kept.companion == pid:
                    if component in self._unsettled:
                        self._unsettled.remove(component)
                    delay = kept.ended(time.monotonic())
                    code = os.waitstatus_to_exitcode(status)
                    _say(f"the {component.name} ended with status {code}; again in {delay:g} s")

    def _end(self) -> None:
        """Ask all to end, the last started first, and wait a moment."""
        running = [kept.companion for _, kept in reversed(self._kept) if kept.companion is not None]
        for pid in running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + _GRACE
        while running and time.monotonic() < deadline:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                time.sleep(_LOOK_AGAIN)


def _prepare(parent: int) -> None:
    """In the child: end with the supervisor, and take signals as a program expects them."""
    kernel.die_with_parent(parent)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def _run_once(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=_ONCE_TIMEOUT, check=False
        )
    except (OSError, subprocess.SubprocessError) as error:
        _say(f"{command[0]} failed: {error}")
        return
    if done.returncode:
        _say(f"{' '.join(command)} ended with status {done.returncode}")


def _words(command: Sequence[str]) -> list[str]:
    """The command as it is run; `@python` is the one that runs this, by the way that this was run."""
    if command[0] == "@python":
        return [*(os.environ.get(INTERPRETER_VARIABLE) or sys.executable).split("\n"), *command[1:]]
    return [shutil.which(command[0]) or command[0], *command[1:]]


def _program(command: Sequence[str]) -> str | None:
    """Where the program is."""
    return sys.executable if command[0] == "@python" else shutil.which(command[0])


def _environment(component: Component) -> dict[str, str]:
    """What the program begins with: the libraries of another Python are for Python alone."""
    environment = dict(os.environ)
    if component.command[0] != "@python":
        environment.pop("LD_LIBRARY_PATH", None)
    return environment


def _say(text: str) -> None:
    """A line for the session's log."""
    sys.stderr.write(f"desktop: {text}\n")
    sys.stderr.flush()


def main() -> None:
    """Keep the desktop of this session."""
    Supervisor(components(os.environ)).run()
