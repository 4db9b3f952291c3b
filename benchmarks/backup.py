"""A session's backup against restic alone on the same tree, and how long the session is held up by it.

`python -m benchmarks.backup [--files 20000] [--megabytes 1700]`: the first backup, one with nothing changed, one with
1 % of the files changed; each beside `restic backup` of the same tree, at one path, into a repository of its own.
`--only` leaves out all but a first backup and the starts, or the restores out of the vault.
"""

import argparse
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.due import ask
from benchmarks.studio import GREENROOM, Served, poll, served
from greenroom.cli.connection import connect
from greenroom.server.parts import volumes_of
from greenroom.server.settings import Settings
from greenroom.wire.additions import CreateStreamingSessionBackupRequest, CreateStreamingSessionBackupResponse

# Writes a line as fast as it can for the given seconds, and says the longest time between two of them, in ms.
WRITER = """
import sys, time
longest, end = 0.0, time.monotonic() + float(sys.argv[1])
with open("writer.log", "wb", buffering=0) as file:
    last = time.monotonic()
    while last < end:
        file.write(b"x" * 4096)
        now = time.monotonic()
        longest, last = max(longest, now - last), now
        if file.tell() > 50_000_000:
            file.seek(0)
print(f"{longest * 1000:.1f}")
"""


