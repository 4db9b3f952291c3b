"""Processes by who they are, not by number alone: a number may be used again."""

import os
import select
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ENDED = frozenset("ZXx")
_STOPPED = frozenset("Tt") | _ENDED


def boot_id() -> str:
    """A name of this boot of the machine."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def _fields(stat: Path) -> list[str] | None:
    """What follows the command's name in a `stat` file; None when the process is gone."""
    try:
        return stat.read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """One process of one boot, for all time."""

    pid: int
    start_ticks: int
    boot: str

    @classmethod
    def of(cls, pid: int) -> "ProcessIdentity | None":
        """The identity of a living process; None where there is none of that number."""
        fields = _fields(Path(f"/proc/{pid}/stat"))
        if fields is None or fields[0] in _ENDED:
            return None
        return cls(pid, int(fields[19]), boot_id())

    def alive(self) -> bool:
        """Whether it still runs. A pid namespace's first process ends only after all others in it."""
        return ProcessIdentity.of(self.pid) == self

    def kill(self) -> None:
        """Kill it, and nothing else. Already gone: nothing happens."""
        try:
            pidfd = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return
        try:
            if self.alive():
                signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        except ProcessLookupError:
            return
        finally:
            os.close(pidfd)

    def wait(self, timeout: float) -> bool:
        """Wait until it has ended; False when `timeout` seconds were not enough."""
        try:
            pidfd = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return True
        try:
            return not self.alive() or has_ended(pidfd, timeout)
        finally:
            os.close(pidfd)


def has_ended(pidfd: int, timeout: float = 0.0) -> bool:
    """Whether the process of that pidfd ends within `timeout` seconds."""
    poller = select.poll()
    poller.register(pidfd, select.POLLIN)
    return bool(poller.poll(timeout * 1000))


class SessionProcesses:
    """The processes inside a session, seen through its own /proc, which shows them and no others."""

    def __init__(self, init: int) -> None:
        self._proc = Path(f"/proc/{init}/root/proc")

    def _living(self) -> Iterator[Path]:
        """The session's processes, but for the first one and its own (they share its process session, 1)."""
        try:
            entries = list(self._proc.iterdir())
        except OSError:  # the namespace has ended
            return
        for entry in entries:
            if entry.name.isdecimal():
                fields = _fields(entry / "stat")
                if fields is not None and fields[0] not in _ENDED and fields[3] != "1":
                    yield entry

    def any_left(self) -> bool:
        """Whether anything runs besides the first process."""
        return any(True for _ in self._living())

    def all_stopped(self) -> bool:
        """Whether every thread has come to a stop (SIGSTOP takes effect a moment after it was sent)."""
        for process in self._living():
            try:
                threads = list((process / "task").iterdir())
            except OSError:
                continue
            for thread in threads:
                fields = _fields(thread / "stat")
                if fields is not None and fields[0] not in _STOPPED:
                    return False
        return True
