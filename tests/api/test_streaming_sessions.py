"""Streaming sessions: what a new one is made of, what each state allows, who may."""

from datetime import timedelta
from typing import Any

import pytest
from tests.api.calling import Api, refused
from tests.records import STUDIO_ID, make_backup, make_stream_configuration

from greenroom.access.principals import Principal
from greenroom.store import backups, sessions
from greenroom.studio.backups import StreamingSessionBackup
from greenroom.studio.ids import new_id
from greenroom.studio.launch_profiles import BackupMode, SessionBackup, Switch
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import ResourceState, SessionState
from greenroom.wire import errors, shapes

SETTLED = [SessionState.READY, SessionState.STOPPED, SessionState.CREATE_FAILED, SessionState.START_FAILED]
IN_PROGRESS = [state for state in SessionState if state.endswith("_IN_PROGRESS")]


def create(api: Api, *, by: Principal | None = None, **members: Any) -> shapes.StreamingSession:
    defaults = {"studio_id": STUDIO_ID, "launch_profile_id": api.profile.launch_profile_id}
    session = api.call(
        shapes.CreateStreamingSessionRequest(**(defaults | members)),
        shapes.CreateStreamingSessionResponse,
        by=by or api.artist,
    ).session
    assert session is not None
    return session


def get(api: Api, session_id: str | None, *, by: Principal | None = None) -> shapes.StreamingSession:
    session = api.call(
        shapes.GetStreamingSessionRequest(studio_id=STUDIO_ID, session_id=str(session_id)),
        shapes.GetStreamingSessionResponse,
        by=by or api.artist,
    ).session
    assert session is not None
    return session


def start(
    api: Api, session: StreamingSession, *, by: Principal | None = None, **members: Any
) -> shapes.StreamingSession:
    request = shapes.StartStreamingSessionRequest(studio_id=STUDIO_ID, session_id=session.session_id, **members)
    started = api.call(request, shapes.StartStreamingSessionResponse, by=by or api.artist).session
    assert started is not None
    return started


def stop(
    api: Api, session: StreamingSession, *, by: Principal | None = None, **members: Any
) -> shapes.StreamingSession:
    request = shapes.StopStreamingSessionRequest(studio_id=STUDIO_ID, session_id=session.session_id, **members)
    stopped = api.call(request, shapes.StopStreamingSessionResponse, by=by or api.artist).session
    assert stopped is not None
    return stopped


def delete(
    api: Api, session: StreamingSession, *, by: Principal | None = None, **members: Any
) -> shapes.StreamingSession:
    request = shapes.DeleteStreamingSessionRequest(studio_id=STUDIO_ID, session_id=session.session_id, **members)
    deleted = api.call(request, shapes.DeleteStreamingSessionResponse, by=by or api.artist).session
    assert deleted is not None
    return deleted


def add_backup(api: Api, session: StreamingSession, **members: Any) -> StreamingSessionBackup:
    backup = make_backup(session, **({"created_at": api.clock()} | members))
    with api.database.write() as connection:
        backups.insert(connection, backup)
    return backup


def listed(api: Api, *, by: Principal | None = None, **filters: Any) -> list[str | None]:
    page = api.call(
        shapes.ListStreamingSessionsRequest(studio_id=STUDIO_ID, **filters),
        shapes.ListStreamingSessionsResponse,
        by=by,
    )
    return [session.session_id for session in page.sessions or []]


