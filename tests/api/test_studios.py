"""Studios: the first and further ones, their changes, and what keeps one from going."""

from typing import Any

import pytest
from tests.api.calling import Api, refused
from tests.records import STUDIO_ID

from greenroom.store import launch_profiles, members
from greenroom.studio.status import ResourceState
from greenroom.wire import errors, shapes

ROLES = {
    "admin_role_arn": "arn:aws:iam::123456789012:role/borealis-admin",
    "user_role_arn": "arn:aws:iam::123456789012:role/borealis-user",
}


def create(api: Api, **given: Any) -> shapes.Studio:
    request = shapes.CreateStudioRequest(**({"studio_name": "borealis", "display_name": "Borealis"} | ROLES | given))
    studio = api.call(request, shapes.CreateStudioResponse).studio
    assert studio is not None
    return studio


def get(api: Api, studio_id: str | None = STUDIO_ID) -> shapes.Studio:
    return api.call(shapes.GetStudioRequest(studio_id=str(studio_id)), shapes.GetStudioResponse).studio


def update(api: Api, **given: Any) -> shapes.Studio:
    request = shapes.UpdateStudioRequest(**({"studio_id": STUDIO_ID} | given))
    return api.call(request, shapes.UpdateStudioResponse).studio


def delete(api: Api, studio_id: str | None = STUDIO_ID, **given: Any) -> shapes.Studio:
    request = shapes.DeleteStudioRequest(studio_id=str(studio_id), **given)
    return api.call(request, shapes.DeleteStudioResponse).studio


def repair(api: Api, **given: Any) -> shapes.Studio:
    request = shapes.StartStudioSSOConfigurationRepairRequest(**({"studio_id": STUDIO_ID} | given))
    return api.call(request, shapes.StartStudioSSOConfigurationRepairResponse).studio


def listed(api: Api, **given: Any) -> list[str | None]:
    page = api.call(shapes.ListStudiosRequest(**given), shapes.ListStudiosResponse)
    return [studio.studio_id for studio in page.studios]


def test_a_new_studio_is_in_progress_first_and_then_ready(api: Api) -> None:
    created = create(api, tags={"city": "Tromsø"})
    assert (created.state, created.status_code) == ("CREATE_IN_PROGRESS", "STUDIO_CREATE_IN_PROGRESS")
    api.settle()
    ready = get(api, created.studio_id)
    assert (ready.state, ready.status_code) == ("READY", "STUDIO_CREATED")
    assert ready.status_message == "The studio has been created successfully "
    assert (ready.studio_name, ready.display_name, ready.tags) == ("borealis", "Borealis", {"city": "Tromsø"})
    assert (ready.admin_role_arn, ready.user_role_arn) == (ROLES["admin_role_arn"], ROLES["user_role_arn"])
    assert ready.home_region == "us-west-2"
    assert ready.studio_id is not None
    short = ready.studio_id.removeprefix("us-west-2:")
    assert ready.arn == f"arn:aws:nimble:us-west-2:123456789012:studio/{short}"


def test_a_new_studio_has_the_vendors_image(api: Api) -> None:
    created = create(api)
    page = api.call(
        shapes.ListStreamingImagesRequest(studio_id=str(created.studio_id)), shapes.ListStreamingImagesResponse
    )
    assert [image.owner for image in page.streaming_images or []] == ["amazon"]


def test_without_a_word_on_encryption_the_key_is_the_services(api: Api) -> None:
    configuration = create(api).studio_encryption_configuration
    assert configuration is not None
    assert (configuration.key_type, configuration.key_arn) == ("AWS_OWNED_KEY", None)


def test_a_key_of_ones_own_is_kept_and_must_be_named(api: Api) -> None:
    kinds = shapes.StudioEncryptionConfigurationKeyType
    named = shapes.StudioEncryptionConfiguration(
        key_type=kinds.CUSTOMER_MANAGED_KEY, key_arn="arn:aws:kms:us-west-2:123456789012:key/1"
    )
    assert create(api, studio_encryption_configuration=named).studio_encryption_configuration == named
    nameless = shapes.StudioEncryptionConfiguration(key_type=kinds.CUSTOMER_MANAGED_KEY)
    with refused(errors.ValidationException, "KEY_ARN_MISSING"):
        create(api, studio_name="another", studio_encryption_configuration=nameless)


