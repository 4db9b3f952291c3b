"""Reading the audit back: its events, and whether the chain holds."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from greenroom.api.inspection import Audited, AuditPage
from greenroom.server.audit.chain import GENESIS, NotARecord, Record, decode_record, record_hash
from greenroom.server.audit.journal import files_of

_BLOCK = 256 * 1024
"""Bytes that are read at once, from a file's end to its beginning."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file; lines count from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"


@dataclass(slots=True)
class Verification:
    """What came out of following the chain from the oldest record to the newest."""

    records: int = 0
    first: int = 0
    """Number of the oldest record; above 1 where older files were removed by the retention."""
    last: int = 0
    head: str = GENESIS
    """Hash of the newest record: it stands for all records before it."""
    torn: list[Place] = field(default_factory=list)
    """Lines that a crash cut off. The chain goes on behind them, and they were never acknowledged."""
    broken: str | None = None
    """Where and how the chain breaks first; None where it holds."""
    contains: bool | None = None
    """Whether the hash that was asked for is one of the chain's; None where none was."""

    @property
    def holds(self) -> bool:
        return self.broken is None and self.contains is not False


def verify(directory: Path, contains: str | None = None) -> Verification:
    """Follow the chain; `contains` is a hash that an earlier verification gave as its head. Raises OSError."""
    found = Verification(contains=None if contains is None else contains == GENESIS)
    for place, record in _records(directory):
        if record is None:
            found.torn.append(place)
            continue
        if found.records == 0:
            found.first = record.sequence
            # Of the oldest record the one before it may be gone by the retention; the first of all has none.
            expected, previous = record.sequence, GENESIS if record.sequence == 1 else record.previous
        else:
            expected, previous = found.last + 1, found.head
        if problem := _problem(record, expected, previous):
            found.broken = f"{place}: {problem}"
            return found
        found.records, found.last, found.head = found.records + 1, record.sequence, record.hash
        if contains == record.hash:
            found.contains = True
    return found


def _problem(record: Record, expected: int, previous: str) -> str | None:
    if record.sequence != expected:
        return f"this is record {record.sequence} where record {expected} should be"
    if record.previous != previous:
        return f"record {record.sequence} does not follow the one before it, which was changed, taken out or put in"
    if record.hash != record_hash(record.sequence, record.previous, bytes(record.event)):
        return f"record {record.sequence} was changed: its hash is another"
    return None


def events(directory: Path) -> Iterator[dict[str, Any]]:
    """The events, newest first; lines that are no records are passed over. Raises OSError."""
    return (msgspec.json.decode(record.event) for record in backwards(directory))


def page(
    directory: Path,
    fits: Callable[[dict[str, Any]], bool],
    *,
    before: int | None,
    since: str,
    limit: int,
    most: int,
) -> AuditPage:
    """Up to `limit` events that fit, newest first, of the records numbered below `before`, looking at up to `most`.

    `since` is the earliest `eventTime`, "" for any. Raises OSError.
    """
    found: list[Audited] = []
    for looked, record in enumerate(backwards(directory, before), 1):
        event = msgspec.json.decode(record.event)
        if event["eventTime"] < since:
            break
        if fits(event):
            found.append(Audited(record.sequence, event))
        if len(found) == limit or looked == most:
            return AuditPage(found, record.sequence)
    return AuditPage(found, None)


def backwards(directory: Path, before: int | None = None) -> Iterator[Record]:
    """The records numbered below `before`, newest first; lines that are none are passed over. Raises OSError."""
    for path in reversed(files_of(directory)):
        with path.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            for line in _lines_before(file, end if before is None else _offset_of(file, end, before)):
                try:
                    yield decode_record(line)
                except NotARecord:
                    continue


def _offset_of(file: BinaryIO, end: int, number: int) -> int:
    """Where the first record of that number or a higher one begins; `end` where there is none. Numbers rise."""
    low, high = 0, end
    while low < high:
        middle = (low + high) // 2
        offset, record = _record_from(file, middle)
        if record is None or record.sequence >= number:
            high = middle
        else:
            low = offset + 1
    offset, record = _record_from(file, low)
    return end if record is None else offset


def _record_from(file: BinaryIO, offset: int) -> tuple[int, Record | None]:
    """The first record of which the line begins there or later, and where; None where none does."""
    file.seek(max(0, offset - 1))
    if offset > 0:
        file.readline()
    while True:
        offset = file.tell()
        line = file.readline()
        if not line:
            return offset, None
        try:
            return offset, decode_record(line)
        except NotARecord:
            continue


def _lines_before(file: BinaryIO, end: int) -> Iterator[bytes]:
    """The lines that end there or earlier, the last first."""
    rest = b""
    while end > 0:
        begin = max(0, end - _BLOCK)
        file.seek(begin)
        rest, *lines = (file.read(end - begin) + rest).split(b"\n")
        yield from reversed(lines)
        end = begin
    yield rest


def _records(directory: Path) -> Iterator[tuple[Place, Record | None]]:
    for path in files_of(directory):
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line == b"\n":
                    continue
                try:
                    yield Place(path.name, number), decode_record(line)
                except NotARecord:
                    yield Place(path.name, number), None
