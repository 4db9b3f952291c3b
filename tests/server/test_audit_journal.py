"""The audit's files and queue: the chain, torn lines, several writers, days, a disk that takes no more."""

import json
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import Clock, wait_until

from greenroom.server.audit.chain import decode_record, encode_record
from greenroom.server.audit.journal import Journal, files_of
from greenroom.server.audit.log import AuditLog, AuditUnavailableError
from greenroom.server.audit.reading import events, verify

YEAR = timedelta(days=365)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "audit"


def journal(directory: Path, clock: Clock, retention: timedelta = YEAR) -> Journal:
    return Journal(directory, clock=clock, retention=retention)


def event(number: int) -> bytes:
    return msgspec.json.encode({"n": number})


def numbers(directory: Path) -> list[int]:
    """What the events say, oldest first."""
    return [each["n"] for each in events(directory)][::-1]


def write(directory: Path, clock: Clock, *numbers: int) -> None:
    writer = journal(directory, clock)
    writer.append([event(number) for number in numbers])
    writer.close()


def test_records_are_numbered_chained_and_private(directory: Path, clock: Clock) -> None:
    write(directory, clock, 1, 2, 3)
    found = verify(directory)
    assert (found.holds, found.records, found.first, found.last) == (True, 3, 1, 3)
    assert numbers(directory) == [1, 2, 3]
    (file,) = files_of(directory)
    assert file.stat().st_mode & 0o777 == 0o600
    assert directory.stat().st_mode & 0o777 == 0o700


def test_another_process_goes_on_with_the_chain(directory: Path, clock: Clock) -> None:
    first, second = journal(directory, clock), journal(directory, clock)
    for number in range(6):
        (first, second)[number % 2].append([event(number)])
    first.close()
    second.close()
    assert verify(directory).holds
    assert numbers(directory) == list(range(6))


@given(st.integers(min_value=1))
def test_a_line_cut_off_anywhere_is_closed_and_the_chain_goes_on(
    tmp_path_factory: pytest.TempPathFactory, at: int
) -> None:
    directory, clock = tmp_path_factory.mktemp("torn") / "audit", Clock()
    write(directory, clock, 1, 2)
    (file,) = files_of(directory)
    whole = file.read_bytes()
    last = whole.splitlines(keepends=True)[-1]
    file.write_bytes(whole[: len(whole) - 1 - at % (len(last) - 1)])
    write(directory, clock, 3)
    found = verify(directory)
    assert found.holds
    assert numbers(directory)[-1] == 3
    assert numbers(directory)[0] == 1


def test_a_torn_line_is_told(directory: Path, clock: Clock) -> None:
    write(directory, clock, 1)
    (file,) = files_of(directory)
    with file.open("ab") as torn:
        torn.write(b'{"sequence":2,"prev')
    assert [str(place) for place in verify(directory).torn] == [f"{file.name}, line 2"]
    write(directory, clock, 2)
    found = verify(directory)
    assert (found.holds, found.records, len(found.torn)) == (True, 2, 1)


@pytest.mark.parametrize("tampering", ["change", "take out", "swap", "repeat", "put in", "garble", "take the first"])
def test_tampering_breaks_the_chain(directory: Path, clock: Clock, tampering: str) -> None:
    write(directory, clock, *range(1, 6))
    (file,) = files_of(directory)
    lines = file.read_bytes().splitlines(keepends=True)
    third = decode_record(lines[2])
    match tampering:
        case "change":
            lines[2] = lines[2].replace(b'{"n":3}', b'{"n":9}')
        case "take out":
            del lines[2]
        case "swap":
            lines[2], lines[3] = lines[3], lines[2]
        case "repeat":
            lines.insert(2, lines[2])
        case "put in":
            lines.insert(2, encode_record(3, third.previous, event(9))[0])
        case "garble":
            lines[2] = b"x" * 20 + b"\n"
        case "take the first":
            lines[1] = lines[1].replace(b'"sequence":2', b'"sequence":1')
            del lines[0]
    file.write_bytes(b"".join(lines))
    assert not verify(directory).holds


def test_a_chain_that_was_made_up_anew_lacks_the_head_that_was_noted(directory: Path, clock: Clock) -> None:
    write(directory, clock, 1, 2, 3)
    noted = verify(directory).head
    (file,) = files_of(directory)
    file.unlink()
    write(directory, clock, 1, 2)
    assert verify(directory).holds
    assert not verify(directory, contains=noted).holds


