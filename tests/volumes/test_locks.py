"""Locks by name exclude threads and processes, and end with their holder."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from greenroom.volumes.locks import Locks

HOLD = """
import sys, pathlib
from greenroom.volumes.locks import Locks
with Locks(pathlib.Path(sys.argv[1])).exclusive("name"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def locks(tmp_path: Path) -> Locks:
    return Locks(tmp_path / "lock")


def test_threads_exclude_each_other(locks: Locks) -> None:
    inside = 0

    def enter(_: int) -> None:
        nonlocal inside
        with locks.exclusive("name"):
            inside += 1
            assert inside == 1
            os.sched_yield()
            inside -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(enter, range(400)))


def test_different_names_do_not_wait_for_each_other(locks: Locks) -> None:
    with locks.exclusive("one"), locks.exclusive("other"):
        pass


def test_shares_are_together_and_keep_others_out(locks: Locks) -> None:
    entered = threading.Event()

    def enter() -> None:
        with locks.exclusive("name"):
            entered.set()

    with ThreadPoolExecutor(1) as pool:
        with locks.shared("name"), locks.shared("name"):
            waiting = pool.submit(enter)
            assert not entered.wait(0.05)
        waiting.result(30)
    assert entered.is_set()


def test_a_lock_ends_with_the_process_that_held_it(locks: Locks, tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert not locks.presence("name").alone()
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with locks.exclusive("name"):
            pass


def test_the_first_to_be_present_is_alone_and_the_second_is_not(locks: Locks) -> None:
    first, second = locks.presence("name"), locks.presence("name")
    assert first.alone()
    first.share()
    assert not second.alone()
    second.share()
    assert not first.alone()
    second.leave()
    assert first.alone()
    first.leave()
