"""Backups: listed newest first, to whom they belong, whatever comes and goes meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from tests.api.calling import Api, refused
from tests.records import STUDIO_ID, make_backup

from greenroom.access.principals import Principal
from greenroom.store import backups
from greenroom.studio.backups import StreamingSessionBackup, begin_delete, deleted
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState
from greenroom.wire import errors, shapes


def add_backup(api: Api, session: StreamingSession, **members: Any) -> StreamingSessionBackup:
    """A READY backup of that session, a second after the one before it."""
    api.clock.advance(seconds=1)
    backup = make_backup(session, **({"created_at": api.clock()} | members))
    with api.database.write() as connection:
        backups.insert(connection, backup)
    return backup


def rotate(api: Api, backup: StreamingSessionBackup) -> None:
    """Take the backup away as the control loop does."""
    with api.database.write() as connection:
        going = begin_delete(backup, "Rotated.")
        backups.save(connection, backup, going)
        backups.save(connection, going, deleted(going, api.clock()))


def get(api: Api, backup_id: str, *, by: Principal | None = None) -> shapes.StreamingSessionBackup:
    backup = api.call(
        shapes.GetStreamingSessionBackupRequest(studio_id=STUDIO_ID, backup_id=backup_id),
        shapes.GetStreamingSessionBackupResponse,
        by=by or api.artist,
    ).streaming_session_backup
    assert backup is not None
    return backup


def page(
    api: Api, *, by: Principal | None = None, **filters: Any
) -> tuple[list[shapes.StreamingSessionBackup], str | None]:
    found = api.call(
        shapes.ListStreamingSessionBackupsRequest(studio_id=STUDIO_ID, **filters),
        shapes.ListStreamingSessionBackupsResponse,
        by=by,
    )
    return found.streaming_session_backups or [], found.next_token


def listed(api: Api, *, by: Principal | None = None, **filters: Any) -> list[str | None]:
    return [backup.backup_id for backup in page(api, by=by, **filters)[0]]


def test_a_backup_shows_what_the_original_showed(api: Api) -> None:
    session = api.add_session()
    backup = add_backup(api, session, tags={"show": "aurora"})
    assert get(api, backup.backup_id) == shapes.StreamingSessionBackup(
        arn=f"arn:aws:nimble:us-west-2:123456789012:streaming-session-backup/{backup.backup_id}",
        backup_id=backup.backup_id,
        created_at=backup.created_at,
        launch_profile_id=session.launch_profile_id,
        owned_by=api.artist.principal_id,
        session_id=session.session_id,
        state=shapes.StreamingSessionState.READY,
        status_code=shapes.StreamingSessionStatusCode.STREAMING_SESSION_READY,
        tags={"show": "aurora"},
    )


def test_backups_are_listed_newest_first(api: Api) -> None:
    session = api.add_session()
    made = [add_backup(api, session).backup_id for _ in range(3)]
    assert listed(api) == made[::-1]


def test_backups_in_every_state_but_deleted_are_listed(api: Api) -> None:
    session = api.add_session()
    states = (
        SessionState.CREATE_IN_PROGRESS,
        SessionState.READY,
        SessionState.CREATE_FAILED,
        SessionState.DELETE_IN_PROGRESS,
        SessionState.DELETED,
    )
    for state in states:
        add_backup(api, session, state=state)
    assert [backup.state for backup in page(api)[0]] == list(states[-2::-1])


def test_a_deleted_backup_is_not_listed_and_still_read(api: Api) -> None:
    backup = add_backup(api, api.add_session())
    rotate(api, backup)
    assert listed(api) == []
    assert get(api, backup.backup_id).state == "DELETED"


def test_a_page_holds_100_and_the_next_goes_on_from_there(api: Api) -> None:
    session = api.add_session()
    made = [add_backup(api, session).backup_id for _ in range(205)]
    first, token = page(api)
    second, next_token = page(api, next_token=token)
    third, last_token = page(api, next_token=next_token)
    assert [len(each) for each in (first, second, third)] == [100, 100, 5]
    assert last_token is None
    assert [backup.backup_id for backup in [*first, *second, *third]] == made[::-1]


def test_what_comes_and_goes_between_pages_neither_repeats_nor_hides_another(api: Api) -> None:
    session = api.add_session()
    made = [add_backup(api, session) for _ in range(150)]
    first, token = page(api)
    add_backup(api, session)
    rotate(api, made[-1])
    rotate(api, made[0])
    rest, _ = page(api, next_token=token)
    shown = [backup.backup_id for backup in [*first, *rest]]
    assert shown == [backup.backup_id for backup in made[:0:-1]]


def test_a_page_polled_again_shows_what_changed(api: Api) -> None:
    session = api.add_session()
    backup = add_backup(api, session, state=SessionState.CREATE_IN_PROGRESS)
    assert [each.state for each in page(api)[0]] == ["CREATE_IN_PROGRESS"]
    with api.database.write() as connection:
        backups.save(connection, backup, make_backup(session, backup_id=backup.backup_id, created_at=backup.created_at))
    assert [each.state for each in page(api)[0]] == ["READY"]


def test_a_listing_of_one_owner_shows_theirs_only(api: Api) -> None:
    mine = add_backup(api, api.add_session())
    theirs = add_backup(api, api.add_session(owned_by=api.stranger.principal_id))
    assert listed(api, owned_by=api.artist.principal_id) == [mine.backup_id]
    assert listed(api, owned_by=api.stranger.principal_id) == [theirs.backup_id]
    assert listed(api) == [theirs.backup_id, mine.backup_id]


def test_plain_users_list_their_own_only(api: Api) -> None:
    mine = add_backup(api, api.add_session())
    assert listed(api, by=api.artist, owned_by=api.artist.principal_id) == [mine.backup_id]
    for filters in ({}, {"owned_by": api.stranger.principal_id}):
        with refused(errors.AccessDeniedException):
            listed(api, by=api.artist, **filters)


def test_a_page_remembered_for_one_person_is_still_forbidden_to_another(api: Api) -> None:
    add_backup(api, api.add_session())
    assert listed(api, owned_by=api.artist.principal_id)
    with refused(errors.AccessDeniedException):
        listed(api, by=api.stranger, owned_by=api.artist.principal_id)


def test_plain_users_are_told_the_same_of_anothers_backup_and_of_none(api: Api) -> None:
    anothers = add_backup(api, api.add_session()).backup_id
    messages = set()
    for backup_id in (anothers, "nowhere"):
        with refused(errors.AccessDeniedException) as caught:
            get(api, backup_id, by=api.stranger)
        messages.add(caught.value.message.replace(backup_id, "ID"))
    assert len(messages) == 1


def test_what_is_not_there_is_not_found_by_an_administrator(api: Api) -> None:
    elsewhere = add_backup(api, api.add_session(studio_id="us-west-2:stid-0000000000000000"))
    for backup_id in ("nowhere", elsewhere.backup_id):
        with refused(errors.ResourceNotFoundException, "STREAMING_SESSION_BACKUP_NOT_FOUND"):
            get(api, backup_id, by=api.admin)


def test_a_studio_that_is_not_there_has_no_backups(api: Api) -> None:
    request = shapes.ListStreamingSessionBackupsRequest(studio_id="us-west-2:stid-0000000000000000")
    with refused(errors.ResourceNotFoundException, "STUDIO_NOT_FOUND"):
        api.call(request, shapes.ListStreamingSessionBackupsResponse)


class TestTokens:
    @pytest.fixture
    def token(self, api: Api) -> str:
        """Of the second page of a listing of the artist's backups."""
        session = api.add_session()
        for _ in range(101):
            add_backup(api, session)
        _, token = page(api, owned_by=api.artist.principal_id)
        assert token is not None
        return token

    def test_one_serves_a_day_and_no_longer(self, api: Api, token: str) -> None:
        api.clock.advance(hours=24)
        assert len(listed(api, owned_by=api.artist.principal_id, next_token=token)) == 1
        api.clock.advance(seconds=1)
        with refused(errors.ValidationException):
            listed(api, owned_by=api.artist.principal_id, next_token=token)

    def test_one_of_another_filter_is_refused(self, api: Api, token: str) -> None:
        with refused(errors.ValidationException):
            listed(api, next_token=token)

    def test_one_of_another_listing_is_refused(self, api: Api, token: str) -> None:
        request = shapes.ListStreamingSessionsRequest(
            studio_id=STUDIO_ID, owned_by=api.artist.principal_id, next_token=token
        )
        with refused(errors.ValidationException):
            api.call(request, shapes.ListStreamingSessionsResponse)

    @pytest.mark.parametrize("bad", ["x", "A" * 80, "é" * 20, "A" * 5000])
    def test_what_is_no_token_is_refused(self, api: Api, bad: str) -> None:
        with refused(errors.ValidationException):
            listed(api, next_token=bad)

    def test_an_empty_one_is_none(self, api: Api) -> None:
        assert listed(api, next_token="") == []

    def test_one_that_was_tampered_with_is_refused(self, api: Api, token: str) -> None:
        for place in range(0, len(token), 7):
            other = "A" if token[place] != "A" else "B"
            with refused(errors.ValidationException):
                listed(api, owned_by=api.artist.principal_id, next_token=token[:place] + other + token[place + 1 :])


def test_tokens_outlive_the_backup_that_they_were_made_from(api: Api) -> None:
    session = api.add_session()
    made = [add_backup(api, session) for _ in range(102)]
    first, token = page(api)
    last_shown = next(backup for backup in made if backup.backup_id == first[-1].backup_id)
    rotate(api, last_shown)
    assert listed(api, next_token=token) == [made[1].backup_id, made[0].backup_id]
    api.clock.advance(timedelta(minutes=2))
    assert len(listed(api)) == 100
