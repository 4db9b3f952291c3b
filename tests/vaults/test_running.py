"""A restic that runs is waited for, given up and ended; tried with programs that only look like one."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from greenroom.vaults.base import VaultError
from greenroom.vaults.call import Call
from greenroom.vaults.running import Running
from greenroom.vaults.words import Words


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Running]:
    """Starts a piece of Python instead of restic."""
    monkeypatch.setattr("greenroom.vaults.running._GRACE", 0.2)

    def begin(text: str, *, deadline: float | None = None, strict: bool = False) -> Running:
        process = subprocess.Popen(
            [sys.executable, "-c", text], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
        call = Call(("cat",), doing="trying", deadline=deadline, strict=strict)
        return Running(call, process, process.pid, 10.0, _failure, lambda: False)

    return begin


def _failure(call: Call, status: int, words: Words) -> VaultError:
    return VaultError(f"{call.doing}: {status}: {' / '.join(filter(None, words.lines))}")


def test_its_output_is_read_and_its_end_waited_for(start: Callable[..., Running]) -> None:
    with start("print('held')") as running:
        assert running.stdout.read() == b"held\n"
    assert running.ended_within(0)


def test_a_status_is_a_failure_with_what_it_said(start: Callable[..., Running]) -> None:
    with (
        pytest.raises(VaultError, match="trying: 3: no room"),
        start("import sys; print('no room', file=sys.stderr); sys.exit(3)"),
    ):
        pass


@pytest.mark.parametrize("strict", [False, True])
def test_an_error_that_is_only_mentioned_is_one_where_the_call_is_strict(
    start: Callable[..., Running], strict: bool
) -> None:
    text = "import sys; print('error: a pack is damaged', file=sys.stderr)"
    if not strict:
        with start(text):
            return
    with pytest.raises(VaultError, match="damaged"), start(text, strict=True):
        pass


def test_one_that_takes_longer_than_it_may_is_ended(start: Callable[..., Running]) -> None:
    text = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); signal.pause()"
    with pytest.raises(VaultError, match=r"no answer within 0 s"), start(text, deadline=0.1):
        pass


def test_leaving_by_an_error_ends_it(start: Callable[..., Running]) -> None:
    with pytest.raises(ZeroDivisionError), start("import signal; signal.pause()") as running:
        raise ZeroDivisionError
    with pytest.raises(ProcessLookupError):
        __import__("os").kill(running._pid, 0)
