"""What is measured of all backups together."""

from datetime import timedelta

from tests.records import make_backup, make_session
from tests.support import START

from greenroom.store import backup_figures, backups, sessions
from greenroom.store.database import Database
from greenroom.studio.backups import StreamingSessionBackup
from greenroom.studio.launch_profiles import BackupMode
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


def test_backups_are_counted_and_summed_by_state(database: Database) -> None:
    insert(
        database,
        make_backup(state=State.READY, size_bytes=100, added_bytes=70, verified_at=START + HOUR),
        make_backup(state=State.READY, size_bytes=100, added_bytes=10, verified_at=START),
        make_backup(state=State.CREATE_FAILED, size_bytes=None, added_bytes=None, verified_at=None),
    )
    with database.read() as connection:
        figures = {each.state: each for each in backup_figures.by_state(connection)}
    ready, failed = figures[State.READY], figures[State.CREATE_FAILED]
    assert (ready.count, ready.size_bytes, ready.added_bytes, ready.oldest_proof) == (2, 200, 80, START)
    assert (failed.count, failed.size_bytes, failed.oldest_proof) == (1, 0, None)


def test_sessions_are_told_with_their_newest_ready_backup(database: Database) -> None:
    automatic = {"backup_mode": BackupMode.AUTOMATIC, "max_backups_to_retain": 2}
    running = make_session(state=State.READY, number=1, **automatic)
    at_rest = make_session(state=State.STOPPED, number=2, stopped_at=START + HOUR, **automatic)
    without = make_session(state=State.READY, number=3, backup_mode=BackupMode.DEACTIVATED)
    insert(
        database,
        running,
        at_rest,
        without,
        make_backup(running, created_at=START, state=State.READY),
        make_backup(running, created_at=START + HOUR, state=State.READY),
        make_backup(running, created_at=START + 2 * HOUR, state=State.CREATE_FAILED),
        make_backup(at_rest, created_at=START, state=State.READY),
    )
    with database.read() as connection:
        figures = {each.session_id: each for each in backup_figures.by_session(connection)}
    assert set(figures) == {running.session_id, at_rest.session_id}
    assert figures[running.session_id].newest_backup_at == START + HOUR
    assert not figures[running.session_id].unprotected
    assert figures[at_rest.session_id].unprotected
    insert(database, make_backup(at_rest, created_at=START + HOUR, state=State.READY))
    with database.read() as connection:
        assert not any(each.unprotected for each in backup_figures.by_session(connection))
