"""Policies of launch profiles, pins, undeletion and the dry run."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.api.calling import Api, refused
from tests.records import STUDIO_ID, make_backup

from greenroom.access.principals import Principal
from greenroom.store import backups
from greenroom.studio.backups import StreamingSessionBackup
from greenroom.studio.retention import rotated
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState
from greenroom.wire import errors
from greenroom.wire import retention as wire


def put(api: Api, profile_id: str, *, by: Principal | None = None, **counts: int) -> wire.RetentionPolicy | None:
    request = wire.PutLaunchProfileRetentionRequest(studio_id=STUDIO_ID, launch_profile_id=profile_id, **counts)
    return api.call(request, wire.PutLaunchProfileRetentionResponse, by=by).retention


def get(api: Api, profile_id: str) -> wire.RetentionPolicy | None:
    request = wire.GetLaunchProfileRetentionRequest(studio_id=STUDIO_ID, launch_profile_id=profile_id)
    return api.call(request, wire.GetLaunchProfileRetentionResponse).retention


def preview(api: Api, session_id: str, *, by: Principal | None = None, **counts: int) -> list[wire.RetentionVerdict]:
    request = wire.PreviewRetentionRequest(studio_id=STUDIO_ID, session_id=session_id, **counts)
    return api.call(request, wire.PreviewRetentionResponse, by=by).verdicts


def add_backups(api: Api, session: StreamingSession, count: int, **members: Any) -> list[StreamingSessionBackup]:
    """One a day, oldest first."""
    made = [
        make_backup(
            session_id=session.session_id,
            owned_by=session.owned_by,
            state=SessionState.READY,
            created_at=api.clock() - timedelta(days=count - number),
            **members,
        )
        for number in range(count)
    ]
    with api.database.write() as connection:
        for each in made:
            backups.insert(connection, each)
    return made


def pin(api: Api, backup_id: str, *, by: Principal | None = None) -> None:
    request = wire.PinStreamingSessionBackupRequest(studio_id=STUDIO_ID, backup_id=backup_id)
    api.call(request, wire.PinStreamingSessionBackupResponse, by=by)


def undelete(api: Api, backup_id: str, *, by: Principal | None = None) -> str:
    request = wire.UndeleteStreamingSessionBackupRequest(studio_id=STUDIO_ID, backup_id=backup_id, client_token="t")
    backup = api.call(request, wire.UndeleteStreamingSessionBackupResponse, by=by).streaming_session_backup
    assert backup is not None
    return str(backup.state)


def test_a_profile_has_a_policy_until_one_that_keeps_nothing_is_put(api: Api) -> None:
    profile_id = api.profile.launch_profile_id
    assert get(api, profile_id) is None
    put(api, profile_id, daily=7, weekly=4)
    kept = get(api, profile_id)
    assert kept is not None
    assert (kept.daily, kept.weekly, kept.last, kept.updated_by) == (7, 4, 0, api.admin.principal_id)
    assert put(api, profile_id) is None
    assert get(api, profile_id) is None


def test_policies_are_the_administrators(api: Api) -> None:
    with refused(errors.AccessDeniedException):
        put(api, api.profile.launch_profile_id, by=api.artist, daily=7)
    with refused(errors.ResourceNotFoundException):
        put(api, "nowhere", daily=7)


def test_a_dry_run_says_what_stays_what_goes_and_why_and_changes_nothing(api: Api) -> None:
    session = api.add_session(max_backups_to_retain=1)
    oldest, middle, newest = add_backups(api, session, 3)
    pin(api, oldest.backup_id, by=api.artist)
    verdicts = preview(api, session.session_id, by=api.artist)
    assert [(v.backup_id, v.reasons) for v in verdicts] == [
        (newest.backup_id, ["NEWEST", "MAX_BACKUPS_TO_RETAIN"]),
        (middle.backup_id, []),
        (oldest.backup_id, ["PINNED"]),
    ]
    assert verdicts[1].explanation.startswith("It goes")
    assert preview(api, session.session_id, daily=2)[1].reasons == ["DAILY"]
    put(api, session.launch_profile_id, last=2)
    assert preview(api, session.session_id)[1].reasons == ["LAST"]
    with refused(errors.AccessDeniedException):
        preview(api, session.session_id, by=api.stranger)


def test_people_pin_and_unpin_what_is_theirs(api: Api) -> None:
    (backup,) = add_backups(api, api.add_session(), 1)
    with refused(errors.AccessDeniedException):
        pin(api, backup.backup_id, by=api.stranger)
    pin(api, backup.backup_id, by=api.artist)
    request = wire.UnpinStreamingSessionBackupRequest(studio_id=STUDIO_ID, backup_id=backup.backup_id)
    api.call(request, wire.UnpinStreamingSessionBackupResponse, by=api.artist)
    with api.database.read() as connection:
        found = backups.get(connection, backup.backup_id)
    assert found == backup


def test_a_rotated_backup_is_undeleted_and_asking_again_answers_the_same(api: Api) -> None:
    (backup,) = add_backups(api, api.add_session(), 1)
    with api.database.write() as connection:
        backups.save(connection, backup, rotated(backup, api.clock(), timedelta(days=1)))
    with refused(errors.AccessDeniedException):
        undelete(api, backup.backup_id, by=api.stranger)
    assert undelete(api, backup.backup_id, by=api.artist) == "READY"
    assert undelete(api, backup.backup_id, by=api.artist) == "READY"


def test_what_has_gone_is_not_undeleted(api: Api) -> None:
    (backup,) = add_backups(api, api.add_session(), 1)
    gone = replace(rotated(backup, api.clock(), timedelta(0)), forget_at=None)
    with api.database.write() as connection:
        backups.save(connection, backup, gone)
    with refused(errors.ConflictException, "BACKUP_NOT_UNDELETABLE"):
        undelete(api, backup.backup_id)
