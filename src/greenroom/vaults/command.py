"""Running restic: one program call at a time, its patience bounded and its failures turned into the vault's errors."""

import contextlib
import fcntl
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import termios
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import IO, Self, TypeVar

import msgspec

from greenroom.vaults import failures
from greenroom.vaults.base import VaultError, VaultLockedError
from greenroom.vaults.namespace import Mount, entering
from greenroom.vaults.pulse import Pulse
from greenroom.vaults.repository import Repository

_GRACE = 5.0
"""Seconds that an interrupted restic has to remove its lock before it is killed."""

_HANGS = 30
"""After so many times its `patience` without any sign of life, a restic is taken to hang."""

_HANGS_FOR_SURE = 900.0
"""Seconds without one that no store is given more of."""

_WATCH = 0.5
"""Seconds between two looks at a restic that runs."""

_ROOM = 64 << 20
"""Bytes free where the repository lies below which a restic that hangs is taken to lack room: a few packs."""

_LOCK_PATIENCE = 10.0
"""Seconds to wait for a lock that is not ours: other machines' short commands come and go."""

_KEPT_WORDS = 200
_INCOMPLETE = 3
_RETRY = re.compile(r"^(\S+\(<[^>]*>\S*).* returned error, retrying after [^:]+: (.*)$")
_Result = TypeVar("_Result")

_OURS = ("GREENROOM_", "RESTIC_REPOSITORY", "RESTIC_PASSWORD", "RESTIC_KEY_HINT", "RESTIC_CACHE_DIR", "RESTIC_HOST")
_AT_EASE = ("nice", "-n", "10", "ionice", "-c", "2", "-n", "7", "-t")


class Cache(Enum):
    """What restic may take from this machine instead of the repository."""

    WRITING = "writing"
    """All that earlier calls fetched or wrote."""
    READING = "reading"
    """Only what was fetched from the repository: what a backup wrote is fetched once before it is believed."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of the line to the repository restic may take, in bytes a second; 0: all of it."""

    upload: int = 0
    download: int = 0

    def options(self) -> list[str]:
        """As restic takes them: in KiB, and none less than one."""
        named = (("--limit-upload", self.upload), ("--limit-download", self.download))
        return [f"{name}={max(1, limit >> 10)}" for name, limit in named if limit]


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Call:
    """One restic command."""

    arguments: tuple[str, ...]
    doing: str
    """Completes "while …" in messages."""
    backup_id: str | None = None
    mounts: tuple[Mount, ...] = ()
    cache: Cache = Cache.WRITING
    lock: bool = True
    """Without a lock a call is quicker by 0.2 s, but may fail beside a prune: only for what is repeated with one."""
    at_ease: bool = False
    """Gives way to the sessions on this machine."""
    deadline: float | None = None
    """Seconds."""
    strict: bool = False
    """An error that restic only mentions, going on to a successful end, is a failure too."""

    def given(self, *options: str) -> Self:
        """The same call with more options."""
        return replace(self, arguments=(self.arguments[0], *options, *self.arguments[1:]))


class _ErrorDetail(msgspec.Struct):
    message: str = ""
    op: str = msgspec.field(name="Op", default="")


class _Message(msgspec.Struct):
    """A line of restic's `--json` on standard error; the shape of `error` changed over the versions."""

    message_type: str
    item: str = ""
    message: str = ""
    error: _ErrorDetail = msgspec.field(default_factory=_ErrorDetail)


@dataclass(slots=True)
class _Words:
    """What a restic says on standard error, and how long it has been retrying."""

    lines: deque[str] = field(default_factory=lambda: deque(maxlen=_KEPT_WORDS))
    items: list[str] = field(default_factory=list)
    """Files that a backup could not read."""
    retries: dict[str, float] = field(default_factory=dict)
    """When each operation was first retried."""
    count: int = 0
    """Lines said so far."""

    def heard(self, line: str) -> float:
        """Take one line in; seconds for which the operation that it is about has been retried."""
        self.count += 1
        if line.startswith("{"):
            with contextlib.suppress(msgspec.DecodeError):
                message = msgspec.json.decode(line, type=_Message)
                if message.message_type == "error" and message.item:
                    self.items.append(message.item)
                line = " ".join(filter(None, (message.item, message.message, message.error.message))) or line
        self.lines.append(line)
        retry = _RETRY.match(line)
        if retry is None:
            return 0.0
        now = time.monotonic()
        return now - self.retries.setdefault(retry.group(1), now)


