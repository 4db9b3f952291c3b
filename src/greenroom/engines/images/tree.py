"""A root file system as it lies on the disk: what it must have, what no link in it may do, and its checksum."""

import hashlib
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from greenroom.engines.images.errors import ImageError

NEEDED = ("bin/sh", "etc/passwd")
"""Without these no session can begin."""
_PIECE = 1024 * 1024
_PROCESSORS = {3: "x86", 8: "MIPS", 21: "POWER", 22: "S/390", 40: "ARM", 62: "x86-64", 183: "ARM64", 243: "RISC-V"}


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found in a tree."""

    sha256: str
    """Of the names, modes, contents and link targets of everything in it."""
    files: int
    size_bytes: int


def check_machine(root: Path) -> None:
    """Raises ImageError for a system of another kind of processor than this machine's, which cannot run here."""
    theirs, ours = _machine(Path(os.path.realpath(root / "bin/sh"))), _machine(Path(sys.executable))
    if theirs is not None and ours is not None and theirs != ours:
        raise ImageError(f"its programs are for {_named(theirs)}, and this machine runs those for {_named(ours)}")


def _machine(program: Path) -> int | None:
    """The processor that an ELF program is for; None for what is no such program, or not there."""
    try:
        with program.open("rb") as file:
            head = file.read(20)
    except OSError:
        return None
    if len(head) < 20 or head[:4] != b"\x7fELF":
        return None
    return int.from_bytes(head[18:20], "little" if head[5] == 1 else "big")


def _named(machine: int) -> str:
    return _PROCESSORS.get(machine, f"processor {machine} of ELF")


def check_needed(root: Path) -> None:
    """Raises ImageError for a tree that is no system."""
    missing = [name for name in NEEDED if not os.path.lexists(root / name)]
    if missing:
        raise ImageError(
            f"it is not the root of a Linux system that a session can run on: it has no {' and no '.join(missing)}"
        )


def inspect(root: Path) -> Inspection:
    """Read the whole tree. Raises ImageError where it is none to use, OSError where it cannot be read."""
    check_needed(root)
    check_machine(root)
    whole = hashlib.sha256()
    files = size = 0
    inside = root.resolve()
    for path in _walk(root):
        status = path.lstat()
        name = str(path.relative_to(root))
        kind = stat.S_IFMT(status.st_mode)
        content = ""
        if kind == stat.S_IFLNK:
            # As the kernel follows it, link by link: a chain of innocent ones may lead out too.
            if not Path(os.path.realpath(path)).is_relative_to(inside):
                raise ImageError(f"its link {name} leads out of it")
            content = os.readlink(path)  # noqa: PTH115  as text, as it is
        elif kind == stat.S_IFREG:
            content = _digest(path)
            files += 1
            size += status.st_size
        elif kind != stat.S_IFDIR:
            raise ImageError(f"{name} is neither a file, nor a directory, nor a link")
        whole.update(repr((name, kind, stat.S_IMODE(status.st_mode), content)).encode("utf-8", "surrogateescape"))
    return Inspection(whole.hexdigest(), files, size)


def _walk(directory: Path) -> Iterator[Path]:
    """Everything below, in an order that depends on names alone; no link is followed."""
    with os.scandir(directory) as found:
        entries = sorted(found, key=lambda entry: os.fsencode(entry.name))
    for entry in entries:
        path = Path(entry.path)
        yield path
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(path)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
