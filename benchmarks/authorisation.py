"""What deciding costs: the share of signature and decision in a list call, and a decision by many statements.

`python -m benchmarks.authorisation [--calls 1000]`. The application is called in this process, without HTTP.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.seed import seed
from benchmarks.studio import GREENROOM
from greenroom.access.policies import AccessRequest, PolicySet, decide, parse_policy
from greenroom.api import dispatch
from greenroom.cli import profile
from greenroom.cli.client import Client
from greenroom.cli.in_process import InProcessChannel
from greenroom.server.app import create_app
from greenroom.server.authentication import Authenticator
from greenroom.server.endpoint import ApiEndpoint
from greenroom.server.house import open_house
from greenroom.server.settings import Settings
from greenroom.wire import shapes

ACTION = "nimble:ListStreamingSessionBackups"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000)
    calls = parser.parse_args().calls
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores")
    _shares(calls)
    _statements()


def _shares(calls: int) -> None:
    environ = {**os.environ, "GREENROOM_ENGINE": "simulated", "GREENROOM_VOLUMES": "copy"}
    with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as directory:
        data = Path(directory) / "data"
        command = [str(GREENROOM), "init", "--data", str(data), "--studio", "bench"]
        subprocess.run(command, env=environ, check=True, capture_output=True)
        environ |= {"GREENROOM_THROTTLE_READS": "0"}
        with open_house(Settings.load(data, environ)) as house:
            seed(house, 1_000, 10)
            with closing(InProcessChannel(create_app(house))) as channel:
                client = Client(channel, profile.read(data))
                studio_id = client.studio_id
                listings: dict[str, Callable[[], Any]] = {
                    "ListStreamingSessionBackups": lambda: client.call(
                        shapes.ListStreamingSessionBackupsRequest(studio_id=studio_id),
                        shapes.ListStreamingSessionBackupsResponse,
                    ),
                    "ListStreamingSessions": lambda: client.call(
                        shapes.ListStreamingSessionsRequest(studio_id=studio_id), shapes.ListStreamingSessionsResponse
                    ),
                }
                for name, call in listings.items():
                    print(_share(name, call, calls))


def _share(name: str, call: Callable[[], Any], calls: int) -> str:
    """Medians of a call's serving, and of the two parts within it."""
    whole, signature, decision = list[float](), list[float](), list[float]()
    for _ in range(50):
        call()
    with (
        _timed(ApiEndpoint, "_answer", whole),
        _timed(Authenticator, "authenticate", signature),
        _timed(dispatch, "_authorise", decision),
    ):
        for _ in range(calls):
            call()
    served, signed, decided = (statistics.median(times) * 1e6 for times in (whole, signature, decision))
    share = (signed + decided) / served
    return f"{name}: {served:.0f} µs served, signature {signed:.0f} µs, decision {decided:.0f} µs: {share:.0%}"


class _timed:  # noqa: N801  used like a function
    """While it lasts, each call of that function adds how long it took."""

    def __init__(self, owner: Any, name: str, times: list[float]) -> None:
        self._owner, self._name, self._times = owner, name, times
        self._original = getattr(owner, name)

    def __enter__(self) -> None:
        original, times = self._original, self._times

        def timed(*arguments: Any, **more: Any) -> Any:
            started = time.perf_counter()
            try:
                return original(*arguments, **more)
            finally:
                times.append(time.perf_counter() - started)

        setattr(self._owner, self._name, timed)

    def __exit__(self, *_error: object) -> None:
        setattr(self._owner, self._name, self._original)


def _statements() -> None:
    """A decision by 10 statements and by 1,000, the one that allows it among them."""
    arn = "arn:aws:nimble:us-west-2:123456789012:studio/stid-nyoqq12fteqy1x48"
    times = {}
    for count in (10, 1_000):
        policies = [
            parse_policy(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": [ACTION, "nimble:Get*"],
                            "Resource": arn if at == count - 1 else f"{arn[:-6]}{at:06}",
                        }
                        for at in range(first, min(first + 10, count))
                    ],
                },
                name=f"policy-{first}",
            )
            for first in range(0, count, 10)
        ]
        compiled = PolicySet.compile(policies)
        request = AccessRequest(ACTION, arn, {})
        if not decide(compiled, request).allowed:
            raise SystemExit("the decision is wrong")
        rounds = []
        for _ in range(2_000):
            started = time.perf_counter()
            decide(compiled, request)
            rounds.append(time.perf_counter() - started)
        times[count] = statistics.median(rounds) * 1e6
    print(
        f"a decision: 10 statements {times[10]:.1f} µs, 1,000 {times[1_000]:.1f} µs: {times[1_000] / times[10]:.2f} x"
    )


if __name__ == "__main__":
    main()
