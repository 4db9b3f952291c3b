"""Holes of sparse files: which a tree has, and giving back to a restored one those that were filled with zeros.

restic before 0.15 writes every byte that it restores, so that a disk image of mostly nothing fills the disk. Which
files these are it can tell: it cuts content where a rolling hash is zero but never shorter than 512 KiB, which makes
of a run of zeros pieces of just that size. A file with a hole of more than 1 MiB has at least one of them.
"""

import ctypes
import errno
import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import IO, NamedTuple

import msgspec
import structlog

from greenroom.vaults.base import VaultError
from greenroom.vaults.call import Call
from greenroom.vaults.command import Restic
from greenroom.vaults.compare import shown
from greenroom.vaults.manifest import CHUNK
from greenroom.vaults.readback import Held

PIECE = 512 << 10
"""Bytes of each piece that restic makes of a run of zeros, and the shortest run that is made a hole again."""
ZEROS = hashlib.sha256(bytes(PIECE)).hexdigest()
"""What restic calls that piece."""
EDGE = 1 << 20
"""What a hole may lose at each end on its way through the vault: restic cuts content, not holes."""

Hole = tuple[int, int]
"""Where it begins and ends, in bytes from the beginning of its file."""

CAPABILITY = "security.capability"
"""The attribute that the kernel takes from whatever is written to."""

log = structlog.get_logger("greenroom.vaults")

_STEP = 128 << 10
"""Bytes that are looked at at once: more than any file system's blocks, and a multiple of them."""
_NOTHING = bytes(_STEP)
_KEEP_SIZE, _PUNCH_HOLE = 1, 2
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOUND = re.compile(rb'"path":("(?:[^"\\]|\\.)*"),"parent_tree":"([0-9a-f]{64})"')
_libc = ctypes.CDLL(None, use_errno=True)


class Facts(NamedTuple):
    """What a file loses when it is written to."""

    mode: int
    """Permission bits."""
    mtime_ns: int
    capability: bytes | None


def kept_in(directory: Path) -> bool:
    """Whether the file system of a directory makes holes and tells where they are."""
    try:
        with tempfile.TemporaryFile(dir=directory) as file:
            file.write(bytes(2 * PIECE))
            file.flush()
            _punch(file.fileno(), 0, 2 * PIECE)
            return next(holes(file.fileno()), None) == (0, 2 * PIECE)
    except OSError:
        return False


def holes(file: int) -> Iterator[Hole]:
    """All holes of an open file; none where its file system knows none."""
    position, size = 0, os.fstat(file).st_size
    while position < size:
        begin = os.lseek(file, position, os.SEEK_HOLE)
        position = _data(file, begin, size)
        if begin < position:
            yield begin, position


def filled(file: int, expected: Iterable[Hole]) -> int:
    """Bytes that should be in holes and are not, beyond what each may lose at its ends."""
    lost, size = 0, os.fstat(file).st_size
    for begin, end in expected:
        position = begin + EDGE
        while (position := _data(file, position, size)) < end - EDGE:
            stop = min(os.lseek(file, position, os.SEEK_HOLE), end - EDGE)
            lost += stop - position
            position = stop
    return lost


def candidates(restic: Restic, held: Held) -> dict[str, str]:
    """The files of a backup that have long runs of zeros, by their paths in it as restic shows them, with the list of
    the directory that each is in.
    """
    call = Call(
        ("find", "--json", "--blob", ZEROS, "--snapshot", held.snapshot),
        doing=f"looking for holes in backup {held.backup_id}",
        backup_id=held.backup_id,
    )

    def asked(call: Call) -> dict[str, str]:
        with restic.start(call) as running:
            return dict(_paths(running.stdout, f"{held.root}/"))

    try:
        return asked(replace(call, lock=False))
    except VaultError:
        return restic.patiently(lambda: asked(call))


def dig(root: Path, paths: Iterable[str], known: Mapping[str, Facts] = MappingProxyType({})) -> None:
    """Make holes of the long runs of zeros in these files below `root`; nobody else may use the tree meanwhile.

    All else about them stays, or becomes what is `known` of it. A file where that fails keeps its zeros, which the log
    tells.
    """
    seen: set[tuple[int, int]] = set()
    for path in paths:
        try:
            for directory, name in _places(root, path.split("/")):
                facts = os.stat(name, dir_fd=directory, follow_symlinks=False)
                if stat.S_ISREG(facts.st_mode) and (facts.st_dev, facts.st_ino) not in seen:
                    seen.add((facts.st_dev, facts.st_ino))
                    _dig(directory, name, facts, known.get(path))
        except OSError as error:
            log.warning("holes-not-made", path=path, error=str(error))


