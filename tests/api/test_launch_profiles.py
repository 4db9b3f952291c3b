"""Launch profiles: what they may offer, what sessions they keep, who sees them."""

from typing import Any

import pytest
from tests.api.calling import Api, refused
from tests.records import STUDIO_ID

from greenroom.studio.ids import new_id
from greenroom.studio.status import ResourceState, SessionState
from greenroom.wire import errors, shapes


def configuration(api: Api, **members: Any) -> shapes.StreamConfigurationCreate:
    defaults: dict[str, Any] = {
        "clipboard_mode": shapes.StreamingClipboardMode.ENABLED,
        "ec2_instance_types": [shapes.StreamingInstanceType("g4dn.xlarge")],
        "streaming_image_ids": [api.image.streaming_image_id],
    }
    return shapes.StreamConfigurationCreate(**(defaults | members))


def create(api: Api, **members: Any) -> shapes.LaunchProfile:
    defaults: dict[str, Any] = {
        "studio_id": STUDIO_ID,
        "name": "Compositing",
        "ec2_subnet_ids": ["subnet-0123456789abcdef0"],
        "launch_profile_protocol_versions": ["2021-03-31"],
        "studio_component_ids": [api.component.studio_component_id],
    }
    if "stream_configuration" not in members:
        defaults["stream_configuration"] = configuration(api)
    profile = api.call(
        shapes.CreateLaunchProfileRequest(**(defaults | members)), shapes.CreateLaunchProfileResponse
    ).launch_profile
    assert profile is not None
    return profile


def get(api: Api, profile_id: str | None) -> shapes.LaunchProfile:
    profile = api.call(
        shapes.GetLaunchProfileRequest(studio_id=STUDIO_ID, launch_profile_id=str(profile_id)),
        shapes.GetLaunchProfileResponse,
    ).launch_profile
    assert profile is not None
    return profile


def update(api: Api, profile_id: str | None, **members: Any) -> shapes.LaunchProfile:
    profile = api.call(
        shapes.UpdateLaunchProfileRequest(studio_id=STUDIO_ID, launch_profile_id=str(profile_id), **members),
        shapes.UpdateLaunchProfileResponse,
    ).launch_profile
    assert profile is not None
    return profile


def delete(api: Api, profile_id: str | None, **members: Any) -> shapes.LaunchProfile:
    profile = api.call(
        shapes.DeleteLaunchProfileRequest(studio_id=STUDIO_ID, launch_profile_id=str(profile_id), **members),
        shapes.DeleteLaunchProfileResponse,
    ).launch_profile
    assert profile is not None
    return profile


def listed(api: Api, **filters: Any) -> list[str | None]:
    page = api.call(shapes.ListLaunchProfilesRequest(studio_id=STUDIO_ID, **filters), shapes.ListLaunchProfilesResponse)
    return [profile.launch_profile_id for profile in page.launch_profiles or []]


def test_a_new_profile_is_in_progress_first_and_then_ready(api: Api) -> None:
    created = create(api)
    assert (created.state, created.status_code) == ("CREATE_IN_PROGRESS", "LAUNCH_PROFILE_CREATE_IN_PROGRESS")
    api.settle()
    ready = get(api, created.launch_profile_id)
    assert (ready.state, ready.status_code) == ("READY", "LAUNCH_PROFILE_CREATED")
    assert ready.status_message == "Launch Profile has been created"


def test_defaults_are_part_of_the_answer(api: Api) -> None:
    settled = create(api).stream_configuration
    assert settled is not None
    assert settled.max_session_length_in_minutes == 690
    assert settled.max_stopped_session_length_in_minutes == 0
    assert settled.session_backup is not None
    assert (settled.session_backup.mode, settled.session_backup.max_backups_to_retain) == ("DEACTIVATED", 0)


def test_the_four_validations_of_the_original_succeed_in_its_order(api: Api) -> None:
    results = create(api).validation_results or []
    assert [result.type for result in results] == [
        "VALIDATE_ACTIVE_DIRECTORY_STUDIO_COMPONENT",
        "VALIDATE_SUBNET_ASSOCIATION",
        "VALIDATE_NETWORK_ACL_ASSOCIATION",
        "VALIDATE_SECURITY_GROUP_ASSOCIATION",
    ]
    assert {(result.state, result.status_message) for result in results} == {
        ("VALIDATION_SUCCESS", "The validation succeeded.")
    }


def test_an_image_that_is_not_there_is_refused(api: Api) -> None:
    nowhere = new_id()
    with refused(errors.ValidationException, "STREAMING_IMAGE_NOT_FOUND") as caught:
        create(api, stream_configuration=configuration(api, streaming_image_ids=[nowhere]))
    assert caught.value.context == {"resourceId": nowhere}


