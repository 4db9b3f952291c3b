"""Reading the audit back: its events, and whether the chain holds."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from greenroom.server.audit.chain import GENESIS, NotARecord, Record, decode_record, record_hash
from greenroom.server.audit.journal import files_of


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
    for path in reversed(files_of(directory)):
        for line in reversed(path.read_bytes().splitlines()):
            try:
                yield msgspec.json.decode(decode_record(line).event)
            except NotARecord:
                continue


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
