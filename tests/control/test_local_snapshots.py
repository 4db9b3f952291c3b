"""Snapshots that newer ones took the place of stay a while, and no longer than the storage bears."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.control.conftest import Stage, loop_of

from greenroom.control import backups as backup_steps
from greenroom.control.loop import Group, Loop
from greenroom.store import backups
from greenroom.studio.status import SessionState as State
from greenroom.volumes.base import Space, VolumesFullError

WHILE = timedelta(minutes=5)


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """The world, in which replaced snapshots stay for five minutes."""
    world = replace(stage.world, keep_replaced_snapshots=WHILE, backup_grace=timedelta(days=1))
    return replace(stage, world=world, loop=loop_of(world, stage.clock))


def stopped_twice(stage: Stage, **settings: object) -> tuple[str, str, str]:
    """A STOPPED session, and its two backups."""
    session_id = stage.create(**settings)
    made = []
    for content in ("first", "second"):
        if made:
            stage.start(session_id)
        (stage.home(session_id) / "shot").write_text(content)
        backup = stage.stop(session_id)
        assert backup is not None
        made.append(backup.backup_id)
    return session_id, *made  # type: ignore[return-value]


def snapshots(stage: Stage) -> set[str]:
    return {snapshot.snapshot_id for snapshot in stage.world.volumes.snapshots()}


def test_right_after_a_stop_the_backup_before_is_started_from_without_the_vault(stage: Stage) -> None:
    session_id, first, second = stopped_twice(stage)
    assert snapshots(stage) == {first, second}
    (stage.directory / "vault").rename(stage.directory / "away")
    stage.start(session_id, first)
    assert (stage.home(session_id) / "shot").read_text() == "first"
    stage.clock.advance(WHILE)
    stage.loop.run_due()
    assert snapshots(stage) == {second}
    assert stage.backup(first).snapshot_at is None
    assert stage.backup(second).snapshot_at is not None


def test_one_that_rotation_takes_within_a_grace_goes_when_others_do(stage: Stage) -> None:
    _, first, second = stopped_twice(stage, max_backups_to_retain=1)
    assert stage.backup(first).state is State.DELETED
    assert snapshots(stage) == {first, second}
    stage.clock.advance(WHILE)
    stage.loop.run_due()
    assert snapshots(stage) == {second}
    assert stage.backup(first).forget_at is not None


def test_a_storage_that_has_little_room_keeps_none(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage.world.volumes, "space", lambda: Space(total=100, free=9))
    _, _, second = stopped_twice(stage)
    assert snapshots(stage) == {second}


def test_one_that_becomes_full_lets_go_of_them_before_a_start_is_tried_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id, first, second = stopped_twice(stage)
    volumes, clone = stage.world.volumes, stage.world.volumes.clone

    def full_with_both(snapshot_id: str, volume_id: str) -> object:
        if first in snapshots(stage):
            raise VolumesFullError("No space is left for it.")
        return clone(snapshot_id, volume_id)

    monkeypatch.setattr(volumes, "clone", full_with_both)
    stage.start(session_id, second)
    stage.clock.advance(seconds=2)
    stage.loop.run_due()
    assert stage.session(session_id).state is State.READY
    assert snapshots(stage) == {second}


def test_none_is_dropped_while_a_session_is_started_from_another(stage: Stage) -> None:
    session_id, first, second = stopped_twice(stage)
    stage.ask_start(session_id, second)
    stage.clock.advance(WHILE)
    alone = Group("backups", {backup_steps.WORK: backup_steps.BackupSteps(stage.world)}, 1)
    Loop(stage.database, [alone], clock=stage.clock).run_due()
    assert snapshots(stage) == {first, second}
    stage.loop.run_due()
    stage.clock.advance(seconds=10)
    stage.loop.run_due()
    assert snapshots(stage) == {second}


def test_each_goes_when_it_was_replaced_long_enough_ago(stage: Stage) -> None:
    session_id, first, second = stopped_twice(stage, max_backups_to_retain=5)
    stage.clock.advance(minutes=3)
    stage.start(session_id)
    third = stage.stop(session_id)
    assert third is not None
    stage.clock.advance(minutes=1)
    stage.loop.run_due()
    assert snapshots(stage) == {second, third.backup_id}
    stage.clock.advance(minutes=4)
    stage.loop.run_due()
    assert snapshots(stage) == {third.backup_id}
    with stage.database.read() as connection:
        assert [b.state for b in backups.of_session(connection, session_id)] == [State.READY] * 3
    assert first != second
