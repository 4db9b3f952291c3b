"""Many sessions due for a backup in one minute: how many run at once, who is overtaken, and what a session feels of it.

`python -m benchmarks.due [--sessions 1000] [--seconds 150]`: sessions of the simulated engine with real volumes and a
real vault. A program that only computes stands for the session in front of an artist; what it gets done is counted
before the backups begin, beside one other such program, and while they run: where cores share a processor, or a machine
its host, what runs on another core costs some of its pace and nothing of its share of a core.
"""

import argparse
import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.studio import Served, poll, served

SPINNER = """
import sys, time
end, rounds = time.monotonic() + float(sys.argv[1]), 0
while time.monotonic() < end:
    sum(range(10_000))
    rounds += 1
print(rounds / float(sys.argv[1]), time.process_time() / float(sys.argv[1]))
"""
SPAN = 10
"""Seconds for which the program computes at a time."""


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=150)
    arguments = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {arguments.sessions} sessions due within one minute")
    with served(engine="simulated", volumes="auto", backup_interval="24h", quota_streaming_sessions="100000") as studio:
        for _ in range(arguments.sessions):
            studio.client.create_streaming_session(
                studioId=studio.studio_id, launchProfileId=studio.founding["launchProfileId"]
            )
        poll(lambda: ask(studio, "SELECT count(*) FROM streaming_sessions WHERE state <> 'READY'") == 0)
        before = [spin() for _ in range(3)]
        other = start_spinner(4 * SPAN)
        beside_one = [spin() for _ in range(3)]
        other.kill()
        other.wait()
        begun = make_due(studio, arguments.sessions)
        running: Counter[int] = Counter()
        during = []
        while time.monotonic() - begun < arguments.seconds:
            spinner = start_spinner()
            while spinner.poll() is None:
                running[restics(studio.data)] += 1
                time.sleep(0.2)
            during.append(numbers(spinner))
        made = ask(studio, "SELECT count(*) FROM streaming_session_backups WHERE state = 'READY'")
        order = overtaken(studio)
    seconds = time.monotonic() - begun
    pace, most = made / seconds * 60, max(running)
    print(f"READY after {seconds:.0f} s: {made}, {pace:.0f} a minute; at most {most} restics at once")
    print(f"begun before one that was due more than a minute earlier: {order}")
    for what, place in (("rounds a second", 0), ("share of a core", 1)):
        alone, one, beside = (sum(each[place] for each in spans) / len(spans) for spans in (before, beside_one, during))
        print(
            f"a program in front, {what}: {alone:.2f} alone, {one:.2f} beside one other ({one / alone:.2f}), "
            f"{beside:.2f} beside the backups ({beside / alone:.2f})"
        )


def make_due(studio: Served, count: int) -> float:
    """Have every session's backup due within the next minute, as if its interval ended then; when that began."""
    now = datetime.now(UTC)
    with sqlite3.connect(studio.data / "greenroom.db", timeout=30) as connection:
        ids = [row[0] for row in connection.execute("SELECT session_id FROM streaming_sessions ORDER BY number")]
        for place, session_id in enumerate(ids):
            due = (now + timedelta(seconds=60 * place / count)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            connection.execute(
                "UPDATE streaming_sessions SET backup_due_at = ? WHERE session_id = ?", (due, session_id)
            )
            connection.execute(
                "UPDATE work SET due_at = ? WHERE kind = 'session' AND resource_id = ?", (due, session_id)
            )
    connection.close()
    return time.monotonic()


def ask(studio: Served, query: str) -> int:
    """One number out of the records."""
    connection = sqlite3.connect(f"file:{studio.data}/greenroom.db?mode=ro", uri=True, timeout=30)
    try:
        return int(connection.execute(query).fetchone()[0])
    finally:
        connection.close()


def overtaken(studio: Served) -> int:
    """Backups that are READY although another one, asked for more than a minute earlier, is not."""
    return ask(
        studio,
        "SELECT count(*) FROM streaming_session_backups done WHERE state = 'READY' AND EXISTS (SELECT 1 FROM "
        "streaming_session_backups waits WHERE waits.state = 'CREATE_IN_PROGRESS' AND waits.snapshot_at IS NULL AND "
        "julianday(waits.created_at) < julianday(done.created_at) - 60.0 / 86400)",
    )


def restics(data: Path) -> int:
    """How many restics run for that studio."""
    found = 0
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                found += (process / "comm").read_text() == "restic\n" and str(data).encode() in (
                    process / "environ"
                ).read_bytes()
            except OSError:
                continue
    return found


def start_spinner(seconds: float = SPAN) -> "subprocess.Popen[str]":
    """The program in front, for a span; a group of its own for the scheduler, as a session is."""
    line = [sys.executable, "-c", SPINNER, str(seconds)]
    return subprocess.Popen(line, stdout=subprocess.PIPE, text=True, start_new_session=True)


def numbers(spinner: "subprocess.Popen[str]") -> tuple[float, float]:
    """Rounds a second, and the share of a core that it had."""
    rounds, share = spinner.communicate()[0].split()
    return float(rounds), float(share)


def spin() -> tuple[float, float]:
    """What the program gets done in a span."""
    return numbers(start_spinner())


if __name__ == "__main__":
    main()