class TestCreate:
    def test_a_new_session_is_in_progress_and_its_makers_own(self, api: Api) -> None:
        session = create(api, tags={"show": "aurora"})
        assert (session.state, session.status_code) == ("CREATE_IN_PROGRESS", "STREAMING_SESSION_CREATE_IN_PROGRESS")
        assert session.owned_by == session.created_by == session.updated_by == api.artist.principal_id
        assert session.created_at == session.updated_at == api.clock()
        assert session.tags == {"show": "aurora"}
        assert session.arn == f"arn:aws:nimble:us-west-2:123456789012:streaming-session/{session.session_id}"

    def test_image_and_machine_are_the_profiles_first_unless_named(self, api: Api) -> None:
        image = api.add_image()
        profile = api.add_profile(
            stream_configuration=make_stream_configuration(
                streaming_image_ids=[api.image.streaming_image_id, image.streaming_image_id],
                ec2_instance_types=["g4dn.xlarge", "g5.2xlarge"],
            )
        )
        plain = create(api, by=api.admin, launch_profile_id=profile.launch_profile_id)
        assert (plain.streaming_image_id, plain.ec2_instance_type) == (api.image.streaming_image_id, "g4dn.xlarge")
        named = create(
            api,
            by=api.admin,
            launch_profile_id=profile.launch_profile_id,
            streaming_image_id=image.streaming_image_id,
            ec2_instance_type=shapes.StreamingInstanceType("g5.2xlarge"),
        )
        assert (named.streaming_image_id, named.ec2_instance_type) == (image.streaming_image_id, "g5.2xlarge")

    def test_what_the_profile_does_not_offer_is_refused(self, api: Api) -> None:
        image = api.add_image()
        with refused(errors.ValidationException, "streamingImageId_NOT_IN_LAUNCH_PROFILE"):
            create(api, streaming_image_id=image.streaming_image_id)
        with refused(errors.ValidationException, "ec2InstanceType_NOT_IN_LAUNCH_PROFILE"):
            create(api, ec2_instance_type=shapes.StreamingInstanceType("g5.2xlarge"))

    def test_a_session_keeps_the_profiles_settings_of_the_moment(self, api: Api) -> None:
        profile = api.add_profile(
            stream_configuration=make_stream_configuration(
                streaming_image_ids=[api.image.streaming_image_id],
                session_backup=SessionBackup(mode=BackupMode.AUTOMATIC, max_backups_to_retain=4),
                max_session_length_in_minutes=30,
            )
        )
        session = create(api, by=api.admin, launch_profile_id=profile.launch_profile_id)
        assert (session.backup_mode, session.max_backups_to_retain) == ("AUTOMATIC", 4)
        assert session.session_persistence_mode == "ACTIVATED"
        with api.database.read() as connection:
            kept = sessions.get(connection, str(session.session_id))
        assert kept is not None
        assert kept.max_session_length == timedelta(minutes=30)

    def test_an_administrator_makes_one_for_somebody_else(self, api: Api) -> None:
        session = create(api, by=api.admin, owned_by=api.stranger.principal_id)
        assert (session.owned_by, session.created_by) == (api.stranger.principal_id, api.admin.principal_id)

    def test_a_member_makes_none_for_somebody_else(self, api: Api) -> None:
        with refused(errors.AccessDeniedException):
            create(api, owned_by=api.stranger.principal_id)

    def test_an_owner_whom_nobody_knows_is_refused(self, api: Api) -> None:
        with refused(errors.ValidationException, "OWNER_NOT_FOUND"):
            create(api, by=api.admin, owned_by="nobody")

    def test_one_who_is_no_member_makes_none(self, api: Api) -> None:
        with refused(errors.AccessDeniedException):
            create(api, by=api.stranger)

    def test_a_profile_that_does_not_stand_is_refused(self, api: Api) -> None:
        for state in (ResourceState.CREATE_IN_PROGRESS, ResourceState.DELETE_IN_PROGRESS, ResourceState.DELETED):
            profile = api.add_profile(state=state)
            with refused(errors.ConflictException, state):
                create(api, by=api.admin, launch_profile_id=profile.launch_profile_id)

    def test_a_profile_whose_change_failed_still_works(self, api: Api) -> None:
        profile = api.add_profile(state=ResourceState.DELETE_FAILED)
        assert create(api, by=api.admin, launch_profile_id=profile.launch_profile_id)

    def test_a_profile_that_is_not_there_is_not_found(self, api: Api) -> None:
        with refused(errors.ResourceNotFoundException, "LAUNCH_PROFILE_NOT_FOUND"):
            create(api, by=api.admin, launch_profile_id="nowhere")

    def test_an_image_that_is_gone_is_refused(self, api: Api) -> None:
        gone = api.add_image(state=ResourceState.DELETED)
        profile = api.add_profile(
            stream_configuration=make_stream_configuration(streaming_image_ids=[gone.streaming_image_id])
        )
        with refused(errors.ValidationException, "STREAMING_IMAGE_NOT_READY"):
            create(api, by=api.admin, launch_profile_id=profile.launch_profile_id)

    def test_the_quota_counts_stopped_sessions_and_not_deleted_ones(self, api: Api) -> None:
        api.limit(streaming_sessions=2)
        api.add_session(state=SessionState.STOPPED)
        api.add_session(state=SessionState.DELETED)
        create(api)
        with refused(errors.ServiceQuotaExceededException, "STREAMING_SESSIONS"):
            create(api)

    def test_a_studio_that_is_not_there_or_is_going_takes_no_sessions(self, api: Api) -> None:
        with refused(errors.ResourceNotFoundException, "STUDIO_NOT_FOUND"):
            create(api, by=api.admin, studio_id="us-west-2:stid-0000000000000000")
        api.change_studio(state=ResourceState.DELETE_IN_PROGRESS)
        with refused(errors.ConflictException, "DELETE_IN_PROGRESS"):
            create(api)

    def test_a_call_repeated_under_its_token_makes_one_session(self, api: Api) -> None:
        first = create(api, client_token="once")
        assert create(api, client_token="once").session_id == first.session_id
        with refused(errors.ValidationException, "CLIENT_TOKEN_REUSED"):
            create(api, client_token="once", tags={"another": "call"})