def dig_there(root: Path, path: str, places: Iterable[Hole], mtime_ns: int) -> None:
    """Make holes at these places of a file below `root` that is being written, unless it has its final time already.

    Where that fails, or it is not there yet, nothing happens.
    """
    with suppress(OSError):
        for directory, name in _places(root, path.split("/")):
            file = os.open(name, _FILE, dir_fd=directory)
            try:
                if os.fstat(file).st_mtime_ns != mtime_ns:
                    for begin, end in places:
                        _punch(file, begin, end)
            finally:
                os.close(file)


def _paths(stream: IO[bytes], prefix: str) -> Iterator[tuple[str, str]]:
    """The paths below `prefix` in what `restic find --json` prints, which names a file once for each such piece."""
    rest, last = b"", b""
    while data := stream.read(CHUNK):
        rest += data
        end = 0
        for found in _FOUND.finditer(rest):
            end = found.end()
            if found[1] != last:
                last = found[1]
                path = msgspec.json.decode(last, type=str)
                if path.startswith(prefix):
                    yield path.removeprefix(prefix), found[2].decode()
        rest = rest[end:]


def _places(root: Path, names: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The open directories and names of what restic shows under that path: more than one where names are no UTF-8."""
    pending = [(os.open(root, _DIRECTORY), 0)]
    try:
        while pending:
            directory, depth = pending.pop()
            try:
                for name in _named(directory, names[depth]):
                    if depth == len(names) - 1:
                        yield directory, name
                    else:
                        pending.append((os.open(name, _DIRECTORY, dir_fd=directory), depth + 1))
            finally:
                os.close(directory)
    finally:
        for directory, _ in pending:
            os.close(directory)


def _named(directory: int, name: str) -> list[str]:
    return [each for each in os.listdir(directory) if shown(each) == name] if "\ufffd" in name else [name]


def _dig(directory: int, name: str, facts: os.stat_result, known: Facts | None) -> None:
    try:
        file = os.open(name, _FILE, dir_fd=directory)
    except PermissionError:  # of a server that is not root's, a file that its owner may not write either
        os.chmod(name, 0o600, dir_fd=directory)
        file = os.open(name, _FILE, dir_fd=directory)
    try:
        kept = known or Facts(stat.S_IMODE(facts.st_mode), facts.st_mtime_ns, _capability(file))
        try:
            for begin, end in list(_runs(file, facts.st_size)):
                # The rest of its last block, too.
                _punch(file, begin, end if end < facts.st_size else end + -end % _STEP)
        finally:
            os.fchmod(file, kept.mode)
            if kept.capability is not None and kept.capability != _capability(file):
                with suppress(PermissionError):  # only root gives it
                    os.setxattr(file, CAPABILITY, kept.capability)
            os.utime(file, ns=(facts.st_atime_ns, kept.mtime_ns))
    finally:
        os.close(file)


def _capability(file: int) -> bytes | None:
    try:
        return os.getxattr(file, CAPABILITY)
    except OSError:
        return None


def _runs(file: int, size: int) -> Iterator[Hole]:
    """Where zeros are stored, a piece at least; holes that are there are no part of them."""
    begin = end = 0
    for first, after in _stored_zeros(file, size):
        if first != end:
            if end - begin >= PIECE:
                yield begin, end
            begin = first
        end = after
    if end - begin >= PIECE:
        yield begin, end


def _stored_zeros(file: int, size: int) -> Iterator[Hole]:
    position = _data(file, 0, size)
    while position < size and (here := os.pread(file, _STEP - position % _STEP, position)):
        after = position + len(here)
        if here == _NOTHING[: len(here)]:
            yield position, after
        position = _data(file, after, size)


def _data(file: int, position: int, size: int) -> int:
    """Where data begins from there on; the end where none does."""
    if position >= size:
        return size
    try:
        return os.lseek(file, position, os.SEEK_DATA)
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        return size


def _punch(file: int, begin: int, end: int) -> None:
    how = ctypes.c_int(_KEEP_SIZE | _PUNCH_HOLE)
    done = _libc.fallocate(file, how, ctypes.c_longlong(begin), ctypes.c_longlong(end - begin))
    if done != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
