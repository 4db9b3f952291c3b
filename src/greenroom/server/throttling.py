"""Token buckets: how fast one principal may call, reads and changes apart, so that nobody's loop slows the others."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

CAPACITY = 10_000
"""Buckets that are kept; beyond that the one that was longest unused goes, which is a full one or nearly so."""


class Rate(NamedTuple):
    """So many calls a second in the long run, and so many at once. A rate of 0 is no limit."""

    per_second: float
    burst: int


class TokenBuckets:
    """A bucket for each key, full at first. Thread-safe."""

    def __init__(
        self, rate: Rate, *, capacity: int = CAPACITY, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate
        self._capacity = capacity
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """Tokens at a moment."""
        self._lock = Lock()

    def take(self, key: str) -> float:
        """Take a token: 0 where there was one, else the seconds until there is."""
        per_second, burst = self._rate
        if not per_second:
            return 0.0
        now = self._monotonic()
        with self._lock:
            tokens, then = self._buckets.pop(key, (float(burst), now))
            tokens = min(burst, tokens + (now - then) * per_second)
            taken = tokens >= 1
            self._buckets[key] = (tokens - 1 if taken else tokens, now)
            if len(self._buckets) > self._capacity:
                self._buckets.popitem(last=False)
        return 0.0 if taken else (1 - tokens) / per_second

    def give_back(self, key: str) -> None:
        """A token that was taken for nothing."""
        with self._lock:
            if key in self._buckets:
                tokens, then = self._buckets[key]
                self._buckets[key] = (min(self._rate.burst, tokens + 1), then)

    def __len__(self) -> int:
        return len(self._buckets)


class Throttle:
    """What a principal may do now: reads and changes have a bucket each."""

    def __init__(self, reads: Rate, writes: Rate) -> None:
        self._reads = TokenBuckets(reads)
        self._writes = TokenBuckets(writes)

    def wait_for(self, principal_id: str, *, read_only: bool) -> int:
        """0 where the call may be made, which counts it; else after how many whole seconds to try again, at least 1."""
        return math.ceil((self._reads if read_only else self._writes).take(principal_id))
