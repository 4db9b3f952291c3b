"""Waiting: until the wanted state, or until there is nothing to wait for."""

from collections.abc import Callable

import pytest

from greenroom.cli.failures import CommandError
from greenroom.cli.waiting import LONGEST_PAUSE, LONGEST_WAIT, wait_for
from greenroom.wire.shapes import StreamingSession
from greenroom.wire.shapes import StreamingSessionState as State


def seen(*states: State, message: str | None = None) -> Callable[[], StreamingSession]:
    """A session that is found in these states, one after another, and stays in the last."""
    rest = list(states)
    return lambda: StreamingSession(state=rest.pop(0) if len(rest) > 1 else rest[0], status_message=message)


class Watch:
    """A clock that moves by what is waited."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def clock(self) -> float:
        return sum(self.pauses)


def test_the_wanted_state_ends_the_wait() -> None:
    watch = Watch()
    look = seen(State.START_IN_PROGRESS, State.START_IN_PROGRESS, State.READY)
    found = wait_for("session s", look, State.READY, pause=watch.pause, clock=watch.clock)
    assert found.state is State.READY
    assert watch.pauses == pytest.approx([0.2, 0.26])


def test_looks_become_rarer_up_to_a_limit() -> None:
    watch = Watch()
    look = seen(*[State.STOP_IN_PROGRESS] * 30, State.STOPPED)
    wait_for("session s", look, State.STOPPED, pause=watch.pause, clock=watch.clock)
    assert watch.pauses[-1] == LONGEST_PAUSE
    assert watch.pauses == sorted(watch.pauses)


@pytest.mark.parametrize(
    "state", [State.CREATE_FAILED, State.START_FAILED, State.STOP_FAILED, State.DELETE_FAILED, State.DELETED]
)
def test_a_failure_ends_the_wait_with_the_reason(state: State) -> None:
    watch = Watch()
    look = seen(state, message="The disk is full.")
    with pytest.raises(CommandError, match=rf"session s is {state}, not READY. The disk is full."):
        wait_for("session s", look, State.READY, pause=watch.pause, clock=watch.clock)
    assert not watch.pauses


def test_an_endless_wait_is_given_up() -> None:
    watch = Watch()
    with pytest.raises(CommandError, match="still CREATE_IN_PROGRESS after 30 minutes"):
        wait_for("backup b", seen(State.CREATE_IN_PROGRESS), State.READY, pause=watch.pause, clock=watch.clock)
    assert LONGEST_WAIT < watch.clock() < LONGEST_WAIT + 2 * LONGEST_PAUSE
