"""Restores of files: who may ask, when, and how they are told."""

import pytest
from tests.api.calling import Api, refused
from tests.records import STUDIO_ID, make_backup

from greenroom.access.principals import Principal
from greenroom.store import backups
from greenroom.studio.status import SessionState
from greenroom.wire import backup_files as wire
from greenroom.wire import errors


def backup_of(api: Api, **session: object) -> str:
    made = make_backup(api.add_session(**session))
    with api.database.write() as connection:
        backups.insert(connection, made)
    return made.backup_id


def restore(
    api: Api, backup_id: str, *paths: str, by: Principal | None = None, **members: object
) -> wire.StreamingSessionFileRestore:
    request = wire.RestoreStreamingSessionBackupFilesRequest(
        studio_id=STUDIO_ID, backup_id=backup_id, paths=list(paths), **members
    )
    return api.call(request, wire.RestoreStreamingSessionBackupFilesResponse, by=by).restore


def look(api: Api, backup_id: str, restore_id: str, by: Principal | None = None) -> wire.StreamingSessionFileRestore:
    request = wire.GetStreamingSessionFileRestoreRequest(
        studio_id=STUDIO_ID, backup_id=backup_id, restore_id=restore_id
    )
    return api.call(request, wire.GetStreamingSessionFileRestoreResponse, by=by).restore


def test_it_is_recorded_and_read_by_the_owner(api: Api) -> None:
    backup_id = backup_of(api)
    made = restore(api, backup_id, "a.txt", "d", by=api.artist, place=wire.FileRestorePlace.OVER)
    assert (made.state, made.done_bytes, made.total_bytes) == ("IN_PROGRESS", 0, None)
    assert [(each.path, each.target) for each in made.paths] == [("a.txt", "a.txt"), ("d", "d")]
    assert look(api, backup_id, made.restore_id, by=api.artist) == made
    assert "(from backup" in restore(api, backup_id, "a.txt").paths[0].target


def test_under_its_token_it_is_made_once(api: Api) -> None:
    backup_id = backup_of(api)
    made = restore(api, backup_id, "a", client_token="once")
    assert restore(api, backup_id, "a", client_token="once").restore_id == made.restore_id


def test_a_session_that_does_not_run_takes_none(api: Api) -> None:
    with refused(errors.ConflictException, "STOPPED"):
        restore(api, backup_of(api, state=SessionState.STOPPED), "a")


@pytest.mark.parametrize("path", ["", "..", "/a", "a//b", "a/../b", "a\0b"])
def test_a_path_that_leads_out_is_refused(api: Api, path: str) -> None:
    with refused(errors.ValidationException, "INVALID_PATH"):
        restore(api, backup_of(api), "a", path)


def test_others_see_nothing_of_it(api: Api) -> None:
    backup_id = backup_of(api)
    made = restore(api, backup_id, "a")
    for backup in (backup_id, "nowhere"):
        with refused(errors.AccessDeniedException):
            restore(api, backup, "a", by=api.stranger)
        with refused(errors.AccessDeniedException):
            look(api, backup, made.restore_id, by=api.stranger)
    with refused(errors.ResourceNotFoundException, "FILE_RESTORE_NOT_FOUND"):
        look(api, backup_of(api), made.restore_id)
