"""Sessions whose processes end by themselves, and processes without a session."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.control.conftest import Stage

from greenroom.control.watch import Boot, Watch
from greenroom.studio.launch_profiles import BackupMode, Switch
from greenroom.studio.status import SessionState as State


def test_a_session_whose_processes_are_gone_is_stopped_with_a_backup_and_says_why(stage: Stage) -> None:
    session_id = stage.create()
    (stage.home(session_id) / "shot").write_text("first")
    stage.engine.vanish(session_id)
    stage.watch().look()
    stage.loop.run_due()
    session = stage.session(session_id)
    assert session.state is State.STOPPED
    assert "unexpectedly" in (session.status_message or "")
    assert [b.state for b in stage.backups(session_id)] == [State.READY]


def test_a_session_that_cannot_be_stopped_is_run_again_on_the_same_files(stage: Stage) -> None:
    session_id = stage.create(
        session_persistence_mode=Switch.DEACTIVATED, backup_mode=BackupMode.DEACTIVATED, volume_configuration=None
    )
    limit = stage.session(session_id).terminate_at
    (stage.home(session_id) / "shot").write_text("first")
    stage.engine.vanish(session_id)
    stage.watch().look()
    stage.loop.run_due()
    session = stage.session(session_id)
    assert (session.state, session.terminate_at) == (State.READY, limit)
    assert stage.engine.is_running(session_id)
    assert (stage.home(session_id) / "shot").read_text() == "first"


def test_a_session_that_runs_is_left_alone(stage: Stage) -> None:
    session_id = stage.create()
    stage.watch().look()
    stage.loop.run_due()
    assert stage.session(session_id).state is State.READY


def test_what_runs_for_a_stopped_session_is_ended(stage: Stage) -> None:
    session_id = stage.create(backup_mode=BackupMode.DEACTIVATED)
    spec = stage.world.spec(stage.session(session_id), stage.home(session_id))
    stage.stop(session_id)
    stage.engine.start(spec)
    stage.watch().look()
    assert not stage.engine.is_running(session_id)


def rebooted(folder: Path) -> Boot:
    """As after a reboot: the file remembers another start than the machine's."""
    (folder / "boot-id").write_text("the one before")
    return Boot(folder / "boot-id")


@pytest.mark.parametrize(("run_again", "state"), [(True, State.READY), (False, State.STOPPED)])
def test_after_a_reboot_sessions_run_again_or_end_stopped_with_a_backup(
    stage: Stage, tmp_path: Path, run_again: bool, state: State
) -> None:
    session_id = stage.create()
    (stage.home(session_id) / "shot").write_text("work")
    limit = stage.session(session_id).stop_at
    stage.engine.vanish(session_id)
    stage.clock.advance(minutes=10)
    world = replace(stage.world, run_again_after_reboot=run_again)
    Watch(world, lambda: None, boot=rebooted(tmp_path)).look()
    stage.loop.run_due()
    session = stage.session(session_id)
    assert session.state is state
    assert (stage.home(session_id) / "shot").read_text() == "work"
    assert session.stop_at == (limit if run_again else None)
    assert len(stage.backups(session_id)) == (0 if run_again else 1)


def test_one_that_is_lost_later_is_stopped_as_ever(stage: Stage, tmp_path: Path) -> None:
    session_id = stage.create()
    boot = rebooted(tmp_path)
    watch = Watch(replace(stage.world, run_again_after_reboot=True), lambda: None, boot=boot)
    watch.look()
    assert not boot.is_new
    stage.engine.vanish(session_id)
    watch.look()
    stage.loop.run_due()
    assert stage.session(session_id).state is State.STOPPED


def test_a_server_that_dies_before_its_first_look_leaves_the_reboot_to_the_next(tmp_path: Path) -> None:
    assert rebooted(tmp_path).is_new
    again = Boot(tmp_path / "boot-id")
    assert again.is_new
    again.note()
    assert not Boot(tmp_path / "boot-id").is_new


def test_a_new_data_directory_has_seen_no_reboot(tmp_path: Path) -> None:
    assert not Boot(tmp_path / "boot-id").is_new
