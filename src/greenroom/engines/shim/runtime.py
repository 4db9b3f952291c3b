"""A session's runtime directory: how the server, the command line and the shim find each other.

    lock      held (flock) by the shim for its whole life, and before that by whoever starts it
    spec.json what to run
    state     who runs: written by the shim, removed when it ends in order
    control   the shim's socket
    log       what the shim did and what the supervised command said
    scripts   what the initialization scripts said at the last start
    picture   the last small picture of its desktop, whoever took it; goes when the session ends

Whoever holds the lock, and nobody else, may change the files before the last.
"""

import fcntl
import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from greenroom.engines.base import Script, SessionLimits, SessionSpec, SharedDirectory
from greenroom.engines.shim import cgroups
from greenroom.engines.shim.processes import ProcessIdentity

RETIRED = ".gone-"
"""How the name of a directory begins that is being deleted; no session's does."""


@dataclass(frozen=True, slots=True)
class Launch:
    """What a shim needs to run its session."""

    spec: SessionSpec
    gid: int
    """Group of the session's processes on the host."""
    bubblewrap: str
    """Path of the bwrap program."""
    hidden: tuple[Path, ...]
    """Host directories that stay out of sight even where the image holds them."""
    control_group: str
    """Name for the session's control groups, of this session alone on this machine."""
    machine_id: str
    """What the session has for /etc/machine-id: the same at every start, for programs that keep to one machine."""
    shown: Mapping[str, Path] = field(default_factory=dict)
    """Host directories that the session sees read-only, by where it sees them (within /run)."""
    devices: tuple[Path, ...] = ()
    """Of the host's /dev, which the session has too."""
    groups: tuple[int, ...] = ()
    """Of the host, whose rights the session's processes have: those to its devices."""

    def to_json(self) -> str:
        """As text, for `from_json`."""
        spec = self.spec
        return json.dumps(
            {
                "session_id": spec.session_id,
                "hostname": spec.hostname,
                "user": spec.user,
                "uid": spec.uid,
                "volume": str(spec.volume),
                "image_root": str(spec.image_root),
                "command": list(spec.command),
                "environment": dict(spec.environment),
                "limits": asdict(spec.limits),
                "outbound": spec.outbound,
                "shared": [asdict(shared) | {"source": str(shared.source)} for shared in spec.shared],
                "scripts": [asdict(script) for script in spec.scripts],
                "script_timeout": spec.script_timeout,
                "gid": self.gid,
                "bubblewrap": self.bubblewrap,
                "hidden": [str(path) for path in self.hidden],
                "control_group": self.control_group,
                "machine_id": self.machine_id,
                "devices": [str(path) for path in self.devices],
                "groups": list(self.groups),
                "shown": {inside: str(path) for inside, path in self.shown.items()},
            },
            indent=1,
        )

    @classmethod
    def from_json(cls, text: str) -> "Launch":
        """What `to_json` wrote. Raises ValueError, KeyError or TypeError for anything else."""
        told = json.loads(text)
        spec = SessionSpec(
            session_id=told["session_id"],
            hostname=told["hostname"],
            user=told["user"],
            uid=told["uid"],
            volume=Path(told["volume"]),
            image_root=Path(told["image_root"]),
            command=tuple(told["command"]),
            environment=told["environment"],
            limits=SessionLimits(**told["limits"]),
            outbound=told["outbound"],
            shared=tuple(
                SharedDirectory(shared["name"], Path(shared["source"]), shared["target"]) for shared in told["shared"]
            ),
            scripts=tuple(Script(**script) for script in told["scripts"]),
            script_timeout=told["script_timeout"],
        )
        return cls(
            spec,
            gid=told["gid"],
            bubblewrap=told["bubblewrap"],
            hidden=tuple(Path(path) for path in told["hidden"]),
            control_group=told["control_group"],
            machine_id=told["machine_id"],
            devices=tuple(Path(path) for path in told["devices"]),
            groups=tuple(told["groups"]),
            shown={inside: Path(path) for inside, path in told["shown"].items()},
        )


@dataclass(frozen=True, slots=True)
class State:
    """Who runs a session."""

    shim: ProcessIdentity
    init: ProcessIdentity | None = None
    """First process of the session's pid namespace; None before there is one."""
    control_groups: tuple[Path, ...] = ()
    started_at: str | None = None
    """UTC, ISO 8601; None until the session is ready."""

    def to_json(self) -> str:
        """As text, for `from_json`."""
        return json.dumps(asdict(self), default=str)

    @classmethod
    def from_json(cls, text: str) -> "State":
        """What `to_json` wrote. Raises ValueError, KeyError or TypeError for anything else."""
        told = json.loads(text)
        return cls(
            shim=ProcessIdentity(**told["shim"]),
            init=ProcessIdentity(**told["init"]) if told["init"] else None,
            control_groups=tuple(Path(path) for path in told["control_groups"]),
            started_at=told["started_at"],
        )

    def with_namespace(self, init: ProcessIdentity) -> "State":
        """The state once the session's namespaces are there."""
        return replace(self, init=init)

    def ready(self, started_at: str) -> "State":
        """The state once the session is ready for its user."""
        return replace(self, started_at=started_at)


