"""What the steps of backups make of each state, and what they never do."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.control.conftest import Stage

from greenroom.control import backups as steps
from greenroom.store import backups, events, work
from greenroom.studio.backups import Cause, new_backup
from greenroom.studio.ids import new_id
from greenroom.studio.status import SessionState as State


def vault_events(stage: Stage) -> list[str]:
    with stage.database.read() as connection:
        return [event.type for event in events.after(connection, 0) if event.type.startswith("vault.")]


def test_only_as_many_ready_backups_stay_as_the_session_retains_the_oldest_goes_first(stage: Stage) -> None:
    session_id = stage.create(max_backups_to_retain=2)
    made = []
    for number in range(3):
        (stage.home(session_id) / "shot").write_text(str(number))
        backup = stage.stop(session_id)
        assert backup is not None
        made.append(backup.backup_id)
        stage.start(session_id)
    assert [b.backup_id for b in stage.backups(session_id)] == made[1:]
    assert stage.backup(made[0]).state is State.DELETED
    assert {b.label.backup_id for b in stage.vault.backups()} == set(made[1:])


def test_a_running_session_is_backed_up_at_every_interval(stage: Stage) -> None:
    session_id = stage.create()
    stage.clock.advance(hours=4)
    stage.loop.run_due()
    (backup,) = stage.backups(session_id)
    assert (backup.cause, backup.state) == (Cause.INTERVAL, State.READY)
    assert stage.session(session_id).state is State.READY


def test_an_interval_backup_of_copied_files_says_that_they_may_be_of_different_moments(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = stage.create()
    monkeypatch.setattr(stage.engine, "freeze", lambda _session_id: False)
    stage.clock.advance(hours=4)
    stage.loop.run_due()
    (backup,) = stage.backups(session_id)
    assert backup.consistency == "BEST_EFFORT"
    assert "different moments" in (backup.status_message or "")


def test_while_the_vault_is_away_the_backup_waits_says_so_and_its_snapshot_is_kept(stage: Stage) -> None:
    session_id = stage.create()
    (stage.home(session_id) / "shot").write_text("first")
    config = stage.directory / "vault" / "config"
    config.rename(stage.directory / "config")
    backup = stage.stop(session_id)
    assert backup is not None
    for _ in range(8):
        stage.clock.advance(minutes=10)
        stage.loop.run_due()
    waiting = stage.backup(backup.backup_id)
    assert waiting.state is State.CREATE_IN_PROGRESS
    assert "vault" in (waiting.status_message or "").lower()
    assert stage.world.volumes.find_snapshot(backup.backup_id) is not None
    (stage.directory / "config").rename(config)
    assert vault_events(stage) == ["vault.unreachable"]
    stage.clock.advance(minutes=10)
    stage.loop.run_due()
    assert stage.backup(backup.backup_id).state is State.READY
    assert vault_events(stage) == ["vault.unreachable", "vault.back"]


def test_a_failed_backup_never_pushes_out_a_good_one(stage: Stage) -> None:
    session_id = stage.create(max_backups_to_retain=1)
    good = stage.stop(session_id)
    assert good is not None
    stage.start(session_id)
    now = stage.clock.advance(minutes=1)
    lost = new_backup(stage.session(session_id), new_id(), cause=Cause.REQUEST, now=now)
    with stage.database.write() as connection:
        # A snapshot that is said to be there and is not: the copy cannot be made.
        backups.insert(connection, replace(lost, snapshot_at=now))
        work.schedule(connection, steps.WORK, lost.backup_id, now)
    stage.loop.run_due()
    assert stage.backup(lost.backup_id).state is State.CREATE_FAILED
    assert stage.backup(good.backup_id).state is State.READY


def test_only_the_newest_snapshots_stay_on_the_sessions_storage(stage: Stage) -> None:
    session_id = stage.create()
    first = stage.stop(session_id)
    stage.start(session_id)
    second = stage.stop(session_id)
    assert first is not None
    assert second is not None
    assert [s.snapshot_id for s in stage.world.volumes.snapshots()] == [second.backup_id]
    assert stage.backup(first.backup_id).snapshot_at is None


def test_backups_of_a_deleted_session_stay_for_thirty_days(stage: Stage) -> None:
    session_id = stage.create()
    backup = stage.stop(session_id)
    assert backup is not None
    stage.ask_delete(session_id)
    stage.loop.run_due()
    stage.clock.advance(timedelta(days=29))
    stage.keep_house()
    assert stage.backup(backup.backup_id).state is State.READY
    stage.clock.advance(timedelta(days=2))
    stage.keep_house()
    assert stage.backup(backup.backup_id).state is State.DELETED
    assert stage.vault.backups() == []
    assert stage.world.volumes.snapshots() == []


def test_clocks_that_jump_cost_no_backup_and_no_order(stage: Stage) -> None:
    session_id = stage.create(max_backups_to_retain=2)

    def work_and_stop(content: str) -> str:
        (stage.home(session_id) / "shot").write_text(content)
        backup = stage.stop(session_id)
        assert backup is not None
        assert backup.state is State.READY
        stage.start(session_id)
        return backup.backup_id

    work_and_stop("first")
    stage.clock.advance(days=1)
    second = work_and_stop("second")
    stage.clock.advance(days=-1, hours=-2)
    stage.keep_house()
    third = work_and_stop("third")
    assert [b.backup_id for b in stage.backups(session_id)] == [second, third]
    stage.clock.advance(days=-1)
    fourth = work_and_stop("fourth")
    assert [b.backup_id for b in stage.backups(session_id)] == [third, fourth]
    stage.clock.advance(days=2)
    stage.keep_house()  # the session reached its limit, and was stopped with one more backup
    older, newest = stage.backups(session_id)
    assert (older.backup_id, newest.state) == (fourth, State.READY)
    assert {b.label.backup_id for b in stage.vault.backups()} == {fourth, newest.backup_id}
    stage.start(session_id, fourth)
    assert (stage.home(session_id) / "shot").read_text() == "fourth"


def test_a_clock_that_goes_back_while_the_vault_is_away_delays_nothing_by_a_day(stage: Stage) -> None:
    session_id = stage.create()
    config = stage.directory / "vault" / "config"
    config.rename(stage.directory / "config")
    backup = stage.stop(session_id)
    assert backup is not None
    stage.clock.advance(days=1)
    stage.loop.run_due()
    (stage.directory / "config").rename(config)
    stage.clock.advance(days=-1)
    stage.loop.run_due()
    assert stage.backup(backup.backup_id).state is State.READY


@pytest.mark.parametrize("jump", [timedelta(days=3), timedelta(hours=4), -timedelta(days=3), -timedelta(minutes=5)])
def test_whatever_the_clock_does_a_running_session_is_backed_up_no_later_than_an_interval_after(
    stage: Stage, jump: timedelta
) -> None:
    session_id = stage.create(max_session_length=timedelta(days=30))
    stage.clock.advance(hours=1)
    stage.loop.run_due()
    stage.clock.advance(jump)
    stage.loop.run_due()
    due_at_once = jump >= timedelta(hours=3)
    assert len(stage.backups(session_id)) == due_at_once  # one, however many intervals were jumped over
    stage.clock.advance(hours=4)
    stage.loop.run_due()
    made = stage.backups(session_id)
    assert [b.state for b in made] == [State.READY] * (1 + due_at_once)
    assert stage.session(session_id).backup_due_at == stage.clock() + timedelta(hours=4)


def test_a_clock_set_back_over_a_backup_that_was_just_made_makes_no_other_at_once(stage: Stage) -> None:
    session_id = stage.create(max_session_length=timedelta(days=30))
    stage.clock.advance(hours=4)
    stage.loop.run_due()
    (first,) = stage.backups(session_id)
    stage.clock.advance(minutes=-10)
    stage.loop.run_due()
    stage.clock.advance(minutes=10)
    stage.loop.run_due()
    assert [b.backup_id for b in stage.backups(session_id)] == [first.backup_id]
    stage.clock.advance(hours=4)
    stage.loop.run_due()
    assert next(b.backup_id for b in stage.backups(session_id)) == first.backup_id
    assert len(stage.backups(session_id)) == 2
