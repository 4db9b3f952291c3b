"""When a session is stopped, terminated and backed up (facts sheet 2.2)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.records import make_session, make_stream_configuration
from tests.studio.events import INTERVAL, LATER, TERMINATING, UNSTOPPABLE, delete, run, start, stop
from tests.support import START

from greenroom.studio import sessions
from greenroom.studio.errors import Conflict, Invalid
from greenroom.studio.launch_profiles import BackupMode, SessionBackup, Switch
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState as State

MATRIX = pytest.mark.parametrize(
    ("persistence", "termination", "stopped_minutes", "stoppable", "stopped_until"),
    [
        (Switch.DEACTIVATED, Switch.DEACTIVATED, 0, False, None),
        (Switch.ACTIVATED, Switch.DEACTIVATED, 0, True, None),
        (Switch.ACTIVATED, Switch.ACTIVATED, 30, True, LATER + timedelta(minutes=30)),
        (Switch.ACTIVATED, Switch.ACTIVATED, 0, False, None),
    ],
    ids=["not persistent", "stays stopped for ever", "stopped for a time", "no stopped time"],
)


@MATRIX
def test_at_its_limit_a_session_is_stopped_where_it_can_be_and_terminated_elsewhere(
    persistence: Switch, termination: Switch, stopped_minutes: int, stoppable: bool, stopped_until: object
) -> None:
    created = make_session(
        state=State.CREATE_IN_PROGRESS,
        session_persistence_mode=persistence,
        automatic_termination_mode=termination,
        max_stopped_session_length=timedelta(minutes=stopped_minutes),
        max_session_length=timedelta(minutes=690),
    )
    ready = run(created)
    limit = LATER + timedelta(minutes=690)
    assert created.stoppable is stoppable
    assert (ready.stop_at, ready.terminate_at) == ((limit, None) if stoppable else (None, limit))


@MATRIX
def test_a_stopped_session_stays_as_long_as_its_modes_say(
    persistence: Switch, termination: Switch, stopped_minutes: int, stoppable: bool, stopped_until: object
) -> None:
    ready = make_session(
        session_persistence_mode=persistence,
        automatic_termination_mode=termination,
        max_stopped_session_length=timedelta(minutes=stopped_minutes),
    )
    if not stoppable:
        with pytest.raises(Invalid, match="cannot be stopped") as refusal:
            stop(ready)
        assert refusal.value.code == "SESSION_NOT_STOPPABLE"
        return
    stopping = stop(ready)
    assert (stopping.stop_at, stopping.terminate_at) == (None, None)
    stopped = sessions.stopped(stopping, LATER + timedelta(minutes=5))
    assert (stopped.stop_at, stopped.terminate_at) == (None, stopped_until), "counted from the call to stop"


def test_a_start_sets_the_stopped_clock_back() -> None:
    ready = run(start(make_session(state=State.STOPPED, terminate_at=LATER, **TERMINATING)))
    assert ready.terminate_at is None
    again = stop(ready, now=LATER + timedelta(days=1))
    assert sessions.stopped(again, again.updated_at).terminate_at == LATER + timedelta(days=1, minutes=30)


def test_the_state_is_told_before_the_modes() -> None:
    with pytest.raises(Conflict):
        stop(make_session(state=State.STOP_IN_PROGRESS, **UNSTOPPABLE))


def test_a_session_without_persistence_cannot_be_started_again() -> None:
    with pytest.raises(Invalid, match="no persistence") as refusal:
        start(make_session(state=State.STOPPED, **UNSTOPPABLE))
    assert refusal.value.code == "SESSION_NOT_PERSISTENT"


def test_a_session_copies_its_lifetime_from_the_profile() -> None:
    configuration = make_stream_configuration(
        max_session_length_in_minutes=60,
        max_stopped_session_length_in_minutes=30,
        automatic_termination_mode=Switch.ACTIVATED,
        session_backup=SessionBackup(mode=BackupMode.AUTOMATIC, max_backups_to_retain=5),
    )
    assert sessions.lifetime_settings(configuration) == {
        "backup_mode": BackupMode.AUTOMATIC,
        "max_backups_to_retain": 5,
        "session_persistence_mode": Switch.ACTIVATED,
        "automatic_termination_mode": Switch.ACTIVATED,
        "max_session_length": timedelta(hours=1),
        "max_stopped_session_length": timedelta(minutes=30),
        "volume_configuration": configuration.volume_configuration,
    }


def test_the_first_time_that_comes_is_when_it_is_due() -> None:
    session = make_session(stop_at=LATER, backup_due_at=START, terminate_at=None)
    assert sessions.due_at(session) == START
    assert sessions.due_at(make_session()) is None


@pytest.mark.parametrize(
    ("mode", "retain", "keeps"),
    [(BackupMode.AUTOMATIC, 1, True), (BackupMode.AUTOMATIC, 0, False), (BackupMode.DEACTIVATED, 3, False)],
)
def test_backups_are_kept_where_they_are_automatic_and_some_are_retained(
    mode: BackupMode, retain: int, keeps: bool
) -> None:
    session = make_session(backup_mode=mode, max_backups_to_retain=retain)
    assert session.keeps_backups is keeps
    assert stop(session).backup_due_at == (LATER if keeps else None)
    assert sessions.next_backup_at(session, START, INTERVAL) == (START + INTERVAL if keeps else None)


def test_a_running_session_is_backed_up_when_the_interval_is_over() -> None:
    assert run(make_session(state=State.START_IN_PROGRESS)).backup_due_at == LATER + INTERVAL


def test_an_interval_of_zero_is_off() -> None:
    ready = run(make_session(state=State.START_IN_PROGRESS), backup_interval=timedelta(0))
    assert ready.backup_due_at is None


def test_a_stopped_session_owes_no_backup() -> None:
    assert sessions.stopped(stop(make_session()), LATER).backup_due_at is None


@pytest.mark.parametrize(
    ("state", "owes"),
    [
        (State.READY, True),
        (State.STOP_FAILED, True),
        (State.STOPPED, False),
        (State.CREATE_FAILED, False),
        (State.DELETE_FAILED, False),
    ],
)
def test_a_deletion_owes_a_last_backup_of_what_was_in_use(state: State, owes: bool) -> None:
    assert delete(make_session(state=state)).backup_due_at == (LATER if owes else None)


@pytest.mark.parametrize("end", [stop, delete])
def test_an_ending_makes_a_backup_of_its_own(end: Callable[[StreamingSession], StreamingSession]) -> None:
    assert end(make_session(last_backup_id="of the stop before")).last_backup_id is None


def test_timers_are_no_further_away_than_they_are_ever_set() -> None:
    ready = run(make_session(state=State.CREATE_IN_PROGRESS, session_persistence_mode=Switch.ACTIVATED))
    assert sessions.within_limits(ready, LATER, INTERVAL) == ready
    back = LATER - timedelta(days=30)
    held = sessions.within_limits(ready, back, INTERVAL)
    assert held.stop_at == back + ready.max_session_length
    assert held.backup_due_at == back + INTERVAL
    assert sessions.within_limits(held, back, INTERVAL) == held
