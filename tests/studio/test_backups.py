"""Which backup goes, which one a session starts from, and what a backup says of itself."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.records import BACKUP_CODES, make_backup, make_session
from tests.support import START

from greenroom.studio import backups as rules
from greenroom.studio.backups import Cause, StreamingSessionBackup
from greenroom.studio.errors import Conflict, Invalid, NotFound
from greenroom.studio.status import SessionState as State
from greenroom.studio.status import SessionStatusCode as Code

LATER = START + timedelta(hours=1)
SESSION = make_session()


@st.composite
def histories(draw: st.DrawFn) -> list[StreamingSessionBackup]:
    """A session's backups in any states and order, some of one moment."""
    states = st.sampled_from(list(BACKUP_CODES))
    moments = st.integers(0, 5).map(lambda number: START + timedelta(seconds=number))
    return [
        make_backup(SESSION, state=state, created_at=moment, snapshot_at=moment if snapshot else None)
        for state, moment, snapshot in draw(st.lists(st.tuples(states, moments, st.booleans()), max_size=12))
    ]


def ready(history: list[StreamingSessionBackup]) -> list[StreamingSessionBackup]:
    return sorted((backup for backup in history if backup.state is State.READY), key=rules.order)


# Snapshots


@given(history=histories(), keep=st.integers(0, 5))
def test_the_newest_ready_ones_keep_their_snapshots(history: list[StreamingSessionBackup], keep: int) -> None:
    dropped = rules.snapshots_to_drop(history, keep)
    with_snapshot = [backup for backup in ready(history) if backup.snapshot_at]
    assert list(dropped) == with_snapshot[: max(0, len(with_snapshot) - keep)]


@given(history=histories(), keep=st.integers(0, 5))
def test_a_snapshot_that_is_the_only_copy_is_never_dropped(history: list[StreamingSessionBackup], keep: int) -> None:
    assert all(backup.state is State.READY for backup in rules.snapshots_to_drop(history, keep))


# Restore


def test_a_session_with_its_volume_starts_from_that() -> None:
    assert rules.choose_restore(SESSION, None, [make_backup(SESSION)]) is None


def test_a_session_without_volume_starts_from_its_newest_ready_backup() -> None:
    session = replace(SESSION, volume_id=None)
    old = make_backup(session, created_at=START)
    new = make_backup(session, created_at=LATER)
    newer_but_broken = make_backup(session, created_at=LATER + timedelta(hours=1), state=State.CREATE_FAILED)
    assert rules.choose_restore(session, None, [new, newer_but_broken, old]) == new


def test_a_session_without_volume_and_backups_starts_afresh() -> None:
    assert rules.choose_restore(replace(SESSION, volume_id=None), None, []) is None


def test_a_session_never_starts_from_anothers_backup_that_nobody_named() -> None:
    anothers = make_backup(make_session())
    assert rules.choose_restore(replace(SESSION, volume_id=None), None, [anothers]) is None


def test_a_session_starts_from_the_ready_backup_that_was_named() -> None:
    wanted = make_backup(SESSION, created_at=START)
    assert rules.choose_restore(SESSION, wanted.backup_id, [make_backup(SESSION, created_at=LATER), wanted]) == wanted


def test_a_backup_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound) as refusal:
        rules.choose_restore(SESSION, "iZWXLQnSRyWk2pGbNFhTLg", [make_backup(SESSION)])
    assert refusal.value.code == "STREAMING_SESSION_BACKUP_NOT_FOUND"
    assert refusal.value.context == {"resourceId": "iZWXLQnSRyWk2pGbNFhTLg"}


def test_another_studios_backup_is_not_found() -> None:
    theirs = make_backup(SESSION, studio_id="us-west-2:stid-0000000000000000")
    with pytest.raises(NotFound):
        rules.choose_restore(SESSION, theirs.backup_id, [theirs])


