"""A real server for tests: founded by the command line, serving on a free port, called by the official client."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import botocore.config
from tests.support import wait_until

GREENROOM = Path(sys.executable).with_name("greenroom")


@dataclass
class Studio:
    """A founded studio, and its server while it runs."""

    data: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    founding: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    log_file: Path | None = None
    """Where the server logs to; by default a file in the data directory."""

    @property
    def environ(self) -> dict[str, str]:
        """What every command of this studio runs with."""
        # Tests have no sessions that backups should wait for, and machines that are busy with tests alone.
        quick = {"GREENROOM_DESKTOP": "off", "GREENROOM_BACKUP_CPU_SHARE": "100"}
        return {**os.environ, **quick, **self.environment}

    def command(self, *arguments: str, check: bool = True, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run the greenroom command to its end."""
        return subprocess.run(
            [GREENROOM, *arguments], env=self.environ, check=check, capture_output=True, input=stdin, timeout=120
        )

    def found(self) -> "Studio":
        """`greenroom init`."""
        done = self.command("init", "--data", str(self.data), "--studio", "Test Studio", "--json", check=False)
        assert done.returncode == 0, done.stderr.decode()
        self.founding = json.loads(done.stdout)
        return self

    def serve(self, port: str = "0") -> "Studio":
        """`greenroom serve`, until it answers; on a free port unless one is named."""
        self.begin(port)
        wait_until(self.announced, timeout=30, what=f"the server (its log: {self.log[-2000:]})")
        return self

    def begin(self, port: str = "0") -> None:
        """`greenroom serve`, which may not answer yet."""
        log = (self.log_file or self.data / "serve.log").open("ab")
        self.process = subprocess.Popen(
            [GREENROOM, "serve", "--data", str(self.data), "--port", port],
            env=self.environ,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()

    def announced(self) -> bool:
        """Whether the server says that it answers. Fails the test where it has ended."""
        assert self.process is not None
        assert self.process.poll() is None, self.log
        file = self.data / "run" / "server.json"
        return file.exists() and json.loads(file.read_text())["pid"] == self.process.pid

    @property
    def log(self) -> str:
        """All that the server has logged."""
        file = self.log_file or self.data / "serve.log"
        return file.read_text() if file.exists() else ""

    @property
    def endpoint(self) -> str:
        """Where the server answers."""
        return str(json.loads((self.data / "run" / "server.json").read_text())["endpoint"])

    def kill(self) -> None:
        """`kill -9` of the server."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        (self.data / "run" / "server.json").unlink(missing_ok=True)

    def terminate(self) -> int:
        """SIGTERM, and wait; its exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=40)

    def close(self) -> None:
        """End the server, its sessions and its mounts."""
        if self.process is not None and self.process.poll() is None:
            self.terminate()
        for shim in shims(self.data):
            os.kill(shim, signal.SIGKILL)
        wait_until(lambda: not shims(self.data), what="the sessions' end")
        for mount in _mounts(self.data):
            subprocess.run(["umount", "--lazy", mount], check=True)

    @property
    def studio_id(self) -> str:
        """The studio's id."""
        return self.founding["studioId"]

    def client(self, key: Mapping[str, str] | None = None) -> Any:
        """boto3's client of that access key, by default the administrator's."""
        key = key or self.founding
        return boto3.client(
            "nimble",
            endpoint_url=self.endpoint,
            region_name=self.founding["region"],
            aws_access_key_id=key["accessKeyId"],
            aws_secret_access_key=key["secretAccessKey"],
            config=botocore.config.Config(retries={"max_attempts": 1}, connect_timeout=5, read_timeout=30),
        )

    def execute(self, session_id: str, *command: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        """`greenroom session exec`."""
        return self.command("session", "exec", session_id, "--data", str(self.data), "--", *command, check=check)

    def create_session(self, client: Any, **more: Any) -> str:
        """A session on the first launch profile, READY."""
        created = client.create_streaming_session(
            studioId=self.studio_id, **{"launchProfileId": self.founding["launchProfileId"], **more}
        )
        session_id = str(created["session"]["sessionId"])
        self.wait(client, "streaming_session_ready", session_id)
        return session_id

    def stop_session(self, client: Any, session_id: str, **more: Any) -> None:
        """Stop the session and wait until it is STOPPED."""
        client.stop_streaming_session(studioId=self.studio_id, sessionId=session_id, **more)
        self.wait(client, "streaming_session_stopped", session_id)

    def start_session(self, client: Any, session_id: str, **more: Any) -> None:
        """Start the session and wait until it is READY."""
        client.start_streaming_session(studioId=self.studio_id, sessionId=session_id, **more)
        self.wait(client, "streaming_session_ready", session_id)

    def wait(self, client: Any, waiter: str, session_id: str) -> None:
        """botocore's own waiter, its pauses shortened."""
        waiting = client.get_waiter(waiter)
        waiting.wait(studioId=self.studio_id, sessionId=session_id, WaiterConfig={"Delay": 0.1, "MaxAttempts": 600})

    def backups(self, client: Any, **filters: Any) -> list[dict[str, Any]]:
        """Every backup that the listing shows, newest first."""
        pages = client.get_paginator("list_streaming_session_backups").paginate(studioId=self.studio_id, **filters)
        return [backup for page in pages for backup in page["streamingSessionBackups"]]

    def settled_backups(self, client: Any, count: int, **filters: Any) -> list[dict[str, Any]]:
        """The listing once it has `count` backups and none of them is in progress."""

        def settled() -> list[dict[str, Any]] | None:
            found = self.backups(client, **filters)
            done = len(found) == count and all(not b["state"].endswith("_IN_PROGRESS") for b in found)
            return found if done else None

        found = wait_until(settled, timeout=60, what=f"{count} settled backups")
        assert found is not None
        return found


def running(data: Path, wanted: Callable[[Sequence[str]], bool]) -> list[int]:
    """Processes that speak of that data directory and whose arguments are the wanted ones."""
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            line = (process / "cmdline").read_text()
        except OSError:
            continue
        if str(data) in line and wanted(line.split("\0")):
            found.append(int(process.name))
    return found


def shims(data: Path) -> list[int]:
    """The shims of that data directory's sessions."""
    return running(data, lambda arguments: any("greenroom.engines.shim" in each for each in arguments))


def _mounts(data: Path) -> Sequence[str]:
    lines = Path("/proc/self/mounts").read_text().splitlines()
    return [line.split()[1] for line in lines if line.split()[1].startswith(str(data))]
