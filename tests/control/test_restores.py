"""Volumes before their sessions run: filled from backups, undone, and what is said of that."""

from dataclasses import replace

import pytest
from tests.control.conftest import OWNER, Stage

from greenroom.store import restores, sessions
from greenroom.studio.launch_profiles import VolumeConfiguration
from greenroom.studio.origins import VolumeOrigin
from greenroom.studio.restores import choose_kept, undo
from greenroom.studio.sessions import VolumeRetentionMode
from greenroom.studio.status import SessionState as State


def note(stage: Stage, session_id: str) -> str:
    return (stage.home(session_id) / ".greenroom" / "started-from").read_text()


def backed_up(stage: Stage) -> tuple[str, str]:
    """A stopped session and its READY backup."""
    session_id = stage.create()
    (stage.home(session_id) / "shot").write_text("first")
    backup = stage.stop(session_id)
    assert backup is not None
    assert backup.state is State.READY
    return session_id, backup.backup_id


def ask_undo(stage: Stage, session_id: str) -> None:
    """What UndoStreamingSessionRestore records."""
    with stage.database.write() as connection:
        before = sessions.get(connection, session_id)
        assert before is not None
        kept = choose_kept(before, sessions.kept_volumes_of(connection, session_id), None)
        after, replaced = undo(before, kept, by=OWNER, now=stage.clock(), undo=stage.world.restore_undo)
        sessions.forget_kept_volume(connection, kept.volume_id)
        assert replaced is not None
        sessions.keep_volume(connection, replaced)
        sessions.save(connection, before, after)


def test_a_volume_has_the_size_of_its_session_whatever_it_is_made_from(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[int] = []
    monkeypatch.setattr(type(stage.world.volumes), "limit", lambda _volumes, _id, size: limits.append(size // 1024**3))
    session_id = stage.create(volume_configuration=VolumeConfiguration(size=120))
    backup = stage.stop(session_id)
    assert backup is not None
    stage.start(session_id)
    stage.stop(session_id)
    stage.start(session_id, backup.backup_id)
    stage.create(volume_configuration=None)
    assert limits == [120, 120, 120, 500]


@pytest.mark.parametrize("snapshot_is_local", [True, False])
def test_a_deleted_sessions_backup_becomes_a_new_session(stage: Stage, snapshot_is_local: bool) -> None:
    session_id, backup_id = backed_up(stage)
    stage.ask_delete(session_id)
    stage.loop.run_due()
    assert stage.session(session_id).state is State.DELETED
    if not snapshot_is_local:
        stage.world.volumes.delete_snapshot(backup_id)
    again = stage.create(restore_backup_id=backup_id, started_from_backup_id=backup_id)
    session = stage.session(again)
    assert (session.state, session.volume_origin, session.volume_backup_id) == (
        State.READY,
        VolumeOrigin.BACKUP,
        backup_id,
    )
    assert (stage.home(again) / "shot").read_text() == "first"
    assert backup_id in note(stage, again)


def test_a_restore_that_was_undone_is_undone_again(stage: Stage) -> None:
    session_id, backup_id = backed_up(stage)
    stage.start(session_id)
    (stage.home(session_id) / "shot").write_text("second")
    stage.stop(session_id)
    stage.start(session_id, backup_id)
    assert (stage.home(session_id) / "shot").read_text() == "first"
    stage.stop(session_id)
    ask_undo(stage, session_id)
    stage.start(session_id)
    assert (stage.home(session_id) / "shot").read_text() == "second"
    assert "undone" in note(stage, session_id) or "replaced" in note(stage, session_id)
    stage.stop(session_id)
    ask_undo(stage, session_id)
    stage.keep_house()
    stage.start(session_id)
    assert (stage.home(session_id) / "shot").read_text() == "first"


def test_an_undone_volume_stays_though_the_stop_before_asked_to_drop_the_other(stage: Stage) -> None:
    session_id, backup_id = backed_up(stage)
    stage.start(session_id, backup_id)
    stage.clock.advance(minutes=1)
    (stage.directory / "vault" / "config").rename(stage.directory / "config")
    stage.ask_stop(session_id, VolumeRetentionMode.DELETE)
    stage.loop.run_due()
    ask_undo(stage, session_id)
    (stage.directory / "config").rename(stage.directory / "vault" / "config")
    stage.clock.advance(minutes=10)
    stage.loop.run_due()
    assert [b.state for b in stage.backups(session_id)] == [State.READY, State.READY]
    assert stage.session(session_id).volume_id is not None
    assert stage.home(session_id).is_dir()


def test_a_restore_out_of_the_vault_says_how_far_it_has_come_and_leaves_no_row(stage: Stage) -> None:
    session_id, backup_id = backed_up(stage)
    stage.world.volumes.delete_snapshot(backup_id)
    seen = []
    real = stage.vault.restore

    def watched(backup_id: str, target: object, progress: object = None, *, size_bytes: int = 0) -> None:
        assert size_bytes == stage.backup(backup_id).size_bytes
        real(backup_id, target, progress, size_bytes=size_bytes)  # type: ignore[arg-type]
        with stage.database.read() as connection:
            seen.append(restores.get(connection, session_id))

    stage.vault.restore = watched  # type: ignore[method-assign,assignment]
    stage.start(session_id, backup_id)
    (row,) = seen
    assert row is not None
    assert (row.backup_id, row.percent) == (backup_id, 100)
    with stage.database.read() as connection:
        assert restores.get(connection, session_id) is None


def test_a_backup_stays_while_a_session_is_started_from_it(stage: Stage) -> None:
    session_id, backup_id = backed_up(stage)
    with stage.database.write() as connection:
        before = sessions.get(connection, session_id)
        assert before is not None
        waiting = replace(
            before, session_id="other", number=99, state=State.CREATE_IN_PROGRESS, restore_backup_id=backup_id
        )
        sessions.insert(connection, waiting)
    for _ in range(3):
        stage.start(session_id)
        stage.stop(session_id)
    assert stage.backup(backup_id).state is State.READY
    assert stage.world.volumes.find_snapshot(backup_id) is not None


def test_a_home_that_was_never_restored_has_no_note(stage: Stage) -> None:
    session_id, _ = backed_up(stage)
    stage.start(session_id)
    assert not (stage.home(session_id) / ".greenroom").exists()
