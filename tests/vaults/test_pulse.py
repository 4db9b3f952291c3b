"""Signs of life are told from the next to nothing that a hanging program does."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from greenroom.vaults.pulse import Pulse

_HZ = os.sysconf("SC_CLK_TCK")


class Process:
    """A process as /proc shows it, and a clock."""

    def __init__(self, proc: Path) -> None:
        self.directory = proc / "17"
        self.directory.mkdir()
        self.now = 0.0
        self.lines = 0
        self.shows()

    def shows(self, *, cpu: float = 1.0, read: int = 0, written: int = 0) -> None:
        """Have it used and moved that much since its start."""
        ticks = int(cpu * _HZ)
        (self.directory / "stat").write_text(f"17 (re) stic) S {'0 ' * 10}{ticks} 0 0 0 20 0")
        (self.directory / "io").write_text(f"rchar: {read}\nwchar: {written}\nsyscr: 9\n")


@pytest.fixture
def process(tmp_path: Path) -> Process:
    """A process that has done little so far."""
    return Process(tmp_path)


@pytest.fixture
def pulse(process: Process, tmp_path: Path) -> Pulse:
    """Its pulse."""
    return Pulse(17, lambda: process.lines, monotonic=lambda: process.now, proc=str(tmp_path))


def says(process: Process) -> None:
    process.lines += 1


@pytest.mark.parametrize(
    "sign",
    [
        lambda process: process.shows(cpu=1.5),
        lambda process: process.shows(read=1 << 20),
        lambda process: process.shows(written=1 << 20),
        says,
    ],
)
def test_whoever_computes_moves_bytes_or_speaks_is_alive(
    process: Process, pulse: Pulse, sign: Callable[[Process], None]
) -> None:
    process.now = 100.0
    sign(process)
    assert pulse.silence() == 0.0
    process.now = 130.0
    assert pulse.silence() == 30.0


def test_a_slow_line_is_alive_as_long_as_something_comes_over_it(process: Process, pulse: Pulse) -> None:
    for moment in range(1, 100):
        process.now = float(moment * 10)
        process.shows(written=moment * 10_000)
        assert pulse.silence() <= 70.0


def test_a_lock_written_anew_is_no_sign_of_life(process: Process, pulse: Pulse) -> None:
    process.now = 300.0
    process.shows(cpu=1.02, written=400)
    assert pulse.silence() == 300.0


def test_one_that_has_ended_is_silent(process: Process, pulse: Pulse) -> None:
    for file in process.directory.iterdir():
        file.unlink()
    process.now = 5.0
    assert pulse.silence() == 5.0
