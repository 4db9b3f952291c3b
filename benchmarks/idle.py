"""What the server takes while nothing happens: memory and processor time, with 1,000 READY sessions (simulated).

`python -m benchmarks.idle [--sessions 1000] [--seconds 20]`.
"""

import argparse
import os
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.studio import Served, poll, served

TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=1_000)
    parser.add_argument("--seconds", type=int, default=20)
    arguments = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores")
    with served(engine="simulated", volumes="copy", quota_streaming_sessions="100000") as studio:
        print(f"     0 sessions: {_measured(studio, arguments.seconds)}")
        started = time.monotonic()
        for _ in range(arguments.sessions):
            studio.client.create_streaming_session(
                studioId=studio.studio_id, launchProfileId=studio.founding["launchProfileId"]
            )
        poll(lambda: _all_ready(studio))
        taken = time.monotonic() - started
        print(f"{arguments.sessions:>6} sessions, all READY in {taken:.0f} s: {_measured(studio, arguments.seconds)}")


def _all_ready(studio: Served) -> bool:
    pages = studio.client.get_paginator("list_streaming_sessions").paginate(studioId=studio.studio_id)
    return all(session["state"] == "READY" for page in pages for session in page["sessions"])


def _measured(studio: Served, seconds: int) -> str:
    process = Path("/proc") / str(studio.pid)
    before = _cpu(process)
    time.sleep(seconds)
    share = (_cpu(process) - before) / seconds
    status = (process / "status").read_text()
    resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024
    return f"{resident:.0f} MB resident, {share * 100:.2f} % of a core"


def _cpu(process: Path) -> float:
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


if __name__ == "__main__":
    main()
