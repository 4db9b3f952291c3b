"""The portal's pages in Chromium: bytes of the first load, and how soon they can be used at a quarter of the processor.

`python -m benchmarks.portal [--rounds 5] [--backups 10000] [--profile FILE]`. Needs node, chromium and the built portal
(`scripts/portal`). A page can be used when what it shows is there, a menu that is opened in it is open, and the
browser's main thread is free. FILE gets what the main thread did in one more first load, as Chromium's developer
tools read it (`.cpuprofile`).
"""

import argparse
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.studio import Served, served

SCRIPT = Path(__file__).with_suffix(".mjs")
FEW = 100
"""Backups that the page with many is compared with."""


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--backups", type=int, default=10_000)
    parser.add_argument("--profile", type=Path)
    arguments = parser.parse_args()
    rounds = arguments.rounds
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with served(engine="simulated", volumes="copy") as studio:
        studio.session()
        _seed(studio, FEW)
        _told("My sessions, first load", _measured(studio, "sessions", cold=True, rounds=rounds))
        _told("My sessions, again", _measured(studio, "sessions", cold=False, rounds=rounds))
        _told(f"My backups, {FEW}", _measured(studio, "backups", cold=False, rounds=rounds))
        _seed(studio, arguments.backups - FEW)
        _told(f"My backups, {arguments.backups}", _measured(studio, "backups", cold=False, rounds=rounds))
        if arguments.profile is not None:
            _measured(studio, "sessions", cold=True, rounds=1, profile=arguments.profile)


def _seed(studio: Served, backups: int) -> None:
    command = [sys.executable, "-m", "benchmarks.seed", "--data", str(studio.data), "--backups", str(backups)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


def _measured(studio: Served, page: str, *, cold: bool, rounds: int, profile: Path | None = None) -> dict[str, Any]:
    asked = {
        "endpoint": studio.client.meta.endpoint_url,
        "userName": studio.founding["username"],
        "password": studio.founding["password"],
        "page": page,
        "cold": cold,
        "rounds": rounds,
        "chromium": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
    }
    if profile is not None:
        asked["profile"] = str(profile)
    done = subprocess.run(["node", SCRIPT, json.dumps(asked)], check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout))


def _told(what: str, measured: dict[str, Any]) -> None:
    rounds = measured["rounds"]
    times = {name: [each[name] for each in rounds] for name in ("shell", "usable", "processor", "own")}
    spent = {
        name: median(each["spent"][f"{name}Duration"] for each in rounds)
        for name in ("Script", "RecalcStyle", "Layout")
    }
    sizes = {kind: round(size) for kind, size in measured["bytes"].items()}
    print(
        f"{what}: shell {median(times['shell']):.0f} ms, usable {median(times['usable']):.0f} ms"
        f" ({min(times['usable']):.0f} to {max(times['usable']):.0f}),"
        f" of the processor's time {median(times['processor']):.0f} ms"
        f" ({', '.join(f'{name} {value:.0f}' for name, value in spent.items())});"
        f" a loop took {median(times['own']):.1f} x its least;"
        f" {sum(sizes.values()):,} bytes, {json.dumps(sizes)}; {len(measured['requests'])} requests"
    )


if __name__ == "__main__":
    main()