class Running:
    """A started restic. Leaving the `with` waits for it and raises its failure; leaving by an error ends it."""

    def __init__(
        self,
        call: Call,
        process: subprocess.Popen[bytes],
        pid: int,
        patience: float,
        failure: Callable[[Call, int, _Words], VaultError],
    ) -> None:
        assert process.stdout is not None  # noqa: S101  piped in Restic.start
        assert process.stderr is not None  # noqa: S101  likewise
        self.stdout: IO[bytes] = process.stdout
        self._pid = pid
        self._descriptor = _descriptor(pid)
        self._outer = os.pidfd_open(process.pid)
        self._call = call
        self._process = process
        self._failure = failure
        self._patience = patience
        self._words = _Words()
        self._gave_up = ""
        self._gave_up_at = 0.0
        self._ended = threading.Event()
        self._listener = threading.Thread(target=self._listen, args=(process.stderr,), daemon=True)
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._listener.start()
        self._watcher.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.finish()
        finally:
            self._end()

    def finish(self) -> None:
        """Wait for the end, and raise what went wrong."""
        self.stdout.read()
        self._listener.join()
        status = self._process.wait()
        complained = self._call.strict and any(line.startswith("error:") for line in self._words.lines)
        if status != 0 or self._gave_up or complained:
            self._words.lines.append(self._gave_up)
            raise self._failure(self._call, status, self._words)

    def ended_within(self, seconds: float) -> bool:
        """Wait for the end, but no longer than that."""
        # Not reaped by this: until all that it started is gone, its id is to stay nobody else's.
        waiting = select.poll()
        waiting.register(self._outer, select.POLLIN)
        return bool(waiting.poll(seconds * 1000))

    def written(self) -> int:
        """Bytes that restic has written anywhere so far, 0 once it has ended."""
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self._pid}/io").read_text().splitlines():
                if line.startswith("wchar:"):
                    return int(line.split()[1])
        return 0

    def _end(self) -> None:
        """Whatever happened, leave no process and no thread."""
        self._kill()
        self._listener.join()
        self._process.wait()
        self._ended.set()
        self._watcher.join()
        self.stdout.close()
        os.close(self._outer)
        if self._descriptor is not None:
            os.close(self._descriptor)

    def _listen(self, stderr: IO[bytes]) -> None:
        with stderr:
            for raw in stderr:
                line = raw.decode(errors="replace").rstrip("\n")
                if self._words.heard(line) > self._patience and not self._gave_up:
                    self._give_up(line)

    def _watch(self) -> None:
        """Give up a restic that takes too long or hangs, and end one that was given up and does not end by itself.

        restic 0.14 was seen to stand still for ever when its disk was full, without a word.
        """
        deadline, hangs = self._call.deadline, min(_HANGS * self._patience, _HANGS_FOR_SURE)
        pulse, started, ended_at = Pulse(self._pid, lambda: self._words.count), time.monotonic(), 0.0
        while not self._ended.wait(_WATCH):
            now = time.monotonic()
            if self._gave_up:
                if now - self._gave_up_at > _GRACE:
                    self._kill()
            elif deadline is not None and now - started > deadline:
                self._give_up(f"no answer within {deadline:.0f} s: i/o timeout")
            elif self.ended_within(0):
                # What it started lives on and keeps us listening.
                ended_at = ended_at or now
                if now - ended_at > _GRACE:
                    self._kill()
            elif (silence := pulse.silence()) > hangs and not self._unread():
                self._give_up(f"restic {failures.HUNG} for {silence:.0f} s")

    def _unread(self) -> int:
        """Bytes that it has printed and nobody has taken yet: who waits for its reader does not hang."""
        return int.from_bytes(fcntl.ioctl(self.stdout.fileno(), termios.FIONREAD, bytes(4)), sys.byteorder)

    def _give_up(self, why: str) -> None:
        """restic would retry for a quarter of an hour: a worker has better to do, and comes back."""
        self._gave_up_at = time.monotonic()
        self._gave_up = why
        if self._descriptor is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._descriptor, signal.SIGINT)

    def _kill(self) -> None:
        """End it with all that it started, inside its namespace and outside."""
        if self._process.returncode is None:  # not reaped yet: its id, which is its group's, is nobody else's
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        if self._descriptor is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)


