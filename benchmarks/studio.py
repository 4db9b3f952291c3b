"""A served studio for measurements, founded in a temporary directory and ended afterwards."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import boto3

GREENROOM = Path(sys.executable).with_name("greenroom")

T = TypeVar("T")


@dataclass(frozen=True)
class Served:
    """The studio: its directory, what `init` said of it, the server's process id and start-up time, a client of it."""

    data: Path
    founding: dict[str, str]
    pid: int
    start_seconds: float
    client: Any

    @property
    def studio_id(self) -> str:
        """The studio's id."""
        return self.founding["studioId"]

    def session(self) -> str:
        """A new session, READY."""
        created = self.client.create_streaming_session(
            studioId=self.studio_id, launchProfileId=self.founding["launchProfileId"]
        )
        session_id = str(created["session"]["sessionId"])
        self.until("READY", session_id)
        return session_id

    def until(self, state: str, session_id: str) -> None:
        """Wait for the session's state."""

        def there() -> bool:
            found = self.client.get_streaming_session(studioId=self.studio_id, sessionId=session_id)["session"]
            if found["state"].endswith("_FAILED"):
                raise SystemExit(f"{session_id}: {found['state']}: {found.get('statusMessage')}")
            return bool(found["state"] == state)

        poll(there)

    def ready_backups(self) -> int:
        """How many READY backups the first page shows."""
        page = self.client.list_streaming_session_backups(studioId=self.studio_id)
        return sum(backup["state"] == "READY" for backup in page["streamingSessionBackups"])


def poll(condition: Callable[[], T], seconds: float = 600.0) -> T:
    """Ask every 10 ms until the answer is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        time.sleep(0.01)
    raise SystemExit(f"nothing came of it within {seconds} s")


@contextmanager
def served(**settings: str) -> Iterator[Served]:
    """Found and serve; `settings` are GREENROOM_ variables in small letters."""
    environ = {**os.environ, **{f"GREENROOM_{name.upper()}": value for name, value in settings.items()}}
    with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as directory:
        data = Path(directory) / "data"
        done = subprocess.run(
            [GREENROOM, "init", "--data", data, "--studio", "bench", "--json"],
            env=environ,
            check=True,
            capture_output=True,
        )
        founding = json.loads(done.stdout)
        started = time.monotonic()
        log = (Path(directory) / "serve.log").open("wb")
        server = subprocess.Popen([GREENROOM, "serve", "--data", data, "--port", "0"], env=environ, stderr=log)
        try:
            told = poll(lambda: _told(data), 60)
            start_seconds = time.monotonic() - started
            client = boto3.client(
                "nimble",
                endpoint_url=told["endpoint"],
                region_name=founding["region"],
                aws_access_key_id=founding["accessKeyId"],
                aws_secret_access_key=founding["secretAccessKey"],
            )
            yield Served(data, founding, server.pid, start_seconds, client)
            for session in client.list_streaming_sessions(studioId=founding["studioId"])["sessions"]:
                if session["state"] == "READY" and environ.get("GREENROOM_ENGINE") != "simulated":
                    client.delete_streaming_session(studioId=founding["studioId"], sessionId=session["sessionId"])
        finally:
            server.terminate()
            server.wait()
            log.close()
            for line in Path("/proc/self/mounts").read_text().splitlines():
                if line.split()[1].startswith(directory):
                    subprocess.run(["umount", "--lazy", line.split()[1]], check=False)


def _told(data: Path) -> dict[str, Any]:
    file = data / "run" / "server.json"
    return dict(json.loads(file.read_text())) if file.exists() else {}
