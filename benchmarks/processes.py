"""What processes take, read from the kernel: processor time and memory of one, or of one with all that it started."""

import os
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int, *, descendants: bool = True) -> float:
    """Processor time so far, of those that live and of those whose end was collected."""
    total = 0.0
    for each in (pid, *(descendants_of(pid) if descendants else ())):
        try:
            fields = (_PROC / str(each) / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        total += sum(int(field) for field in fields[11:15]) / _TICKS
    return total


def memory_bytes(pid: int) -> int:
    """Memory of the process and all that it started; what several share is counted once (PSS)."""
    total = 0
    for each in (pid, *descendants_of(pid)):
        try:
            lines = (_PROC / str(each) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0) * 1024
    return total


def name_of(pid: int) -> str:
    """Its name, as the kernel has it; empty where it has ended."""
    try:
        return (_PROC / str(pid) / "comm").read_text().strip()
    except OSError:
        return ""


def command_of(pid: int) -> str:
    """Its command line; empty where it has ended, or is the kernel's own."""
    try:
        return (_PROC / str(pid) / "cmdline").read_text(errors="replace")
    except OSError:
        return ""


def descendants_of(pid: int) -> list[int]:
    """All that it started, and those that they started."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdecimal():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        born = children.get(waiting.pop(), [])
        found += born
        waiting += born
    return found
