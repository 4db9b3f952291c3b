"""A long run of random kills: `make soak KILLS=100`. Its latest result is in benchmarks/README.md, not in `make test`.

A session is written to, stopped, started, restored and backed up; at random moments server, restic or shim are killed
with -9 and the server is started again. At the end every acknowledged backup must be there (or have been rotated by
newer ones), must be proven by reading it back, and must hold what the session held when it was made; storage and
vault must hold nothing that no record speaks of.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from tests.faults.conftest import ENVIRONMENT, Scene
from tests.running import Studio, shims
from tests.support import wait_until

RETAINED = 5
LONGEST_WAIT = 2.0


@dataclass
class Run:
    """What the run knows beside the records."""

    scene: Scene
    chance: random.Random
    content: str = "0"
    held: dict[str, str] = field(default_factory=dict)
    """What each backup must hold."""
    acknowledged: list[str] = field(default_factory=list)
    """Backups that were seen READY, oldest first."""
    done: Counter[str] = field(default_factory=Counter)

    @property
    def client(self) -> Any:
        return self.scene.studio.client()

    def settle(self) -> str:
        """Wait until nothing is in progress; take note of what is READY; the session's state."""
        state = wait_until(self._settled, timeout=180, what="everything to settle")
        for backup in reversed(self.scene.studio.backups(self.client)):
            if backup["state"] == "READY" and backup["backupId"] not in self.acknowledged:
                self.acknowledged.append(backup["backupId"])
        return state

    def _settled(self) -> str | None:
        try:
            state = str(self.scene.session()["state"])
            moving = [b for b in self.scene.studio.backups(self.client) if b["state"].endswith("_IN_PROGRESS")]
        except ClientError:
            return None
        return None if state.endswith("_IN_PROGRESS") or moving else state

    def act(self, number: int) -> None:
        """One thing that a person could do now."""
        state, studio = self.settle(), self.scene.studio
        here = {"studioId": studio.studio_id, "sessionId": self.scene.session_id}
        if state == "READY":
            self.content = str(number)
            self.scene.write(self.content)
            if self.chance.random() < 0.4:
                studio.command("backup", "create", self.scene.session_id, "--no-wait", "--data", str(studio.data))
                self.done["backup"] += 1
            else:
                self.client.stop_streaming_session(**here)
                self.done["stop"] += 1
        elif self.chance.random() < 0.5 and self.acknowledged:
            listed = [b["backupId"] for b in studio.backups(self.client) if b["state"] == "READY"]
            chosen = self.chance.choice(listed)
            self.client.start_streaming_session(**here, backupId=chosen)
            self.content = self.held[chosen]
            self.done["restore"] += 1
        else:
            self.client.start_streaming_session(**here)
            self.done["start"] += 1

    def note(self) -> None:
        """Backups that are new hold what the session holds now."""
        for (backup_id,) in self.scene.query("SELECT backup_id FROM streaming_session_backups"):
            self.held.setdefault(backup_id, self.content)

    def kill(self) -> None:
        """Something dies."""
        time.sleep(self.chance.uniform(0, LONGEST_WAIT))
        victim = self.chance.choice(["server", "server", "restic", "shim"])
        self.done[f"kill {victim}"] += 1
        if victim == "server":
            self.scene.studio.kill()
            self.scene.studio.serve()
        elif victim == "restic":
            for process in self.scene.restic_runs():
                os.kill(process, signal.SIGKILL)
        elif shims(self.scene.studio.data):
            self.scene.kill_shims()
            # READY is said until the loss is noticed, a matter of seconds.
            wait_until(lambda: self.scene.session()["state"] != "READY", timeout=30, what="the loss to be noticed")

    def check(self) -> None:
        """The rule: nothing acknowledged is lost, and nothing says READY that cannot be restored."""
        self.settle()
        listed = self.scene.studio.backups(self.client)
        ready = [backup["backupId"] for backup in listed if backup["state"] == "READY"]
        assert ready == list(reversed(self.acknowledged))[: len(ready)], (ready, self.acknowledged)
        assert len(ready) == min(RETAINED, len(self.acknowledged)), (ready, self.acknowledged)
        for backup_id in ready:
            self.scene.check(backup_id, self.held[backup_id])
        assert sorted(self.scene.stored()) == sorted(ready)
        assert set(self.scene.snapshots()) <= set(ready)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="greenroom-soak-") as directory:
        studio = Studio(Path(directory) / "data", ENVIRONMENT)
        try:
            studio.found().serve()
            run = Run(Scene(studio, studio.create_session(studio.client())), random.Random(arguments.seed))
            for number in range(arguments.kills):
                run.act(number)
                run.kill()
                run.settle()
                run.note()
            run.check()
        except BaseException:
            print(f"seed {arguments.seed}\n{studio.log[-5000:]}", file=sys.stderr)
            raise
        finally:
            studio.close()
    minutes = (time.monotonic() - started) / 60
    print(f"{arguments.kills} kills in {minutes:.0f} min, seed {arguments.seed}: {dict(sorted(run.done.items()))}")
    print(f"{len(run.acknowledged)} backups acknowledged, none lost, none READY that could not be restored")


if __name__ == "__main__":
    main()