def test_an_image_of_another_studio_is_refused_as_if_it_were_not_there(api: Api) -> None:
    elsewhere = api.add_image(studio_id="us-west-2:stid-0000000000000000")
    with refused(errors.ValidationException, "STREAMING_IMAGE_NOT_FOUND"):
        create(api, stream_configuration=configuration(api, streaming_image_ids=[elsewhere.streaming_image_id]))


def test_an_image_that_does_not_stand_is_refused(api: Api) -> None:
    going = api.add_image(state=ResourceState.DELETE_IN_PROGRESS)
    with refused(errors.ValidationException, "STREAMING_IMAGE_NOT_READY"):
        create(api, stream_configuration=configuration(api, streaming_image_ids=[going.streaming_image_id]))


@pytest.mark.parametrize("state", [ResourceState.DELETE_IN_PROGRESS, ResourceState.DELETED, None])
def test_a_component_that_is_not_there_or_is_going_is_refused(api: Api, state: ResourceState | None) -> None:
    component_id = api.add_component(state=state).studio_component_id if state else new_id()
    with refused(errors.ValidationException, "STUDIO_COMPONENT_NOT_FOUND"):
        create(api, studio_component_ids=[component_id])


def test_modes_that_exclude_each_other_are_refused(api: Api) -> None:
    with refused(errors.ValidationException, "STREAM_CONFIGURATION_CONTRADICTION"):
        create(
            api,
            stream_configuration=configuration(
                api, automatic_termination_mode=shapes.AutomaticTerminationMode.ACTIVATED
            ),
        )


def test_the_quota_counts_all_but_deleted_profiles(api: Api) -> None:
    api.limit(launch_profiles=2)
    api.add_profile(state=ResourceState.DELETED)
    create(api)
    with refused(errors.ServiceQuotaExceededException, "LAUNCH_PROFILES"):
        create(api)


def test_a_studio_that_is_not_there_or_is_going_takes_no_profiles(api: Api) -> None:
    with refused(errors.ResourceNotFoundException, "STUDIO_NOT_FOUND"):
        create(api, studio_id="us-west-2:stid-0000000000000000")
    api.change_studio(state=ResourceState.DELETE_IN_PROGRESS)
    with refused(errors.ConflictException, "DELETE_IN_PROGRESS"):
        create(api)


def test_a_call_repeated_under_its_token_makes_one_profile(api: Api) -> None:
    first = create(api, client_token="once")
    assert create(api, client_token="once").launch_profile_id == first.launch_profile_id
    with refused(errors.ValidationException, "CLIENT_TOKEN_REUSED"):
        create(api, client_token="once", name="Another")


def test_an_update_changes_what_it_names_and_replaces_the_stream_configuration_whole(api: Api) -> None:
    created = create(
        api, description="before", stream_configuration=configuration(api, max_session_length_in_minutes=60)
    )
    api.settle()
    changing = update(api, created.launch_profile_id, name="Lighting", stream_configuration=configuration(api))
    assert (changing.state, changing.status_code) == ("UPDATE_IN_PROGRESS", "LAUNCH_PROFILE_UPDATE_IN_PROGRESS")
    api.settle()
    changed = get(api, created.launch_profile_id)
    assert (changed.state, changed.status_code) == ("READY", "LAUNCH_PROFILE_UPDATED")
    assert (changed.name, changed.description) == ("Lighting", "before")
    assert changed.stream_configuration is not None
    assert changed.stream_configuration.max_session_length_in_minutes == 690


def test_an_update_is_checked_as_a_creation_is(api: Api) -> None:
    with refused(errors.ValidationException, "STUDIO_COMPONENT_NOT_FOUND"):
        update(api, api.profile.launch_profile_id, studio_component_ids=[new_id()])
    with refused(errors.ValidationException, "STREAMING_IMAGE_NOT_FOUND"):
        update(
            api,
            api.profile.launch_profile_id,
            stream_configuration=configuration(api, streaming_image_ids=[new_id()]),
        )


@pytest.mark.parametrize("state", ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "DELETED"])
def test_in_a_transition_and_after_its_end_a_profile_takes_no_change(api: Api, state: str) -> None:
    profile = api.add_profile(state=ResourceState(state))
    with refused(errors.ConflictException, state):
        update(api, profile.launch_profile_id, name="x")
    with refused(errors.ConflictException, state):
        delete(api, profile.launch_profile_id)


