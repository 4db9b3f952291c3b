"""Old backups proven again at night, the newest restored for a test, and what becomes of broken ones."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.control.conftest import Stage, loop_of
from tests.support import unavailable
from tests.vaults.test_damage import flip, largest, packs

from greenroom.control import verification
from greenroom.control.loop import Group, Loop
from greenroom.store import events, work
from greenroom.studio.backups import Cause
from greenroom.studio.hours import Hours
from greenroom.studio.status import SessionState as State
from greenroom.vaults.base import BackupBrokenError
from greenroom.vaults.holes import kept_in

QUIET = Hours(1, 5)


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """The world, with a quiet night from one to five."""
    world = replace(stage.world, quiet_hours=QUIET)
    return replace(stage, world=world, loop=loop_of(world, stage.clock))


def night(stage: Stage, results: list[tuple[str, str]] | None = None) -> None:
    """A night's work, and what follows from it."""
    stage.clock.now = QUIET.next(stage.clock.now + timedelta(hours=5))
    by_day(stage, results)


def by_day(stage: Stage, results: list[tuple[str, str]] | None = None) -> None:
    """What there is to do now, and what follows from it."""
    found = [] if results is None else results
    steps = verification.VerificationSteps(
        stage.world, stage.directory / "manifests", on_result=lambda kind, result: found.append((kind, result))
    )
    with stage.database.write() as connection:
        work.schedule(connection, verification.WORK, "house", stage.clock())
    Loop(stage.database, [Group("verification", {verification.WORK: steps}, 1)], clock=stage.clock).run_due()
    stage.loop.run_due()


def backed_up(stage: Stage) -> tuple[str, str]:
    session_id = stage.create()
    home = stage.home(session_id)
    (home / "shots").mkdir()
    (home / "shots" / "one").write_text("first")
    (home / "plate").write_bytes(os.urandom(200_000))
    (home / "same").hardlink_to(home / "shots" / "one")
    (home / "link").symlink_to("shots/one")
    with (home / "disk.img").open("wb") as file:
        file.truncate(4 << 20)
    backup = stage.stop(session_id)
    assert backup is not None
    assert backup.state is State.READY
    return session_id, backup.backup_id


def damage(stage: Stage, monkeypatch: pytest.MonkeyPatch, backup_id: str) -> None:
    """The vault cannot restore that backup, once; a later look at it is the vault's own."""
    real, told = stage.vault.restore, []

    def restore(wanted: str, target: Path, progress: object = None) -> None:
        if wanted == backup_id and not told:
            told.append(wanted)
            raise BackupBrokenError("a pack is damaged")
        real(wanted, target)

    monkeypatch.setattr(stage.vault, "restore", restore)


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


def twice_backed_up(stage: Stage) -> tuple[str, str]:
    """Two backups that share their content; the newer one's snapshot is there, and none of the older one."""
    session_id, older = backed_up(stage)
    stage.start(session_id)
    newer = stage.stop(session_id)
    assert newer is not None
    return older, newer.backup_id


def told(stage: Stage) -> list[str]:
    """Types of the events about proofs and the vault."""
    with stage.database.read() as connection:
        kinds = [event.type for event in events.after(connection, 0, limit=1000)]
    return [kind for kind in kinds if kind.startswith(("vault.", "backup.verif", "backup.test"))]


def test_an_old_backup_is_proven_again_and_a_young_one_left(stage: Stage) -> None:
    stage = replace(stage, world=replace(stage.world, verify_within=timedelta(days=2)))
    older, newer = twice_backed_up(stage)
    made = stage.backup(older).verified_at
    night(stage)
    assert stage.backup(older).verified_at == made
    assert stage.backup(newer).verified_at == stage.clock()  # a test restore proves it, too
    stage.clock.advance(days=1)
    night(stage)
    assert stage.backup(older).verified_at == stage.clock()
    assert told(stage) == ["backup.test-restored", "backup.test-restored", "backup.verified"]


def test_a_night_takes_its_share_and_the_next_one_goes_on(stage: Stage) -> None:
    stage = replace(stage, world=replace(stage.world, verify_within=timedelta(days=8)))
    older, newer = twice_backed_up(stage)
    stage.clock.advance(days=5)
    night(stage)
    tonight = stage.clock()
    assert (stage.backup(newer).verified_at, stage.backup(older).verified_at) != (tonight, tonight)
    assert tonight in (stage.backup(newer).verified_at, stage.backup(older).verified_at)
    with stage.database.read() as connection:
        due = work.next_due_at(connection, [verification.WORK], now=tonight)
    assert due is not None
    assert due > tonight + timedelta(hours=12)
    night(stage)
    assert stage.clock() in (stage.backup(newer).verified_at, stage.backup(older).verified_at)
    assert min(filter(None, (stage.backup(newer).verified_at, stage.backup(older).verified_at))) == tonight


