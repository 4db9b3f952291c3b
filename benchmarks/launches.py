"""Many sessions started at the same moment, each with a desktop: how long until all are READY, and all can be watched.

`python -m benchmarks.launches [--sessions 20]`.
"""

import argparse
import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from benchmarks.processes import descendants_of, memory_bytes, name_of
from benchmarks.studio import Served, poll, served

PARTS = ("openbox", "pcmanfm", "tint2")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=20)
    arguments = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with served(desktop="on", quota_streaming_sessions="1000") as studio:
        begun = time.monotonic()
        with ThreadPoolExecutor(arguments.sessions) as people:
            sessions = list(people.map(lambda _: _asked_for(studio), range(arguments.sessions)))
        for session_id in sessions:
            studio.until("READY", session_id)
        print(f"{arguments.sessions} sessions, all READY in {time.monotonic() - begun:.1f} s")
        for session_id in sessions:
            shim = studio.shim(session_id)
            poll(lambda shim=shim: set(PARTS) <= {name_of(pid) for pid in descendants_of(shim)}, 300)  # type: ignore[misc]
            studio.stream_answers(session_id)
        print(f"and every desktop answers its stream in {time.monotonic() - begun:.1f} s")
        memory = sum(memory_bytes(studio.shim(session_id)) for session_id in sessions) / 1024**2
        print(f"they take {memory / arguments.sessions:.0f} MB each (PSS)")


def _asked_for(studio: Served) -> str:
    created = studio.client.create_streaming_session(
        studioId=studio.studio_id, launchProfileId=studio.founding["launchProfileId"]
    )
    return str(created["session"]["sessionId"])


if __name__ == "__main__":
    main()
