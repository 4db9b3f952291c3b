"""Members of studios and launch profiles: who may, whom they see, and what is refused."""

from typing import Any

import pytest
from tests.api.calling import IDENTITY_STORE, Api, refused
from tests.records import STUDIO_ID

from greenroom.studio.status import ResourceState
from greenroom.wire import errors, shapes

ADMINISTRATOR = shapes.StudioPersona.ADMINISTRATOR
USER = shapes.LaunchProfilePersona.USER


def put_administrators(api: Api, *principal_ids: str, **members: Any) -> None:
    api.call(
        shapes.PutStudioMembersRequest(
            studio_id=STUDIO_ID,
            identity_store_id=members.pop("identity_store_id", IDENTITY_STORE),
            members=[shapes.NewStudioMember(persona=ADMINISTRATOR, principal_id=each) for each in principal_ids],
            **members,
        ),
        shapes.PutStudioMembersResponse,
    )


def put_users(api: Api, *principal_ids: str, **members: Any) -> None:
    defaults = {
        "studio_id": STUDIO_ID,
        "launch_profile_id": api.profile.launch_profile_id,
        "identity_store_id": IDENTITY_STORE,
    }
    api.call(
        shapes.PutLaunchProfileMembersRequest(
            members=[shapes.NewLaunchProfileMember(persona=USER, principal_id=each) for each in principal_ids],
            **(defaults | members),
        ),
        shapes.PutLaunchProfileMembersResponse,
    )


def administrators(api: Api) -> list[str | None]:
    page = api.call(shapes.ListStudioMembersRequest(studio_id=STUDIO_ID), shapes.ListStudioMembersResponse)
    return [member.principal_id for member in page.members or []]


def users(api: Api) -> list[str | None]:
    page = api.call(
        shapes.ListLaunchProfileMembersRequest(studio_id=STUDIO_ID, launch_profile_id=api.profile.launch_profile_id),
        shapes.ListLaunchProfileMembersResponse,
    )
    return [member.principal_id for member in page.members or []]


def drop_administrator(api: Api, principal_id: str, **members: Any) -> None:
    api.call(
        shapes.DeleteStudioMemberRequest(studio_id=STUDIO_ID, principal_id=principal_id, **members),
        shapes.DeleteStudioMemberResponse,
    )


def drop_user(api: Api, principal_id: str, **members: Any) -> None:
    api.call(
        shapes.DeleteLaunchProfileMemberRequest(
            studio_id=STUDIO_ID,
            launch_profile_id=api.profile.launch_profile_id,
            principal_id=principal_id,
            **members,
        ),
        shapes.DeleteLaunchProfileMemberResponse,
    )