def test_another_sessions_backup_is_refused() -> None:
    theirs = make_backup(make_session())
    with pytest.raises(Invalid, match="own backups only") as refusal:
        rules.choose_restore(SESSION, theirs.backup_id, [theirs])
    assert refusal.value.code == "BACKUP_OF_ANOTHER_SESSION"


@pytest.mark.parametrize("state", [state for state in BACKUP_CODES if state is not State.READY])
def test_a_backup_that_is_not_ready_is_refused(state: State) -> None:
    backup = make_backup(SESSION, state=state)
    with pytest.raises(Conflict, match=f"is {state}") as refusal:
        rules.choose_restore(SESSION, backup.backup_id, [backup])
    assert refusal.value.code == state


# A backup's life


def test_a_new_backup_is_in_progress_and_says_whose_it_is() -> None:
    backup = rules.new_backup(SESSION, "iZWXLQnSRyWk2pGbNFhTLg", cause=Cause.STOP, now=LATER, note="final")
    assert (backup.state, backup.status_code) == (State.CREATE_IN_PROGRESS, Code.CREATE_IN_PROGRESS)
    assert (backup.session_id, backup.owned_by) == (SESSION.session_id, SESSION.owned_by)
    assert (backup.launch_profile_id, backup.created_at) == (SESSION.launch_profile_id, LATER)
    assert (backup.cause, backup.note) == (Cause.STOP, "final")


def test_a_proven_backup_is_ready_and_says_when_it_was_read_back() -> None:
    backup = rules.proven(make_backup(state=State.CREATE_IN_PROGRESS, status_message="The vault is busy."), LATER)
    assert (backup.state, backup.status_code, backup.verified_at) == (State.READY, Code.READY, LATER)
    assert backup.status_message is None


@pytest.mark.parametrize(
    ("consistency", "cause", "warns"),
    [
        ("BEST_EFFORT", Cause.INTERVAL, True),
        ("BEST_EFFORT", Cause.REPLACEMENT, True),
        ("CRASH_CONSISTENT", Cause.REQUEST, False),
        ("ATOMIC", Cause.INTERVAL, False),
    ],
)
def test_a_backup_of_several_moments_says_so(consistency: str, cause: Cause, warns: bool) -> None:
    backup = make_backup(state=State.CREATE_IN_PROGRESS, consistency=consistency, cause=cause)
    assert bool(rules.proven(backup, LATER).status_message) is warns


def test_a_backup_whose_session_could_not_be_brought_to_rest_says_why() -> None:
    backup = make_backup(state=State.CREATE_IN_PROGRESS, consistency="BEST_EFFORT", quiesce_problem="It hung.")
    message = rules.proven(backup, LATER).status_message or ""
    assert message.startswith("It hung. Files were copied")


@pytest.mark.parametrize(
    ("one", "at_rest", "shows"),
    [
        (True, True, "ATOMIC"),
        (True, False, "CRASH_CONSISTENT"),
        (False, True, "BEST_EFFORT"),
        (False, False, "BEST_EFFORT"),
    ],
)
def test_what_a_snapshot_shows_follows_from_whether_it_is_one_moment_and_of_what(
    one: bool, at_rest: bool, shows: str
) -> None:
    assert rules.moment(one=one, at_rest=at_rest) == shows


def test_a_broken_backup_says_what_is_wrong() -> None:
    backup = rules.broken(make_backup(state=State.CREATE_IN_PROGRESS), "3 files are missing.")
    assert (backup.state, backup.status_code) == (State.CREATE_FAILED, Code.INTERNAL_ERROR)
    assert backup.status_message == "3 files are missing."


def test_a_backup_on_its_way_out_and_gone_says_so() -> None:
    leaving = rules.begin_delete(make_backup(), "Rotated.")
    assert (leaving.state, leaving.status_code) == (State.DELETE_IN_PROGRESS, Code.DELETE_IN_PROGRESS)
    gone = rules.deleted(leaving, LATER)
    assert (gone.state, gone.status_code, gone.deleted_at) == (State.DELETED, Code.DELETED, LATER)
    assert gone.status_message == "Rotated."
