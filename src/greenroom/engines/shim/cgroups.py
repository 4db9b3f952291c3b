"""A session's control groups: its limits, its freezer, and one name for all of its processes.

Where this process may not make control groups, everything here does nothing and says so.
"""

import contextlib
import os
import select
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from greenroom.engines.base import SessionLimits

PARENT = "greenroom"
"""Beside the groups of services, not within one, so that stopping a service does not end sessions."""
_SHIMS = "shims"
_BACKGROUND = "greenroom-background"
"""Beside the sessions' parent, so that it is held against all of them."""
_WEIGHTS = 100, 1024
"""What a group has by default, in version 2 and in version 1."""
_CPU_PERIOD = 100_000
"""Microseconds."""


@dataclass(frozen=True, slots=True)
class Hierarchies:
    """Where this machine keeps control groups."""

    unified: Path | None
    """Version 2: the root, or the uppermost group that this process was given to make groups in."""
    legacy: dict[str, Path]
    """Version 1: for each controller the group that this process is in."""


def hierarchies(mounts: Path = Path("/proc/self/mountinfo"), own: Path = Path("/proc/self/cgroup")) -> Hierarchies:
    """What is mounted here."""
    unified: Path | None = None
    roots: dict[str, Path] = {}
    for line in _lines(mounts):
        before, _, after = line.partition(" - ")
        point = Path(before.split()[4])
        kind, _, options = after.split()[:3]
        if kind == "cgroup2":
            unified = unified or point
        elif kind == "cgroup":
            roots.update(dict.fromkeys(options.split(","), point))
    legacy: dict[str, Path] = {}
    for line in _lines(own):
        _, controllers, path = line.split(":", 2)
        if not controllers and unified is not None:
            unified = _given(unified, path)
        for controller in controllers.split(","):
            if controller in roots and (roots[controller] / path.lstrip("/")).is_dir():
                legacy[controller] = roots[controller] / path.lstrip("/")
    return Hierarchies(unified, legacy)


def _given(root: Path, own: str) -> Path:
    """The uppermost group from the root to this process's own that it may write; the root where there is none."""
    parts = Path(own.lstrip("/")).parts
    steps = [root.joinpath(*parts[:count]) for count in range(len(parts) + 1)]
    writable = (step for step in steps if os.access(step, os.W_OK) and os.access(step / "cgroup.procs", os.W_OK))
    return next(writable, root)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []


def _limit_files(limits: SessionLimits) -> Iterator[tuple[str, list[tuple[str, str]], list[tuple[str, str]]]]:
    """Controller, and file and content in version 2 and in version 1, for each limit that is set."""
    if limits.pids is not None:
        yield "pids", [("pids.max", str(limits.pids))], [("pids.max", str(limits.pids))]
    if limits.memory_bytes is not None:
        size = str(limits.memory_bytes)
        yield "memory", [("memory.max", size)], [("memory.limit_in_bytes", size)]
    if limits.cpus is not None:
        quota = str(int(limits.cpus * _CPU_PERIOD))
        period = str(_CPU_PERIOD)
        yield "cpu", [("cpu.max", f"{quota} {period}")], [("cpu.cfs_period_us", period), ("cpu.cfs_quota_us", quota)]


def create(name: str, limits: SessionLimits, found: Hierarchies | None = None) -> tuple["ControlGroups", list[str]]:
    """Make the session's groups and set its limits; also the controllers of limits that could not be set."""
    found = hierarchies() if found is None else found
    directories: list[Path] = []
    unified = found.unified / PARENT / name if found.unified is not None else None
    if unified is not None and _make(unified):
        directories.append(unified)
        for parent in (unified.parent.parent, unified.parent):
            for controller, _, _ in _limit_files(limits):
                _write(parent / "cgroup.subtree_control", f"+{controller}")
    missing: list[str] = []
    for controller, files, legacy_files in _limit_files(limits):
        if unified in directories and all(_write(unified / file, text) for file, text in files):
            continue
        legacy = found.legacy[controller] / PARENT / name if controller in found.legacy else None
        if legacy is not None and _make(legacy) and all(_write(legacy / file, text) for file, text in legacy_files):
            directories.append(legacy)
        else:
            missing.append(controller)
    return ControlGroups(directories), missing


