"""Starting a shim, from the side of whoever starts it."""

import json
import os
import select
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
    """The session did not begin; the text carries what the shim said last."""


def start_shim(runtime: RuntimeDirectory, lock: int, timeout: float) -> None:
    """Start the shim of what `runtime` says is to run; returns when the session is ready for its user.

    The shim inherits `lock` and is no child of this process. Raises ShimError; the shim may then still be there.
    """
    deadline = time.monotonic() + timeout
    report, report_end = os.pipe2(os.O_CLOEXEC)
    try:
        try:
            said = _run(str(runtime.path), lock, report_end, timeout)
        finally:
            os.close(report_end)
        outcome = _outcome(report, deadline)
    finally:
        os.close(report)
    if outcome == READY:
        return
    try:
        why = str(json.loads(outcome)["error"])
    except (ValueError, KeyError, TypeError):
        why = said or last_words(runtime.log) or "its shim ended without a word"
    if time.monotonic() > deadline:
        why = f"it took more than {timeout:g} s ({why})"
    raise ShimError(why)


def _run(directory: str, lock: int, report: int, timeout: float) -> str:
    """Run the shim until it has left this process; the last it said before it had its log."""
    package = str(Path(__file__).parents[3])
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _PROGRAM, package, directory, str(lock), str(report)],
            pass_fds=(lock, report),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env={"PATH": os.defpath},
            cwd="/",
            check=False,
            timeout=timeout,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ShimError(f"{sys.executable} does not run: {error}") from error
    return done.stderr.decode(errors="replace").strip().rpartition("\n")[2]


def _outcome(report: int, deadline: float) -> bytes:
    """What the shim reports; what there is of it when the shim ended or took too long."""
    poller = select.poll()
    poller.register(report, select.POLLIN)
    told = b""
    while told != READY and poller.poll(max(0.0, deadline - time.monotonic()) * 1000):
        part = os.read(report, 65536)
        if not part:
            break
        told += part
    return told
