"""Answers of queries that read many rows, kept for a while so that however often they are asked for costs little."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from sqlalchemy import Connection

PAUSE_FACTOR = 100.0

T = TypeVar("T")


class Remembered(Generic[T]):
    """An answer that is kept for `PAUSE_FACTOR` times as long as it took to find. Thread-safe."""

    def __init__(self, find: Callable[[Connection], T], timer: Callable[[], float] = time.monotonic) -> None:
        self._find = find
        self._timer = timer
        self._lock = Lock()
        self._answer: T | None = None
        self._fresh_until = float("-inf")

    def get(self, connection: Connection) -> T:
        """The answer, found now or not long ago."""
        with self._lock:
            started = self._timer()
            if self._answer is None or started >= self._fresh_until:
                self._answer = self._find(connection)
                ended = self._timer()
                self._fresh_until = ended + PAUSE_FACTOR * (ended - started)
            return self._answer
