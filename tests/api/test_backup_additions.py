"""Greenroom's own operations on backups: one on demand, and what is known beyond the API."""

from datetime import timedelta

import pytest
from tests.api.calling import Api, refused
from tests.records import STUDIO_ID, make_backup
from tests.support import START

from greenroom.access.principals import Principal
from greenroom.store import backups
from greenroom.studio.status import SessionState
from greenroom.wire import additions, errors


def create(
    api: Api, session_id: str, *, by: Principal | None = None, **members: str
) -> additions.StreamingSessionBackup:
    request = additions.CreateStreamingSessionBackupRequest(studio_id=STUDIO_ID, session_id=session_id, **members)
    backup = api.call(request, additions.CreateStreamingSessionBackupResponse, by=by).streaming_session_backup
    assert backup is not None
    return backup


def details(api: Api, backup_id: str, *, by: Principal | None = None) -> additions.StreamingSessionBackupDetails:
    request = additions.GetStreamingSessionBackupDetailsRequest(studio_id=STUDIO_ID, backup_id=backup_id)
    found = api.call(request, additions.GetStreamingSessionBackupDetailsResponse, by=by).details
    assert found is not None
    return found


def test_a_ready_session_is_backed_up_on_demand_with_a_note(api: Api) -> None:
    session = api.add_session()
    backup = create(api, session.session_id, note="before the big change")
    assert (backup.state, backup.session_id) == ("CREATE_IN_PROGRESS", session.session_id)
    found = details(api, str(backup.backup_id))
    assert (found.cause, found.note, found.verified_at) == ("REQUEST", "before the big change", None)


@pytest.mark.parametrize("state", sorted(set(SessionState) - {SessionState.READY}))
def test_in_another_state_it_is_a_conflict(api: Api, state: SessionState) -> None:
    with refused(errors.ConflictException, state):
        create(api, api.add_session(state=state).session_id)


def test_a_call_repeated_under_its_token_makes_one_backup(api: Api) -> None:
    session = api.add_session()
    first = create(api, session.session_id, client_token="once")
    assert create(api, session.session_id, client_token="once").backup_id == first.backup_id


def test_what_is_not_there_is_not_found_by_an_administrator(api: Api) -> None:
    with refused(errors.ResourceNotFoundException, "STREAMING_SESSION_NOT_FOUND"):
        create(api, "nowhere")
    with refused(errors.ResourceNotFoundException, "STREAMING_SESSION_BACKUP_NOT_FOUND"):
        details(api, "nowhere")


def test_the_details_of_many_are_listed_newest_first_of_one_owner_or_one_session(api: Api) -> None:
    first, second = api.add_session(), api.add_session()
    made = [
        make_backup(session, created_at=START + timedelta(minutes=minute), consistency="CRASH_CONSISTENT")
        for minute, session in enumerate((first, second, first))
    ]
    with api.database.write() as connection:
        for backup in made:
            backups.insert(connection, backup)

    def listed(by: Principal | None = None, **members: str) -> list[str]:
        request = additions.ListStreamingSessionBackupDetailsRequest(studio_id=STUDIO_ID, **members)
        page = api.call(request, additions.ListStreamingSessionBackupDetailsResponse, by=by)
        assert {each.consistency for each in page.details} <= {"CRASH_CONSISTENT"}
        return [each.backup_id for each in page.details]

    ids = [backup.backup_id for backup in made]
    assert listed() == ids[::-1]
    assert listed(session_id=first.session_id) == [ids[2], ids[0]]
    assert listed(owned_by=first.owned_by, session_id=second.session_id) == [ids[1]]
    assert listed(by=api.stranger, owned_by=api.stranger.principal_id) == []
    with refused(errors.AccessDeniedException):
        listed(by=api.stranger)


def test_plain_users_are_told_the_same_of_what_is_there_and_what_is_not(api: Api) -> None:
    backup = make_backup(api.add_session())
    with api.database.write() as connection:
        backups.insert(connection, backup)
    messages = set()
    for backup_id in (backup.backup_id, "nowhere"):
        with refused(errors.AccessDeniedException) as caught:
            details(api, backup_id, by=api.stranger)
        messages.add(caught.value.message.replace(backup_id, "ID"))
    assert len(messages) == 1
