"""What tests of every room share: needing a program, waiting on a condition, a clock that stands still."""

import os
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn, TypeVar

import pytest

T = TypeVar("T")

START = datetime(2023, 1, 31, 9, 30, tzinfo=UTC)
"""When every test's clock begins."""


def unavailable(reason: str) -> NoReturn:
    """Something that the test needs is not on this machine: skip, and in CI, where all must be there, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have everything, but {reason}", pytrace=False)
    pytest.skip(reason)


def require(program: str, *also_in: Path) -> Path:
    """Where `program` is: in one of the folders `also_in`, else on PATH; skips (in CI: fails) where it is not."""
    places = [str(folder) for folder in also_in if folder.is_dir()]
    found = shutil.which(program, path=os.pathsep.join([*places, os.environ.get("PATH", os.defpath)]))
    if found is None:
        unavailable(f"{program} is not installed")
    return Path(found)


def wait_until(condition: Callable[[], T], timeout: float = 10.0, *, what: str = "the condition") -> T:
    """Ask until the answer is true, at most `timeout` seconds; the answer. Fails the test where it never is."""
    deadline = time.monotonic() + timeout
    pause = 0.001
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() >= deadline:
            pytest.fail(f"{what} did not come true within {timeout:g} s; last answer: {answer!r}")
        time.sleep(pause)
        pause = min(pause * 2, 0.05)


class Clock:
    """A clock that moves only when it is told to; call it for the time (aware, UTC)."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta | None = None, /, **units: float) -> datetime:
        """Move on by a length of time, or by `seconds=`, `minutes=`, …; the new time."""
        self.now += by if by is not None else timedelta(**units)
        return self.now
