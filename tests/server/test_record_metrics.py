"""What the records tell of themselves at a scrape."""

import re
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from tests.records import make_backup, make_session, make_studio
from tests.support import START, Clock

from greenroom.server.record_metrics import RecordMetrics
from greenroom.store import backups, copies, events, notices, sessions, studios
from greenroom.store.database import Database
from greenroom.studio.copies import copied, failing
from greenroom.studio.events import StudioEvent
from greenroom.studio.launch_profiles import BackupMode
from greenroom.studio.status import SessionState as State


@pytest.fixture
def database_kind() -> str:
    """The queries are tested on both kinds in tests/store."""
    return "sqlite"


def scrape(database: Database, clock: Clock, limit: int = 0) -> dict[str, float]:
    registry = CollectorRegistry()
    registry.register(RecordMetrics(database, clock, session_limit=limit))
    lines = re.findall(r"^(greenroom_\S+) (\S+)$", generate_latest(registry).decode(), re.MULTILINE)
    return {name: float(value) for name, value in lines}


def test_ages_of_the_newest_backups_are_told_as_quantiles_and_of_sessions_up_to_a_limit(
    database: Database, clock: Clock
) -> None:
    with database.write() as connection:
        for number in range(1, 11):
            automatic = {"backup_mode": BackupMode.AUTOMATIC, "max_backups_to_retain": 1}
            session = make_session(session_id=f"session-{number}", state=State.READY, number=number, **automatic)
            sessions.insert(connection, session)
            made = START - timedelta(seconds=number)
            backups.insert(
                connection,
                make_backup(
                    session,
                    created_at=made,
                    state=State.READY,
                    size_bytes=30,
                    added_bytes=10,
                    verified_at=made,
                    test_restored_at=made if number < 10 else None,
                ),
            )
    told = scrape(database, clock, limit=2)
    age = "greenroom_newest_backup_age_seconds"
    assert [told[f'{age}{{quantile="{each}"}}'] for each in ("0.5", "0.9", "0.99", "1")] == [5, 9, 10, 10]
    of_one = {name: value for name, value in told.items() if name.startswith("greenroom_session_newest")}
    assert list(of_one.values()) == [10, 9]
    assert told["greenroom_backup_dedup_ratio"] == 3
    assert told["greenroom_oldest_verification_age_seconds"] == 10
    assert told["greenroom_oldest_test_restore_age_seconds"] == 9
    assert told["greenroom_sessions_never_test_restored"] == 1
    one = '{session="session-9"}'
    assert told[f"greenroom_session_verification_age_seconds{one}"] == 9
    assert told[f"greenroom_session_test_restore_age_seconds{one}"] == 9
    assert told[f"greenroom_session_backup_bytes{one}"] == 30
    assert told[f"greenroom_session_backup_dedup_ratio{one}"] == 3
    assert 'greenroom_session_test_restore_age_seconds{session="session-10"}' not in told
    assert told['greenroom_backups{state="READY"}'] == 10
    assert not [name for name in scrape(database, clock) if "session-" in name]


def test_whether_the_vault_is_away_and_who_takes_no_notices(database: Database, clock: Clock) -> None:
    assert scrape(database, clock)["greenroom_vault_up"] == 1
    with database.write() as connection:
        notices.keep_targets(connection, ["mail"])
        notices.hold(connection, "mail", failures=4, not_before=clock(), error="away")
        events.record(connection, StudioEvent(type="vault.unreachable"))
    told = scrape(database, clock)
    assert told["greenroom_vault_up"] == 0
    assert told['greenroom_notice_failures{target="mail"}'] == 4


def test_a_database_that_is_away_is_told(database: Database, clock: Clock) -> None:
    missing = Database("sqlite:////nowhere/at/all.db")
    assert scrape(missing, clock) == {"greenroom_database_up": 0}
    missing.close()


def test_how_far_copies_are_behind(database: Database, clock: Clock) -> None:
    session = make_session(state=State.READY)
    with database.write() as connection:
        studios.insert(connection, make_studio())
        sessions.insert(connection, session)
        for number in range(4):
            made = START - timedelta(hours=number)
            state = State.CREATE_FAILED if number == 0 else State.READY
            backups.insert(connection, make_backup(session, backup_id=f"b{number}", created_at=made, state=state))
        copies.add(connection, "far", ["b2", "b3"], START)
        copies.put_state(connection, failing(copied(None, "far", START), "far", "away", START - timedelta(minutes=5)))
        copies.put_state(connection, failing(None, "new", "no such host", START))
        copies.add(connection, "whole", ["b1", "b2", "b3"], START)
        copies.put_state(connection, copied(None, "whole", START))
    told = scrape(database, clock)

    def of(vault: str) -> list[float | None]:
        names = ("missing", "oldest_missing_age_seconds", "newest_backup_age_seconds", "failing_seconds")
        return [told.get(f'greenroom_copy_{name}{{vault="{vault}"}}') for name in names]

    assert of("far") == [1, 3600, 7200, 300]
    assert of("new") == [3, 10800, None, 1]
    assert of("whole") == [0, 0, 3600, 0]
