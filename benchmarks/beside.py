"""What a session in front loses to the background: to programs that do nothing but compute, and to real backups.

`python -m benchmarks.beside [--rounds 3]`: a program that only computes beside six others in restic's place, started
with `backup_cpu_share` at 100 (niceness alone), without a control group, and in the group that has 8 percent. No restic
takes as much as they do.

`python -m benchmarks.beside --backups [--files 20000] [--megabytes 400]`: one such program for each processor, in a
session, alone and while one backup of that session follows another, each with 1 % of the files changed. That counts all
that backups take: restic, its proof, and whatever the server itself does for them.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.backup import back_up, fill, volume_of
from benchmarks.due import SPINNER, spin
from benchmarks.studio import GREENROOM, Served, served
from greenroom.engines.shim import cgroups
from greenroom.vaults import ease

HOGS = 6
PERCENT = 8
SPAN = 20
"""Seconds for which the programs in the session compute at a time: a backup beside them takes its time."""


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--backups", action="store_true", help="beside real backups")
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--megabytes", type=int, default=400)
    arguments = parser.parse_args()
    doors = cgroups.background(PERCENT)
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores; {len(doors)} control group")
    if arguments.backups:
        beside_backups(arguments.rounds, arguments.files, arguments.megabytes * 1_000_000 // arguments.files)
    else:
        beside_hogs(arguments.rounds, doors)


def beside_hogs(rounds: int, doors: Sequence[Path]) -> None:
    """Measure beside programs in restic's place."""
    ways = {"nice": ease.USUAL, "no group": ease.giving_way([]), "group": ease.giving_way(doors)}
    left: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        alone, _ = spin()
        for name, way in ways.items():
            with hogs(way):
                beside, _ = spin()
            left[name].append(beside / alone)
    for name, shares in left.items():
        tell(name, shares)


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


def beside_backups(rounds: int, files: int, size: int) -> None:
    """Measure beside real backups."""
    with served(volumes="auto", backup_interval="0") as studio:
        session_id = studio.session()
        volume = volume_of(studio)
        fill(volume, files, size)
        every = sorted(volume.rglob("*.exr"))
        back_up(studio, session_id)
        shares = []
        for _ in range(rounds):
            alone = fronts(studio, session_id)
            with backups(studio, session_id, every) as made:
                beside = fronts(studio, session_id)
            shares.append(beside / alone)
            print(
                f"beside {len(made)} backups in {SPAN} s, of {statistics.mean(made):.1f} s each: {beside / alone:.2f}"
            )
    tell("backups", shares)


def fronts(studio: Served, session_id: str) -> float:
    """Rounds a second that a program for each processor does, all of them in the session."""
    line = [str(GREENROOM), "session", "exec", session_id, "--data", str(studio.data), "--"]
    running = [
        subprocess.Popen([*line, "python3", "-c", SPINNER, str(SPAN)], stdout=subprocess.PIPE, text=True)
        for _ in range(os.cpu_count() or 1)
    ]
    return sum(float(program.communicate()[0].split()[0]) for program in running)


@contextmanager
def backups(studio: Served, session_id: str, files: Sequence[Path]) -> Iterator[list[float]]:
    """Backups of the session, one after another until this ends, and how many seconds each of them took."""
    took: list[float] = []
    over = threading.Event()
    content = random.Random(len(files)).randbytes(files[0].stat().st_size - 8)

    def back_up_again() -> None:
        while not over.is_set():
            for file in random.sample(files, len(files) // 100):
                file.write_bytes(content + time.monotonic_ns().to_bytes(8, "big"))
            took.append(back_up(studio, session_id))

    thread = threading.Thread(target=back_up_again)
    thread.start()
    try:
        yield took
    finally:
        over.set()
        thread.join()


def tell(name: str, shares: Sequence[float]) -> None:
    """What is left to the program in front."""
    print(f"{name:>9}: {statistics.median(shares):.2f} of what it does alone ({min(shares):.2f} to {max(shares):.2f})")


if __name__ == "__main__":
    main()
