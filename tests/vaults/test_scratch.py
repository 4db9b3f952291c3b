"""Scratch space."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from greenroom.vaults import scratch


def test_scratch_space_is_private_and_gone_afterwards(tmp_path: Path) -> None:
    with scratch.scratch(tmp_path / "scratch") as directory:
        (directory / "file").write_text("private")
        assert directory.stat().st_mode & 0o077 == 0
    assert list((tmp_path / "scratch").iterdir()) == []


def test_what_a_killed_process_left_is_swept_and_what_is_in_use_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave = (
        "import os, pathlib\nfrom greenroom.vaults.scratch import scratch\n"
        f"with scratch(pathlib.Path({str(tmp_path)!r})) as d:\n (d / 'file').touch()\n os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", leave], check=False)
    assert len(list(tmp_path.iterdir())) == 1
    with scratch.scratch(tmp_path) as used:
        scratch.sweep(tmp_path)
        assert len(list(tmp_path.iterdir())) == 2, "it may belong to a process that has only just begun"
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 3600)
        scratch.sweep(tmp_path)
        assert list(tmp_path.iterdir()) == [used]


def test_there_need_be_nothing_to_sweep(tmp_path: Path) -> None:
    scratch.sweep(tmp_path / os.urandom(4).hex())
