"""Which changes of records are events, and how an event reads."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.records import make_backup, make_session
from tests.support import START

from greenroom.studio import verification as rules
from greenroom.studio.events import RecordedEvent, backup_event, broken_event, document, session_event, wanted
from greenroom.studio.status import SessionState as State


@pytest.mark.parametrize("state", State)
def test_another_state_of_a_session_is_an_event(state: State) -> None:
    before = make_session(state=State.READY)
    event = session_event(before, replace(before, state=state, status_message="why"))
    if state is State.READY:
        assert event is None
        return
    assert event is not None
    assert event.type == f"session.{state.lower().replace('_', '-')}"
    assert (event.state, event.previous_state, event.message) == (state, State.READY, "why")
    assert (event.session_id, event.owned_by) == (before.session_id, before.owned_by)


def test_a_new_session_and_a_new_backup_are_events_without_a_state_before() -> None:
    session = make_session(state=State.CREATE_IN_PROGRESS)
    for event in (session_event(None, session), backup_event(None, make_backup(session))):
        assert event is not None
        assert event.previous_state is None


def test_a_backup_that_was_read_back_again_is_an_event() -> None:
    before = replace(make_backup(make_session()), state=State.READY, verified_at=START)
    event = backup_event(before, replace(before, verified_at=START + timedelta(days=1)))
    assert event is not None
    assert event.type == "backup.verified"
    assert backup_event(before, replace(before, snapshot_at=None, note="x")) is None


def test_a_test_restore_is_an_event_and_one_that_gave_other_files_back_is_told_as_a_failure() -> None:
    before = replace(make_backup(make_session()), state=State.READY, verified_at=START)
    event = backup_event(before, rules.test_restored(before, START + timedelta(days=1), None))
    assert event is not None
    assert event.type == "backup.test-restored"
    assert backup_event(before, rules.test_restored(before, START, "not done: no space")) is None
    broken = broken_event(before, "backup.test-restore-failed", "y" * 5000)
    assert wanted(broken.type, ["*-failed", "vault.*"])  # what mail is written of by default
    assert (broken.backup_id, broken.owned_by, len(broken.message or "")) == (before.backup_id, before.owned_by, 1024)


@pytest.mark.parametrize(
    ("pattern", "kinds"),
    [
        ("*", {"backup.ready", "backup.create-failed", "vault.back"}),
        ("backup.*", {"backup.ready", "backup.create-failed"}),
        ("*-failed", {"backup.create-failed"}),
        ("vault.back", {"vault.back"}),
        ("backup", set()),
    ],
)
def test_patterns_choose_types(pattern: str, kinds: set[str]) -> None:
    every = {"backup.ready", "backup.create-failed", "vault.back"}
    assert {kind for kind in every if wanted(kind, [pattern])} == kinds


def test_an_event_reads_without_what_it_does_not_have() -> None:
    event = RecordedEvent(type="vault.back", event_id=7, recorded_at=START)
    assert document(event) == {"eventId": 7, "type": "vault.back", "recordedAt": "2023-01-31T09:30:00.000Z"}
