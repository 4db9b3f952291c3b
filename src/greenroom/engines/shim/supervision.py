"""When the supervised command of a session is started again."""

from collections.abc import Sequence

_FIRST_DELAY = 1.0
_LONGEST_DELAY = 60.0
_STEADY = 60.0
"""Seconds; a command that ran that long begins again with the first delay."""


class Supervision:
    """One command that is to run all the time. Decides only; times are of one monotonic clock, in seconds."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = tuple(command)
        self.companion: int | None = None
        """Pid of the process that accompanies it, while it runs."""
        self.due: float | None = 0.0 if command else None
        """When to start it; None while it runs, and where there is nothing to run."""
        self._delay = _FIRST_DELAY
        self._started = 0.0

    def started(self, companion: int, now: float) -> None:
        """It runs."""
        self.companion = companion
        self.due = None
        self._started = now

    def ended(self, now: float) -> float:
        """It ended; returns the seconds until it is due again, doubled for each quick end in a row."""
        self.companion = None
        if now - self._started >= _STEADY:
            self._delay = _FIRST_DELAY
        delay = self._delay
        self._delay = min(self._delay * 2, _LONGEST_DELAY)
        self.due = now + delay
        return delay

    def give_up(self) -> None:
        """Never start it again."""
        self.due = None
