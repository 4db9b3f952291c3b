"""Listing one folder of a large backup, against `restic ls` of the same folder.

`python -m benchmarks.browsing [--files 200000] [--idle 60]`: a hundred files a folder, every hundredth with content.
The first look makes the index; what is measured after it is a signed call over HTTP, at the client: rounds of looks,
each into another folder, one after nobody called for a while, and some with nothing of the index in memory at first.
"""

import argparse
import os
import statistics
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.backup import back_up, newest_backup, volume_of
from benchmarks.studio import Served, served
from greenroom.cli.connection import connect
from greenroom.wire.backup_files import ListStreamingSessionBackupFilesRequest, ListStreamingSessionBackupFilesResponse

ROUNDS = 3
LOOKS = 200
"""In all fewer than one person may make at a time before the server asks to wait."""


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200_000)
    parser.add_argument("--idle", type=float, default=60.0, help="seconds for which nobody calls")
    arguments = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {arguments.files} files, a hundred a folder")
    with served(backup_interval="0", backup_cpu_share="100") as studio:
        session_id = studio.session()
        fill(volume_of(studio), arguments.files)
        print(f"backup, read back: {back_up(studio, session_id):.1f} s")
        backup_id = str(newest_backup(studio)["backupId"])
        folders = arguments.files // 100
        with connect(studio.data) as connection:

            def look(number: int) -> float:
                request = ListStreamingSessionBackupFilesRequest(
                    studio_id=studio.studio_id, backup_id=backup_id, path=folder(number % folders)
                )
                started = time.perf_counter()
                answer = connection.client.call(request, ListStreamingSessionBackupFilesResponse)
                assert len(answer.files) == 100
                return time.perf_counter() - started

            first = look(0)
            rounds = [[look(17 * number) for number in range(each, each + LOOKS)] for each in range(1, 1 + ROUNDS)]
        time.sleep(arguments.idle)
        # Its connection would have ended meanwhile.
        with connect(studio.data) as connection:
            idle = look(1)
            for file in indexes(studio):
                with file.open("rb") as opened:
                    os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            cold = [look(17 * number) for number in range(1, 50)]
        alone = min(restic_ls(studio, backup_id, session_id, folder(17 * number % folders)) for number in range(1, 4))
        index = sum(file.stat().st_size for file in indexes(studio))
    print(f"first look {first:.2f} s, index {index / 1e6:.1f} MB; restic ls {alone:.2f} s (the best of three)")
    for name, looks in (*(("after it", each) for each in rounds), ("with none of it in memory", cold)):
        median, longest = statistics.median(looks) * 1000, max(looks) * 1000
        print(f"{name}: median {median:.1f} ms, longest of {len(looks)} {longest:.1f} ms")
    print(f"the first after {arguments.idle:.0f} s without a call: {idle * 1000:.1f} ms")


def indexes(studio: Served) -> list[Path]:
    """The files that make looking quick."""
    return list((studio.data / "cache" / "backup-trees").iterdir())


def folder(number: int) -> str:
    """The path of a folder."""
    return f"shot-{number:05d}"


def fill(volume: Path, files: int) -> None:
    """Files, a hundred a folder, owned as the volume is."""
    owner = volume.stat()
    for number in range(files):
        directory = volume / folder(number // 100)
        if number % 100 == 0:
            directory.mkdir()
            os.chown(directory, owner.st_uid, owner.st_gid)
        file = directory / f"frame-{number:06d}.exr"
        file.write_text(str(number) if number % 100 == 0 else "")
        os.chown(file, owner.st_uid, owner.st_gid)


def restic_ls(studio: Served, backup_id: str, session_id: str, path: str) -> float:
    """Seconds of `restic ls` with its cache filled."""
    restic = ["restic", "-q", "-r", str(studio.data / "vault"), "--password-file", str(studio.data / "vault-password")]
    place = ["--cache-dir", str(studio.data.parent / "cache"), "--tag", f"backup={backup_id}"]
    started = time.monotonic()
    listed = subprocess.run(
        [*restic, "ls", *place, "latest", f"/greenroom/{session_id}/{path}"], check=True, capture_output=True
    )
    assert listed.stdout.count(b"\n") >= 100
    return time.monotonic() - started


if __name__ == "__main__":
    main()
