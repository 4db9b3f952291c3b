"""What the server measures of itself, for Prometheus."""

from collections.abc import Callable
from datetime import datetime
from itertools import product

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from greenroom.server.record_metrics import RecordMetrics
from greenroom.store.database import Database

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """One registry a server, so that several in one process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "greenroom_requests", "Answered requests.", ("operation", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "greenroom_request_seconds",
            "Time from a request's arrival to its answer.",
            ("operation",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._answered: dict[tuple[str, int], tuple[Counter, Histogram]] = {}
        self._work = Counter(
            "greenroom_work",
            "Steps of the control loop, by how they ended.",
            ("kind", "outcome"),
            registry=self.registry,
        )

        self._verifications = Counter(
            "greenroom_verifications",
            "Old backups that were read back or restored for a test, by what came of it.",
            ("kind", "result"),
            registry=self.registry,
        )
        # There from the start: an increase from nothing to one would not be seen.
        for kind, result in product(("read-back", "test-restore"), ("proven", "broken", "filled", "not-done")):
            self._verifications.labels(kind, result)

    def observe_request(self, operation: str, status: int, seconds: float) -> None:
        """One answered request."""
        answered = self._answered.get((operation, status))
        if answered is None:
            # Finding the counters by their labels costs more than counting.
            answered = (self._requests.labels(operation, str(status)), self._seconds.labels(operation))
            self._answered[operation, status] = answered
        requests, duration = answered
        requests.inc()
        duration.observe(seconds)

    def observe_work(self, kind: str, outcome: str) -> None:
        """One step of the control loop."""
        self._work.labels(kind, outcome).inc()

    def observe_verification(self, kind: str, result: str) -> None:
        """One old backup that was read back or restored for a test."""
        self._verifications.labels(kind, result).inc()

    def watch(self, database: Database, clock: Callable[[], datetime], *, session_limit: int = 0) -> None:
        """Measure the records at scrapes; up to `session_limit` sessions each by its id."""
        self.registry.register(RecordMetrics(database, clock, session_limit=session_limit))

    def text(self) -> bytes:
        """All of it in Prometheus's text format."""
        return generate_latest(self.registry)
