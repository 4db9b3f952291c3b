"""A studio on copied files, whose records and storage the tests can look at from outside."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.running import Studio, running, shims
from tests.support import require, wait_until

from greenroom.server.parts import vault_of, volumes_of
from greenroom.server.settings import Settings

ENVIRONMENT = {
    "GREENROOM_VOLUMES": "copy",
    "GREENROOM_STOP_GRACE": "1s",
    "GREENROOM_KEEP_REPLACED_SNAPSHOTS": "1s",
    "GREENROOM_RETRY_BASE": "100ms",
    "GREENROOM_RETRY_LIMIT": "500ms",
}


@dataclass
class Scene:
    """A studio with one READY session that holds some work."""

    studio: Studio
    session_id: str

    @property
    def settings(self) -> Settings:
        return Settings.load(self.studio.data, self.studio.environ)

    def query(self, statement: str, *values: str) -> list[tuple[Any, ...]]:
        """What the records say, read beside the server."""
        connection = sqlite3.connect(f"file:{self.studio.data}/greenroom.db?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(statement, values).fetchall()
        finally:
            connection.close()

    def session(self) -> dict[str, Any]:
        client = self.studio.client()
        found = client.get_streaming_session(studioId=self.studio.studio_id, sessionId=self.session_id)
        return dict(found["session"])

    def snapshots(self) -> list[str]:
        """Ids of the snapshots on the sessions' storage."""
        return [snapshot.snapshot_id for snapshot in volumes_of(self.settings).snapshots()]

    def stored(self) -> list[str]:
        """Ids of the backups that the vault holds, one for each copy."""
        return [stored.label.backup_id for stored in vault_of(self.settings).backups()]

    def restic_runs(self) -> list[int]:
        """Processes of restic on this studio's vault."""
        return running(self.studio.data, lambda arguments: Path(arguments[0]).name == "restic")

    def kill_shims(self) -> None:
        for process in shims(self.studio.data):
            os.kill(process, signal.SIGKILL)

    def write(self, content: str) -> None:
        self.studio.execute(self.session_id, "sh", "-c", f"echo {content} > shot.txt")

    def check(self, backup_id: str, content: str) -> None:
        """The backup is proven by reading it back, and holds that content."""
        data = str(self.studio.data)
        self.studio.command("backup", "verify", backup_id, "--data", data)
        target = self.studio.data / "looked-at"
        self.studio.command("backup", "get", backup_id, "shot.txt", "-o", str(target), "--data", data)
        assert target.read_text() == f"{content}\n"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    require("restic")
    require("bwrap")
    studio = Studio(tmp_path / "data", ENVIRONMENT)
    try:
        studio.found().serve()
        scene = Scene(studio, studio.create_session(studio.client()))
        scene.write("work")
        yield scene
    finally:
        studio.close()


def settled(scene: Scene, session_state: str, backups: int = 1) -> list[dict[str, Any]]:
    """Wait until the session is in that state and has that many backups, all settled; the backups."""
    wait_until(lambda: scene.session()["state"] == session_state, timeout=60, what=f"session {session_state}")
    return scene.studio.settled_backups(scene.studio.client(), backups)
