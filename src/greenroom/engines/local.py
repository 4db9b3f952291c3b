"""Sessions on this machine: bubblewrap namespaces, each kept by a shim process that outlives the server."""

import contextlib
import os
import re
import shutil
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from greenroom.engines import commands
from greenroom.engines.base import EngineError, EnginePermanentError, Running, SessionLog, SessionSpec
from greenroom.engines.desktop import errands
from greenroom.engines.desktop.components import PROGRAMS, STREAM_SOCKET
from greenroom.engines.findings import findings
from greenroom.engines.gpu import find as find_gpu
from greenroom.engines.preparation import prepare
from greenroom.engines.shim import channel
from greenroom.engines.shim.initialization import SCRIPT_END
from greenroom.engines.shim.journal import tail
from greenroom.engines.shim.processes import ProcessIdentity
from greenroom.engines.shim.runtime import RETIRED, Launch, RuntimeDirectory
from greenroom.engines.shim.starting import ShimError, start_shim

__all__ = ["LocalEngine", "findings"]

START_TIMEOUT = 30.0
"""Seconds that a start may take beside its scripts, including the end of a stop that is under way."""
STOP_TIMEOUT = 10.0
"""Seconds that killed processes may take to be gone."""
LONGEST_FREEZE = 30.0
"""Seconds after which a frozen session goes on by itself, should the server that froze it be gone."""
_LOOK_AGAIN = 0.01
_BRIEF = 1.0
_LOG_BYTES = 256 * 1024

_SESSION_ID = re.compile(r"(?!\.)[A-Za-z0-9_.:-]{1,128}")