class TestStart:
    @pytest.mark.parametrize("state", [SessionState.STOPPED, SessionState.START_FAILED])
    def test_a_stopped_session_begins_to_start(self, api: Api, state: SessionState) -> None:
        session = start(api, api.add_session(state=state))
        assert (session.state, session.status_code) == ("START_IN_PROGRESS", "STREAMING_SESSION_START_IN_PROGRESS")
        assert (session.started_by, session.started_at) == (api.artist.principal_id, api.clock())
        assert session.started_from_backup_id is None

    @pytest.mark.parametrize("state", sorted(set(SessionState) - {SessionState.STOPPED, SessionState.START_FAILED}))
    def test_in_another_state_it_is_a_conflict(self, api: Api, state: SessionState) -> None:
        with refused(errors.ConflictException, state):
            start(api, api.add_session(state=state))

    def test_from_a_backup_it_says_which(self, api: Api) -> None:
        session = api.add_session(state=SessionState.STOPPED)
        backup = add_backup(api, session)
        assert start(api, session, backup_id=backup.backup_id).started_from_backup_id == backup.backup_id

    def test_a_backup_of_another_session_is_refused(self, api: Api) -> None:
        session, other = api.add_session(state=SessionState.STOPPED), api.add_session()
        backup = add_backup(api, other)
        with refused(errors.ValidationException):
            start(api, session, backup_id=backup.backup_id)

    @pytest.mark.parametrize("state", [SessionState.CREATE_IN_PROGRESS, SessionState.CREATE_FAILED])
    def test_a_backup_that_is_not_ready_is_a_conflict(self, api: Api, state: SessionState) -> None:
        session = api.add_session(state=SessionState.STOPPED)
        backup = add_backup(api, session, state=state)
        with refused(errors.ConflictException):
            start(api, session, backup_id=backup.backup_id)

    def test_a_backup_that_is_not_there_is_not_found_by_an_administrator(self, api: Api) -> None:
        session = api.add_session(state=SessionState.STOPPED)
        with refused(errors.ResourceNotFoundException):
            start(api, session, backup_id=new_id(), by=api.admin)

    def test_anothers_backup_and_one_that_is_not_there_look_alike(self, api: Api) -> None:
        session = api.add_session(state=SessionState.STOPPED)
        strangers = add_backup(api, api.add_session(owned_by=api.stranger.principal_id))
        messages = set()
        for backup_id in (strangers.backup_id, new_id()):
            with refused(errors.AccessDeniedException) as caught:
                start(api, session, backup_id=backup_id)
            messages.add(caught.value.message.replace(backup_id, "ID"))
        assert len(messages) == 1

    def test_a_call_repeated_under_its_token_starts_once(self, api: Api) -> None:
        session = api.add_session(state=SessionState.STOPPED)
        start(api, session, client_token="once")
        assert start(api, session, client_token="once").state == "START_IN_PROGRESS"


class TestStop:
    @pytest.mark.parametrize("state", [SessionState.READY, SessionState.STOP_FAILED])
    def test_a_ready_session_begins_to_stop(self, api: Api, state: SessionState) -> None:
        session = stop(api, api.add_session(state=state))
        assert (session.state, session.status_code) == ("STOP_IN_PROGRESS", "STREAMING_SESSION_STOP_IN_PROGRESS")
        assert (session.stopped_by, session.stopped_at) == (api.artist.principal_id, api.clock())
        assert session.volume_retention_mode == "RETAIN"

    @pytest.mark.parametrize("state", sorted(set(SessionState) - {SessionState.READY, SessionState.STOP_FAILED}))
    def test_in_another_state_it_is_a_conflict(self, api: Api, state: SessionState) -> None:
        with refused(errors.ConflictException, state):
            stop(api, api.add_session(state=state))

    def test_the_volume_may_be_given_up(self, api: Api) -> None:
        session = stop(api, api.add_session(), volume_retention_mode=shapes.VolumeRetentionMode.DELETE)
        assert session.volume_retention_mode == "DELETE"

    def test_one_that_can_have_no_stopped_state_is_refused_and_stays_as_it_was(self, api: Api) -> None:
        session = api.add_session(session_persistence_mode=Switch.DEACTIVATED)
        with refused(errors.ValidationException, "SESSION_NOT_STOPPABLE"):
            stop(api, session)
        assert get(api, session.session_id).state == "READY"

    def test_a_call_repeated_under_its_token_stops_once(self, api: Api) -> None:
        session = api.add_session()
        stop(api, session, client_token="once")
        assert stop(api, session, client_token="once").state == "STOP_IN_PROGRESS"


