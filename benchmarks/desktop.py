"""What a desktop takes while nobody does anything, and how soon it is there after CreateStreamingSession.

`python -m benchmarks.desktop [--rounds 5] [--seconds 30]`: to READY, and to the first picture in Chromium, which runs
already; then processor time and memory of one idle session, all its processes, with and without a browser before it.
"""

import argparse
import os
import statistics
import time
from collections import defaultdict
from datetime import UTC, datetime

from tests.e2e.chromium import Browser

from benchmarks.processes import cpu_seconds, descendants_of, memory_bytes, name_of
from benchmarks.studio import Served, poll, served

MEGABYTE = 1024 * 1024
SHOWN = """
[...document.querySelectorAll("canvas")].some((canvas) => {
    if (!canvas.width) return false;
    const scratch = new OffscreenCanvas(8, 8).getContext("2d");
    scratch.drawImage(canvas, 0, 0, 8, 8);
    return scratch.getImageData(0, 0, 8, 8).data.some((value, at) => at % 4 < 3 && value > 16);
})
"""


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=30)
    arguments = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with served(desktop="on", quota_streaming_sessions="100") as studio, Browser() as browser:
        times = [_started(studio, browser, number) for number in range(arguments.rounds)]
        for what, taken in zip(("READY", "the first picture"), zip(*times, strict=True), strict=True):
            all_of_them = ", ".join(f"{each:.2f}" for each in taken)
            print(f"CreateStreamingSession to {what}: {statistics.median(taken):.2f} s ({all_of_them})")
    with served(desktop="on") as studio:
        _idle(studio, arguments.seconds)


def _started(studio: Served, browser: Browser, number: int) -> tuple[float, float]:
    """Seconds from the call to READY, and to something other than black in the browser."""
    begun = time.monotonic()
    session_id = studio.session()
    ready = time.monotonic() - begun
    browser.tell("visit", url=studio.stream_url(session_id))
    poll(lambda: browser.tell("evaluate", expression=SHOWN, page=number), 60)
    shown = time.monotonic() - begun
    browser.tell("leave", page=number)
    studio.client.delete_streaming_session(studioId=studio.studio_id, sessionId=session_id)
    studio.until("DELETED", session_id)
    return ready, shown


def _idle(studio: Served, seconds: int) -> None:
    session_id = studio.session()
    shim = studio.shim(session_id)
    studio.stream_answers(session_id)
    _settle(shim)
    print(f"idle, nobody watches: {_measured(shim, seconds)}")
    with Browser() as browser:
        browser.tell("visit", url=studio.stream_url(session_id))
        poll(lambda: browser.tell("evaluate", expression=SHOWN), 60)
        _settle(shim)
        server = cpu_seconds(studio.pid, descendants=False)
        print(f"idle, a browser watches: {_measured(shim, seconds)}")
        share = (cpu_seconds(studio.pid, descendants=False) - server) / seconds
        print(f"  and the server: {share * 100:.2f} % of a core")


def _settle(shim: int) -> None:
    """Wait until what was started has come to rest: a second of little work."""

    def rests() -> bool:
        before = cpu_seconds(shim)
        time.sleep(1)
        return cpu_seconds(shim) - before < 0.15

    poll(rests, 60)


def _measured(shim: int, seconds: int) -> str:
    processes = [shim, *descendants_of(shim)]
    before = {pid: cpu_seconds(pid, descendants=False) for pid in processes}
    time.sleep(seconds)
    shares: defaultdict[str, float] = defaultdict(float)
    for pid in processes:
        shares[name_of(pid)] += (cpu_seconds(pid, descendants=False) - before[pid]) / seconds * 100
    by_share = sorted(shares.items(), key=lambda each: -each[1])
    most = ", ".join(f"{name} {share:.1f}" for name, share in by_share[:4] if share >= 0.1)
    memory = memory_bytes(shim) / MEGABYTE
    return f"{sum(shares.values()):.2f} % of a core ({most or 'nothing above 0.1'}), {memory:.0f} MB (PSS)"


if __name__ == "__main__":
    main()