def test_each_day_has_a_file_and_the_chain_leads_through_them(directory: Path, clock: Clock) -> None:
    writer = journal(directory, clock)
    for number in range(3):
        writer.append([event(number)])
        clock.advance(days=1)
    writer.close()
    assert len(files_of(directory)) == 3
    assert verify(directory).holds
    assert numbers(directory) == [0, 1, 2]


def test_a_clock_set_back_does_not_reopen_an_older_file(directory: Path, clock: Clock) -> None:
    write(directory, clock, 1)
    clock.advance(days=-3)
    write(directory, clock, 2)
    assert len(files_of(directory)) == 1
    assert verify(directory).holds


def test_files_beyond_the_retention_go_and_the_rest_still_verifies(directory: Path, clock: Clock) -> None:
    writer = journal(directory, clock, retention=timedelta(days=2))
    for number in range(6):
        writer.append([event(number)])
        clock.advance(days=1)
    writer.close()
    found = verify(directory)
    assert (found.holds, found.first, found.last) == (True, 4, 6)


def test_no_retention_keeps_all(directory: Path, clock: Clock) -> None:
    writer = journal(directory, clock, retention=timedelta())
    for number in range(3):
        writer.append([event(number)])
        clock.advance(days=400)
    writer.close()
    assert numbers(directory) == [0, 1, 2]


class Disk:
    """A destination that takes no more when told so, and can be held up."""

    def __init__(self) -> None:
        self.full = False
        self.open = threading.Event()
        self.open.set()
        self.written: list[bytes] = []
        self.synced = 0

    def append(self, events: Sequence[bytes]) -> None:
        self.open.wait()
        if self.full:
            raise OSError(28, "No space left on device")
        self.written.extend(events)

    def sync(self) -> None:
        self.synced = len(self.written)

    def close(self) -> None:
        pass


def test_a_durable_event_is_on_disk_when_it_returns() -> None:
    disk = Disk()
    log = AuditLog(disk)
    log.record(b"1", durable=False)
    log.record(b"2", durable=True)
    assert disk.synced == 2
    log.close()


def test_closing_writes_what_waits() -> None:
    disk = Disk()
    log = AuditLog(disk)
    for number in range(100):
        log.record(b"%d" % number, durable=False)
    log.close()
    assert len(disk.written) == disk.synced == 100


def test_a_full_queue_makes_callers_wait_and_drops_nothing() -> None:
    disk = Disk()
    disk.open.clear()
    log = AuditLog(disk, capacity=3)
    threads = [threading.Thread(target=log.record, args=(b"%d" % n,), kwargs={"durable": False}) for n in range(20)]
    for thread in threads:
        thread.start()
    wait_until(lambda: not log.has_room, what="a full queue")
    disk.open.set()
    for thread in threads:
        thread.join()
    log.close()
    assert sorted(disk.written, key=int) == [b"%d" % n for n in range(20)]


def test_a_full_disk_is_told_and_what_was_taken_is_written_when_there_is_room_again() -> None:
    disk = Disk()
    disk.full = True
    log = AuditLog(disk, patience=0.5)
    with pytest.raises(AuditUnavailableError, match="no space left"):
        log.record(b"1", durable=True)
    with pytest.raises(AuditUnavailableError, match="no space left"):
        log.check()
    disk.full = False
    wait_until(lambda: disk.synced == 1, what="the retry")
    wait_until(lambda: log.record(b"2", durable=True) is None)
    log.check()
    log.close()
    assert disk.written == [b"1", b"2"]


def test_while_the_disk_is_known_to_be_full_nobody_waits_for_it() -> None:
    disk = Disk()
    disk.full = True
    log = AuditLog(disk, capacity=2, patience=600)
    first = threading.Thread(target=lambda: log.record(b"1", durable=True), daemon=True)
    first.start()
    wait_until(lambda: log.is_failing, what="the first try")
    for number in (b"2", b"3"):
        with pytest.raises(AuditUnavailableError):
            log.record(number, durable=True)
    with pytest.raises(AuditUnavailableError):
        log.record(b"none that anybody waits for", durable=False)
    disk.full = False
    first.join(30)
    assert not first.is_alive()
    log.close()
    assert disk.written == [b"1", b"2", b"3"]


def test_a_record_is_one_line_of_json_whatever_is_in_it() -> None:
    line, _ = encode_record(1, "0" * 64, msgspec.json.encode({"agent": "a\nb\r\u2028c"}))
    assert line.count(b"\n") == 1
    assert json.loads(line)["event"]["agent"] == "a\nb\r\u2028c"
