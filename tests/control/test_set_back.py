"""A clock that was set back while no server ran: what was to come comes, and nothing lasts longer for it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.control.conftest import Stage, loop_of

from greenroom.control import set_back, verification
from greenroom.control.loop import LEASE
from greenroom.store import backups, events, sessions, work
from greenroom.studio.events import VAULT_DAMAGED, StudioEvent
from greenroom.studio.status import SessionState as State

MONTH = timedelta(days=30)
HOURS = timedelta(hours=4)


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """The world, in which READY sessions are backed up every four hours."""
    world = replace(stage.world, backup_interval=HOURS)
    return replace(stage, world=world, loop=loop_of(world, stage.clock))


def start_a_month_ago(stage: Stage) -> Stage:
    """Another server, on the same records and an earlier clock."""
    stage.clock.advance(-MONTH)
    with stage.database.write() as connection:
        set_back.mind_at_start(connection, stage.clock())
    loop = loop_of(stage.world, stage.clock)
    loop.run_due()
    return replace(stage, loop=loop)


def test_a_clock_that_was_not_set_back_changes_nothing(stage: Stage) -> None:
    stage.create()
    with stage.database.write() as connection:
        due = work.next_due_at(connection, [work.SESSION], now=stage.clock())
        set_back.mind_at_start(connection, stage.clock() - timedelta(seconds=5))
        assert work.next_due_at(connection, [work.SESSION], now=stage.clock()) == due
        assert set_back.since_the_records(connection, stage.clock()) == timedelta()


def test_a_running_session_is_backed_up_and_stopped_no_later_than_it_should_be(stage: Stage) -> None:
    session_id = stage.create()
    later = start_a_month_ago(stage)
    with stage.database.read() as connection:
        assert set_back.since_the_records(connection, stage.clock()) == MONTH
    session = stage.session(session_id)
    assert session.state is State.READY
    assert session.backup_due_at == stage.clock() + HOURS
    assert session.stop_at == stage.clock() + session.max_session_length
    assert stage.backups(session_id) == []  # nor too early
    stage.clock.advance(hours=4)
    later.loop.run_due()
    assert [backup.state for backup in stage.backups(session_id)] == [State.READY]
    stage.clock.advance(hours=8)
    later.loop.run_due()
    assert stage.session(session_id).state is State.STOPPED


def test_a_lease_of_the_future_holds_nothing_for_longer_than_a_lease(stage: Stage) -> None:
    session_id = stage.create()
    stage.ask_stop(session_id)
    with stage.database.write() as connection:
        (claim,) = work.claim(connection, [work.SESSION], "dead", now=stage.clock(), lease=LEASE, limit=1)
    later = start_a_month_ago(stage)
    assert claim.resource_id == session_id
    assert stage.session(session_id).state is State.STOP_IN_PROGRESS
    stage.clock.advance(LEASE + timedelta(seconds=1))
    later.loop.run_due()
    assert stage.session(session_id).state is State.STOPPED


def test_rotation_takes_the_oldest_and_no_backup_is_lost(stage: Stage) -> None:
    session_id = stage.create()
    old = [stage.stop(session_id), stage.start(session_id), stage.stop(session_id)][0::2]
    later = start_a_month_ago(stage)
    later.start(session_id)
    newest = later.stop(session_id)
    assert newest is not None
    kept = [backup.backup_id for backup in stage.backups(session_id) if backup.state is State.READY]
    assert kept == [old[1] and old[1].backup_id, newest.backup_id]


def test_what_was_in_doubt_is_looked_at_by_the_clock_as_it_is(stage: Stage) -> None:
    session_id = stage.create()
    stage.stop(session_id)
    stage.clock.advance(hours=1)
    with stage.database.write() as connection:
        events.record(connection, StudioEvent(type=VAULT_DAMAGED))
    start_a_month_ago(stage)
    with stage.database.read() as connection:
        assert events.newest_at(connection, VAULT_DAMAGED) == stage.clock()
        assert backups.to_verify(connection, stage.clock(), now=stage.clock()) is not None
        assert work.next_due_at(connection, [verification.WORK], now=stage.clock()) == stage.clock()
        assert sessions.get(connection, session_id) is not None
