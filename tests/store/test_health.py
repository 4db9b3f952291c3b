"""What the records say of a studio together, and its samples."""

from datetime import timedelta

from tests.records import OWNER, STUDIO_ID, make_backup, make_session
from tests.support import START

from greenroom.store import backups, events, health, sessions
from greenroom.store.database import Database
from greenroom.studio.backups import StreamingSessionBackup
from greenroom.studio.events import StudioEvent
from greenroom.studio.health import Sample
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState as State

HOUR = timedelta(hours=1)


def insert(database: Database, *records: StreamingSession | StreamingSessionBackup) -> None:
    with database.write() as connection:
        for record in records:
            if isinstance(record, StreamingSession):
                sessions.insert(connection, record)
            else:
                backups.insert(connection, record)


def test_figures_are_of_one_studio_and_leave_out_what_is_gone(database: Database) -> None:
    other = "us-west-2:stid-other"
    insert(
        database,
        make_session(number=1),
        make_session(number=2, state=State.STOPPED, owned_by="another"),
        make_session(number=3, state=State.DELETED, owned_by="gone"),
        make_session(number=4, studio_id=other, owned_by="elsewhere"),
        make_backup(created_at=START + HOUR, size_bytes=30, added_bytes=10, verified_at=START + 2 * HOUR),
        make_backup(size_bytes=30, added_bytes=1, verified_at=START),
        make_backup(size_bytes=30, added_bytes=1, verified_at=None),
        make_backup(state=State.CREATE_FAILED),
        make_backup(make_session(studio_id=other), size_bytes=7, added_bytes=7),
    )
    with database.read() as connection:
        found = health.figures(connection, STUDIO_ID, START + HOUR)
        never = health.figures(connection, STUDIO_ID, None)
    assert dict(found.sessions) == {State.READY: 1, State.STOPPED: 1}
    assert (found.people_with_sessions, found.people_at_work) == (2, 1)
    assert dict(found.backups) == {State.READY: 3, State.CREATE_FAILED: 1}
    assert (found.backup_bytes, found.vault_bytes) == (90, 12)
    assert (found.newest_ready_at, found.oldest_proof) == (START + HOUR, START)
    assert (found.unproven, never.unproven) == (2, 1)


def test_a_session_is_told_with_its_last_success_and_the_trouble_after_it(database: Database) -> None:
    session = make_session()
    insert(
        database,
        session,
        make_backup(session, created_at=START, verified_at=START + HOUR),
        make_backup(session, created_at=START + HOUR, state=State.CREATE_FAILED, status_message="first"),
        make_backup(session, created_at=START + 2 * HOUR, state=State.CREATE_IN_PROGRESS, status_message="waits"),
        make_backup(session, created_at=START + 3 * HOUR, state=State.CREATE_IN_PROGRESS),
        make_session(number=2, max_backups_to_retain=0),
    )
    with database.read() as connection:
        (told,) = health.protections(connection, STUDIO_ID)
    assert (told.session_id, told.owned_by) == (session.session_id, OWNER)
    assert (told.newest_backup_at, told.newest_backup_verified_at) == (START, START + HOUR)
    assert (told.trouble_at, told.trouble_state, told.trouble) == (START + 2 * HOUR, "CREATE_IN_PROGRESS", "waits")


def test_a_vault_that_went_away_is_told_with_when_and_why(database: Database) -> None:
    with database.write() as connection:
        assert health.figures(connection, STUDIO_ID, None).vault_up
        events.record(connection, StudioEvent(type="vault.unreachable", studio_id=STUDIO_ID, message="no route"))
    with database.read() as connection:
        found = health.figures(connection, STUDIO_ID, None)
    assert (found.vault_up, found.vault_message) == (False, "no route")
    assert found.vault_changed_at is not None


def test_samples_come_back_in_the_order_of_time_and_go_when_their_time_is_over(database: Database) -> None:
    taken = [Sample(studio_id=STUDIO_ID, sampled_at=START + n * HOUR, sessions_ready=n) for n in (2, 0, 1)]
    with database.write() as connection:
        for sample in [*taken, taken[0]]:
            health.add(connection, sample)
        assert [each.sessions_ready for each in health.samples(connection, STUDIO_ID, START)] == [0, 1, 2]
        assert health.samples(connection, "another", START) == []
        assert health.purge(connection, START + HOUR) == 1
        assert health.samples(connection, STUDIO_ID, START + 2 * HOUR) == [taken[0]]


def test_figures_are_remembered_for_each_studio(database: Database) -> None:
    remembered = health.RememberedFigures()
    insert(database, make_session())
    with database.read() as connection:
        here = remembered.of(connection, STUDIO_ID, None)
        assert remembered.of(connection, "another", None).sessions == []
        assert dict(here.sessions) == {State.READY: 1}
