"""What housekeeping takes away, and what it leaves."""

import os

from tests.control.conftest import Stage

from greenroom.studio.launch_profiles import BackupMode


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