class TestDelete:
    @pytest.mark.parametrize(
        "state", [*SETTLED, SessionState.STOP_FAILED, SessionState.DELETE_FAILED], ids=lambda state: str(state)
    )
    def test_a_settled_session_begins_to_go(self, api: Api, state: SessionState) -> None:
        session = delete(api, api.add_session(state=state))
        assert (session.state, session.status_code) == ("DELETE_IN_PROGRESS", "STREAMING_SESSION_DELETE_IN_PROGRESS")

    @pytest.mark.parametrize("state", [*IN_PROGRESS, SessionState.DELETED])
    def test_in_another_state_it_is_a_conflict(self, api: Api, state: SessionState) -> None:
        with refused(errors.ConflictException, state):
            delete(api, api.add_session(state=state))

    def test_a_call_repeated_under_its_token_deletes_once(self, api: Api) -> None:
        session = api.add_session()
        delete(api, session, client_token="once")
        assert delete(api, session, client_token="once").state == "DELETE_IN_PROGRESS"


class TestReading:
    def test_a_deleted_session_is_still_read(self, api: Api) -> None:
        session = api.add_session(state=SessionState.DELETED)
        assert get(api, session.session_id).state == "DELETED"

    def test_what_is_not_there_is_not_found_by_an_administrator(self, api: Api) -> None:
        elsewhere = api.add_session(studio_id="us-west-2:stid-0000000000000000")
        for session_id in ("nowhere", elsewhere.session_id):
            with refused(errors.ResourceNotFoundException, "STREAMING_SESSION_NOT_FOUND"):
                get(api, session_id, by=api.admin)

    def test_plain_users_are_told_the_same_of_anothers_session_and_of_none(self, api: Api) -> None:
        anothers = api.add_session().session_id
        messages = set()
        for session_id in (anothers, "nowhere"):
            with refused(errors.AccessDeniedException) as caught:
                get(api, session_id, by=api.stranger)
            messages.add(caught.value.message.replace(session_id, "ID"))
        assert len(messages) == 1

    def test_plain_users_can_do_nothing_with_anothers_session(self, api: Api) -> None:
        for call, state in (
            (start, SessionState.STOPPED),
            (stop, SessionState.READY),
            (delete, SessionState.READY),
        ):
            with refused(errors.AccessDeniedException):
                call(api, api.add_session(state=state), by=api.stranger)

    def test_listings_filter_by_owner_creator_and_ids(self, api: Api) -> None:
        first = api.add_session()
        api.clock.advance(seconds=1)
        second = api.add_session(owned_by=api.stranger.principal_id, created_by=api.admin.principal_id)
        assert listed(api) == [second.session_id, first.session_id]
        assert listed(api, owned_by=api.artist.principal_id) == [first.session_id]
        assert listed(api, created_by=api.admin.principal_id) == [second.session_id]
        assert listed(api, session_ids=f"{first.session_id}, nowhere") == [first.session_id]

    def test_plain_users_list_their_own_only(self, api: Api) -> None:
        session = api.add_session()
        assert listed(api, by=api.artist, owned_by=api.artist.principal_id) == [session.session_id]
        for filters in ({}, {"owned_by": api.stranger.principal_id}):
            with refused(errors.AccessDeniedException):
                listed(api, by=api.artist, **filters)

    def test_pages_show_every_session_once(self, api: Api) -> None:
        made = {api.add_session().session_id for _ in range(130)}
        first = api.call(shapes.ListStreamingSessionsRequest(studio_id=STUDIO_ID), shapes.ListStreamingSessionsResponse)
        seen = [session.session_id for session in first.sessions or []]
        assert len(seen) == 100
        seen += listed(api, next_token=first.next_token)
        assert len(seen) == 130
        assert set(seen) == made

    def test_a_token_does_not_open_a_listing_with_another_filter(self, api: Api) -> None:
        for _ in range(101):
            api.add_session()
        first = api.call(shapes.ListStreamingSessionsRequest(studio_id=STUDIO_ID), shapes.ListStreamingSessionsResponse)
        with refused(errors.ValidationException):
            listed(api, owned_by=api.artist.principal_id, next_token=first.next_token)
