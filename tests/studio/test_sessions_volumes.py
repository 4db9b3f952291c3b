"""What becomes of a session's volume, in stops, restores and accidents."""

import pytest
from tests.records import make_session
from tests.studio.events import LATER, UNSTOPPABLE, delete, fail, lose, run, start, stop
from tests.support import START

from greenroom.studio import sessions
from greenroom.studio.sessions import StreamingSession, VolumeRetentionMode
from greenroom.studio.status import SessionState as State


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
