"""What the records tell of themselves, for Prometheus.

Some of it takes a read of every backup. It is read again only after a pause of a hundred times as long as the last
read took: with few backups each scrape sees them as they are, with millions it costs one part in a hundred of a
processor at most, however often it is scraped.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from math import ceil

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection

from greenroom.store import backup_figures, copies, events, notices, sessions, work
from greenroom.store.backup_figures import SessionFigures, StateFigures
from greenroom.store.copies import CopyFigures
from greenroom.store.database import Database, DatabaseUnavailableError
from greenroom.store.remembered import Remembered
from greenroom.studio.events import VAULT_BACK, VAULT_UNREACHABLE
from greenroom.studio.status import SessionState

QUANTILES = (0.5, 0.9, 0.99, 1.0)


class RecordMetrics(Collector):
    """Read at every scrape."""

    def __init__(self, database: Database, clock: Callable[[], datetime], *, session_limit: int) -> None:
        self._database = database
        self._clock = clock
        self._session_limit = session_limit
        self._by_state = Remembered(backup_figures.by_state)
        self._by_session = Remembered(backup_figures.by_session)
        self._of_copies = Remembered(copies.figures)

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: that would read the database when the server starts."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Every family; where the database does not answer, that it does not."""
        up = GaugeMetricFamily("greenroom_database_up", "Whether the database answers.")
        try:
            with self._database.read() as connection:
                families = list(self._families(connection))
        except DatabaseUnavailableError:
            # The rest is wanted most when this is so.
            up.add_metric([], 0)
            return [up]
        up.add_metric([], 1)
        return [up, *families]

    def _families(self, connection: Connection) -> Iterator[Metric]:
        counts = sessions.count_by_state(connection)
        family = GaugeMetricFamily("greenroom_sessions", "Streaming sessions by state.", labels=["state"])
        for state in SessionState:
            family.add_metric([state], counts.get(state, 0))
        yield family
        yield from _of_backups(self._by_state.get(connection), self._clock())
        yield from self._of_protection(self._by_session.get(connection), self._clock())
        yield from _of_copies(self._of_copies.get(connection), self._clock())
        family = GaugeMetricFamily("greenroom_work_due", "Rows of work that are due and not done.", labels=["kind"])
        for kind, count in work.count_overdue(connection, self._clock()).items():
            family.add_metric([kind], count)
        yield family
        away = VAULT_UNREACHABLE in events.newest_types(connection, (VAULT_BACK, VAULT_UNREACHABLE))
        yield GaugeMetricFamily(
            "greenroom_vault_up",
            "Whether the vault of every studio took what it was last given.",
            0 if away else 1,
        )
        family = GaugeMetricFamily(
            "greenroom_notice_failures", "Tries in a row that a target of notices did not take.", labels=["target"]
        )
        for cursor in notices.all_cursors(connection):
            family.add_metric([cursor.target], cursor.failures)
        yield family

    def _of_protection(self, figures: Sequence[SessionFigures], now: datetime) -> Iterator[Metric]:
        """How old the newest backups of READY sessions are, and which STOPPED ones have none of their last work."""
        aged = sorted(
            (
                ((now - (each.newest_backup_at or each.created_at)).total_seconds(), each.session_id)
                for each in figures
                if each.state == SessionState.READY
            ),
            reverse=True,
        )
        family = GaugeMetricFamily(
            "greenroom_newest_backup_age_seconds",
            "Age of the newest READY backup of READY sessions with AUTOMATIC backups; of one without, its own age.",
            labels=["quantile"],
        )
        for quantile in QUANTILES if aged else ():
            family.add_metric([f"{quantile:g}"], aged[len(aged) - ceil(quantile * len(aged))][0])
        yield family
        family = GaugeMetricFamily(
            "greenroom_session_newest_backup_age_seconds",
            "The same of one session, for as many as the setting metrics_sessions says.",
            labels=["session"],
        )
        for age, session_id in aged[: self._session_limit]:
            family.add_metric([session_id], age)
        yield family
        yield from self._of_each_session(figures, [session_id for _age, session_id in aged[: self._session_limit]], now)
        restored = [each.test_restored_at for each in figures if each.newest_backup_at]
        yield GaugeMetricFamily(
            "greenroom_oldest_test_restore_age_seconds",
            "How long ago the session was restored for a test whose last success is the longest ago; 0: none yet.",
            max(((now - each).total_seconds() for each in restored if each), default=0),
        )
        yield GaugeMetricFamily(
            "greenroom_sessions_never_test_restored",
            "Sessions of whose READY backups none was ever restored for a test with success.",
            restored.count(None),
        )
        yield GaugeMetricFamily(
            "greenroom_sessions_unprotected",
            "STOPPED sessions whose last work no READY backup holds yet, though it is to.",
            sum(each.unprotected for each in figures),
        )

    def _of_each_session(
        self, figures: Sequence[SessionFigures], shown: Sequence[str], now: datetime
    ) -> Iterator[Metric]:
        """Of as many sessions as the setting says: when their backups were last proven, and how large they are."""
        by_id = {each.session_id: each for each in figures}
        told = [by_id[session_id] for session_id in shown if by_id[session_id].newest_backup_at]
        for name, meaning, value in _OF_A_SESSION:
            family = GaugeMetricFamily(name, meaning, labels=["session"])
            for each in told:
                if (number := value(each, now)) is not None:
                    family.add_metric([each.session_id], number)
            yield family


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else (now - moment).total_seconds()


