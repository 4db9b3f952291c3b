"""What housekeeping takes away, and what it leaves."""

import os

import pytest
from tests.control.conftest import Stage

from greenroom.studio.launch_profiles import BackupMode
from greenroom.studio.status import SessionState
from greenroom.volumes.base import VolumesFullError


def test_volumes_and_snapshots_without_a_record_go_after_a_week_not_at_once(stage: Stage) -> None:
    session_id = stage.create(backup_mode=BackupMode.DEACTIVATED)
    volumes = stage.world.volumes
    volumes.create("stray", os.geteuid(), os.getegid())
    volumes.snapshot("stray", "stray-snapshot")
    stage.keep_house()
    stage.clock.advance(days=6)
    stage.keep_house()
    assert "stray" in volumes.volume_ids()
    assert volumes.find_snapshot("stray-snapshot") is not None
    stage.clock.advance(days=365 * 10)
    stage.keep_house()
    assert volumes.volume_ids() == [stage.session(session_id).volume_id]
    assert volumes.snapshots() == []


def test_the_snapshot_of_a_backup_on_its_way_is_kept(stage: Stage) -> None:
    session_id = stage.create()
    (stage.directory / "vault" / "config").rename(stage.directory / "config")
    backup = stage.stop(session_id)
    assert backup is not None
    stage.keep_house()
    assert [s.snapshot_id for s in stage.world.volumes.snapshots()] == [backup.backup_id]


def _without_room(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    def refuse(_volume_id: str, _snapshot_id: str) -> None:
        raise VolumesFullError("No space is left for it.")

    patch.setattr(stage.world.volumes, "snapshot", refuse)


def test_a_backup_that_a_stop_owed_is_made_when_there_is_room_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = stage.create()
    (stage.home(session_id) / "plate").write_text("work")
    with monkeypatch.context() as patch:
        _without_room(stage, patch)
        stage.ask_stop(session_id)
        for _ in range(10):
            stage.loop.run_due()
            stage.clock.advance(minutes=5)
        (owed,) = stage.backups(session_id)
        assert (stage.session(session_id).state, owed.state) == (SessionState.STOPPED, SessionState.CREATE_FAILED)
    stage.keep_house()
    (made,) = stage.backups(session_id)
    assert (made.backup_id, made.state) == (owed.backup_id, SessionState.READY)
    assert made.status_message is None
    stage.vault.verify(made.backup_id)


def test_a_backup_that_was_owed_is_left_alone_once_the_session_has_another(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = stage.create()
    with monkeypatch.context() as patch:
        _without_room(stage, patch)
        stage.ask_stop(session_id)
        for _ in range(10):
            stage.loop.run_due()
            stage.clock.advance(minutes=5)
    stage.start(session_id)
    stage.keep_house()
    (owed,) = stage.backups(session_id)
    assert owed.state is SessionState.CREATE_FAILED
    stage.stop(session_id)
    stage.keep_house()
    assert [backup.state for backup in stage.backups(session_id)] == [SessionState.CREATE_FAILED, SessionState.READY]