class TestStudioMembers:
    def test_a_member_put_is_listed_first_and_read(self, api: Api) -> None:
        put_administrators(api, api.artist.principal_id)
        assert administrators(api) == [api.artist.principal_id, api.admin.principal_id]
        read = api.call(
            shapes.GetStudioMemberRequest(studio_id=STUDIO_ID, principal_id=api.artist.principal_id),
            shapes.GetStudioMemberResponse,
        )
        assert read.member == shapes.StudioMembership(
            identity_store_id=IDENTITY_STORE, persona=ADMINISTRATOR, principal_id=api.artist.principal_id
        )

    def test_a_member_put_is_an_administrator_in_all_that_follows(self, api: Api) -> None:
        put_administrators(api, api.artist.principal_id)
        assert api.principal(api.artist.principal_id).administrator

    def test_putting_a_member_again_keeps_its_place_and_takes_its_identity_store(self, api: Api) -> None:
        put_administrators(api, api.artist.principal_id)
        api.clock.advance(minutes=1)
        put_administrators(api, api.admin.principal_id, identity_store_id="d-other")
        assert administrators(api) == [api.artist.principal_id, api.admin.principal_id]
        read = api.call(
            shapes.GetStudioMemberRequest(studio_id=STUDIO_ID, principal_id=api.admin.principal_id),
            shapes.GetStudioMemberResponse,
        )
        assert read.member is not None
        assert read.member.identity_store_id == "d-other"

    def test_one_unknown_principal_keeps_all_from_being_put(self, api: Api) -> None:
        with refused(errors.ValidationException, "PRINCIPAL_NOT_FOUND"):
            put_administrators(api, api.artist.principal_id, "nobody")
        assert administrators(api) == [api.admin.principal_id]

    @pytest.mark.parametrize("identity_store_id", ["", "d" * 256])
    def test_an_identity_store_without_name_or_with_too_long_a_one_is_refused(
        self, api: Api, identity_store_id: str
    ) -> None:
        with refused(errors.ValidationException, "INVALID_IDENTITY_STORE_ID"):
            put_administrators(api, api.artist.principal_id, identity_store_id=identity_store_id)

    def test_a_member_deleted_is_no_administrator_any_more(self, api: Api) -> None:
        put_administrators(api, api.artist.principal_id)
        drop_administrator(api, api.artist.principal_id)
        assert administrators(api) == [api.admin.principal_id]
        assert not api.principal(api.artist.principal_id).administrator

    def test_the_last_administrator_stays(self, api: Api) -> None:
        with refused(errors.ConflictException, "LAST_ADMINISTRATOR"):
            drop_administrator(api, api.admin.principal_id)
        assert administrators(api) == [api.admin.principal_id]
        assert api.principal(api.admin.principal_id).administrator

    def test_one_who_is_no_member_is_not_found(self, api: Api) -> None:
        with refused(errors.ResourceNotFoundException, "STUDIO_MEMBER_NOT_FOUND"):
            drop_administrator(api, api.artist.principal_id)
        with refused(errors.ResourceNotFoundException, "STUDIO_MEMBER_NOT_FOUND"):
            api.call(
                shapes.GetStudioMemberRequest(studio_id=STUDIO_ID, principal_id=api.artist.principal_id),
                shapes.GetStudioMemberResponse,
            )

    def test_a_studio_that_is_not_there_has_no_members(self, api: Api) -> None:
        with refused(errors.ResourceNotFoundException, "STUDIO_NOT_FOUND"):
            api.call(shapes.ListStudioMembersRequest(studio_id="us-west-2:stid-x"), shapes.ListStudioMembersResponse)

    def test_a_deletion_repeated_under_its_token_succeeds(self, api: Api) -> None:
        put_administrators(api, api.artist.principal_id)
        for _ in range(2):
            drop_administrator(api, api.artist.principal_id, client_token="once")

    def test_plain_users_see_administrators_and_change_none(self, api: Api) -> None:
        request = shapes.ListStudioMembersRequest(studio_id=STUDIO_ID)
        assert api.call(request, shapes.ListStudioMembersResponse, by=api.stranger).members
        with refused(errors.AccessDeniedException):
            api.call(
                shapes.PutStudioMembersRequest(
                    studio_id=STUDIO_ID,
                    identity_store_id=IDENTITY_STORE,
                    members=[shapes.NewStudioMember(persona=ADMINISTRATOR, principal_id=api.stranger.principal_id)],
                ),
                shapes.PutStudioMembersResponse,
                by=api.stranger,
            )