_OF_A_SESSION: Sequence[tuple[str, str, Callable[[SessionFigures, datetime], float | None]]] = (
    (
        "greenroom_session_verification_age_seconds",
        "How long ago one of the session's READY backups was last read back.",
        lambda each, now: _age(each.proven_at, now),
    ),
    (
        "greenroom_session_test_restore_age_seconds",
        "How long ago one of them was last restored for a test with success.",
        lambda each, now: _age(each.test_restored_at, now),
    ),
    ("greenroom_session_backup_bytes", "Sum of the sizes of their files.", lambda each, _now: each.size_bytes),
    (
        "greenroom_session_backup_dedup_ratio",
        "That sum by what they added to the vault.",
        lambda each, _now: each.size_bytes / each.added_bytes if each.added_bytes else 1,
    ),
)


def _of_copies(figures: Sequence[CopyFigures], now: datetime) -> Iterator[Metric]:
    """How far each further vault is behind the first."""
    told: Sequence[tuple[str, str, Callable[[CopyFigures], float | None]]] = (
        ("greenroom_copy_missing", "READY backups that a further vault does not have.", lambda each: each.missing),
        (
            "greenroom_copy_oldest_missing_age_seconds",
            "How long ago the first of those was begun; 0 where the vault has everything.",
            lambda each: _age(each.oldest_missing_at, now) or 0,
        ),
        (
            "greenroom_copy_newest_backup_age_seconds",
            "Age of the newest READY backup that a further vault has.",
            lambda each: _age(each.newest_copied_at, now),
        ),
        (
            "greenroom_copy_failing_seconds",
            "For how long copying to a further vault has been failing; 0 where it does not.",
            lambda each: 0 if each.failing_since is None else max(1.0, _age(each.failing_since, now) or 0),
        ),
    )
    for name, meaning, value in told:
        family = GaugeMetricFamily(name, meaning, labels=["vault"])
        for each in figures:
            if (number := value(each)) is not None:
                family.add_metric([each.vault], number)
        yield family


def _of_backups(figures: Sequence[StateFigures], now: datetime) -> Iterator[Metric]:
    by_state = {each.state: each for each in figures}
    family = GaugeMetricFamily("greenroom_backups", "Streaming session backups by state.", labels=["state"])
    for state in SessionState:
        family.add_metric([state], by_state[state].count if state in by_state else 0)
    yield family
    ready = by_state.get(SessionState.READY)
    size, added = (ready.size_bytes, ready.added_bytes) if ready else (0, 0)
    yield GaugeMetricFamily("greenroom_backup_bytes", "Sum of the sizes of READY backups' files.", size)
    yield GaugeMetricFamily("greenroom_backup_added_bytes", "What READY backups added to the vault.", added)
    yield GaugeMetricFamily(
        "greenroom_backup_dedup_ratio",
        "The first by the second; 1 where there is nothing.",
        size / added if added else 1,
    )
    proof = ready.oldest_proof if ready else None
    yield GaugeMetricFamily(
        "greenroom_oldest_verification_age_seconds",
        "How long ago the READY backup that was read back longest ago was read back.",
        (now - proof).total_seconds() if proof else 0,
    )