def test_a_name_is_taken_once_until_its_studio_is_deleted(api: Api) -> None:
    first = create(api)
    with refused(errors.ConflictException, "STUDIO_NAME_TAKEN"):
        create(api)
    api.settle()
    delete(api, first.studio_id)
    api.settle()
    assert create(api).studio_id != first.studio_id


def test_a_call_repeated_under_its_token_makes_one_studio(api: Api) -> None:
    first = create(api, client_token="once")
    assert create(api, client_token="once").studio_id == first.studio_id
    with refused(errors.ValidationException, "CLIENT_TOKEN_REUSED"):
        create(api, client_token="once", studio_name="another")


def test_listings_show_every_studio_once_newest_first(api: Api) -> None:
    made = []
    for number in range(120):
        api.clock.advance(seconds=1)
        made.append(create(api, studio_name=f"studio{number}").studio_id)
    first = api.call(shapes.ListStudiosRequest(), shapes.ListStudiosResponse)
    assert first.next_token is not None
    both = [studio.studio_id for studio in first.studios] + listed(api, next_token=first.next_token)
    assert both == [*reversed(made), STUDIO_ID]


def test_an_update_changes_what_it_names(api: Api) -> None:
    before = get(api)
    changing = update(api, display_name="Aurora & Sons")
    assert (changing.state, changing.status_code) == ("UPDATE_IN_PROGRESS", "STUDIO_UPDATE_IN_PROGRESS")
    api.settle()
    changed = get(api)
    assert (changed.state, changed.status_code) == ("READY", "STUDIO_UPDATED")
    assert (changed.display_name, changed.admin_role_arn) == ("Aurora & Sons", before.admin_role_arn)
    update(api, **ROLES)
    assert get(api).user_role_arn == ROLES["user_role_arn"]


@pytest.mark.parametrize("state", ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "DELETED"])
def test_in_a_transition_and_after_its_end_a_studio_takes_no_change(api: Api, state: str) -> None:
    api.change_studio(state=ResourceState(state))
    for call in (update, delete, repair):
        with refused(errors.ConflictException, state):
            call(api)


def test_a_studio_is_kept_by_what_is_left_in_it_and_says_what(api: Api) -> None:
    def ended() -> tuple[str | None, str | None]:
        delete(api)
        api.settle()
        studio = get(api)
        return studio.state, studio.status_code

    image = api.add_image()
    assert ended() == ("DELETE_FAILED", "STUDIO_WITH_LAUNCH_PROFILES_NOT_DELETED")
    delete_profile(api)
    assert ended() == ("DELETE_FAILED", "STUDIO_WITH_STUDIO_COMPONENTS_NOT_DELETED")
    api.call(
        shapes.DeleteStudioComponentRequest(studio_id=STUDIO_ID, studio_component_id=api.component.studio_component_id),
        shapes.DeleteStudioComponentResponse,
    )
    api.settle()
    assert ended() == ("DELETE_FAILED", "STUDIO_WITH_STREAMING_IMAGES_NOT_DELETED")
    api.call(
        shapes.DeleteStreamingImageRequest(studio_id=STUDIO_ID, streaming_image_id=image.streaming_image_id),
        shapes.DeleteStreamingImageResponse,
    )
    api.settle()
    assert ended() == ("DELETED", "STUDIO_DELETED")


def delete_profile(api: Api) -> None:
    with api.database.write() as connection:
        profile = launch_profiles.get(connection, api.profile.launch_profile_id)
        assert profile is not None
    api.call(
        shapes.DeleteLaunchProfileRequest(studio_id=STUDIO_ID, launch_profile_id=profile.launch_profile_id),
        shapes.DeleteLaunchProfileResponse,
    )
    api.settle()


def test_a_deleted_studio_takes_its_members_and_the_vendors_image_along(api: Api) -> None:
    created = create(api)
    studio_id = str(created.studio_id)
    api.settle()
    api.call(
        shapes.PutStudioMembersRequest(
            studio_id=studio_id,
            identity_store_id="d-1",
            members=[
                shapes.NewStudioMember(persona=shapes.StudioPersona.ADMINISTRATOR, principal_id=api.artist.principal_id)
            ],
        ),
        shapes.PutStudioMembersResponse,
    )
    delete(api, studio_id)
    api.settle()
    assert get(api, studio_id).state == "DELETED"
    with api.database.read() as connection:
        assert members.studio_members_page(connection, studio_id) == []
    images = api.call(shapes.ListStreamingImagesRequest(studio_id=studio_id), shapes.ListStreamingImagesResponse)
    assert images.streaming_images == []