def test_a_profile_with_sessions_stays_and_says_why(api: Api) -> None:
    api.add_session(state=SessionState.STOPPED)
    delete(api, api.profile.launch_profile_id)
    api.settle()
    kept = get(api, api.profile.launch_profile_id)
    assert (kept.state, kept.status_code) == ("DELETE_FAILED", "LAUNCH_PROFILE_WITH_STREAM_SESSIONS_NOT_DELETED")
    assert kept.status_message is not None
    assert "1 streaming sessions" in kept.status_message


def test_a_profile_whose_sessions_are_deleted_goes_and_takes_its_members_along(api: Api) -> None:
    api.add_session(state=SessionState.DELETED)
    delete(api, api.profile.launch_profile_id)
    api.settle()
    gone = get(api, api.profile.launch_profile_id)
    assert (gone.state, gone.status_code) == ("DELETED", "LAUNCH_PROFILE_DELETED")
    page = api.call(
        shapes.ListLaunchProfileMembersRequest(studio_id=STUDIO_ID, launch_profile_id=api.profile.launch_profile_id),
        shapes.ListLaunchProfileMembersResponse,
    )
    assert page.members == []


def test_a_profile_that_could_not_be_deleted_may_be_tried_again(api: Api) -> None:
    profile = api.add_profile(state=ResourceState.DELETE_FAILED)
    delete(api, profile.launch_profile_id)
    api.settle()
    assert get(api, profile.launch_profile_id).state == "DELETED"


def test_what_is_not_there_is_not_found(api: Api) -> None:
    elsewhere = api.add_profile(studio_id="us-west-2:stid-0000000000000000").launch_profile_id
    for profile_id in ("nowhere", elsewhere):
        for call in (get, update, delete):
            with refused(errors.ResourceNotFoundException, "LAUNCH_PROFILE_NOT_FOUND"):
                call(api, profile_id)


def test_listings_filter_by_state_and_member(api: Api) -> None:
    other = api.add_profile(state=ResourceState.DELETE_FAILED)
    assert listed(api) == [other.launch_profile_id, api.profile.launch_profile_id]
    assert listed(api, states=[shapes.LaunchProfileState.READY]) == [api.profile.launch_profile_id]
    assert listed(api, principal_id=api.artist.principal_id) == [api.profile.launch_profile_id]
    assert listed(api, principal_id=api.stranger.principal_id) == []


def test_pages_show_every_profile_once(api: Api) -> None:
    made = {api.add_profile().launch_profile_id for _ in range(7)} | {api.profile.launch_profile_id}
    seen, token = [], None
    while True:
        page = api.call(
            shapes.ListLaunchProfilesRequest(studio_id=STUDIO_ID, max_results=3, next_token=token),
            shapes.ListLaunchProfilesResponse,
        )
        assert len(page.launch_profiles or []) <= 3
        seen += [profile.launch_profile_id for profile in page.launch_profiles or []]
        token = page.next_token
        if token is None:
            break
    assert len(seen) == 8
    assert set(seen) == made


def test_plain_users_list_their_own_profiles_only(api: Api) -> None:
    own = shapes.ListLaunchProfilesRequest(studio_id=STUDIO_ID, principal_id=api.artist.principal_id)
    assert api.call(own, shapes.ListLaunchProfilesResponse, by=api.artist).launch_profiles
    anothers = shapes.ListLaunchProfilesRequest(studio_id=STUDIO_ID, principal_id=api.stranger.principal_id)
    with refused(errors.AccessDeniedException):
        api.call(anothers, shapes.ListLaunchProfilesResponse, by=api.artist)
    with refused(errors.AccessDeniedException):
        api.call(
            shapes.ListLaunchProfilesRequest(studio_id=STUDIO_ID), shapes.ListLaunchProfilesResponse, by=api.artist
        )


def test_plain_users_are_told_the_same_of_what_is_there_and_what_is_not(api: Api) -> None:
    messages = set()
    for profile_id in (api.profile.launch_profile_id, "nowhere"):
        request = shapes.GetLaunchProfileRequest(studio_id=STUDIO_ID, launch_profile_id=profile_id)
        with refused(errors.AccessDeniedException) as caught:
            api.call(request, shapes.GetLaunchProfileResponse, by=api.stranger)
        messages.add(caught.value.message.replace(profile_id, "ID"))
    assert len(messages) == 1


def test_refusals_never_tell_a_name_or_a_description(api: Api) -> None:
    profile = api.add_profile(name="secret film", description="secret plot", state=ResourceState.DELETED)
    with refused(errors.ConflictException) as caught:
        update(api, profile.launch_profile_id, name="another secret")
    assert "secret" not in caught.value.message
