"""Where sessions run: the contract that every engine keeps.

An engine turns a `SessionSpec` into a running session and tells truthfully what is running. It keeps no
opinion on what *should* run: that is for `control/`, which calls it again after every crash of either side.
"""

import socket
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol


class EngineError(Exception):
    """The engine could not do what was asked; trying again later may help.

    `reason` is a short machine-readable word for logs and metrics; `status_code` is the
    StreamingSessionStatusCode that the session's record shows; the text is for a person.
    """

    def __init__(self, message: str, *, reason: str = "engine", status_code: str = "INTERNAL_ERROR") -> None:
        super().__init__(message)
        self.reason = reason
        self.status_code = status_code


class EnginePermanentError(EngineError):
    """Trying again cannot help: an unknown image, an instance type that the machine cannot carry."""


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """What a session may take of the machine; None is no limit."""

    cpus: float | None = None
    memory_bytes: int | None = None
    pids: int | None = 4096

    def only(self, controllers: Collection[str]) -> "SessionLimits":
        """Those limits alone that these kinds of control group would keep: cpu, memory, pids."""
        return SessionLimits(
            cpus=self.cpus if "cpu" in controllers else None,
            memory_bytes=self.memory_bytes if "memory" in controllers else None,
            pids=self.pids if "pids" in controllers else None,
        )


@dataclass(frozen=True, slots=True)
class Script:
    """An initialization script, run at every start before the session is ready for its user."""

    name: str
    """For people, in messages and logs: which script it is, of what."""
    text: str = field(repr=False)
    """Run by the interpreter that its first line names (`#!`), else by the session's shell. May hold secrets."""
    as_root: bool = False
    """As the session's root, which changes what belongs to the session alone; else as its user."""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Beside what every process of the session has. May hold secrets."""


@dataclass(frozen=True, slots=True)
class SessionLog:
    """What a session said; the last part of it where it said much."""

    initialization: str = ""
    """Of the initialization scripts, at the last start."""
    session: str = ""
    """Of its supervised command and of what keeps it."""


@dataclass(frozen=True, slots=True)
class SharedDirectory:
    """A directory of the host that several sessions have, with what is mounted in it."""

    name: str
    """For people, in messages: of which studio component it is."""
    source: Path
    """On the host."""
    target: str
    """Inside; `$HOME` at its beginning stands for the home of the session's user."""


@dataclass(frozen=True, slots=True)
class SessionSpec:
    """All that an engine needs to run a session; the same for every start of it."""

    session_id: str
    hostname: str
    user: str
    """Name of the session's user inside the session; its home is the volume."""
    uid: int
    """Owner of the volume's files on the host; each session has its own where the server is root."""
    volume: Path
    """The volume's directory on the host."""
    image_root: Path = Path("/")
    """Root file system of the session's image, presented read-only."""
    command: Sequence[str] = ()
    """The supervised command; empty: the engine's default. Restarted when it ends while the session runs."""
    environment: Mapping[str, str] = field(default_factory=dict)
    limits: SessionLimits = SessionLimits()
    outbound: bool = False
    """Whether the session reaches other machines; this one, its loopback above all, never."""
    shared: Sequence[SharedDirectory] = ()
    scripts: Sequence[Script] = ()
    """Run in this order; one that fails fails the start, with the status code INITIALIZATION_SCRIPT_ERROR."""
    script_timeout: float = 300.0
    """Seconds that each script may take."""


@dataclass(frozen=True, slots=True)
class Running:
    """A session that the engine found running."""

    session_id: str
    started_at: datetime
    """UTC."""


class Engine(Protocol):
    """Thread-safe. Every call is idempotent and safe to repeat after a crash of the caller or the engine."""

    name: str

    def start(self, spec: SessionSpec) -> None:
        """Run the session; return when it is ready for its user. Already running: nothing happens.

        Raises EngineError (nothing is left running then) and EnginePermanentError.
        """

    def stop(self, session_id: str, grace_seconds: float = 10.0) -> None:
        """End all of the session's processes: first asked, after `grace_seconds` killed.

        Returns only when none is left and nothing of the session holds its volume open.
        A session that is not running or unknown: nothing happens. The volume is not touched.
        """

    def running(self) -> list[Running]:
        """Every session of this engine that is running now, also those that another server started."""

    def is_running(self, session_id: str) -> bool:
        """Whether the session runs now."""

    def freeze(self, session_id: str) -> bool:
        """Stop the session's processes in their tracks, for a snapshot. False: this engine cannot."""

    def thaw(self, session_id: str) -> bool:
        """Let frozen processes go on; whether they had stood still until now. Not running, unknown: nothing happens."""

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
        """Run `command` as the session's user in its home; returns its exit status (128+n: signal n).

        The three are open file descriptors. A command that takes longer than `timeout` seconds is ended: EngineError
        (`execute-timeout`); whoever sets that is Greenroom itself, and it is no use of the session (`unused_for`).
        Raises EngineError where the session does not run, EnginePermanentError where this engine
        runs no commands.
        """

    def log(self, session_id: str) -> SessionLog:
        """What the session said when it ran last, also where its start failed. Unknown: nothing."""

    def open_stream(self, session_id: str, patience: float) -> socket.socket:
        """A connection, not blocking, to what streams the session's desktop: HTTP/1.1 and WebSockets, for one exchange.

        Waits at most `patience` seconds for a desktop that is still coming up. What answers there is under the control
        of the session's user. Raises EngineError where the session does not run or has no desktop.
        """

    def tell(self, session_id: str, title: str, text: str, until: float) -> None:
        """Show a few words in the session's desktop until that moment (seconds since 1970).

        `{time}` in the text is that moment by the session's own clock. A session without a desktop: nothing happens.
        Raises EngineError where the session does not run or its desktop does not answer.
        """

    def unused_for(self, session_id: str) -> float | None:
        """Seconds since the last input to the session's desktop, or the last command that somebody ran in it, if that
        was later; 0 while one runs. None: it does not run, or does not tell. The session's user may make it lie.
        """

    def picture(self, session_id: str, max_age: float) -> bytes | None:
        """A small JPEG of the session's desktop, at most 15 KiB; None where it does not run or has none to show.

        Taken anew where the last one is older than `max_age` seconds. What it shows is under the control of the
        session's user, and so are its bytes.
        """

    def forget(self, session_id: str) -> None:
        """Drop what the engine itself keeps of an ended session (logs, runtime files). Unknown: nothing happens."""