def test_one_who_administered_only_a_deleted_studio_is_no_administrator(api: Api) -> None:
    studio_id = str(create(api).studio_id)
    api.settle()
    api.call(
        shapes.PutStudioMembersRequest(
            studio_id=studio_id,
            identity_store_id="d-1",
            members=[
                shapes.NewStudioMember(persona=shapes.StudioPersona.ADMINISTRATOR, principal_id=api.artist.principal_id)
            ],
        ),
        shapes.PutStudioMembersResponse,
    )
    delete(api, studio_id)
    api.settle()
    assert not api.principal(api.artist.principal_id).administrator
    assert api.principal(api.admin.principal_id).administrator


def test_a_working_sign_in_needs_no_repair(api: Api) -> None:
    with refused(errors.ValidationException, "SSO_CONFIGURATION_VALID"):
        repair(api)


def test_a_studio_without_sign_in_gets_one(api: Api) -> None:
    api.change_studio(sso_client_id=None)
    repairing = repair(api)
    assert (repairing.state, repairing.status_code) == (
        "UPDATE_IN_PROGRESS",
        "AWS_SSO_CONFIGURATION_REPAIR_IN_PROGRESS",
    )
    api.settle()
    repaired = get(api)
    assert (repaired.state, repaired.status_code) == ("READY", "AWS_SSO_CONFIGURATION_REPAIRED")
    assert repaired.sso_client_id is not None


def test_what_is_not_there_is_not_found(api: Api) -> None:
    nowhere = "us-west-2:stid-0000000000000000"
    with refused(errors.ResourceNotFoundException, "STUDIO_NOT_FOUND"):
        get(api, nowhere)
    with refused(errors.ResourceNotFoundException, "STUDIO_NOT_FOUND"):
        delete(api, nowhere)
    for call in (update, repair):
        with refused(errors.ResourceNotFoundException, "STUDIO_NOT_FOUND"):
            call(api, studio_id=nowhere)


def test_plain_users_are_told_the_same_of_what_is_there_and_what_is_not(api: Api) -> None:
    messages = set()
    for name in ("stid-nyoqq12fteqy1x48", "stid-0000000000000000"):
        with refused(errors.AccessDeniedException) as caught:
            api.call(shapes.GetStudioRequest(studio_id=f"us-west-2:{name}"), shapes.GetStudioResponse, by=api.artist)
        messages.add(caught.value.message.replace(name, "ID"))
    assert len(messages) == 1


def test_plain_users_make_and_change_no_studios(api: Api) -> None:
    calls: list[tuple[Any, type[Any]]] = [
        (
            shapes.CreateStudioRequest(studio_name="mine", display_name="Mine", **ROLES),
            shapes.CreateStudioResponse,
        ),
        (shapes.UpdateStudioRequest(studio_id=STUDIO_ID, display_name="Mine"), shapes.UpdateStudioResponse),
        (shapes.DeleteStudioRequest(studio_id=STUDIO_ID), shapes.DeleteStudioResponse),
        (
            shapes.StartStudioSSOConfigurationRepairRequest(studio_id=STUDIO_ID),
            shapes.StartStudioSSOConfigurationRepairResponse,
        ),
        (shapes.ListStudiosRequest(), shapes.ListStudiosResponse),
    ]
    for request, answer in calls:
        with refused(errors.AccessDeniedException):
            api.call(request, answer, by=api.artist)


def test_a_deleted_studio_leaves_its_last_administrators_their_rights(api: Api) -> None:
    delete_profile(api)
    api.call(
        shapes.DeleteStudioComponentRequest(studio_id=STUDIO_ID, studio_component_id=api.component.studio_component_id),
        shapes.DeleteStudioComponentResponse,
    )
    api.settle()
    delete(api)
    api.settle()
    assert get(api).state == "DELETED"
    assert api.principal(api.admin.principal_id).administrator