class RuntimeDirectory:
    """One session's files; the methods that change them expect the lock to be held."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = path / "log"
        self.scripts = path / "scripts"
        self.picture = path / "picture"
        self._lock = path / "lock"
        self._spec = path / "spec.json"
        self._state = path / "state"
        self._control = path / "control"

    def try_lock(self) -> int | None:
        """Take the lock: an open file that holds it until it and its copies are closed; None while another does.

        Creates the directory where there is none.
        """
        with suppress(FileExistsError):  # if it is no directory, the next says so
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        while True:
            # not mkdir(exist_ok=True): that looks again at what was there, which may have been retired meanwhile
            with suppress(FileExistsError):
                self.path.mkdir(mode=0o700)
            try:
                lock = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except FileNotFoundError:  # it was removed meanwhile
                continue
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                return None
            if self._is_lock_file(lock):
                return lock
            os.close(lock)  # the directory was removed meanwhile, and perhaps made anew

    def _is_lock_file(self, lock: int) -> bool:
        try:
            return os.path.samestat(os.fstat(lock), self._lock.stat())
        except FileNotFoundError:
            return False

    def is_locked(self) -> bool:
        """Whether anybody holds the lock now."""
        try:
            lock = os.open(self._lock, os.O_RDONLY | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
        return False

    def write_launch(self, launch: Launch) -> None:
        """Keep what to run."""
        self._write(self._spec, launch.to_json())

    def launch(self) -> Launch:
        """What to run. Raises OSError and ValueError."""
        return Launch.from_json(self._spec.read_text())

    def write_state(self, state: State) -> None:
        """Keep who runs."""
        self._write(self._state, state.to_json())

    def state(self) -> State | None:
        """Who runs, or ran when the shim was killed; None where nobody does."""
        try:
            return State.from_json(self._state.read_text())
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def running(self) -> State | None:
        """The state of a session that runs and is ready, else None."""
        state = self.state()
        return state if state is not None and state.started_at is not None and self.is_locked() else None

    def clear(self, timeout: float) -> bool:
        """End what a killed shim may have left, and drop its traces; False when a process does not end in time."""
        state = self.state()
        if state is not None:
            if state.init is not None:
                state.init.kill()
                if not state.init.wait(timeout):
                    return False
            if not cgroups.ControlGroups(state.control_groups).remove(timeout):
                return False
        self._control.unlink(missing_ok=True)
        self._state.unlink(missing_ok=True)
        for picture in self.path.glob(f"{self.picture.name}*"):  # also of those who were killed while they wrote one
            picture.unlink(missing_ok=True)
        return True

    def keep_picture(self, picture: bytes) -> None:
        """Have that picture for the session's, which any number of processes may do at once."""
        new = self.path / f"picture-{os.urandom(4).hex()}.new"
        with suppress(FileNotFoundError):  # the session was forgotten meanwhile
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
                file.write(picture)
            new.replace(self.picture)

    def retire(self) -> Path:
        """Move everything aside at once, lock included, so that it can be deleted; where it is now."""
        aside = self.path.with_name(f"{RETIRED}{self.path.name}-{os.urandom(4).hex()}")
        self.path.rename(aside)
        return aside

    def listen(self) -> socket.socket:
        """The shim's control socket, which only its own user may connect to."""
        self._control.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with self._short_path() as path:
                listener.bind(f"{path}/{self._control.name}")
            self._control.chmod(0o600)
            listener.listen(128)
        except BaseException:
            listener.close()
            raise
        return listener

    def connect(self, timeout: float) -> socket.socket:
        """A connection to the shim. Raises OSError where there is none."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            connection.settimeout(timeout)
            with self._short_path() as path:
                connection.connect(f"{path}/{self._control.name}")
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _short_path(self) -> Iterator[str]:
        """A name of the directory that fits a socket's address (107 bytes), however deep it lies."""
        directory = os.open(self.path, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            yield f"/proc/self/fd/{directory}"
        finally:
            os.close(directory)

    def _write(self, path: Path, text: str) -> None:
        """Write a file whole or not at all, so that a reader never sees half of it."""
        new = path.with_name(path.name + ".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "w") as file:
            file.write(text)
        new.replace(path)
