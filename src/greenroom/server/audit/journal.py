"""The files of the audit: one a day (UTC), only ever added to, removed whole when their time is over."""

import fcntl
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from greenroom.server.audit.chain import GENESIS, NotARecord, decode_record, encode_record

_NAME = re.compile(r"\d{4}-\d\d-\d\d\.jsonl")
_FIRST_WINDOW = 64 * 1024


@dataclass(frozen=True, slots=True)
class _Tail:
    """Where the chain stands."""

    sequence: int = 0
    hash: str = GENESIS
    torn: bool = False
    """Whether the file ends in the middle of a line: whoever wrote it died there."""


@dataclass(slots=True)
class _Open:
    """The file that is written to, and what is known of it."""

    path: Path
    descriptor: int
    size: int
    listing: int
    """When the directory last had a file added or removed, in ns."""


def files_of(directory: Path) -> list[Path]:
    """The audit's files, oldest first."""
    return sorted(path for path in directory.iterdir() if _NAME.fullmatch(path.name)) if directory.is_dir() else []


class Journal:
    """Adds records. Several processes may, each with a journal of its own on the same directory.

    Not thread-safe. Where a write fails, what was already written is found again by the next one: a line that was cut
    off is closed and the chain goes on from the last whole record.
    """

    def __init__(self, directory: Path, *, clock: Callable[[], datetime], retention: timedelta) -> None:
        """Files older than `retention` are removed when a new day begins; zero keeps them for ever."""
        self._directory = directory
        self._clock = clock
        self._retention = retention
        self._file: _Open | None = None
        self._tail = _Tail()

    def append(self, events: Sequence[bytes]) -> None:
        """Write records of these events, all or the first of them. Raises OSError."""
        with self._locked():
            file = self._current()
            sequence, previous = self._tail.sequence, self._tail.hash
            lines = bytearray(b"\n" if self._tail.torn else b"")
            for event in events:
                sequence += 1
                line, previous = encode_record(sequence, previous, event)
                lines += line
            # Forgotten until all is written: after a failure half-way the file itself says where the chain stands.
            self._file = None
            try:
                _write_all(file.descriptor, lines)
            except BaseException:
                os.close(file.descriptor)
                raise
            file.size += len(lines)
            self._file, self._tail = file, _Tail(sequence, previous)

    def sync(self) -> None:
        """Have the disk hold what was appended. Raises OSError."""
        if self._file is not None:
            os.fdatasync(self._file.descriptor)

    def close(self) -> None:
        """Let go of the file; appending opens it again."""
        if self._file is not None:
            os.close(self._file.descriptor)
            self._file = None

    def _current(self) -> _Open:
        """The file to write to; read again where another process has written since."""
        today = self._clock().date().isoformat() + ".jsonl"
        file = self._file
        listing = self._directory.stat().st_mtime_ns
        if file is not None and file.listing == listing and os.fstat(file.descriptor).st_size == file.size:
            # A clock that was set back does not lead back into an older file.
            if file.path.name >= today:
                return file
            self.sync()
        self.close()
        return self._open(today)

    def _open(self, today: str) -> _Open:
        files = files_of(self._directory)
        self._tail = _tail_of(files)
        name = max([today, *(path.name for path in files[-1:])])
        path = self._directory / name
        if not files or name != files[-1].name:
            # The old file's torn end belongs to it; the new one begins with a whole line.
            if self._tail.torn:
                _close_line(files[-1])
                self._tail = _Tail(self._tail.sequence, self._tail.hash)
            self._remove_old(files, today)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            _sync_directory(self._directory)
            file = _Open(path, descriptor, os.fstat(descriptor).st_size, self._directory.stat().st_mtime_ns)
        except BaseException:
            os.close(descriptor)
            raise
        self._file = file
        return file

    def _remove_old(self, files: Sequence[Path], today: str) -> None:
        if not self._retention:
            return
        oldest = date.fromisoformat(today.removesuffix(".jsonl")) - self._retention
        for path in files:
            if path.stem < oldest.isoformat():
                path.unlink()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """The only writer of the directory, among all processes."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _tail_of(files: Sequence[Path]) -> _Tail:
    """Where the chain of these files stands."""
    torn = False
    for path in reversed(files):
        data, window, size = b"", _FIRST_WINDOW, path.stat().st_size
        while True:
            with path.open("rb") as file:
                file.seek(max(0, size - window))
                data = file.read(size)
            if path == files[-1]:
                torn = bool(data) and not data.endswith(b"\n")
            # The last line may be whole but for its end: verification takes it for a record, and so must this.
            for line in reversed(data.splitlines()):
                try:
                    record = decode_record(line)
                except NotARecord:
                    continue
                return _Tail(record.sequence, record.hash, torn)
            if window >= size:
                break
            window *= 4
    return _Tail(torn=torn)


def _close_line(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        _write_all(descriptor, b"\n")
        os.fdatasync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes | bytearray) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
