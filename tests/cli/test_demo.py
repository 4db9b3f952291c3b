"""`greenroom demo`, which is what `make run` is: from nothing to real backups, and again from what is there."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.running import GREENROOM, Studio
from tests.support import require


@dataclass
class Demo:
    """A running demo, and all that it printed before it began to wait."""

    process: subprocess.Popen[str]
    output: str

    def line(self, beginning: str) -> str:
        """The command that begins so, with its continuation."""
        found = re.search(rf"^ *{beginning}.*?[^\\]$", self.output, re.MULTILINE | re.DOTALL)
        assert found is not None, self.output
        return found[0]

    def end(self, number: signal.Signals) -> int:
        """Tell it to end as a terminal or a supervisor does; its exit status."""
        if number is signal.SIGINT:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        status = self.process.wait(60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status


def begin(studio: Studio) -> Demo:
    """Start the demo and read until it serves; the studio's fixture ends what a failed test leaves."""
    command = [GREENROOM, "demo", "--data", str(studio.data), "--port", "0"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env={**os.environ, "GREENROOM_STOP_GRACE": "1s"},
    )
    # With it, closing the studio knows what to end; its server is a child in the same group.
    studio.process = process  # type: ignore[assignment]
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Serving until Ctrl-C"):
            break
    return Demo(process, "".join(lines))


def shell(line: str) -> str:
    """What a pasted line prints."""
    path = f"{GREENROOM.parent}{os.pathsep}{os.environ['PATH']}"
    command = ["sh", "-c", line]
    environ = {**os.environ, "PATH": path}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environ).stdout


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    for program in ("restic", "bwrap"):
        require(program)
    studio = Studio(tmp_path / "data")
    try:
        yield studio
    finally:
        if studio.process is not None and studio.process.poll() is None:
            os.killpg(studio.process.pid, signal.SIGKILL)
            studio.process.wait()
        studio.close()


def test_the_demo_makes_backups_and_says_how_to_reach_them_and_does_so_again(studio: Studio) -> None:
    first = begin(studio)
    assert first.output.count(" READY ") == 2

    listed = json.loads(shell(first.line("AWS_DATA_PATH=")))["streamingSessionBackups"]
    assert [backup["state"] for backup in listed] == ["READY", "READY"]
    assert all(backup["backupId"] in first.output for backup in listed)
    notes = shell(first.line(r"\S*greenroom session exec"))
    assert "the last backup has the lighter one" in notes.lower()
    assert first.end(signal.SIGINT) == 0
    assert not (studio.data / "run" / "server.json").exists()

    second = begin(studio)
    assert all(backup["backupId"] in second.output for backup in listed)
    for name in ("User", "Password"):
        (value,) = re.findall(rf"^{name} +(\S+)$", first.output, re.MULTILINE)
        assert re.findall(rf"^{name} +(\S+)$", second.output, re.MULTILINE) == [value]
    assert second.end(signal.SIGTERM) == 0


def test_a_server_that_cannot_start_is_told_with_its_last_words(studio: Studio) -> None:
    begin(studio).end(signal.SIGTERM)
    environ = {**os.environ, "GREENROOM_HOST": "192.0.2.1"}
    done = subprocess.run(
        [GREENROOM, "demo", "--data", str(studio.data), "--port", "0"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1
    assert "Cannot listen on 192.0.2.1" in done.stderr
