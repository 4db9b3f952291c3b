"""The life of a session: which state follows which, and what each says."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.records import make_session, make_stream_configuration
from tests.support import START

from greenroom.studio import sessions
from greenroom.studio.errors import Conflict, Invalid
from greenroom.studio.launch_profiles import BackupMode, SessionBackup, Switch
from greenroom.studio.sessions import Event, StreamingSession, VolumeRetentionMode
from greenroom.studio.status import SessionState as State
from greenroom.studio.status import SessionStatusCode as Code

LATER = START + timedelta(hours=2)
INTERVAL = timedelta(hours=4)
UNSTOPPABLE: Mapping[str, Any] = {"session_persistence_mode": Switch.DEACTIVATED}
TERMINATING: Mapping[str, Any] = {
    "automatic_termination_mode": Switch.ACTIVATED,
    "max_stopped_session_length": timedelta(minutes=30),
}


def start(session: StreamingSession, **options: Any) -> StreamingSession:
    defaults: dict[str, Any] = {
        "by": "ada",
        "restore_backup_id": None,
        "volume_id": session.volume_id or "fresh",
        "now": LATER,
    }
    return sessions.begin_start(session, **(defaults | options))


def stop(session: StreamingSession, **options: Any) -> StreamingSession:
    defaults: dict[str, Any] = {"by": "ada", "retention": None, "now": LATER}
    return sessions.begin_stop(session, **(defaults | options))


def delete(session: StreamingSession, **options: Any) -> StreamingSession:
    defaults: dict[str, Any] = {"by": "ada", "now": LATER}
    return sessions.begin_delete(session, **(defaults | options))


def run(session: StreamingSession, **options: Any) -> StreamingSession:
    defaults: dict[str, Any] = {"now": LATER, "backup_interval": INTERVAL}
    return sessions.running(session, **(defaults | options))


def fail(session: StreamingSession, **options: Any) -> StreamingSession:
    defaults: dict[str, Any] = {"message": "The disk is full.", "now": LATER}
    return sessions.failed(session, **(defaults | options))


def lose(session: StreamingSession) -> StreamingSession:
    return sessions.lost(session, by="greenroom", now=LATER)


HAPPEN: Mapping[Event, Callable[[StreamingSession], StreamingSession]] = {
    Event.START: start,
    Event.STOP: stop,
    Event.DELETE: delete,
    Event.LOST: lambda session: lose(replace(session, **UNSTOPPABLE)),
    Event.RUNNING: run,
    Event.ENDED: lambda session: sessions.stopped(session, LATER),
    Event.GONE: lambda session: sessions.deleted(session, LATER),
    Event.FAILED: fail,
}
"""How each event comes about. Only a session that cannot be stopped is run again when it is lost."""

FAILED = {State.CREATE_FAILED, State.START_FAILED, State.STOP_FAILED, State.DELETE_FAILED}
LEADS: Mapping[Event, Mapping[State, State]] = {
    Event.START: dict.fromkeys([State.STOPPED, State.START_FAILED], State.START_IN_PROGRESS),
    Event.STOP: dict.fromkeys([State.READY, State.STOP_FAILED], State.STOP_IN_PROGRESS),
    Event.DELETE: dict.fromkeys([State.READY, State.STOPPED, *FAILED], State.DELETE_IN_PROGRESS),
    Event.LOST: {State.READY: State.START_IN_PROGRESS},
    Event.RUNNING: dict.fromkeys([State.CREATE_IN_PROGRESS, State.START_IN_PROGRESS], State.READY),
    Event.ENDED: {State.STOP_IN_PROGRESS: State.STOPPED},
    Event.GONE: {State.DELETE_IN_PROGRESS: State.DELETED},
    Event.FAILED: {
        State.CREATE_IN_PROGRESS: State.CREATE_FAILED,
        State.START_IN_PROGRESS: State.START_FAILED,
        State.STOP_IN_PROGRESS: State.STOP_FAILED,
        State.DELETE_IN_PROGRESS: State.DELETE_FAILED,
    },
}
"""Where each event leads, by facts sheet 2.1 and 2.3; from every other state it is refused."""


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_every_event_in_every_state_leads_where_it_should_or_is_refused(event: Event, state: State) -> None:
    session = make_session(state=state)
    expected = LEADS[event].get(state)
    if expected is None:
        with pytest.raises(Conflict) as refusal:
            HAPPEN[event](session)
        assert refusal.value.code == state
        assert refusal.value.context == {"resourceId": session.session_id}
        assert session.session_id in refusal.value.message
    else:
        assert HAPPEN[event](session).state is expected


@pytest.mark.parametrize("state", [state for state in State if state.endswith("_IN_PROGRESS")])
def test_a_call_while_another_is_in_progress_is_told_to_wait(state: State) -> None:
    with pytest.raises(Conflict, match="wait until it ends"):
        delete(make_session(state=state))


def test_a_call_on_a_deleted_session_is_told_that_it_is_gone() -> None:
    with pytest.raises(Conflict, match="is gone"):
        start(make_session(state=State.DELETED))


def test_a_refused_call_is_told_what_is_possible() -> None:
    with pytest.raises(Conflict, match=r"is STOPPED and cannot stop\. Possible now: START or DELETE\."):
        stop(make_session(state=State.STOPPED))


@pytest.mark.parametrize("event", Event)
def test_every_change_tells_its_time(event: Event) -> None:
    for state in LEADS[event]:
        assert HAPPEN[event](make_session(state=state)).updated_at == LATER


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (State.CREATE_IN_PROGRESS, Code.READY),
        (State.START_IN_PROGRESS, Code.STARTED),
    ],
)
def test_a_ready_session_tells_whether_it_was_created_or_started(state: State, code: Code) -> None:
    assert run(make_session(state=state)).status_code is code


@pytest.mark.parametrize(("event", "state"), [(event, state) for event in Event for state in LEADS[event]])
def test_the_status_code_belongs_to_the_state(event: Event, state: State) -> None:
    after = HAPPEN[event](make_session(state=state))
    belongs = {sessions.CODES[after.state]} | ({Code.STARTED} if after.state is State.READY else set())
    assert after.status_code in belongs


def test_a_failure_says_what_a_person_can_act_on() -> None:
    after = fail(make_session(state=State.CREATE_IN_PROGRESS), message="No room left.", code=Code.INSUFFICIENT_CAPACITY)
    assert (after.status_code, after.status_message) == (Code.INSUFFICIENT_CAPACITY, "No room left.")


def test_the_next_success_takes_a_failures_message_away() -> None:
    failed = fail(make_session(state=State.START_IN_PROGRESS))
    assert start(failed).status_message is None


# Who, when


def test_a_stop_tells_who_and_when() -> None:
    after = stop(make_session(), by="grace")
    assert (after.stopped_by, after.stopped_at, after.updated_by) == ("grace", LATER, "grace")


def test_a_start_tells_who_and_when() -> None:
    after = start(make_session(state=State.STOPPED), by="grace")
    assert (after.started_by, after.started_at, after.updated_by) == ("grace", LATER, "grace")


def test_a_message_given_with_a_stop_stays_until_it_is_stopped() -> None:
    stopping = stop(make_session(), message="Stopped at the end of its time.")
    assert sessions.stopped(stopping, LATER).status_message == "Stopped at the end of its time."


def test_a_message_given_with_a_deletion_stays_until_it_is_deleted() -> None:
    deleting = delete(make_session(), message="Terminated at the end of its time.")
    assert sessions.deleted(deleting, LATER).status_message == "Terminated at the end of its time."


# Timers and modes: the matrix of facts sheet 2.2

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


# Backups


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


# Volumes


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        (None, VolumeRetentionMode.RETAIN),
        (VolumeRetentionMode.RETAIN, VolumeRetentionMode.RETAIN),
        (VolumeRetentionMode.DELETE, VolumeRetentionMode.DELETE),
    ],
)
def test_a_stop_retains_the_volume_unless_told_otherwise(
    asked: VolumeRetentionMode | None, kept: VolumeRetentionMode
) -> None:
    assert stop(make_session(), retention=asked).volume_retention_mode is kept


def test_a_dropped_volume_is_neither_there_nor_filled() -> None:
    after = sessions.without_volume(make_session(state=State.STOPPED, volume_filled=True), LATER)
    assert (after.state, after.volume_id, after.volume_filled) == (State.STOPPED, None, False)


def test_a_deleted_session_has_no_volume() -> None:
    after = sessions.deleted(delete(make_session(volume_filled=True)), LATER)
    assert (after.volume_id, after.volume_filled) == (None, False)


def test_a_plain_start_goes_on_with_the_volume() -> None:
    stopped = make_session(state=State.STOPPED, volume_id="work", volume_filled=True)
    after = start(stopped, volume_id="work")
    assert (after.volume_id, after.volume_filled, after.replaced_volume_id) == ("work", True, None)
    assert after.started_from_backup_id is None


def restore() -> StreamingSession:
    stopped = make_session(state=State.STOPPED, volume_id="work", volume_filled=True)
    return start(stopped, volume_id="restored", restore_backup_id="iZWXLQnSRyWk2pGbNFhTLg")


def test_a_start_from_a_backup_fills_a_volume_of_its_own_and_remembers_the_one_before() -> None:
    after = restore()
    assert (after.volume_id, after.volume_filled, after.replaced_volume_id) == ("restored", False, "work")
    assert after.restore_backup_id == after.started_from_backup_id == "iZWXLQnSRyWk2pGbNFhTLg"


def test_a_session_that_runs_from_a_backup_tells_which_and_has_only_the_new_volume() -> None:
    ready = run(restore())
    assert (ready.volume_id, ready.volume_filled, ready.replaced_volume_id) == ("restored", True, None)
    assert (ready.restore_backup_id, ready.started_from_backup_id) == (None, "iZWXLQnSRyWk2pGbNFhTLg")


def test_a_failed_start_from_a_backup_goes_back_to_the_volume_before() -> None:
    after = fail(restore())
    assert (after.volume_id, after.volume_filled, after.replaced_volume_id) == ("work", True, None)
    assert (after.restore_backup_id, after.started_from_backup_id) == (None, None)


def test_a_failed_plain_start_keeps_its_volume() -> None:
    stopped = make_session(state=State.STOPPED, volume_id="work", volume_filled=True)
    after = fail(start(stopped, volume_id="work"))
    assert (after.volume_id, after.volume_filled) == ("work", True)


# Lost sessions


def test_a_lost_session_is_stopped_with_its_backup_and_its_volume() -> None:
    after = lose(make_session(volume_id="work", stop_at=LATER))
    assert (after.state, after.volume_id, after.volume_retention_mode) == (
        State.STOP_IN_PROGRESS,
        "work",
        VolumeRetentionMode.RETAIN,
    )
    assert (after.backup_due_at, after.stopped_by) == (LATER, "greenroom")
    assert "unexpectedly" in (sessions.stopped(after, LATER).status_message or "")


def test_a_lost_session_that_cannot_be_stopped_is_run_again_until_the_limit_that_it_had() -> None:
    ready = run(make_session(state=State.CREATE_IN_PROGRESS, volume_id="work", **UNSTOPPABLE), now=START)
    again = lose(ready)
    assert (again.state, again.volume_id) == (State.START_IN_PROGRESS, "work")
    assert "run again" in (again.status_message or "")
    assert run(again, now=LATER).terminate_at == ready.terminate_at


# Whatever happens


@given(
    modes=st.sampled_from([{}, UNSTOPPABLE, TERMINATING]),
    keeps_backups=st.booleans(),
    events=st.lists(st.sampled_from(Event), max_size=30),
)
def test_whatever_happens_a_session_is_in_a_true_state(
    modes: Mapping[str, Any], keeps_backups: bool, events: list[Event]
) -> None:
    session = make_session(
        state=State.CREATE_IN_PROGRESS,
        backup_mode=BackupMode.AUTOMATIC if keeps_backups else BackupMode.DEACTIVATED,
        **modes,
    )
    for event in events:
        happen = lose if event is Event.LOST else HAPPEN[event]
        try:
            session = happen(session)
        except (Conflict, Invalid):
            continue
        limits = [time for time in (session.stop_at, session.terminate_at) if time is not None]
        if session.state is State.READY:
            assert len(limits) == 1, "a running session has one limit"
            assert session.volume_filled
        if session.state is State.STOPPED:
            assert session.stop_at is None
            assert bool(limits) is (session.automatic_termination_mode is Switch.ACTIVATED)
        if session.state in (State.DELETED, State.DELETE_IN_PROGRESS):
            assert not limits
        if session.state in FAILED:
            assert session.status_message
        if session.state.endswith("_IN_PROGRESS") and session.state is not State.DELETE_IN_PROGRESS:
            assert session.volume_id, "a session that runs or may run has a volume"
        assert session.live is (session.state is not State.DELETED)
        assert keeps_backups or session.backup_due_at is None
