"""The local engine of a server that is not root: user namespaces alone, no control groups, one uid for all."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support import require, unavailable

import greenroom

NOBODY = 65534

STORY = """
import os, sys, tempfile, threading, time
from pathlib import Path
from greenroom.engines.base import EngineError, SessionSpec
from greenroom.engines.findings import State
from greenroom.engines.local import LocalEngine, findings

data = Path(sys.argv[1])
(data / "volumes" / "v").mkdir(parents=True)
engine = LocalEngine(data / "sessions", hidden=[data])
count = "n=0; while :; do n=$((n+1)); echo $n > count.new; mv count.new count; sleep 0.002; done"
spec = SessionSpec("s-1", "ws-1", "artist", os.getuid(), data / "volumes" / "v", command=("sh", "-c", count))

def shell(script):
    with tempfile.TemporaryFile() as output:
        status = engine.execute("s-1", ["sh", "-c", script], stdin=0, stdout=output.fileno(), stderr=2)
        output.seek(0)
        return status, output.read().decode().strip()

def counted():
    try:
        return int((spec.volume / "count").read_text() or 0)
    except FileNotFoundError:
        return 0

def moves():
    before, deadline = counted(), time.monotonic() + 10
    while counted() < before + 5:
        assert time.monotonic() < deadline, "the command does not run"
        time.sleep(0.005)

try:
    engine.start(SessionSpec("s-2", "ws-2", "artist", os.getuid() + 1, spec.volume))
except EngineError as error:
    assert "run the server as root" in str(error), error
engine.start(spec)
try:
    assert shell("id -u; id -un; pwd") == (0, "1000\\nartist\\n/home/artist"), shell("id; pwd")
    assert shell(f"test -e {data}")[0] == 1
    assert shell("grep -E '^Cap(Eff|Prm|Bnd)' /proc/self/status | cut -f2 | sort -u") == (0, "0" * 16)
    assert shell("exit 7")[0] == 7
    moves()
    assert engine.freeze("s-1")
    before = counted()
    late = []
    waiting = threading.Thread(target=lambda: late.append(shell("echo let in")))
    waiting.start()
    assert engine.is_running("s-1") and counted() == before
    waiting.join(0.2)
    assert not late and counted() == before
    engine.thaw("s-1")
    waiting.join(10)
    assert late == [(0, "let in")], late
    moves()
    assert shell("echo $(($(cat count) > 0))") == (0, "1")
    assert engine.freeze("s-1")
finally:
    engine.stop("s-1", 5)
assert engine.running() == []
engine.forget("s-1")
print({finding.part: str(finding.state) for finding in findings()})
"""


@pytest.fixture
def python() -> Path:
    """A Python that any user may run; the one of the tests may lie in root's home."""
    found = next(filter(_usable, (Path(sys.executable), Path("/usr/bin/python3"))), None)
    return found or unavailable("no Python 3.11 or later that an ordinary user may run")


def _usable(python: Path) -> bool:
    check = "import sys; sys.exit(sys.version_info < (3, 11))"
    try:
        done = subprocess.run([python, "-I", "-c", check], user=_uid(), cwd="/", check=False, timeout=30)
    except OSError:
        return False
    return done.returncode == 0


def _uid() -> int:
    return NOBODY if os.geteuid() == 0 else os.geteuid()


@pytest.fixture
def place() -> Iterator[Path]:
    """A copy of the engines and an empty data directory, both of that user."""
    with tempfile.TemporaryDirectory() as directory:
        source = Path(greenroom.__file__).parent
        target = Path(directory, "code", "greenroom")
        shutil.copytree(source / "engines", target / "engines", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(source / "__init__.py", target)
        Path(directory, "data").mkdir()
        Path(directory).chmod(0o755)
        os.chown(Path(directory, "data"), _uid(), -1)
        yield Path(directory)


def test_a_server_that_is_no_root_runs_freezes_and_ends_sessions(place: Path, python: Path) -> None:
    require("bwrap")
    done = subprocess.run(
        [python, "-c", STORY, str(place / "data")],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(place / "code"), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd="/",
        user=_uid(),
        group=_uid() if os.geteuid() == 0 else None,
        extra_groups=() if os.geteuid() == 0 else None,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "'sessions (bubblewrap)': 'ok'" in done.stdout
    assert "'a host user for each session': 'limited'" in done.stdout
