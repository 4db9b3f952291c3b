"""What the server measures of itself, for Prometheus."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from greenroom.store import backups, sessions, work
from greenroom.store.database import Database, DatabaseUnavailableError
from greenroom.studio.status import SessionState

Counts = Sequence[tuple[str, str, Mapping[str, int]]]
"""Name, meaning, and how many records are in each state."""

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

    def watch(self, database: Database, clock: Callable[[], datetime]) -> None:
        """Count the records at every scrape."""
        self.registry.register(_Records(database, clock))

    def text(self) -> bytes:
        """All of it in Prometheus's text format."""
        return generate_latest(self.registry)


class _Records(Collector):
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterable[Metric]:
        up = GaugeMetricFamily("greenroom_database_up", "Whether the database answers.")
        try:
            counts, overdue = self._counted()
        except DatabaseUnavailableError:
            # The rest is wanted most when this is so.
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        for name, meaning, by_state in counts:
            family = GaugeMetricFamily(name, meaning, labels=["state"])
            for state in SessionState:
                family.add_metric([state], by_state.get(state, 0))
            yield family
        family = GaugeMetricFamily("greenroom_work_due", "Rows of work that are due and not done.", labels=["kind"])
        for kind, count in overdue.items():
            family.add_metric([kind], count)
        yield family

    def _counted(self) -> tuple[Counts, Mapping[str, int]]:
        with self._database.read() as connection:
            return (
                [
                    ("greenroom_sessions", "Streaming sessions by state.", sessions.count_by_state(connection)),
                    ("greenroom_backups", "Streaming session backups by state.", backups.count_by_state(connection)),
                ],
                work.count_overdue(connection, self._clock()),
            )
