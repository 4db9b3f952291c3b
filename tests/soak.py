"""A long run of random kills: `make soak KILLS=500`. Its latest result is in benchmarks/README.md, not in `make test`.

A session is written to, stopped, started, restored and backed up; at random moments server, restic, shim or all of
them are killed with -9, often again while the first kill is being recovered from. Meanwhile old backups are read back
again without pause, and rotated ones leave the vault at once.

Each backup is restored as soon as it says READY, by restic alone, and held file by file against what the session held
when it was made; after every kill the READY ones must be the newest of all that were ever acknowledged. At the end
each one is verified, a session is started from it, and storage and vault must hold nothing that no record speaks of.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from tests.faults.conftest import ENVIRONMENT, Scene
from tests.running import Studio, shims
from tests.support import wait_until

from greenroom.server.parts import volumes_of
from greenroom.vaults import census
from greenroom.vaults.census import Item

RETAINED = 5
LONGEST_WAIT = 2.0
"""Seconds from what a person does to the first kill."""
AGAIN = 0.4
"""How often a kill is followed by another before all has settled."""
WORK = "work"
"""The directory of the session that is compared; its home holds what starting it leaves there, too."""
# Writes a note and some of a dozen plates anew; links and an extended attribute among them.
WRITE = """
mkdir -p work && cd work && echo "$1" > shot.txt && ln -sf shot.txt newest && ln -f shot.txt linked
for plate in $2; do head -c "$3" /dev/urandom > "plate-$plate.exr"; done
truncate -s 1M hollow.exr
"""
SETTINGS = {"GREENROOM_BACKUP_GRACE": "0", "GREENROOM_QUIET_HOURS": "", "GREENROOM_VERIFY_WITHIN": "2m"}

Content = Mapping[str, Item]


@dataclass
class Run:
    """What the run knows beside the records."""

    scene: Scene
    chance: random.Random
    content: Content = field(default_factory=dict)
    held: dict[str, Content] = field(default_factory=dict)
    """What each backup must hold."""
    acknowledged: list[str] = field(default_factory=list)
    """Backups that were seen READY, oldest first."""
    done: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)

    @property
    def client(self) -> Any:
        return self.scene.studio.client()

    def settle(self) -> str:
        """Wait until nothing is in progress; restore what is READY for the first time; the session's state."""
        state = wait_until(self._settled, timeout=300, what="everything to settle")
        for (backup_id,) in self.scene.query("SELECT backup_id FROM streaming_session_backups"):
            self.held.setdefault(backup_id, self.content)
        listed = self.scene.studio.backups(self.client)
        ready = [backup["backupId"] for backup in listed if backup["state"] == "READY"]
        for backup_id in reversed(ready):
            if backup_id not in self.acknowledged:
                self.acknowledged.append(backup_id)
                self._restore_by_restic(backup_id)
        assert ready == self.acknowledged[-RETAINED:][::-1], (ready, self.acknowledged, listed)
        return state

    def _settled(self) -> str | None:
        try:
            state = str(self.scene.session()["state"])
            moving = [b for b in self.scene.studio.backups(self.client) if b["state"].endswith("_IN_PROGRESS")]
        except (ClientError, BotoCoreError):
            return None
        return None if state.endswith("_IN_PROGRESS") or moving else state

    def act(self, number: int) -> None:
        """One thing that a person could do now."""
        state, studio = self.settle(), self.scene.studio
        here = {"studioId": studio.studio_id, "sessionId": self.scene.session_id}
        if state == "READY":
            self.write(number)
            if self.chance.random() < 0.4:
                studio.command("backup", "create", self.scene.session_id, "--no-wait", "--data", str(studio.data))
                self.done["backup"] += 1
            else:
                self.client.stop_streaming_session(**here)
                self.done["stop"] += 1
        elif self.chance.random() < 0.5 and self.acknowledged:
            chosen = self.chance.choice(self.acknowledged[-RETAINED:])
            self.client.start_streaming_session(**here, backupId=chosen)
            self.content = self.held[chosen]
            self.done["restore"] += 1
        else:
            self.client.start_streaming_session(**here)
            self.done["start"] += 1

    def write(self, number: int) -> None:
        """Change some of the session's files."""
        plates = " ".join(str(self.chance.randrange(12)) for _ in range(3))
        size = str(self.chance.randrange(1, 1_000_000))
        self.scene.studio.execute(self.scene.session_id, "sh", "-c", WRITE, "write", str(number), plates, size)
        self.content = self.found()

    def found(self) -> Content:
        """What the session's volume holds now."""
        ((volume_id,),) = self.scene.query(
            "SELECT volume_id FROM streaming_sessions WHERE session_id = ?", self.scene.session_id
        )
        return census.take(volumes_of(self.scene.settings).path(volume_id) / WORK)

    def kill(self) -> None:
        """Something dies, now and then twice."""
        time.sleep(self.chance.uniform(0, LONGEST_WAIT))
        self._kill_one()
        while self.chance.random() < AGAIN:
            time.sleep(self.chance.uniform(0, LONGEST_WAIT / 2))
            self._kill_one()

    def _kill_one(self) -> None:
        restics, running = self.scene.restic_runs(), shims(self.scene.studio.data)
        victims = ["server", "server", "all", *(["restic"] * 4 if restics else []), *(["shim"] if running else [])]
        victim = self.chance.choice(victims)
        if victim in ("server", "all"):
            self.scene.studio.kill()
        if victim in ("shim", "all"):
            self.scene.kill_shims()
        if victim in ("restic", "all"):
            restics = self.scene.restic_runs()
            for process in restics:
                try:
                    os.kill(process, signal.SIGKILL)
                except ProcessLookupError:
                    restics = [each for each in restics if each != process]
            if victim == "restic" and not restics:
                return  # it ended by itself: that is no kill
        self.kills[victim] += 1
        if victim in ("server", "all"):
            self.scene.studio.serve()
        if victim in ("shim", "all") and running:
            # READY is said until the loss is noticed, a matter of seconds.
            wait_until(self._noticed, timeout=60, what="the loss to be noticed")

    def _noticed(self) -> bool:
        return bool(self.scene.session()["state"] != "READY" or shims(self.scene.studio.data))

    def _restore_by_restic(self, backup_id: str) -> None:
        """As somebody would without Greenroom."""
        ((snapshot,),) = self.scene.query(
            "SELECT vault_snapshot FROM streaming_session_backups WHERE backup_id = ?", backup_id
        )
        data, target = self.scene.studio.data, self.scene.studio.data.parent / "restored"
        try:
            restic = ["restic", "-q", "--no-lock", "--no-cache", "-r", data / "vault"]
            opened = ["--password-file", data / "vault-password"]
            subprocess.run([*restic, *opened, "restore", snapshot, "--target", target], check=True)
            self._compare(backup_id, census.take(target / "greenroom" / self.scene.session_id / WORK))
        finally:
            shutil.rmtree(target, ignore_errors=True)
        self.done["restored by restic"] += 1

    def _compare(self, backup_id: str, found: Content) -> None:
        wrong = census.differences(self.held[backup_id], found)
        assert not wrong, f"backup {backup_id}: {wrong}"

    def check(self) -> None:
        """The rule: nothing acknowledged is lost, and nothing says READY that cannot be restored."""
        studio, here = self.scene.studio, self.scene.session_id
        if self.settle() == "READY":
            studio.stop_session(self.client, here)
        self.settle()
        ready = self.acknowledged[-RETAINED:]
        assert len(ready) == min(RETAINED, len(self.acknowledged))
        assert sorted(self.scene.stored()) == sorted(ready)
        assert set(self.scene.snapshots()) <= set(ready)
        for backup_id in ready:
            studio.command("backup", "verify", backup_id, "--data", str(studio.data))
        # Each stop makes another backup, which pushes the oldest out: newest first.
        for backup_id in reversed(ready):
            if backup_id not in self.acknowledged[-RETAINED:]:
                continue
            studio.start_session(self.client, here, backupId=backup_id)
            self._compare(backup_id, self.found())
            self.content = self.held[backup_id]
            self.done["restored at the end"] += 1
            studio.stop_session(self.client, here)
            self.settle()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--volumes", default="auto")
    arguments = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="greenroom-soak-") as directory:
        studio = Studio(Path(directory) / "data", {**ENVIRONMENT, **SETTINGS, "GREENROOM_VOLUMES": arguments.volumes})
        try:
            studio.found().serve()
            run = Run(Scene(studio, studio.create_session(studio.client())), random.Random(arguments.seed))
            number = 0
            while run.kills.total() < arguments.kills:
                run.act(number)
                run.kill()
                run.settle()
                number += 1
                if number % 10 == 0:
                    print(f"{time.monotonic() - started:5.0f} s: {dict(run.kills)} {dict(run.done)}", flush=True)
            run.check()
            kind = volumes_of(run.scene.settings).name
        except BaseException:
            print(f"seed {arguments.seed}\n{studio.log[-20000:]}", file=sys.stderr)
            raise
        finally:
            studio.close()
    minutes = (time.monotonic() - started) / 60
    print(f"{run.kills.total()} kills in {minutes:.0f} min on {kind}, seed {arguments.seed}")
    print(f"killed: {dict(sorted(run.kills.items()))}; done: {dict(sorted(run.done.items()))}")
    print(f"{len(run.acknowledged)} backups acknowledged, none lost, none READY that could not be restored")


if __name__ == "__main__":
    main()
