"""Which backup is in which further vault, as the database keeps it."""

from datetime import timedelta

from tests.records import STUDIO_ID, make_backup, make_studio
from tests.support import START

from greenroom.store import backups, copies, studios
from greenroom.store.database import Database
from greenroom.studio.copies import BackupCopy, CopyState, copied, failing
from greenroom.studio.status import SessionState

FAR, FARTHER = "restic:/far", "restic:/farther"
LATER = START + timedelta(hours=1)


def test_what_is_there_is_known_since_it_was_first_seen(database: Database) -> None:
    with database.write() as connection:
        copies.add(connection, FAR, {"a", "b"}, START)
        copies.add(connection, FAR, {"a", "c"}, LATER)
        copies.add(connection, FARTHER, ["a"], LATER)
        copies.remove(connection, FAR, {"b", "nosuch"})
        found = copies.of_backups(connection, ["a", "b", "c", "nosuch"])
    assert found == {
        "a": [
            BackupCopy(backup_id="a", vault=FAR, copied_at=START),
            BackupCopy(backup_id="a", vault=FARTHER, copied_at=LATER),
        ],
        "c": [BackupCopy(backup_id="c", vault=FAR, copied_at=LATER)],
    }


def test_a_vault_fares_as_it_was_last_written(database: Database) -> None:
    with database.write() as connection:
        assert copies.state(connection, FAR) is None
        copies.put_state(connection, copied(None, FAR, START))
        after = failing(copies.state(connection, FAR), FAR, "away", LATER)
        copies.put_state(connection, after)
        copies.put_state(connection, CopyState(vault=FARTHER, tried_at=START))
        assert copies.states(connection) == [after, CopyState(vault=FARTHER, tried_at=START)]
        copies.add(connection, FARTHER, {"a"}, START)
        copies.keep_only(connection, [FAR])
        assert copies.states(connection) == [after]
        assert copies.of_backups(connection, ["a"]) == {}


def test_only_what_was_copied_and_whose_time_is_over_has_outlived_itself(database: Database) -> None:
    kept, graced, gone = (make_backup(), *(make_backup(state=SessionState.DELETED) for _ in range(2)))
    graced = make_backup(backup_id=graced.backup_id, state=SessionState.DELETED, forget_at=LATER)
    never = make_backup(state=SessionState.DELETED)
    with database.write() as connection:
        for backup in (kept, graced, gone, never):
            backups.insert(connection, backup)
        copies.add(connection, FAR, {kept.backup_id, graced.backup_id, gone.backup_id, "purged"}, START)
        assert copies.outlived(connection, FAR) == {gone.backup_id, "purged"}
        assert copies.outlived(connection, FARTHER) == set()


def test_counts_are_of_the_studios_ready_backups(database: Database) -> None:
    ready = [make_backup() for _ in range(3)]
    failed, elsewhere = make_backup(state=SessionState.CREATE_FAILED), make_backup(studio_id="us-west-2:stid-other")
    with database.write() as connection:
        for backup in (*ready, failed, elsewhere):
            backups.insert(connection, backup)
        copies.add(connection, FAR, {ready[0].backup_id, failed.backup_id, elsewhere.backup_id}, START)
        assert copies.counts(connection, STUDIO_ID) == (3, {FAR: 1})
        studios.insert(connection, make_studio())
        further = make_studio(studio_id=elsewhere.studio_id, studio_name="other", vault_path="stid-other")
        studios.insert(connection, further)
        assert backups.ready_ids(connection, "") == {each.backup_id for each in ready}
        assert backups.ready_ids(connection, "stid-other") == {elsewhere.backup_id}
        both = [copied(None, FAR, START), copied(None, FARTHER, START, "stid-other")]
        for each in both:
            copies.put_state(connection, each)
        assert [copies.states(connection, each.vault_path) for each in both] == [[each] for each in both]
        assert [each.missing for each in copies.figures(connection)] == [2, 1]
