"""A few words in the desktop's corner."""

import subprocess
import time
from typing import Any

import pytest

from greenroom.engines.desktop import announcement


def test_they_say_the_hour_by_the_sessions_own_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[list[str]] = []

    def run(command: tuple[str, ...], **_options: Any) -> "subprocess.CompletedProcess[str]":
        said.append(list(command))
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        with pytest.raises(SystemExit) as ended:
            announcement.main("--title", "stops at {time}", "1675157400")
    finally:
        monkeypatch.undo()
        time.tzset()
    assert ended.value.code == 3
    # What is said is never taken for an option; a moment that is past is shown no longer than a second.
    assert said[0][-3:] == ["--", "--title", "stops at 18:30"]
    assert "--expire-time=1000" in said[0]
