"""Taking turns."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.support import wait_until

from greenroom.vaults.base import VaultLockedError
from greenroom.vaults.guard import Guard


def test_many_share(tmp_path: Path) -> None:
    guard = Guard(tmp_path, "vault", patience=1)
    with guard.shared(), guard.shared(), Guard(tmp_path, "vault", patience=1).shared():
        pass


def test_one_alone_keeps_out_all_others(tmp_path: Path) -> None:
    guard = Guard(tmp_path, "vault", patience=0.05)
    with guard.alone():
        with pytest.raises(VaultLockedError, match="vault"), guard.shared():
            pass
        with pytest.raises(VaultLockedError), guard.alone():
            pass
    with guard.alone():
        pass


def test_nobody_is_alone_beside_others(tmp_path: Path) -> None:
    guard = Guard(tmp_path, "vault", patience=0.05)
    with guard.shared(), pytest.raises(VaultLockedError), guard.alone():
        pass


def test_one_who_waits_to_be_alone_comes_before_newcomers(tmp_path: Path) -> None:
    guard = Guard(tmp_path, "vault", patience=20)
    order: list[str] = []
    begun = threading.Event()

    def alone() -> None:
        begun.set()
        with guard.alone():
            order.append("alone")

    def newcomer() -> None:
        with guard.shared():
            order.append("newcomer")

    with ThreadPoolExecutor(2) as pool:
        with guard.shared():
            first = pool.submit(alone)
            begun.wait()
            wait_until(lambda: _gate_held(tmp_path), what="the gate held")
            second = pool.submit(newcomer)
        first.result()
        second.result()
    assert order == ["alone", "newcomer"]


def _gate_held(directory: Path) -> bool:
    try:
        with Guard(directory, "probe", patience=0).shared():
            return False
    except VaultLockedError:
        return True