class TestLaunchProfileMembers:
    def test_a_member_put_is_listed_first_and_read(self, api: Api) -> None:
        put_users(api, api.stranger.principal_id)
        assert users(api) == [api.stranger.principal_id, api.artist.principal_id]
        read = api.call(
            shapes.GetLaunchProfileMemberRequest(
                studio_id=STUDIO_ID,
                launch_profile_id=api.profile.launch_profile_id,
                principal_id=api.stranger.principal_id,
            ),
            shapes.GetLaunchProfileMemberResponse,
        )
        assert read.member == shapes.LaunchProfileMembership(
            identity_store_id=IDENTITY_STORE, persona=USER, principal_id=api.stranger.principal_id
        )

    def test_a_member_put_may_use_the_profile_and_one_dropped_may_not(self, api: Api) -> None:
        request = shapes.GetLaunchProfileRequest(studio_id=STUDIO_ID, launch_profile_id=api.profile.launch_profile_id)
        with refused(errors.AccessDeniedException):
            api.call(request, shapes.GetLaunchProfileResponse, by=api.stranger)
        put_users(api, api.stranger.principal_id)
        assert api.call(request, shapes.GetLaunchProfileResponse, by=api.stranger).launch_profile
        drop_user(api, api.stranger.principal_id)
        with refused(errors.AccessDeniedException):
            api.call(request, shapes.GetLaunchProfileResponse, by=api.stranger)

    def test_one_unknown_principal_keeps_all_from_being_put(self, api: Api) -> None:
        with refused(errors.ValidationException, "PRINCIPAL_NOT_FOUND"):
            put_users(api, api.stranger.principal_id, "nobody")
        assert users(api) == [api.artist.principal_id]

    def test_pages_hold_20_and_show_everybody_once(self, api: Api) -> None:
        everybody = [api.add_user(f"user{number}").principal_id for number in range(45)]
        for start in range(0, 45, 15):
            put_users(api, *everybody[start : start + 15])
        sizes, seen, token = [], [], None
        while True:
            page = api.call(
                shapes.ListLaunchProfileMembersRequest(
                    studio_id=STUDIO_ID,
                    launch_profile_id=api.profile.launch_profile_id,
                    max_results=100,
                    next_token=token,
                ),
                shapes.ListLaunchProfileMembersResponse,
            )
            sizes.append(len(page.members or []))
            seen += [member.principal_id for member in page.members or []]
            token = page.next_token
            if token is None:
                break
        assert sizes == [20, 20, 6]
        assert sorted(map(str, seen)) == sorted([*everybody, api.artist.principal_id])

    def test_a_token_of_one_profile_does_not_open_another(self, api: Api) -> None:
        put_users(api, api.stranger.principal_id)
        first = api.call(
            shapes.ListLaunchProfileMembersRequest(
                studio_id=STUDIO_ID, launch_profile_id=api.profile.launch_profile_id, max_results=1
            ),
            shapes.ListLaunchProfileMembersResponse,
        )
        other = api.add_profile()
        with refused(errors.ValidationException):
            api.call(
                shapes.ListLaunchProfileMembersRequest(
                    studio_id=STUDIO_ID, launch_profile_id=other.launch_profile_id, next_token=first.next_token
                ),
                shapes.ListLaunchProfileMembersResponse,
            )

    def test_an_update_answers_the_member(self, api: Api) -> None:
        updated = api.call(
            shapes.UpdateLaunchProfileMemberRequest(
                studio_id=STUDIO_ID,
                launch_profile_id=api.profile.launch_profile_id,
                principal_id=api.artist.principal_id,
                persona=USER,
            ),
            shapes.UpdateLaunchProfileMemberResponse,
        )
        assert updated.member is not None
        assert (updated.member.principal_id, updated.member.persona) == (api.artist.principal_id, USER)

    def test_one_who_is_no_member_is_not_found(self, api: Api) -> None:
        stranger = {
            "studio_id": STUDIO_ID,
            "launch_profile_id": api.profile.launch_profile_id,
            "principal_id": api.stranger.principal_id,
        }
        calls: list[tuple[Any, type[Any]]] = [
            (shapes.GetLaunchProfileMemberRequest(**stranger), shapes.GetLaunchProfileMemberResponse),
            (
                shapes.UpdateLaunchProfileMemberRequest(**stranger, persona=USER),
                shapes.UpdateLaunchProfileMemberResponse,
            ),
            (shapes.DeleteLaunchProfileMemberRequest(**stranger), shapes.DeleteLaunchProfileMemberResponse),
        ]
        for request, answer in calls:
            with refused(errors.ResourceNotFoundException, "LAUNCH_PROFILE_MEMBER_NOT_FOUND"):
                api.call(request, answer)

    def test_a_deletion_repeated_under_its_token_succeeds_and_another_is_refused(self, api: Api) -> None:
        for _ in range(2):
            drop_user(api, api.artist.principal_id, client_token="once")
        with refused(errors.ValidationException, "CLIENT_TOKEN_REUSED"):
            drop_user(api, api.stranger.principal_id, client_token="once")

    def test_a_deleted_profile_takes_no_members(self, api: Api) -> None:
        gone = api.add_profile(state=ResourceState.DELETED)
        with refused(errors.ConflictException, "DELETED"):
            put_users(api, api.stranger.principal_id, launch_profile_id=gone.launch_profile_id)

    def test_members_read_the_membership_and_change_nothing(self, api: Api) -> None:
        request = shapes.ListLaunchProfileMembersRequest(
            studio_id=STUDIO_ID, launch_profile_id=api.profile.launch_profile_id
        )
        assert api.call(request, shapes.ListLaunchProfileMembersResponse, by=api.artist).members
        with refused(errors.AccessDeniedException):
            api.call(
                shapes.DeleteLaunchProfileMemberRequest(
                    studio_id=STUDIO_ID,
                    launch_profile_id=api.profile.launch_profile_id,
                    principal_id=api.artist.principal_id,
                ),
                shapes.DeleteLaunchProfileMemberResponse,
                by=api.artist,
            )

    def test_one_taken_off_keeps_the_sessions_they_have_without_starting_or_stopping_them(self, api: Api) -> None:
        session = api.add_session()
        drop_user(api, api.artist.principal_id)
        stop = shapes.StopStreamingSessionRequest(studio_id=STUDIO_ID, session_id=session.session_id)
        with refused(errors.AccessDeniedException):
            api.call(stop, shapes.StopStreamingSessionResponse, by=api.artist)
        read = shapes.GetStreamingSessionRequest(studio_id=STUDIO_ID, session_id=session.session_id)
        assert api.call(read, shapes.GetStreamingSessionResponse, by=api.artist).session
        delete = shapes.DeleteStreamingSessionRequest(studio_id=STUDIO_ID, session_id=session.session_id)
        assert api.call(delete, shapes.DeleteStreamingSessionResponse, by=api.artist).session