class Restic:
    """restic on one repository, for commands of any thread.

    `patience`: seconds for which one operation is retried before the call fails.
    """

    def __init__(
        self,
        repository: Repository,
        password_file: Path,
        *,
        cache: Path,
        scratch: Path,
        patience: float,
        limits: Limits = NO_LIMITS,
    ) -> None:
        self.repository = repository
        self._limits = limits
        self._password_file = password_file
        self._cache = cache
        self._scratch = scratch
        self._patience = patience

    def with_password(self, password_file: Path) -> "Restic":
        """The same repository, opened by another password."""
        return Restic(self.repository, password_file, cache=self._cache, scratch=self._scratch, patience=self._patience)

    @cached_property
    def version(self) -> tuple[int, ...]:
        """The program's major and minor version."""
        said = self.attempt(Call(("version",), doing="asking restic for its version", deadline=30))
        return tuple(int(number) for number in re.findall(rb"\d+", said)[:2])

    def start(self, call: Call) -> Running:
        """Start `call`; what it prints is read from the result. It dies with the thread that called this."""
        reader, writer = os.pipe()
        try:
            self._scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
            prefix = [*_AT_EASE, *entering(call.mounts, writer)] if call.at_ease else entering(call.mounts, writer)
            process = subprocess.Popen(
                [*prefix, "restic", *self._options(call), *call.arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=1 << 20,
                env=self._environment(),
                pass_fds=(writer,),
                start_new_session=True,  # no terminal: ssh must not ask, and Ctrl-C is the server's to handle
            )
        except OSError as error:
            os.close(reader)
            raise VaultError(f"vault {self.repository.name}: restic could not be started: {error}") from error
        finally:
            os.close(writer)
        with os.fdopen(reader, "rb", buffering=0) as info:
            pid = _child(info) or process.pid
        return Running(call, process, pid, self._patience, self._failure)

    def output(self, call: Call) -> bytes:
        """Everything that `call` prints; it waits for locks like `patiently`."""
        return self.patiently(lambda: self.attempt(call))

    def patiently(self, act: Callable[[], _Result]) -> _Result:
        """Do `act`, again while the repository is locked: locks of the dead are removed, others waited for a while."""
        give_up = time.monotonic() + min(self._patience, _LOCK_PATIENCE)
        pause = 0.1
        while True:
            try:
                return act()
            except VaultLockedError:
                if time.monotonic() > give_up:
                    raise
            time.sleep(pause)
            pause *= 2
            self.unlock()  # a process counts as dead only once it is reaped: that can take a moment

    def read(self, call: Call) -> bytes:
        """The output of a quick command that changes nothing: tried without a lock, a failure is told only with one."""
        try:
            return self.attempt(replace(call, lock=False))
        except VaultError:
            return self.output(call)

    def unlock(self) -> None:
        """Remove locks whose holder is dead, which restic tells by its process or by half an hour's silence."""
        self.attempt(Call(("unlock",), doing="removing locks of dead processes", deadline=300))

    def attempt(self, call: Call) -> bytes:
        """Everything that `call` prints, whatever locks there are."""
        with self.start(call) as running:
            return running.stdout.read()

    def _failure(self, call: Call, status: int, words: _Words) -> VaultError:
        name = self.repository.name
        if status == _INCOMPLETE and call.arguments[0] == "backup":
            return failures.unreadable(name, call.doing, words.items)
        lines = [self.repository.redacted(line) for line in words.lines]
        if self.repository.directory is not None and lines and failures.HUNG in lines[-1]:
            with contextlib.suppress(OSError):
                free = shutil.disk_usage(self.repository.directory).free
                if free < _ROOM:
                    lines.append(f"{lines[-1]}, and there is no space left on device but {free >> 20} MiB")
        scratch = str(self._scratch)
        return failures.failure(name, call.doing, status, lines, backup_id=call.backup_id, scratch=scratch)

    def _options(self, call: Call) -> Sequence[str]:
        local = self.repository.directory is not None
        options = self._limits.options()
        if not call.lock:
            options.append("--no-lock")
        if call.cache is Cache.NONE or (call.cache is Cache.READING and local):
            return [*options, "--no-cache"]
        return [*options, "--cache-dir", str(self._cache / call.cache.value)]

    def _environment(self) -> dict[str, str]:
        """What stores need (AWS_*, RCLONE_*, ssh's agent) passes through, Greenroom's own settings do not."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        return environment | {
            "RESTIC_REPOSITORY": self.repository.location,
            "RESTIC_PASSWORD_FILE": str(self._password_file),
            "RESTIC_PROGRESS_FPS": "0.1",
            "TMPDIR": str(self._scratch),
            "TZ": "UTC",  # restic reads and writes local times
        }


def _descriptor(pid: int) -> int | None:
    """A handle on a process that, unlike its id, never comes to mean another one; None where it has ended."""
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        return None


def _child(info: IO[bytes]) -> int | None:
    """The process id that bubblewrap tells, None where it failed first."""
    text = b""
    while b"}" not in text:
        part = info.read(4096)
        if not part:
            return None
        text += part
    match = re.search(rb'"child-pid":\s*(\d+)', text)
    return int(match.group(1)) if match else None
