"""Sessions whose processes end by themselves, and processes without a session."""

from tests.control.conftest import Stage

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
