"""A served studio for measurements, founded in a temporary directory and ended afterwards."""

import contextlib
import json
import os
import signal
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
import httpx

from benchmarks.processes import command_of, descendants_of

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

    def until(self, state: str, session_id: str, *, pause: float = 0.01) -> None:
        """Wait for the session's state, asking every `pause` seconds."""

        def there() -> bool:
            found = self.client.get_streaming_session(studioId=self.studio_id, sessionId=session_id)["session"]
            if found["state"].endswith("_FAILED"):
                raise SystemExit(f"{session_id}: {found['state']}: {found.get('statusMessage')}")
            return bool(found["state"] == state)

        poll(there, pause=pause)

    def stream_url(self, session_id: str) -> str:
        """What opens a new stream of the session, once."""
        named = {"studioId": self.studio_id, "sessionId": session_id}
        stream_id = self.client.create_streaming_session_stream(**named)["stream"]["streamId"]

        def url() -> str:
            stream = self.client.get_streaming_session_stream(**named, streamId=stream_id)["stream"]
            return str(stream.get("url") or "")

        return poll(url, 60)

    def stream_answers(self, session_id: str) -> None:
        """Wait until the session's desktop can be watched."""
        url = self.stream_url(session_id)
        with httpx.Client(follow_redirects=True, timeout=120) as browser:
            browser.get(url).raise_for_status()
            poll(lambda: browser.get(f"{url.partition('?')[0]}api/status").is_success, 300)

    @contextmanager
    def executing(self, session_id: str, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        """A command that runs in the session; its process here is that of `greenroom session exec`."""
        line = [str(GREENROOM), "session", "exec", session_id, "--data", str(self.data), "--", *command]
        with subprocess.Popen(line, stdin=subprocess.DEVNULL) as running:
            try:
                yield running
            finally:
                running.kill()

    def has_file(self, session_id: str, path: str) -> bool:
        """Whether that file is in the session."""
        with self.executing(session_id, "test", "-e", path) as asking:
            return asking.wait() == 0

    def said(self, session_id: str, *command: str) -> str:
        """What a command printed in the session."""
        line = [str(GREENROOM), "session", "exec", session_id, "--data", str(self.data), "--", *command]
        return subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, check=True, text=True).stdout

    def shim(self, session_id: str) -> int:
        """The process that keeps the session, and whose children all of its processes are."""
        for process in Path("/proc").iterdir():
            if process.name.isdecimal():
                line = command_of(int(process.name))
                if session_id in line and "greenroom.engines.shim" in line:
                    return int(process.name)
        raise SystemExit(f"{session_id} has no shim")

    def ready_backups(self) -> int:
        """How many READY backups the first page shows."""
        page = self.client.list_streaming_session_backups(studioId=self.studio_id)
        return sum(backup["state"] == "READY" for backup in page["streamingSessionBackups"])


def poll(condition: Callable[[], T], seconds: float = 600.0, *, pause: float = 0.01) -> T:
    """Ask, every 10 ms where nothing else is said, until the answer is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        time.sleep(pause)
    raise SystemExit(f"nothing came of it within {seconds} s")


@contextmanager
def served(**settings: str) -> Iterator[Served]:
    """Found and serve; `settings` are GREENROOM_ variables in small letters. Of what it starts nothing is left behind.

    Not even where the run is broken off: the next measurement would have its load.
    """
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(128 + signal.SIGTERM))
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
        finally:
            server.terminate()
            server.wait()
            log.close()
            _end_all_of(data)
            for line in Path("/proc/self/mounts").read_text().splitlines():
                if line.split()[1].startswith(directory):
                    subprocess.run(["umount", "--lazy", line.split()[1]], check=False)


def _end_all_of(data: Path) -> None:
    """End the sessions as a machine does that goes down, and what does not end by that; wait until all are gone."""
    sessions = [pid for pid in _speaking_of(data) if "greenroom.engines.shim" in command_of(pid)]
    everything = {*sessions, *(pid for shim in sessions for pid in descendants_of(shim))}
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in _speaking_of(data):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        with contextlib.suppress(SystemExit):
            poll(lambda: not _speaking_of(data) and not any(map(command_of, everything)), 15)
            return


def _speaking_of(data: Path) -> list[int]:
    """Processes whose command line names that directory: shims, restic and whatever else the server started."""
    numbers = (int(each.name) for each in Path("/proc").iterdir() if each.name.isdecimal())
    return [pid for pid in numbers if pid != os.getpid() and str(data) in command_of(pid)]


def _told(data: Path) -> dict[str, Any]:
    file = data / "run" / "server.json"
    return dict(json.loads(file.read_text())) if file.exists() else {}