KEPT = 5
"""Seconds for which the server keeps a snapshot that is replaced: long enough to be started beside."""
ROUNDS = 5


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--megabytes", type=int, default=1_700)
    parser.add_argument("--rounds", type=int, default=1, help="of the backups after the first")
    parser.add_argument("--volumes", default="auto")
    parser.add_argument("--restores", type=int, default=1, help="rounds of restores from the vault")
    parser.add_argument("--only", choices=["starts", "restores"], help="what alone is measured")
    arguments = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {arguments.files} files, {arguments.megabytes} MB")
    keep = f"{KEPT}s"
    with served(volumes=arguments.volumes, backup_interval="0", keep_replaced_snapshots=keep) as studio:
        session_id = studio.session()
        volume = volume_of(studio)
        fill(volume, arguments.files, arguments.megabytes * 1_000_000 // arguments.files)
        if arguments.only == "starts":
            back_up(studio, session_id)
            starts(studio, session_id)
            return
        alone = Alone(studio.data.parent / "alone", volume)
        if arguments.only is None:
            compare_backups(studio, session_id, alone, volume, arguments.rounds)
        compare_restores(studio, session_id, alone, volume, arguments.restores)


def compare_backups(studio: Served, session_id: str, alone: "Alone", volume: Path, rounds: int) -> None:
    """Print how long each kind of backup takes, what it costs the session, and starts from local snapshots."""
    for name, share in (("first", 0.0), *(("unchanged", 0.0), ("1 % changed", 0.01)) * rounds):
        change(volume, share)
        own, ours = alone.back_up(), back_up(studio, session_id)
        print(f"{name:>12}: restic alone {own:6.2f} s   Greenroom, read back {ours:6.2f} s = {ours / own:.2f}")
    quiet, busy = pause(studio, session_id, with_backup=False), pause(studio, session_id, with_backup=True)
    kind = volumes_of(_settings(studio)).name
    print(f"longest pause of a writer: {quiet} ms without a backup, {busy} ms with one ({kind})")
    starts(studio, session_id)


def compare_restores(studio: Served, session_id: str, alone: "Alone", volume: Path, rounds: int) -> None:
    """Print how long a start from a backup takes that only the vault has, beyond a plain start."""
    alone.back_up()
    for _ in range(2):  # the second one's snapshot takes the place of the first one's
        back_up(studio, session_id)
    plain = restart(studio, session_id)
    for _ in range(rounds):
        own = alone.restore(volume.parent / "alone")
        ours = restart(studio, session_id, from_newest=False) - plain
        print(f"restore: restic alone {own:.2f} s, beyond a plain start {ours:.2f} s = {ours / own:.2f}", flush=True)


def starts(studio: Served, session_id: str) -> None:
    """Print what starts take, plain and from the newest backup's snapshot, in the two moments."""
    for rested in (False, True):
        taken = [
            [restart(studio, session_id, from_newest=newest, rested=rested) for newest in (None, True)]
            for _ in range(ROUNDS)
        ]
        plain, restored = (statistics.median(each) for each in zip(*taken, strict=True))
        when = "some time after a stop" if rested else "the moment after a stop's backup"
        longest = max(each for _, each in taken)
        print(
            f"start, {when}: plain {plain:.2f} s, from a local snapshot {restored:.2f} s = {restored / plain:.2f} "
            f"(the longest {longest:.2f} s)"
        )


def fill(volume: Path, files: int, size: int) -> None:
    """Files of random bytes, a hundred a directory, owned as the volume is."""
    owner, source = volume.stat(), random.Random(1)
    for number in range(files):
        folder = volume / f"shot-{number // 100:04d}"
        folder.mkdir(exist_ok=True)
        file = folder / f"frame-{number:06d}.exr"
        file.write_bytes(source.randbytes(size))
        os.chown(file, owner.st_uid, owner.st_gid)


def change(volume: Path, share: float) -> None:
    """Rewrite that share of the files."""
    files = sorted(volume.rglob("*.exr"))
    source = random.Random(time.monotonic())
    for file in source.sample(files, int(len(files) * share)):
        file.write_bytes(source.randbytes(file.stat().st_size))
    os.sync()


class Alone:
    """restic as somebody would run it by hand."""

    def __init__(self, repository: Path, volume: Path) -> None:
        self._volume = volume
        password = repository.with_name("password")
        password.write_text("password")
        self._restic = ["restic", "-q", "-r", str(repository), "--password-file", str(password)]
        subprocess.run([*self._restic, "init"], check=True)

    def back_up(self) -> float:
        """Seconds of one backup."""
        started = time.monotonic()
        subprocess.run([*self._restic, "backup", self._volume], check=True)
        return time.monotonic() - started

    def restore(self, target: Path) -> float:
        """Seconds of one restore to the storage that volumes are on, until it is on the disk."""
        started = time.monotonic()
        subprocess.run([*self._restic, "restore", "latest", "--target", target], check=True)
        subprocess.run(["sync", "--file-system", target], check=True)
        taken = time.monotonic() - started
        shutil.rmtree(target)
        return taken


def back_up(studio: Served, session_id: str) -> float:
    """Seconds from asking for a backup of the running session to READY, which includes its reading back."""
    request = CreateStreamingSessionBackupRequest(studio_id=studio.studio_id, session_id=session_id)
    with connect(studio.data) as connection:
        started = time.monotonic()
        connection.client.call(request, CreateStreamingSessionBackupResponse)
        # Asked of the records themselves: a hundred calls a second would slow down what they wait for.
        poll(
            lambda: (
                ask(studio, "SELECT count(*) FROM streaming_session_backups WHERE state = 'CREATE_IN_PROGRESS'") == 0
            )
        )
        return time.monotonic() - started


def pause(studio: Served, session_id: str, *, with_backup: bool) -> str:
    """The longest gap between two writes of a program in the session, in milliseconds."""
    writer = subprocess.Popen(
        [GREENROOM, "session", "exec", session_id, "--data", studio.data, "--", "python3", "-c", WRITER, "12"],
        stdout=subprocess.PIPE,
        text=True,
    )
    if with_backup:
        back_up(studio, session_id)
    return writer.communicate()[0].strip()


def restart(studio: Served, session_id: str, *, from_newest: bool | None = None, rested: bool = True) -> float:
    """Seconds from StartStreamingSession to READY: from the newest backup, whose snapshot is local; from the oldest,
    which only the vault has; or, None, from the volume as it is.

    `rested`: once the snapshots that the stop's own took the place of are dropped, and the storage has cleared them
    away; else at once, but not while an earlier stop's are, which is another moment.
    """
    volume = volume_of(studio)
    if not rested:
        _rest(studio, volume)
    for file in random.sample(sorted(volume.rglob("*.exr")), 20):
        os.utime(file)
    studio.client.stop_streaming_session(studioId=studio.studio_id, sessionId=session_id)
    studio.until("STOPPED", session_id)
    poll(lambda: newest_backup(studio)["state"] == "READY")
    backups = studio.client.list_streaming_session_backups(studioId=studio.studio_id)["streamingSessionBackups"]
    ready = [str(backup["backupId"]) for backup in backups if backup["state"] == "READY"]
    if rested:
        _rest(studio, volume)
    options = {} if from_newest is None else {"backupId": ready[0 if from_newest else -1]}
    started = time.monotonic()
    studio.client.start_streaming_session(studioId=studio.studio_id, sessionId=session_id, **options)
    # A restore takes all processors for many seconds: a hundred calls a second would take half of one.
    studio.until("READY", session_id, pause=0.1 if from_newest is False else 0.01)
    return time.monotonic() - started


def _rest(studio: Served, volume: Path) -> None:
    """Wait until only the newest snapshot is on the storage, and nothing of those that were dropped."""
    volumes = volumes_of(_settings(studio))
    poll(lambda: len(volumes.snapshots()) == 1)
    if volumes.name.startswith("btrfs"):
        subprocess.run(["btrfs", "subvolume", "sync", volume], check=True, stdout=subprocess.DEVNULL)
        os.sync()


def newest_backup(studio: Served) -> dict[str, Any]:
    """The first of the listing."""
    page = studio.client.list_streaming_session_backups(studioId=studio.studio_id)
    return dict(page["streamingSessionBackups"][0])


def _settings(studio: Served) -> Settings:
    return Settings.load(studio.data)


def volume_of(studio: Served) -> Path:
    """Where the only session's files are."""
    return volumes_of(_settings(studio)).path(_volume_id(studio))


def _volume_id(studio: Served) -> str:
    with closing(sqlite3.connect(f"file:{studio.data}/greenroom.db?mode=ro", uri=True, timeout=30)) as connection:
        return str(connection.execute("SELECT volume_id FROM streaming_sessions").fetchone()[0])


if __name__ == "__main__":
    main()
