"""What becomes of records whose machine is gone."""

from datetime import timedelta

import pytest
from tests.records import BACKUP_CODES, make_backup, make_session
from tests.support import START

from greenroom.studio import recovery
from greenroom.studio.launch_profiles import Switch
from greenroom.studio.status import SessionState as State
from greenroom.studio.status import SessionStatusCode as Code

NOW = START + timedelta(days=40)
GONE = (State.DELETED, State.DELETE_IN_PROGRESS)


@pytest.mark.parametrize("state", [state for state in State if state not in GONE])
def test_a_session_is_stopped_and_says_what_it_starts_from(state: State) -> None:
    session = make_session(state=state, volume_id="volume", volume_filled=True, stop_at=START)
    backup = make_backup(session)
    recovered = recovery.recovered_session(session, backup, NOW)
    assert (recovered.state, recovered.status_code, recovered.volume_id) == (State.STOPPED, Code.STOPPED, None)
    assert (recovered.volume_filled, recovered.stop_at, recovered.terminate_at) == (False, None, None)
    assert backup.backup_id in (recovered.status_message or "")
    assert "files are lost" in (recovery.recovered_session(session, None, NOW).status_message or "")


def test_nothing_is_terminated_for_having_waited_for_its_recovery() -> None:
    length = timedelta(days=4)
    session = make_session(
        state=State.STOPPED,
        automatic_termination_mode=Switch.ACTIVATED,
        max_stopped_session_length=length,
        terminate_at=START + length,
    )
    assert recovery.recovered_session(session, None, NOW).terminate_at == NOW + length


@pytest.mark.parametrize("state", GONE)
def test_what_was_on_its_way_out_is_gone(state: State) -> None:
    assert recovery.recovered_session(make_session(state=state), None, NOW).state is State.DELETED


def test_a_session_that_can_never_be_stopped_is_gone() -> None:
    session = make_session(state=State.READY, session_persistence_mode=Switch.DEACTIVATED)
    assert recovery.recovered_session(session, None, NOW).state is State.DELETED


@pytest.mark.parametrize("state", [state for state in BACKUP_CODES if state is not State.DELETED])
def test_a_backup_that_the_vault_does_not_hold_is_not_restorable(state: State) -> None:
    backup = make_backup(make_session(), state=state, snapshot_at=START)
    recovered, doubted = recovery.recovered_backup(backup, None, NOW)
    assert recovered.state in (State.CREATE_FAILED, State.DELETED)
    assert recovered.snapshot_at is None
    assert not doubted


def test_only_what_was_ready_is_believed_without_being_read_back() -> None:
    for state in BACKUP_CODES:
        backup = make_backup(make_session(), state=state)
        recovered, doubted = recovery.recovered_backup(backup, "snapshot", NOW)
        assert recovered.state is state
        assert doubted is (state in (State.CREATE_IN_PROGRESS, State.CREATE_FAILED))


def test_a_backup_without_a_record_is_its_sessions() -> None:
    session = make_session()
    found = recovery.unrecorded_backup(session, "backup", "snapshot", NOW)
    assert (found.state, found.owned_by, found.created_at) == (State.CREATE_IN_PROGRESS, session.owned_by, NOW)


def test_the_newest_ready_backup_of_each_session_is_found() -> None:
    session = make_session()
    old, new, newest = (
        make_backup(session, created_at=START + timedelta(hours=hour), state=state)
        for hour, state in ((1, State.READY), (2, State.READY), (3, State.CREATE_FAILED))
    )
    made = {backup.backup_id: backup for backup in (new, old, newest)}
    assert recovery.by_session(made) == {session.session_id: new}
