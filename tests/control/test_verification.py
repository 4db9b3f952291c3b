"""Old backups proven again at night, the newest restored for a test, and what becomes of broken ones."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.control.conftest import Stage, loop_of

from greenroom.control import verification
from greenroom.control.loop import Group, Loop
from greenroom.store import work
from greenroom.studio.backups import Cause
from greenroom.studio.hours import Hours
from greenroom.studio.status import SessionState as State
from greenroom.vaults.base import BackupBrokenError

QUIET = Hours(1, 5)


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """The world, with a quiet night from one to five."""
    world = replace(stage.world, quiet_hours=QUIET)
    return replace(stage, world=world, loop=loop_of(world, stage.clock))


def night(stage: Stage) -> None:
    """A night's work, and what follows from it."""
    stage.clock.now = QUIET.next(stage.clock.now + timedelta(hours=5))
    steps = verification.VerificationSteps(stage.world, stage.directory / "manifests")
    with stage.database.write() as connection:
        work.schedule(connection, verification.WORK, "house", stage.clock())
    Loop(stage.database, [Group("verification", {verification.WORK: steps}, 1)], clock=stage.clock).run_due()
    stage.loop.run_due()


def backed_up(stage: Stage) -> tuple[str, str]:
    session_id = stage.create()
    home = stage.home(session_id)
    (home / "shots").mkdir()
    (home / "shots" / "one").write_text("first")
    (home / "same").hardlink_to(home / "shots" / "one")
    (home / "link").symlink_to("shots/one")
    backup = stage.stop(session_id)
    assert backup is not None
    assert backup.state is State.READY
    return session_id, backup.backup_id


def damage(stage: Stage, monkeypatch: pytest.MonkeyPatch, backup_id: str) -> None:
    """The vault finds that backup broken, once; a later look at it is the vault's own."""
    real, told = stage.world.vault.verify, []

    def verify(wanted: str, source: Path | None = None) -> None:
        if wanted == backup_id and not told:
            told.append(wanted)
            raise BackupBrokenError("a pack is damaged")
        real(wanted, source)

    monkeypatch.setattr(stage.world.vault, "verify", verify)


def test_the_newest_backup_is_restored_for_a_test_and_leaves_no_volume(stage: Stage) -> None:
    session_id, backup_id = backed_up(stage)
    night(stage)
    backup = stage.backup(backup_id)
    assert (backup.test_restored_at, backup.test_restore_result) == (stage.clock(), None)
    assert stage.world.volumes.volume_ids() == [stage.session(session_id).volume_id]
    assert [file.name for file in (stage.directory / "manifests").iterdir()] == [f"{backup_id}.jsonl.zst"]


def test_a_test_restore_needs_no_snapshot_once_its_manifest_was_taken(stage: Stage) -> None:
    _, backup_id = backed_up(stage)
    night(stage)
    first = stage.backup(backup_id).test_restored_at
    stage.world.volumes.delete_snapshot(backup_id)
    stage.clock.advance(days=20)
    night(stage)
    assert stage.backup(backup_id).test_restored_at != first


def test_without_snapshot_and_manifest_it_says_that_it_was_not_done(stage: Stage) -> None:
    _, backup_id = backed_up(stage)
    stage.world.volumes.delete_snapshot(backup_id)
    night(stage)
    backup = stage.backup(backup_id)
    assert backup.state is State.READY
    assert backup.test_restored_at is None
    assert "not done" in (backup.test_restore_result or "")


def test_an_old_backup_is_proven_again_and_a_young_one_left(stage: Stage) -> None:
    _, backup_id = backed_up(stage)
    made = stage.backup(backup_id).verified_at
    night(stage)
    assert stage.backup(backup_id).verified_at == made
    stage.clock.advance(days=16)
    night(stage)
    assert stage.backup(backup_id).verified_at == stage.clock()


def test_a_broken_backup_is_made_anew_from_its_snapshot(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    _, backup_id = backed_up(stage)
    stage.clock.advance(days=16)
    damage(stage, monkeypatch, backup_id)
    night(stage)
    backup = stage.backup(backup_id)
    assert backup.state is State.READY
    monkeypatch.undo()
    stage.world.vault.verify(backup_id)


def test_a_broken_backup_without_snapshot_says_so_and_is_replaced(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id, backup_id = backed_up(stage)
    night(stage)
    stage.world.volumes.delete_snapshot(backup_id)
    stage.clock.advance(days=16)
    damage(stage, monkeypatch, backup_id)
    night(stage)
    broken, replacement = stage.backups(session_id)
    assert (broken.backup_id, broken.state) == (backup_id, State.CREATE_FAILED)
    assert "a pack is damaged" in (broken.status_message or "")
    assert (replacement.cause, replacement.state) == (Cause.REPLACEMENT, State.READY)
    assert backup_id in (replacement.note or "")


def test_a_restore_that_gives_other_files_back_is_no_proof(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    session_id, backup_id = backed_up(stage)
    real = stage.world.vault.restore

    def restore(wanted: str, target: Path, progress: object = None) -> None:
        real(wanted, target)
        (target / "shots" / "one").write_text("other")

    monkeypatch.setattr(stage.world.vault, "restore", restore)
    stage.world.volumes.delete_snapshot(backup_id)
    (stage.directory / "manifests").mkdir()
    verification.Censuses(stage.directory / "manifests").save(
        backup_id, verification.census.take(stage.home(session_id))
    )
    night(stage)
    broken = stage.backup(backup_id)
    assert broken.state is State.CREATE_FAILED
    assert "'shots/one' has another" in (broken.status_message or "")


def test_by_day_nothing_is_done(stage: Stage) -> None:
    _, backup_id = backed_up(stage)
    steps = verification.VerificationSteps(stage.world, stage.directory / "manifests")
    with stage.database.write() as connection:
        work.schedule(connection, verification.WORK, "house", stage.clock())
    assert Loop(stage.database, [Group("v", {verification.WORK: steps}, 1)], clock=stage.clock).run_due() == 1
    assert stage.backup(backup_id).test_restore_tried_at is None