def background(percent: int, found: Hierarchies | None = None, name: str = _BACKGROUND) -> list[Path]:
    """The files by which a process joins a group that has that much of the processors' time beside a session's group.

    It is the same one for all; empty where none can be made.
    """
    found = hierarchies() if found is None else found
    if found.unified is not None and _make(found.unified / name):
        _write(found.unified / "cgroup.subtree_control", "+cpu")
        if _write(found.unified / name / "cpu.weight", str(max(1, _WEIGHTS[0] * percent // 100))):
            return [found.unified / name / "cgroup.procs"]
    if "cpu" not in found.legacy or not _make(found.legacy["cpu"] / name):
        return []
    group = found.legacy["cpu"] / name
    return [group / "cgroup.procs"] if _write(group / "cpu.shares", str(max(2, _WEIGHTS[1] * percent // 100))) else []


def can_background(found: Hierarchies | None = None) -> bool:
    """Whether there can be a group for the background, tried with one that is dropped again."""
    found = hierarchies() if found is None else found
    name = f"{_BACKGROUND}-probe-{os.getpid()}"
    try:
        return bool(background(1, found, name))
    finally:
        for parent in filter(None, (found.unified, found.legacy.get("cpu"))):
            with contextlib.suppress(OSError):
                (parent / name).rmdir()


def leave_service() -> None:
    """Move this process out of the service that started it, where the system lets it: it is to outlive that."""
    unified = hierarchies().unified
    if unified is not None and _make(unified / PARENT / _SHIMS):
        _write(unified / PARENT / _SHIMS / "cgroup.procs", "0")


def _make(directory: Path) -> bool:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(directory / "cgroup.procs", os.W_OK)


def _write(file: Path, text: str) -> bool:
    try:
        with file.open("w") as opened:
            opened.write(text)
    except OSError:
        return False
    return True


class ControlGroups:
    """The groups of one session: at most one of version 2, and those of version 1 that limits needed."""

    def __init__(self, directories: Sequence[Path]) -> None:
        self.directories = tuple(directories)
        self._unified = next((path for path in self.directories if (path / "cgroup.freeze").exists()), None)

    def open_doors(self) -> list[int]:
        """Open files through which a process can join once it has no rights to do so any more. Raises OSError."""
        return [os.open(directory / "cgroup.procs", os.O_WRONLY | os.O_CLOEXEC) for directory in self.directories]

    @staticmethod
    def join(doors: Sequence[int]) -> None:
        """Put this process, and so all it will start, into the groups; closes the doors. Raises OSError."""
        for door in doors:
            os.write(door, b"0")
            os.close(door)

    @property
    def can_freeze(self) -> bool:
        """Whether there is a freezer (version 2 only: what version 1 froze could not even be killed)."""
        return self._unified is not None

    def freeze(self, timeout: float) -> bool:
        """Stop everything in the group; False, with nothing frozen, when it does not come to a stop in time."""
        if self._unified is None:
            return False
        deadline = time.monotonic() + timeout
        with (self._unified / "cgroup.events").open() as events:
            poller = select.poll()
            poller.register(events, select.POLLPRI)
            if not _write(self._unified / "cgroup.freeze", "1"):
                return False
            while "frozen 1" not in events.read():
                if time.monotonic() > deadline:
                    self.thaw()
                    return False
                poller.poll(max(0.0, deadline - time.monotonic()) * 1000)
                events.seek(0)
        return True

    def thaw(self) -> None:
        """Let everything go on."""
        if self._unified is not None:
            _write(self._unified / "cgroup.freeze", "0")

    def kill(self) -> None:
        """Kill everything in the group at once, where the kernel can (Linux 5.14)."""
        if self._unified is not None:
            _write(self._unified / "cgroup.kill", "1")

    def remove(self, timeout: float) -> bool:
        """Kill what is left and drop the groups; False when a process in them does not end in time."""
        deadline = time.monotonic() + timeout
        self.kill()
        for directory in self.directories:
            while True:
                try:
                    directory.rmdir()
                except FileNotFoundError:
                    break
                except OSError:
                    if time.monotonic() > deadline:
                        return False
                    time.sleep(0.005)  # a group tells nobody when its last process is gone
                else:
                    break
        return True
