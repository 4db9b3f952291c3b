"""Running restic on one repository: how it is called, and its failures turned into the vault's errors."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import IO, TypeVar

from greenroom.vaults import failures
from greenroom.vaults.base import VaultError, VaultLockedError
from greenroom.vaults.call import NO_LIMITS, Cache, Call, Limits
from greenroom.vaults.ease import USUAL
from greenroom.vaults.namespace import entering
from greenroom.vaults.repository import Repository
from greenroom.vaults.running import Running
from greenroom.vaults.words import Words

_ROOM = 64 << 20
"""Bytes free where the repository lies below which a restic that hangs is taken to lack room: a few packs."""

_LOCK_PATIENCE = 10.0
"""Seconds to wait for a lock that is not ours: other machines' short commands come and go."""

_INCOMPLETE = 3
_Result = TypeVar("_Result")

_READING = frozenset({"cat", "check", "diff", "dump", "find", "list", "ls", "restore", "snapshots", "stats"})

_OURS = ("GREENROOM_", "RESTIC_REPOSITORY", "RESTIC_PASSWORD", "RESTIC_KEY_HINT", "RESTIC_CACHE_DIR", "RESTIC_HOST")


class Restic:
    """restic on one repository, for commands of any thread.

    `patience`: seconds for which one operation is retried before the call fails. `ease`: what is put before a command
    that gives way to sessions.
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
        ease: Sequence[str] = USUAL,
    ) -> None:
        self.repository = repository
        self._ease = tuple(ease)
        self._limits = limits
        self._password_file = password_file
        self._cache = cache
        self._scratch = scratch
        self._patience = patience

    def with_password(self, password_file: Path) -> "Restic":
        """The same repository, opened by another password."""
        return Restic(
            self.repository,
            password_file,
            cache=self._cache,
            scratch=self._scratch,
            patience=self._patience,
            limits=self._limits,
            ease=self._ease,
        )

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
            prefix = [*self._ease, *entering(call.mounts, writer)] if call.at_ease else entering(call.mounts, writer)
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
        return Running(call, process, pid, self._patience, self._failure, lambda: self._room() < _ROOM)

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

    def _failure(self, call: Call, status: int, words: Words) -> VaultError:
        name = self.repository.name
        if status == _INCOMPLETE and call.arguments[0] == "backup":
            return failures.unreadable(name, call.doing, words.items)
        lines = [self.repository.redacted(line) for line in words.lines]
        if lines and failures.HUNG in lines[-1] and (free := self._room()) < _ROOM:
            lines.append(f"{lines[-1]}, and there is no space left on device but {free >> 20} MiB")
        scratch = str(self._scratch)
        return failures.failure(name, call.doing, status, lines, backup_id=call.backup_id, scratch=scratch)

    def _room(self) -> int:
        """Bytes free where the repository lies; more than anybody needs where that cannot be told."""
        with contextlib.suppress(OSError):
            if self.repository.directory is not None:
                return shutil.disk_usage(self.repository.directory).free
        return sys.maxsize

    def _options(self, call: Call) -> Sequence[str]:
        local = self.repository.directory is not None
        options = self._limits.options()
        if not call.lock or (call.arguments[0] in _READING and _read_only(self.repository.directory)):
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


def _read_only(directory: Path | None) -> bool:
    """Whether nobody can write there: neither a lock nor anything that one would keep away."""
    with contextlib.suppress(OSError):
        return directory is not None and bool(os.statvfs(directory).f_flag & os.ST_RDONLY)
    return False


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
