"""Launch profiles with what they refer to: for people who look, and for machines."""

from typing import Any

import pytest
from tests.api.calling import Api, refused
from tests.records import STUDIO_ID, make_stream_configuration

from greenroom.studio.components import (
    ActiveDirectory,
    ComponentConfiguration,
    ComponentType,
    ComputerAttribute,
    InitializationScript,
    RunContext,
)
from greenroom.studio.status import ResourceState
from greenroom.wire import errors, shapes


def script(text: str, **members: Any) -> InitializationScript:
    defaults: dict[str, Any] = {
        "launch_profile_protocol_version": "2021-03-31",
        "platform": "LINUX",
        "run_context": RunContext.SYSTEM_INITIALIZATION,
        "script": text,
    }
    return InitializationScript(**(defaults | members))


def initialization(api: Api, profile_id: str, **members: Any) -> shapes.LaunchProfileInitialization:
    defaults = {
        "studio_id": STUDIO_ID,
        "launch_profile_id": profile_id,
        "launch_profile_protocol_versions": ["2021-03-31"],
        "launch_purpose": "WORKSTATION",
        "platform": "LINUX",
    }
    found = api.call(
        shapes.GetLaunchProfileInitializationRequest(**(defaults | members)),
        shapes.GetLaunchProfileInitializationResponse,
    ).launch_profile_initialization
    assert found is not None
    return found


def test_details_show_the_profile_its_images_and_its_components_in_its_order(api: Api) -> None:
    image = api.add_image()
    components = [api.add_component(name=f"component {number}") for number in range(3)]
    order = [component.studio_component_id for component in reversed(components)]
    profile = api.add_profile(
        studio_component_ids=order,
        stream_configuration=make_stream_configuration(
            streaming_image_ids=[image.streaming_image_id, api.image.streaming_image_id]
        ),
    )
    details = api.call(
        shapes.GetLaunchProfileDetailsRequest(studio_id=STUDIO_ID, launch_profile_id=profile.launch_profile_id),
        shapes.GetLaunchProfileDetailsResponse,
    )
    assert details.launch_profile is not None
    assert details.launch_profile.launch_profile_id == profile.launch_profile_id
    assert [each.streaming_image_id for each in details.streaming_images or []] == [
        image.streaming_image_id,
        api.image.streaming_image_id,
    ]
    summaries = details.studio_component_summaries or []
    assert [each.studio_component_id for each in summaries] == order
    assert summaries[0].name == "component 2"


def test_a_member_sees_details_and_a_stranger_does_not(api: Api) -> None:
    request = shapes.GetLaunchProfileDetailsRequest(
        studio_id=STUDIO_ID, launch_profile_id=api.profile.launch_profile_id
    )
    assert api.call(request, shapes.GetLaunchProfileDetailsResponse, by=api.artist).launch_profile
    with refused(errors.AccessDeniedException):
        api.call(request, shapes.GetLaunchProfileDetailsResponse, by=api.stranger)


def test_a_profile_that_is_not_there_has_neither_details_nor_an_initialization(api: Api) -> None:
    with refused(errors.ResourceNotFoundException, "LAUNCH_PROFILE_NOT_FOUND"):
        api.call(
            shapes.GetLaunchProfileDetailsRequest(studio_id=STUDIO_ID, launch_profile_id="nowhere"),
            shapes.GetLaunchProfileDetailsResponse,
        )
    with refused(errors.ResourceNotFoundException, "LAUNCH_PROFILE_NOT_FOUND"):
        initialization(api, "nowhere")


def test_an_initialization_has_the_scripts_of_its_platform_by_who_runs_them(api: Api) -> None:
    first = api.add_component(
        name="first",
        runtime_role_arn="arn:aws:iam::123456789012:role/runtime",
        initialization_scripts=[
            script("system 1"),
            script("user 1", run_context=RunContext.USER_INITIALIZATION),
            script("windows", platform="WINDOWS"),
        ],
    )
    second = api.add_component(name="second", initialization_scripts=[script("system 2")])
    profile = api.add_profile(studio_component_ids=[second.studio_component_id, first.studio_component_id])
    found = initialization(api, profile.launch_profile_id)
    assert [each.script for each in found.system_initialization_scripts or []] == ["system 2", "system 1"]
    assert found.user_initialization_scripts == [
        shapes.LaunchProfileInitializationScript(
            script="user 1",
            studio_component_id=first.studio_component_id,
            studio_component_name="first",
            runtime_role_arn="arn:aws:iam::123456789012:role/runtime",
        )
    ]
    windows = initialization(api, profile.launch_profile_id, platform="WINDOWS")
    assert [each.script for each in windows.system_initialization_scripts or []] == ["windows"]


def test_an_initialization_names_what_was_asked_for(api: Api) -> None:
    found = initialization(api, api.profile.launch_profile_id, launch_purpose="RENDER_2")
    assert (found.launch_purpose, found.platform, found.launch_profile_protocol_version) == (
        "RENDER_2",
        "LINUX",
        "2021-03-31",
    )
    assert (found.launch_profile_id, found.name) == (api.profile.launch_profile_id, api.profile.name)
    assert found.ec2_security_group_ids is None, "the model has no empty list there"
    assert found.active_directory is None


def test_an_initialization_has_each_security_group_once(api: Api) -> None:
    first = api.add_component(ec2_security_group_ids=["sg-1", "sg-2"])
    second = api.add_component(ec2_security_group_ids=["sg-2", "sg-3"])
    profile = api.add_profile(studio_component_ids=[first.studio_component_id, second.studio_component_id])
    assert initialization(api, profile.launch_profile_id).ec2_security_group_ids == ["sg-1", "sg-2", "sg-3"]


def test_an_initialization_names_the_directory_to_join(api: Api) -> None:
    directory = api.add_component(
        name="directory",
        type=ComponentType.ACTIVE_DIRECTORY,
        subtype=None,
        configuration=ComponentConfiguration(
            active_directory_configuration=ActiveDirectory(
                directory_id="d-906700abcd",
                computer_attributes=[ComputerAttribute(name="location", value="stage 2")],
                organizational_unit_distinguished_name="OU=artists",
            )
        ),
    )
    profile = api.add_profile(studio_component_ids=[directory.studio_component_id])
    assert initialization(api, profile.launch_profile_id).active_directory == (
        shapes.LaunchProfileInitializationActiveDirectory(
            directory_id="d-906700abcd",
            computer_attributes=[shapes.ActiveDirectoryComputerAttribute(name="location", value="stage 2")],
            organizational_unit_distinguished_name="OU=artists",
            studio_component_id=directory.studio_component_id,
            studio_component_name="directory",
        )
    )


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("platform", "AMIGA", "INVALID_PLATFORM"),
        ("launch_purpose", "render", "INVALID_LAUNCH_PURPOSE"),
        ("launch_purpose", "", "INVALID_LAUNCH_PURPOSE"),
        ("launch_purpose", "R" * 65, "INVALID_LAUNCH_PURPOSE"),
        ("launch_profile_protocol_versions", ["2019-01-01"], "NO_COMMON_PROTOCOL_VERSION"),
    ],
)
def test_what_a_profile_cannot_be_initialized_with_is_refused(api: Api, member: str, value: Any, code: str) -> None:
    with refused(errors.ValidationException, code):
        initialization(api, api.profile.launch_profile_id, **{member: value})


def test_a_profile_that_does_not_stand_is_not_initialized(api: Api) -> None:
    profile = api.add_profile(state=ResourceState.DELETED)
    with refused(errors.ConflictException, "DELETED"):
        initialization(api, profile.launch_profile_id)
