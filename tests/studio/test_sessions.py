"""The life of a session: which state follows which, and what each says."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.records import make_session
from tests.studio.events import HAPPEN, LATER, TERMINATING, UNSTOPPABLE, delete, fail, lose, run, start, stop

from greenroom.studio import sessions
from greenroom.studio.errors import Conflict, Invalid
from greenroom.studio.launch_profiles import BackupMode, Switch
from greenroom.studio.sessions import Event
from greenroom.studio.status import SessionState as State
from greenroom.studio.status import SessionStatusCode as Code

FAILED = (State.CREATE_FAILED, State.START_FAILED, State.STOP_FAILED, State.DELETE_FAILED)
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
