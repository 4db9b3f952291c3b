"""Restores: progress, undoing, and what a run began with."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.records import make_session
from tests.studio.events import LATER, run, start, stop
from tests.support import START

from greenroom.studio import sessions
from greenroom.studio.errors import Conflict, NotFound
from greenroom.studio.origins import KeptVolume, StartOrigin, VolumeOrigin
from greenroom.studio.restores import Restore, choose_kept, set_aside, started_from, undo
from greenroom.studio.sessions import StreamingSession, VolumeRetentionMode
from greenroom.studio.status import SessionState as State

WEEK = timedelta(days=7)


def kept(volume_id: str = "before", kept_at: datetime = START) -> KeptVolume:
    return KeptVolume(volume_id=volume_id, session_id="s", kept_at=kept_at, until=kept_at + WEEK)


def stopped(**members: Any) -> StreamingSession:
    return make_session(state=State.STOPPED, volume_id="restored", volume_filled=True, **members)


def restore(**members: Any) -> Restore:
    defaults: dict[str, Any] = {
        "session_id": "s",
        "backup_id": "b",
        "started_at": START,
        "updated_at": START,
        "done_bytes": 0,
        "total_bytes": 0,
    }
    return Restore(**(defaults | members))


@given(st.integers(0, 2**50), st.integers(0, 2**50))
def test_percent_is_from_0_to_100_and_100_only_when_all_is_there(done: int, total: int) -> None:
    percent = restore(done_bytes=done, total_bytes=total).percent
    assert 0 <= percent <= 100
    assert (percent == 100) == (total > 0 and done >= total)


def test_the_rest_takes_as_long_as_the_pace_so_far_says() -> None:
    half = restore(updated_at=START + timedelta(seconds=10), done_bytes=25, total_bytes=100)
    assert half.left == timedelta(seconds=30)
    assert restore().left is None


def test_undoing_gives_the_kept_volume_back_and_keeps_the_present_one() -> None:
    before = stopped(volume_origin=VolumeOrigin.BACKUP, volume_backup_id="b", started_from_backup_id="b")
    after, replaced = undo(before, kept(), by="ada", now=LATER, undo=WEEK)
    assert (after.volume_id, after.volume_filled, after.volume_origin) == ("before", True, VolumeOrigin.UNDONE)
    assert after.started_from_backup_id is None
    assert replaced == set_aside(before, "restored", now=LATER, undo=WEEK)
    assert (replaced.volume_backup_id, replaced.until) == ("b", LATER + WEEK)


def test_an_undoing_is_undone_by_another() -> None:
    once, replaced = undo(stopped(), kept(), by="ada", now=LATER, undo=WEEK)
    assert replaced is not None
    again, _ = undo(once, replaced, by="ada", now=LATER, undo=WEEK)
    assert again.volume_id == "restored"


def test_an_undone_volume_is_retained_whatever_the_last_stop_said() -> None:
    after, _ = undo(stopped(volume_retention_mode=VolumeRetentionMode.DELETE), kept(), by="a", now=LATER, undo=WEEK)
    assert after.volume_retention_mode is VolumeRetentionMode.RETAIN


@pytest.mark.parametrize("state", [state for state in State if state is not State.STOPPED])
def test_only_a_stopped_session_is_undone(state: State) -> None:
    with pytest.raises(Conflict, match="STOPPED"):
        undo(make_session(state=state), kept(), by="ada", now=LATER, undo=WEEK)


def test_the_newest_kept_volume_is_taken_unless_another_is_asked_for() -> None:
    both = [kept("old", START), kept("new", LATER)]
    assert choose_kept(stopped(), both, None).volume_id == "new"
    assert choose_kept(stopped(), both, "old").volume_id == "old"
    with pytest.raises(NotFound):
        choose_kept(stopped(), both, "another")
    with pytest.raises(Conflict, match="nothing was restored"):
        choose_kept(stopped(), [], None)


def test_a_session_tells_what_each_of_its_runs_began_with() -> None:
    hour = timedelta(hours=1)
    session = run(make_session(state=State.CREATE_IN_PROGRESS, volume_id="first"), now=START)
    assert started_from(session) is StartOrigin.FRESH
    session = sessions.stopped(stop(session, now=START + hour), START + hour)
    session = run(start(session, now=START + 2 * hour), now=START + 2 * hour)
    assert started_from(session) is StartOrigin.VOLUME
    session = sessions.stopped(stop(session, now=START + 3 * hour), START + 3 * hour)
    session = start(session, volume_id="second", restore_backup_id="b", now=START + 4 * hour)
    assert started_from(session) is StartOrigin.BACKUP
    session = run(session, now=START + 4 * hour)
    assert (started_from(session), session.volume_backup_id) == (StartOrigin.BACKUP, "b")
    session = sessions.stopped(stop(session, now=START + 5 * hour), START + 5 * hour)
    session, _ = undo(session, kept("first"), by="ada", now=START + 6 * hour, undo=WEEK)
    session = run(start(session, volume_id="first", now=START + 7 * hour), now=START + 7 * hour)
    assert started_from(session) is StartOrigin.UNDONE
    session = sessions.stopped(stop(session, now=START + 8 * hour), START + 8 * hour)
    session = run(start(session, volume_id="first", now=START + 9 * hour), now=START + 9 * hour)
    assert started_from(session) is StartOrigin.VOLUME
