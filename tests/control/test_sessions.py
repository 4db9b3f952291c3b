"""What the steps of sessions make of each state."""

from datetime import timedelta

import pytest
from tests.control.conftest import Stage

from greenroom.studio.launch_profiles import BackupMode, Switch
from greenroom.studio.sessions import VolumeRetentionMode
from greenroom.studio.status import SessionState as State
from greenroom.studio.status import SessionStatusCode as Code


def test_a_new_session_is_ready_with_an_empty_volume_of_its_own(stage: Stage) -> None:
    session_id = stage.create()
    session = stage.session(session_id)
    assert (session.state, session.status_code) == (State.READY, Code.READY)
    assert stage.engine.is_running(session_id)
    assert list(stage.home(session_id).iterdir()) == []


def test_a_stop_ends_the_session_and_leaves_a_ready_backup(stage: Stage) -> None:
    session_id = stage.create()
    (stage.home(session_id) / "shot").write_text("first")
    backup = stage.stop(session_id)
    assert stage.session(session_id).state is State.STOPPED
    assert not stage.engine.is_running(session_id)
    assert backup is not None
    assert backup.state is State.READY
    assert backup.verified_at is not None


def test_a_plain_start_goes_on_with_the_volume(stage: Stage) -> None:
    session_id = stage.create(backup_mode=BackupMode.DEACTIVATED)
    (stage.home(session_id) / "shot").write_text("first")
    stage.stop(session_id)
    stage.start(session_id)
    assert stage.session(session_id).status_code is Code.STARTED
    assert (stage.home(session_id) / "shot").read_text() == "first"
    assert stage.backups(session_id) == []


@pytest.mark.parametrize("snapshot_is_local", [True, False])
def test_a_start_from_a_backup_has_its_files_and_keeps_the_replaced_volume(
    stage: Stage, snapshot_is_local: bool
) -> None:
    session_id = stage.create()
    (stage.home(session_id) / "shot").write_text("first")
    backup = stage.stop(session_id)
    assert backup is not None
    stage.start(session_id)
    (stage.home(session_id) / "shot").write_text("second")
    replaced = stage.home(session_id)
    stage.stop(session_id)
    if not snapshot_is_local:
        stage.world.volumes.delete_snapshot(backup.backup_id)
    stage.start(session_id, backup.backup_id)
    session = stage.session(session_id)
    assert session.started_from_backup_id == backup.backup_id
    assert (stage.home(session_id) / "shot").read_text() == "first"
    assert (replaced / "shot").read_text() == "second"
    stage.keep_house()
    assert replaced.exists()
    stage.clock.advance(days=8)
    stage.keep_house()
    assert not replaced.exists()


def test_a_start_whose_backup_is_gone_from_the_vault_fails_and_goes_back_to_the_volume(stage: Stage) -> None:
    session_id = stage.create()
    (stage.home(session_id) / "shot").write_text("only")
    backup = stage.stop(session_id)
    assert backup is not None
    stage.vault.forget(backup.backup_id)
    stage.world.volumes.delete_snapshot(backup.backup_id)
    stage.start(session_id, backup.backup_id)
    session = stage.session(session_id)
    assert session.state is State.START_FAILED
    assert "as it was" in (session.status_message or "")
    stage.start(session_id)
    assert stage.session(session_id).state is State.READY
    assert (stage.home(session_id) / "shot").read_text() == "only"


def test_a_volume_that_vanished_is_never_replaced_by_an_empty_one(stage: Stage) -> None:
    session_id = stage.create(backup_mode=BackupMode.DEACTIVATED)
    stage.stop(session_id)
    volume_id = stage.session(session_id).volume_id
    assert volume_id is not None
    stage.world.volumes.delete_volume(volume_id)
    stage.start(session_id)
    assert stage.session(session_id).state is State.START_FAILED
    assert stage.world.volumes.volume_ids() == []


def test_stop_with_delete_drops_the_volume_and_the_next_start_comes_from_the_newest_backup(stage: Stage) -> None:
    session_id = stage.create()
    (stage.home(session_id) / "shot").write_text("first")
    backup = stage.stop(session_id, VolumeRetentionMode.DELETE)
    assert backup is not None
    assert stage.session(session_id).volume_id is None
    assert stage.world.volumes.volume_ids() == []
    stage.start(session_id, backup.backup_id)
    assert (stage.home(session_id) / "shot").read_text() == "first"


def test_stop_with_delete_keeps_the_volume_while_its_backup_is_not_ready(stage: Stage) -> None:
    session_id = stage.create()
    (stage.directory / "vault" / "config").rename(stage.directory / "config")
    stage.stop(session_id, VolumeRetentionMode.DELETE)
    session = stage.session(session_id)
    assert session.state is State.STOPPED
    assert stage.home(session_id).exists()
    assert stage.backups(session_id)[-1].state is State.CREATE_IN_PROGRESS
    (stage.directory / "config").rename(stage.directory / "vault" / "config")
    stage.clock.advance(minutes=10)
    stage.loop.run_due()
    assert stage.backups(session_id)[-1].state is State.READY
    assert stage.session(session_id).volume_id is None


def test_deleting_a_session_in_use_makes_a_last_backup_and_drops_the_volume(stage: Stage) -> None:
    session_id = stage.create()
    (stage.home(session_id) / "shot").write_text("last")
    stage.ask_delete(session_id)
    stage.loop.run_due()
    assert stage.session(session_id).state is State.DELETED
    assert stage.world.volumes.volume_ids() == []
    (backup,) = stage.backups(session_id)
    assert backup.state is State.READY
    target = stage.directory / "restored"
    target.mkdir()
    stage.vault.restore(backup.backup_id, target)
    assert (target / "shot").read_text() == "last"


def test_a_session_is_stopped_at_its_longest_time_and_terminated_when_it_stayed_stopped_too_long(
    stage: Stage,
) -> None:
    session_id = stage.create(
        automatic_termination_mode=Switch.ACTIVATED,
        max_stopped_session_length=timedelta(hours=1),
        backup_mode=BackupMode.DEACTIVATED,
    )
    stage.clock.advance(hours=11, minutes=29)
    stage.loop.run_due()
    assert stage.session(session_id).state is State.READY
    stage.clock.advance(minutes=1)
    stage.loop.run_due()
    session = stage.session(session_id)
    assert (session.state, session.stopped_by) == (State.STOPPED, "greenroom")
    stage.clock.advance(hours=1)
    stage.loop.run_due()
    assert stage.session(session_id).state is State.DELETED


def test_a_session_without_persistence_is_terminated_at_its_longest_time(stage: Stage) -> None:
    session_id = stage.create(
        session_persistence_mode=Switch.DEACTIVATED, backup_mode=BackupMode.DEACTIVATED, volume_configuration=None
    )
    stage.clock.advance(hours=11, minutes=30)
    stage.loop.run_due()
    assert stage.session(session_id).state is State.DELETED


def test_an_engine_that_cannot_start_the_session_leaves_it_failed_with_the_reason(stage: Stage) -> None:
    stage.engine.close()
    broken = type(stage.engine)(stage.directory / "broken.db", seed=1, faults={"start": 1.0})
    object.__setattr__(stage.world, "engine", broken)
    session_id = stage.create()
    for _ in range(6):
        stage.clock.advance(minutes=10)
        stage.loop.run_due()
    session = stage.session(session_id)
    assert session.state is State.CREATE_FAILED
    assert session.status_message