class LocalEngine:
    """Runs sessions in namespaces of this machine. Thread-safe; any number of processes may use one directory.

    What runs is known by the locks in `directory` alone, so every process of the server's user sees the same:
    a server that starts again finds its sessions, and the command line needs no server.

    Where the server is root, each session runs as its own user of the host (`SessionSpec.uid`, also its group);
    otherwise all run as the server's user, and only the namespaces keep them apart.
    """

    name = "local"

    def __init__(
        self,
        directory: Path,
        *,
        hidden: Sequence[Path] = (),
        bubblewrap: str = "bwrap",
        longest_freeze: float = LONGEST_FREEZE,
        desktop: str = "off",
        desktop_programs: Sequence[str] = PROGRAMS,
        gpu: str = "off",
    ) -> None:
        """`directory` holds the runtime files and belongs to this engine alone.

        `hidden`: directories of the host (the data directory) that no session may see, wherever they lie.
        `bubblewrap`: the program's name or path. `longest_freeze`: seconds. `desktop`: one of `outfit.MODES`.
        `desktop_programs`: commands that are kept running on it, the window manager first.
        `gpu`: one of `gpu.MODES`.
        """
        self._directory = directory.absolute()
        self._hidden = (*(path.absolute() for path in hidden), self._directory)
        self._bubblewrap = bubblewrap
        self._longest_freeze = longest_freeze
        self._desktop = desktop
        self._desktop_programs = tuple(desktop_programs)
        self._gpu = gpu
        self._pictures = errands.Pictures()

    # -- start and stop

    def start(self, spec: SessionSpec) -> None:
        """See Engine.start."""
        runtime = self._runtime(spec.session_id)
        with _engine_errors(spec.session_id):
            launch = prepare(
                spec,
                runtime,
                bubblewrap=self._bubblewrap,
                hidden=self._hidden,
                desktop=self._desktop,
                desktop_programs=self._desktop_programs,
                gpu=None if self._gpu == "off" else find_gpu(),
            )
            deadline = time.monotonic() + _start_timeout(spec)
            while not self._runs_already(runtime):
                lock = runtime.try_lock()
                if lock is not None:
                    try:
                        self._launch(runtime, launch, lock)
                    finally:
                        os.close(lock)
                    return
                if time.monotonic() > deadline:
                    raise EngineError(
                        f"session {spec.session_id}: another start or stop has held it for {_start_timeout(spec):g} s; "
                        f"see {runtime.log}",
                        reason="session-busy",
                    )
                time.sleep(_LOOK_AGAIN)

    def stop(self, session_id: str, grace_seconds: float = 10.0) -> None:
        """See Engine.stop."""
        with _engine_errors(session_id):
            runtime = self._known(session_id)
            if runtime is not None:
                self._stop(runtime, grace_seconds)

    def _stop(self, runtime: RuntimeDirectory, grace_seconds: float) -> None:
        kill_at = time.monotonic() + grace_seconds + STOP_TIMEOUT
        asked: ProcessIdentity | None = None
        while not self._cleared(runtime):
            state = runtime.state()
            if asked is not None and state is not None and state.shim != asked:
                return  # that one has ended, and somebody started the session anew
            if asked is None and state is not None:
                with contextlib.suppress(OSError):  # still starting: it answers soon
                    self._ask(runtime, {"do": "stop", "grace": grace_seconds})
                    asked = state.shim
            now = time.monotonic()
            if now > kill_at + STOP_TIMEOUT:
                raise _unending(runtime)
            if now > kill_at:
                self._kill_shim(runtime)
            time.sleep(_LOOK_AGAIN)

    def forget(self, session_id: str) -> None:
        """See Engine.forget. Raises EngineError for a session that runs."""
        with _engine_errors(session_id):
            runtime = self._known(session_id)
            if runtime is None:
                return
            deadline = time.monotonic() + _BRIEF
            while (lock := runtime.try_lock()) is None:  # whoever only looks whether it runs holds it for a moment
                if runtime.running() is not None or time.monotonic() > deadline:
                    raise EngineError(
                        f"session {session_id} is in use: stop it before it is forgotten", reason="session-running"
                    )
                time.sleep(_LOOK_AGAIN)
            try:
                if not runtime.clear(STOP_TIMEOUT):
                    raise _unending(runtime)
                runtime.retire()
                for retired in self._directory.glob(f"{RETIRED}*"):  # also of those who were killed at this point
                    shutil.rmtree(retired, ignore_errors=True)
            finally:
                os.close(lock)

    # -- what runs

    def running(self) -> list[Running]:
        """See Engine.running."""
        try:
            names = sorted(entry.name for entry in self._directory.iterdir())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise EngineError(f"cannot tell what runs: {error}", reason="files") from error
        found = []
        for name in names:
            state = RuntimeDirectory(self._directory / name).running()
            if state is not None and state.started_at is not None:
                found.append(Running(name, datetime.fromisoformat(state.started_at)))
        return found

    def is_running(self, session_id: str) -> bool:
        """See Engine.is_running."""
        runtime = self._known(session_id)
        return runtime is not None and runtime.running() is not None

    def log(self, session_id: str) -> SessionLog:
        """See Engine.log."""
        runtime = self._known(session_id)
        if runtime is None:
            return SessionLog()
        return SessionLog(tail(runtime.scripts, _LOG_BYTES), tail(runtime.log, _LOG_BYTES))

    # -- freezing

    def freeze(self, session_id: str) -> bool:
        """See Engine.freeze. The session goes on by itself after `longest_freeze`, should nobody thaw it."""
        answer = self._ask_running(session_id, {"do": "freeze", "seconds": self._longest_freeze})
        return answer is not None and answer.get("frozen") is True

    def thaw(self, session_id: str) -> bool:
        """See Engine.thaw."""
        answer = self._ask_running(session_id, {"do": "thaw"})
        return answer is not None and answer.get("thawed") is True

    # -- commands

    def execute(
        self,
        session_id: str,
        command: Sequence[str],
        *,
        stdin: int,
        stdout: int,
        stderr: int,
        environment: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> int:
        """See Engine.execute. Three terminals, and interrupts: see greenroom.engines.commands."""
        if not command:
            raise EnginePermanentError("there is no command to run", reason="no-command")
        with _engine_errors(session_id):
            runtime = self._known(session_id)
            if runtime is None or runtime.running() is None:
                raise _not_running(session_id)
        return commands.execute(
            runtime, command, stdin=stdin, stdout=stdout, stderr=stderr, environment=environment, timeout=timeout
        )

    def open_stream(self, session_id: str, patience: float) -> socket.socket:
        """See Engine.open_stream."""
        with _engine_errors(session_id):
            runtime = self._known(session_id)
            state = runtime.running() if runtime is not None else None
            if runtime is None or state is None:
                raise _not_running(session_id)
            if not runtime.launch().shown:
                raise EngineError(
                    f"session {session_id} has no desktop: greenroom doctor says what this machine lacks for one "
                    "(and GREENROOM_DESKTOP whether sessions are to have one)",
                    reason="no-desktop",
                )
        request = {"do": "connect", "path": STREAM_SOCKET, "patience": patience}
        try:
            with runtime.connect(patience + commands.ANSWER_TIMEOUT) as connection:
                channel.send(connection, request)
                received = channel.receive(connection)
        except OSError as error:
            raise EngineError(f"session {session_id} does not answer: {error}", reason="session-silent") from error
        if received is None or not received[1]:
            why = received[0].get("error") if received else "it ended"
            raise EngineError(
                f"the desktop of session {session_id} does not answer: {why}; what it said is shown by: "
                f"greenroom session logs {session_id}",
                reason="desktop-silent",
            )
        opened = [socket.socket(fileno=file) for file in received[1]]
        for surplus in opened[1:]:
            surplus.close()
        opened[0].setblocking(False)
        return opened[0]

    def tell(self, session_id: str, title: str, text: str, until: float) -> None:
        """See Engine.tell."""
        with _engine_errors(session_id):
            runtime = self._known(session_id)
            if runtime is None or runtime.running() is None:
                raise _not_running(session_id)
            errands.tell(runtime, title, text, until)

    def unused_for(self, session_id: str) -> float | None:
        """See Engine.unused_for."""
        with _engine_errors(session_id):
            answer = self._ask_running(session_id, {"do": "unused"})
            runtime = self._known(session_id)
            if answer is None or runtime is None:
                return None
            return errands.unused_for(runtime, float(answer["seconds"]))

    def picture(self, session_id: str, max_age: float) -> bytes | None:
        """See Engine.picture."""
        with _engine_errors(session_id):
            runtime = self._known(session_id)
            if runtime is None or runtime.running() is None:
                return None
            return self._pictures.of(runtime, max_age)

    # -- parts of the above

    def _runtime(self, session_id: str) -> RuntimeDirectory:
        if not _SESSION_ID.fullmatch(session_id):
            raise EnginePermanentError(f"{session_id!r} is not the id of a session", reason="session-id")
        return RuntimeDirectory(self._directory / session_id)

    def _known(self, session_id: str) -> RuntimeDirectory | None:
        """The session's runtime directory, if this engine has one."""
        if not _SESSION_ID.fullmatch(session_id):
            return None
        runtime = self._runtime(session_id)
        return runtime if runtime.path.is_dir() else None

    def _runs_already(self, runtime: RuntimeDirectory) -> bool:
        """Whether the session runs and is not about to end."""
        if runtime.running() is None:
            return False
        try:
            return self._ask(runtime, {"do": "ping"}).get("stopping") is False
        except OSError:
            return False

    def _launch(self, runtime: RuntimeDirectory, launch: Launch, lock: int) -> None:
        """Start a shim that inherits the lock. Raises EngineError with nothing left, OSError."""
        if not runtime.clear(STOP_TIMEOUT):
            raise _unending(runtime)
        runtime.write_launch(launch)
        runtime.scripts.unlink(missing_ok=True)
        try:
            start_shim(runtime, lock, _start_timeout(launch.spec))
        except ShimError as error:
            if not runtime.clear(STOP_TIMEOUT):
                raise _unending(runtime) from error
            if error.status_code is not None:
                raise EnginePermanentError(
                    str(error), reason=error.status_code.lower().replace("_", "-"), status_code=error.status_code
                ) from error
            raise EngineError(
                f"session {launch.spec.session_id} could not start: {error}; see {runtime.log}", reason="start"
            ) from error

    def _kill_shim(self, runtime: RuntimeDirectory) -> None:
        """Kill a shim that does not do as it is told; the kernel ends the session with it."""
        state = runtime.state()
        if state is not None:
            state.shim.kill()
            state.shim.wait(STOP_TIMEOUT)

    def _cleared(self, runtime: RuntimeDirectory) -> bool:
        """Whether nobody runs the session; if so, also nothing is left of one whose shim was killed."""
        lock = runtime.try_lock()
        if lock is None:
            return False
        try:
            if not runtime.clear(STOP_TIMEOUT):
                raise _unending(runtime)
        finally:
            os.close(lock)
        return True

    def _ask(self, runtime: RuntimeDirectory, question: channel.Message) -> channel.Message:
        """The shim's answer. Raises OSError where it gives none."""
        with runtime.connect(commands.ANSWER_TIMEOUT) as connection:
            channel.send(connection, question)
            received = channel.receive(connection)
        if received is None:
            raise ConnectionResetError("the shim ended without an answer")
        channel.close(received[1])
        return received[0]

    def _ask_running(self, session_id: str, question: channel.Message) -> channel.Message | None:
        """As `_ask`; None where the session does not run or does not answer."""
        runtime = self._known(session_id)
        if runtime is None or runtime.running() is None:
            return None
        try:
            return self._ask(runtime, question)
        except OSError:
            return None


def _start_timeout(spec: SessionSpec) -> float:
    """Seconds that the whole start may take."""
    return START_TIMEOUT + len(spec.scripts) * (spec.script_timeout + SCRIPT_END)


@contextlib.contextmanager
def _engine_errors(session_id: str) -> Iterator[None]:
    """Let what the files of the session refuse be told as an error of the engine."""
    try:
        yield
    except OSError as error:
        raise EngineError(
            f"session {session_id}: {error}; is the disk full, or is this not the server's user?", reason="files"
        ) from error


def _not_running(session_id: str) -> EngineError:
    return EngineError(f"session {session_id} does not run here; start it first", reason="session-not-running")


def _unending(runtime: RuntimeDirectory) -> EngineError:
    return EngineError(
        f"session {runtime.path.name}: killed processes do not end (a disk or a network mount that hangs?); "
        f"look for them with: fuser -vm on its volume. See {runtime.log}",
        reason="session-unending",
    )
