"""How a studio is, told to administrators."""

from datetime import timedelta
from typing import Any

from tests.api.calling import Api, refused
from tests.records import STUDIO_ID, make_backup

from greenroom.store import backups
from greenroom.store import health as samples
from greenroom.studio.health import Sample
from greenroom.studio.status import SessionState as State
from greenroom.wire import errors
from greenroom.wire import health as wire


def health(api: Api, **members: Any) -> wire.StudioHealth:
    return api.call(wire.GetStudioHealthRequest(studio_id=STUDIO_ID, **members), wire.GetStudioHealthResponse).health


def test_whose_work_is_not_safe_is_told_with_why_and_the_others_with_their_last_success(api: Api) -> None:
    failing, safe = (api.add_session(owned_by=api.artist.principal_id) for _ in range(2))
    with api.database.write() as connection:
        backups.insert(
            connection,
            make_backup(failing, created_at=api.clock(), state=State.CREATE_FAILED, status_message="full"),
        )
        backups.insert(connection, make_backup(safe, created_at=api.clock(), verified_at=api.clock(), size_bytes=5))
    told = health(api)
    ((endangered, protected), counts) = (
        (told.endangered, told.protected),
        (told.endangered_count, told.protected_count),
    )
    assert [(each.session_id, each.danger, each.message) for each in endangered] == [
        (failing.session_id, wire.SessionDanger.FAILING, "full")
    ]
    assert [(each.session_id, each.newest_backup_at) for each in protected] == [(safe.session_id, api.clock())]
    assert counts == (1, 1)
    assert {each.state: each.count for each in told.backups} == {"READY": 1, "CREATE_FAILED": 1}
    assert (told.people, told.people_with_sessions, told.backup_bytes) == (3, 1, 5)
    assert told.vault is wire.VaultState.UP


def test_the_history_goes_back_as_far_as_is_asked(api: Api) -> None:
    with api.database.write() as connection:
        for days in (1, 5, 20):
            samples.add(connection, Sample(studio_id=STUDIO_ID, sampled_at=api.clock() - timedelta(days=days)))
    assert len(health(api).history) == 2
    assert [each.sampled_at for each in health(api, days=1).history] == [api.clock() - timedelta(days=1)]
    assert len(health(api, days=90).history) == 3


def test_a_studio_is_told_of_to_administrators_alone(api: Api) -> None:
    request = wire.GetStudioHealthRequest(studio_id=STUDIO_ID)
    with refused(errors.AccessDeniedException):
        api.call(request, wire.GetStudioHealthResponse, by=api.artist)
    with refused(errors.ResourceNotFoundException):
        api.call(wire.GetStudioHealthRequest(studio_id="us-west-2:stid-none"), wire.GetStudioHealthResponse)
