"""What a session in front loses to the background: a program that only computes, beside six that do nothing else.

`python -m benchmarks.beside [--rounds 3]`: the six are started as restic is for a backup: with `backup_cpu_share` at
100 (niceness alone), without a control group, and in the group that has 8 percent. No restic takes as much as they do.
"""

import argparse
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from benchmarks.due import spin
from greenroom.engines.shim import cgroups
from greenroom.vaults import ease

HOGS = 6
PERCENT = 8


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    doors = cgroups.background(PERCENT)
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores; {len(doors)} control group")
    ways = {"nice": ease.USUAL, "no group": ease.giving_way([]), "group": ease.giving_way(doors)}
    left: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(arguments.rounds):
        alone, _ = spin()
        for name, way in ways.items():
            with hogs(way):
                beside, _ = spin()
            left[name].append(beside / alone)
    for name, shares in left.items():
        print(
            f"{name:>9}: {statistics.median(shares):.2f} of what it does alone ({min(shares):.2f} to {max(shares):.2f})"
        )


@contextmanager
def hogs(way: Sequence[str]) -> Iterator[None]:
    """Programs that compute until this ends, each a group of its own for the scheduler, as a restic is."""
    line = [*way, sys.executable, "-c", "while True: pass"]
    running = [subprocess.Popen(line, start_new_session=True) for _ in range(HOGS)]
    try:
        yield
    finally:
        for program in running:
            program.kill()
            program.wait()


if __name__ == "__main__":
    main()
