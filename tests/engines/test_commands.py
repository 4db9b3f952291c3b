"""What commands inside of a session print, taken within bounds."""

import time

from tests.engines.sessions import Place
from tests.support import wait_until

from greenroom.engines.commands import capture
from greenroom.engines.shim.runtime import RuntimeDirectory


def test_what_a_command_prints_is_taken_within_bounds(local: Place) -> None:
    spec = local.started()
    runtime = local.runtime(spec)
    assert capture(runtime, ["echo", "said"], 20, 100) == b"said\n"
    assert capture(runtime, ["false"], 20, 100) is None
    assert capture(runtime, ["no-such-program"], 20, 100) is None
    assert capture(runtime, ["head", "-c", "1000", "/dev/zero"], 20, 999) is None
    assert capture(runtime, ["cat", "/dev/zero"], 20, 1_000_000) is None
    began = time.monotonic()
    assert capture(runtime, ["sleep", "1000"], 0.2, 100) is None
    # It is told that nobody listens any more, and goes.
    wait_until(lambda: not local.run(spec, "pgrep", "-x", "sleep", "-f", "sleep 1000").output, what="its end")
    assert time.monotonic() - began < 60


def test_nothing_is_taken_where_nothing_runs(local: Place) -> None:
    assert capture(RuntimeDirectory(local.data / "sessions" / "other"), ["true"], 1, 100) is None