def test_damage_that_backups_share_is_mended_from_the_snapshot_and_none_says_ready_meanwhile(stage: Stage) -> None:
    older, newer = twice_backed_up(stage)
    night(stage)
    stage.clock.advance(days=16)
    content = largest(packs(stage.directory / "vault"))
    flip(content, 40)
    results: list[tuple[str, str]] = []
    night(stage, results)
    assert results == [("test-restore", "broken")]
    assert told(stage)[-2:] == ["backup.test-restore-failed", "vault.damaged"]
    assert stage.backup(newer).state is State.CREATE_IN_PROGRESS
    stage.clock.advance(minutes=5)
    by_day(stage)
    assert stage.backup(newer).state is State.READY  # made anew
    assert stage.backup(older).verified_at != stage.clock()
    stage.clock.advance(hours=7)
    by_day(stage)
    assert stage.backup(older).verified_at == stage.clock()
    for backup_id in (older, newer):
        stage.vault.verify(backup_id)
    assert not content.exists()


def test_damage_without_a_snapshot_is_mended_from_the_volume_by_a_backup_in_its_place(stage: Stage) -> None:
    session_id, lost = backed_up(stage)
    night(stage)
    stage.world.volumes.delete_snapshot(lost)
    stage.clock.advance(days=16)
    flip(largest(packs(stage.directory / "vault")), 40)
    night(stage)
    stage.clock.advance(minutes=5)
    stage.loop.run_due()
    broken, replacement = stage.backups(session_id)
    assert (broken.backup_id, broken.state) == (lost, State.CREATE_FAILED)
    assert (replacement.cause, replacement.state) == (Cause.REPLACEMENT, State.READY)
    stage.vault.verify(replacement.backup_id)


def test_a_broken_backup_is_made_anew_from_its_snapshot(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    _, backup_id = backed_up(stage)
    stage.clock.advance(days=16)
    damage(stage, monkeypatch, backup_id)
    night(stage)
    backup = stage.backup(backup_id)
    assert backup.state is State.READY
    monkeypatch.undo()
    stage.vault.verify(backup_id)


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
    real = stage.vault.restore

    def restore(wanted: str, target: Path, progress: object = None) -> None:
        real(wanted, target)
        (target / "shots" / "one").write_text("other")

    monkeypatch.setattr(stage.vault, "restore", restore)
    stage.world.volumes.delete_snapshot(backup_id)
    (stage.directory / "manifests").mkdir()
    verification.Censuses(stage.directory / "manifests").save(
        backup_id, verification.census.take(stage.home(session_id))
    )
    night(stage)
    broken = stage.backup(backup_id)
    assert broken.state is State.CREATE_FAILED
    assert "'shots/one' has another" in (broken.status_message or "")


def test_a_restore_that_fills_holes_is_told_and_its_backup_stays_ready(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, backup_id = backed_up(stage)
    real = stage.vault.restore

    def restore(wanted: str, target: Path, progress: object = None) -> None:
        real(wanted, target)
        facts = (target / "disk.img").stat()
        (target / "disk.img").write_bytes(bytes(4 << 20))
        os.utime(target / "disk.img", ns=(facts.st_atime_ns, facts.st_mtime_ns))

    if not kept_in(stage.directory):
        unavailable("this file system keeps no holes")
    monkeypatch.setattr(stage.vault, "restore", restore)
    results: list[tuple[str, str]] = []
    night(stage, results)
    assert results == [("test-restore", "filled")]
    assert told(stage) == ["backup.test-restore-failed"]
    backup = stage.backup(backup_id)
    assert (backup.state, backup.test_restored_at) == (State.READY, None)
    assert "'disk.img' came back without its holes" in (backup.test_restore_result or "")


def test_by_day_nothing_is_done(stage: Stage) -> None:
    _, backup_id = backed_up(stage)
    steps = verification.VerificationSteps(stage.world, stage.directory / "manifests")
    with stage.database.write() as connection:
        work.schedule(connection, verification.WORK, "house", stage.clock())
    assert Loop(stage.database, [Group("v", {verification.WORK: steps}, 1)], clock=stage.clock).run_due() == 1
    assert stage.backup(backup_id).test_restore_tried_at is None
