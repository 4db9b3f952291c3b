"""Restores into new sessions, their undoing, and what is told of sessions beyond the API."""

from datetime import timedelta
from typing import Any

import pytest
from tests.api.calling import Api, refused
from tests.records import STUDIO_ID, make_backup

from greenroom.access.principals import Principal
from greenroom.store import backups, restores, sessions
from greenroom.studio.backups import StreamingSessionBackup
from greenroom.studio.origins import KeptVolume
from greenroom.studio.restores import Restore
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState
from greenroom.wire import errors, shapes
from greenroom.wire import restores as wire


def restore(api: Api, backup_id: str, *, by: Principal | None = None, **members: Any) -> shapes.StreamingSession:
    request = wire.RestoreStreamingSessionBackupRequest(studio_id=STUDIO_ID, backup_id=backup_id, **members)
    session = api.call(request, wire.RestoreStreamingSessionBackupResponse, by=by).session
    assert session is not None
    return session


def details(api: Api, session_id: str, *, by: Principal | None = None) -> wire.StreamingSessionDetails:
    request = wire.GetStreamingSessionDetailsRequest(studio_id=STUDIO_ID, session_id=session_id)
    found = api.call(request, wire.GetStreamingSessionDetailsResponse, by=by).details
    assert found is not None
    return found


def undo(api: Api, session_id: str, *, by: Principal | None = None) -> wire.UndoStreamingSessionRestoreResponse:
    request = wire.UndoStreamingSessionRestoreRequest(studio_id=STUDIO_ID, session_id=session_id)
    return api.call(request, wire.UndoStreamingSessionRestoreResponse, by=by)


def add_backup(api: Api, session: StreamingSession, **members: Any) -> StreamingSessionBackup:
    defaults: dict[str, Any] = {
        "session_id": session.session_id,
        "launch_profile_id": session.launch_profile_id,
        "owned_by": session.owned_by,
        "state": SessionState.READY,
    }
    backup = make_backup(**(defaults | members))
    with api.database.write() as connection:
        backups.insert(connection, backup)
    return backup


def keep(api: Api, session: StreamingSession, volume_id: str = "before") -> None:
    kept = KeptVolume(
        volume_id=volume_id,
        session_id=session.session_id,
        kept_at=api.clock(),
        until=api.clock() + timedelta(days=7),
    )
    with api.database.write() as connection:
        sessions.keep_volume(connection, kept)


def test_an_artist_has_a_new_session_from_a_deleted_sessions_backup(api: Api) -> None:
    backup = add_backup(api, api.add_session(state=SessionState.DELETED))
    session = restore(api, backup.backup_id, by=api.artist)
    assert (session.state, session.owned_by) == ("CREATE_IN_PROGRESS", api.artist.principal_id)
    assert session.started_from_backup_id == backup.backup_id
    assert session.session_id != backup.session_id
    assert details(api, str(session.session_id), by=api.artist).started_from == "BACKUP"


def test_an_administrator_restores_for_its_owner_with_another_launch_profile(api: Api) -> None:
    backup = add_backup(api, api.add_session())
    other = api.add_profile()
    session = restore(api, backup.backup_id, launch_profile_id=other.launch_profile_id)
    assert (session.owned_by, session.launch_profile_id) == (api.artist.principal_id, other.launch_profile_id)
    mine = restore(api, backup.backup_id, owned_by=api.admin.principal_id)
    assert mine.owned_by == api.admin.principal_id


def test_nobody_restores_what_they_may_not_see_and_it_looks_absent(api: Api) -> None:
    backup = add_backup(api, api.add_session())
    messages = set()
    for backup_id in (backup.backup_id, "nowhere"):
        with refused(errors.AccessDeniedException) as caught:
            restore(api, backup_id, by=api.stranger)
        messages.add(caught.value.message.replace(backup_id, "ID"))
    assert len(messages) == 1


def test_a_plain_user_makes_no_session_for_somebody_else_nor_of_a_profile_that_is_not_theirs(api: Api) -> None:
    backup = add_backup(api, api.add_session())
    with refused(errors.AccessDeniedException):
        restore(api, backup.backup_id, by=api.artist, owned_by=api.stranger.principal_id)
    with refused(errors.AccessDeniedException):
        restore(api, backup.backup_id, by=api.artist, launch_profile_id=api.add_profile().launch_profile_id)


@pytest.mark.parametrize("state", [SessionState.CREATE_IN_PROGRESS, SessionState.DELETED, SessionState.CREATE_FAILED])
def test_only_a_ready_backup_is_restored(api: Api, state: SessionState) -> None:
    backup = add_backup(api, api.add_session(), state=state)
    with refused(errors.ConflictException, state):
        restore(api, backup.backup_id)


def test_a_repeated_call_makes_no_second_session(api: Api) -> None:
    backup = add_backup(api, api.add_session())
    first = restore(api, backup.backup_id, client_token="once")
    assert restore(api, backup.backup_id, client_token="once").session_id == first.session_id


def test_an_undoing_swaps_the_volumes_and_is_undone_by_another(api: Api) -> None:
    session = api.add_session(state=SessionState.STOPPED, volume_id="restored", volume_filled=True)
    keep(api, session)
    answer = undo(api, session.session_id, by=api.artist)
    assert answer.details is not None
    assert answer.details.volume is not None
    assert (answer.details.volume.volume_id, answer.details.volume.origin) == ("before", "UNDONE")
    assert [kept.volume_id for kept in answer.details.kept_volumes] == ["restored"]
    answer = undo(api, session.session_id, by=api.artist)
    assert answer.details is not None
    assert [kept.volume_id for kept in answer.details.kept_volumes] == ["before"]


def test_what_cannot_be_undone_is_refused(api: Api) -> None:
    session = api.add_session(state=SessionState.STOPPED, volume_id="own", volume_filled=True)
    with refused(errors.ConflictException, "NOTHING_TO_UNDO"):
        undo(api, session.session_id)
    running = api.add_session()
    keep(api, running)
    with refused(errors.ConflictException, "READY"):
        undo(api, running.session_id)
    with refused(errors.AccessDeniedException):
        undo(api, running.session_id, by=api.stranger)


def test_details_tell_how_far_a_restore_has_come(api: Api) -> None:
    session = api.add_session(state=SessionState.START_IN_PROGRESS, restore_backup_id="b", started_from_backup_id="b")
    begun = api.clock()
    row = Restore(
        session_id=session.session_id,
        backup_id="b",
        started_at=begun,
        updated_at=begun + timedelta(seconds=30),
        done_bytes=25,
        total_bytes=100,
    )
    with api.database.write() as connection:
        restores.put(connection, row)
    progress = details(api, session.session_id, by=api.artist).restore
    assert progress is not None
    assert (progress.percent, progress.seconds_left, progress.done_bytes) == (25, 90, 25)


def test_details_tell_the_last_proven_and_the_next_backup(api: Api) -> None:
    session = api.add_session(backup_due_at=api.clock() + timedelta(hours=1))
    backup = add_backup(api, session, verified_at=api.clock())
    found = details(api, session.session_id)
    assert (found.last_proven_backup_id, found.last_proven_backup_at) == (backup.backup_id, api.clock())
    assert found.next_backup_due_at == api.clock() + timedelta(hours=1)
    assert found.kept_volumes == []
    with refused(errors.AccessDeniedException):
        details(api, session.session_id, by=api.stranger)
