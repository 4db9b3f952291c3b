"""Starting a shim, from the side of whoever starts it."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

from greenroom.engines.shim.journal import last_words
from greenroom.engines.shim.main import READY
from greenroom.engines.shim.runtime import RuntimeDirectory

_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from greenroom.engines.shim.main import main; main(*sys.argv[2:])"
"""Without site-packages: a shim needs the standard library and this package alone, and should be small."""


class ShimError(Exception):
    """The session did not begin; the text carries what the shim said last.

    `status_code`: a StreamingSessionStatusCode where the session's own doing kept it from beginning.
    """

    def __init__(self, message: str, *, status_code: str | None = None) -> None:
        super().__init__(message)
        self.status_code = status_code


def start_shim(runtime: RuntimeDirectory, lock: int, timeout: float) -> None:
    """Start the shim of what `runtime` says is to run; returns when the session is ready for its user.

    The shim inherits `lock` and is no child of this process. Raises ShimError; the shim is gone then.
    """
    deadline = time.monotonic() + timeout
    report, report_end = os.pipe2(os.O_CLOEXEC)
    try:
        try:
            process = _spawn(str(runtime.path), lock, report_end)
        finally:
            os.close(report_end)
        said = _wait_for_departure(process, deadline)
        outcome, ended = _outcome(report, deadline)
        if outcome == READY:
            return
        if not ended:
            _kill(process.pid, report)
    finally:
        os.close(report)
    status_code = None
    try:
        told = json.loads(outcome)
        why, status_code = str(told["error"]), told.get("status")
    except (ValueError, KeyError, TypeError):
        why = said or last_words(runtime.log) or "its shim said nothing"
    if status_code is not None:
        raise ShimError(why, status_code=status_code)
    raise ShimError(why if time.monotonic() < deadline else f"it took more than {timeout:g} s: {why}")


def _spawn(directory: str, lock: int, report: int) -> "subprocess.Popen[bytes]":
    package = str(Path(__file__).parents[3])
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _PROGRAM, package, directory, str(lock), str(report)],
            pass_fds=(lock, report),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env={"PATH": os.defpath},
            cwd="/",
        )
    except OSError as error:
        raise ShimError(f"{sys.executable} does not run: {error}") from error


def _wait_for_departure(process: "subprocess.Popen[bytes]", deadline: float) -> str:
    """Wait until the shim has left this process and has its own log; the last line that it said before."""
    try:
        _, said = process.communicate(timeout=max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        _, said = process.communicate()
    return said.decode(errors="replace").strip().rpartition("\n")[2]


def _outcome(report: int, deadline: float) -> tuple[bytes, bool]:
    """What the shim reports until it is ready, has ended or takes too long; and whether it has ended."""
    poller = select.poll()
    poller.register(report, select.POLLIN)
    told = b""
    while told != READY and poller.poll(max(0.0, deadline - time.monotonic()) * 1000):
        part = os.read(report, 65536)
        if not part:
            return told, True
        told += part
    return told, False


def _kill(group: int, report: int) -> None:
    """Kill the shim that still holds the other end of the report, and wait until it is gone.

    It is the only one left of the process group that it was started in, and so the group's number is still its own.
    """
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
    while os.read(report, 65536):
        pass
