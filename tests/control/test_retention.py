"""Rotation as it is carried out: policies, pins, and the grace before data goes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.control.conftest import OWNER, Stage, loop_of

from greenroom.store import backups, retention
from greenroom.studio.backups import StreamingSessionBackup
from greenroom.studio.retention import ProfileRetention, pinned, undeleted
from greenroom.studio.status import SessionState as State


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """The world, with a day of grace."""
    world = replace(stage.world, backup_grace=timedelta(days=1))
    return replace(stage, world=world, loop=loop_of(world, stage.clock))


def stops(stage: Stage, session_id: str, count: int) -> list[str]:
    """That many stops, an hour apart; their backups, oldest first."""
    made = []
    for number in range(count):
        (stage.home(session_id) / "shot").write_text(str(number))
        backup = stage.stop(session_id)
        assert backup is not None
        made.append(backup.backup_id)
        stage.clock.advance(hours=1)
        stage.start(session_id)
    return made


def change(stage: Stage, backup_id: str, after: StreamingSessionBackup) -> None:
    with stage.database.write() as connection:
        backups.save(connection, stage.backup(backup_id), after)


def in_the_vault(stage: Stage) -> set[str]:
    return {stored.label.backup_id for stored in stage.vault.backups()}


def test_a_rotated_backup_is_not_listed_but_its_data_stays_until_the_grace_is_over(stage: Stage) -> None:
    session_id = stage.create(max_backups_to_retain=1)
    first, second = stops(stage, session_id, 2)
    assert [b.backup_id for b in stage.backups(session_id)] == [second]
    assert stage.backup(first).state is State.DELETED
    assert in_the_vault(stage) == {first, second}
    stage.clock.advance(hours=25)
    stage.loop.run_due()
    assert first not in in_the_vault(stage)
    assert stage.backup(first).forget_at is None
    stage.keep_house()
    with stage.database.read() as connection:
        assert backups.get(connection, first) is None


def test_an_undeleted_backup_is_whole_and_stays(stage: Stage) -> None:
    session_id = stage.create(max_backups_to_retain=1)
    first, _ = stops(stage, session_id, 2)
    change(stage, first, undeleted(stage.backup(first), by=OWNER, now=stage.clock()))
    stage.clock.advance(days=2)
    stops(stage, session_id, 1)
    stage.keep_house()
    assert stage.backup(first).state is State.READY
    stage.vault.verify(first)


def test_a_pinned_backup_takes_nobodys_place_and_outlives_its_session(stage: Stage) -> None:
    session_id = stage.create(max_backups_to_retain=1)
    (first,) = stops(stage, session_id, 1)
    change(stage, first, pinned(stage.backup(first), by=OWNER, now=stage.clock()))
    *_, last = stops(stage, session_id, 2)
    assert [b.backup_id for b in stage.backups(session_id)] == [first, last]
    stage.ask_delete(session_id)
    stage.loop.run_due()
    stage.clock.advance(days=40)
    stage.keep_house()
    assert stage.backup(first).state is State.READY
    assert in_the_vault(stage) == {first}


def test_a_profiles_policy_keeps_more_than_the_number_to_retain(stage: Stage) -> None:
    session_id = stage.create(max_backups_to_retain=1)
    policy = ProfileRetention(
        launch_profile_id=stage.session(session_id).launch_profile_id,
        last=0,
        hourly=3,
        daily=0,
        weekly=0,
        monthly=0,
        yearly=0,
        updated_at=stage.clock(),
        updated_by=OWNER,
    )
    with stage.database.write() as connection:
        retention.put(connection, policy)
    made = stops(stage, session_id, 4)
    assert [b.backup_id for b in stage.backups(session_id)] == made[1:]


def test_a_vault_that_is_away_when_the_grace_ends_is_asked_again(stage: Stage) -> None:
    session_id = stage.create(max_backups_to_retain=1)
    first, _ = stops(stage, session_id, 2)
    (stage.directory / "vault" / "config").rename(stage.directory / "config")
    stage.clock.advance(hours=25)
    stage.loop.run_due()
    assert stage.backup(first).forget_at is not None
    (stage.directory / "config").rename(stage.directory / "vault" / "config")
    stage.clock.advance(hours=1)
    stage.loop.run_due()
    assert stage.backup(first).forget_at is None
    assert first not in in_the_vault(stage)
