"""Launch profiles with what they refer to: for people who look, and for machines that become their sessions."""

import re

import msgspec

from greenroom.api.context import Context
from greenroom.api.launch_profiles import find, launch_profile_shape, touches_profile
from greenroom.api.operation import handles
from greenroom.api.streaming_images import image_shape
from greenroom.store import components, images
from greenroom.studio.components import StudioComponent
from greenroom.studio.errors import Invalid
from greenroom.studio.initializations import Initialization, ScriptToRun, choose_protocol_version, initialization
from greenroom.studio.launch_profiles import LAUNCH_PROFILES, LaunchProfile
from greenroom.wire import shapes

_PLATFORMS = {platform.value: platform for platform in shapes.LaunchProfilePlatform}
_LAUNCH_PURPOSE = re.compile(r"[A-Z0-9_]{1,64}")


@handles("GetLaunchProfileDetails", touches=touches_profile)
def get_launch_profile_details(
    context: Context, request: shapes.GetLaunchProfileDetailsRequest
) -> shapes.GetLaunchProfileDetailsResponse:
    """One profile, the images that it offers and summaries of its components, in its order."""
    profile = find(context, request.studio_id, request.launch_profile_id)
    image_ids = profile.stream_configuration.streaming_image_ids
    found = images.get_several(context.connection, image_ids)
    return shapes.GetLaunchProfileDetailsResponse(
        launch_profile=launch_profile_shape(context, profile),
        streaming_images=[image_shape(context, found[image_id]) for image_id in image_ids if image_id in found],
        studio_component_summaries=[
            msgspec.convert(component, shapes.StudioComponentSummary, from_attributes=True)
            for component in _components(context, profile)
        ],
    )


@handles("GetLaunchProfileInitialization", touches=touches_profile)
def get_launch_profile_initialization(
    context: Context, request: shapes.GetLaunchProfileInitializationRequest
) -> shapes.GetLaunchProfileInitializationResponse:
    """All that a machine of that platform needs to become a session of the profile."""
    platform = _PLATFORMS.get(request.platform)
    if platform is None:
        raise Invalid(f"platform: it must be one of {', '.join(_PLATFORMS)}.", code="INVALID_PLATFORM")
    if not _LAUNCH_PURPOSE.fullmatch(request.launch_purpose):
        raise Invalid(
            "launchPurpose: it must have 1 to 64 capital letters, digits and underscores.",
            code="INVALID_LAUNCH_PURPOSE",
        )
    profile = find(context, request.studio_id, request.launch_profile_id)
    LAUNCH_PROFILES.refuse_unusable(profile)
    found = initialization(
        profile,
        _components(context, profile),
        platform=platform,
        protocol_version=choose_protocol_version(profile, request.launch_profile_protocol_versions),
    )
    shape = _initialization_shape(found)
    shape.launch_purpose = request.launch_purpose
    return shapes.GetLaunchProfileInitializationResponse(launch_profile_initialization=shape)


def _components(context: Context, profile: LaunchProfile) -> list[StudioComponent]:
    found = components.get_several(context.connection, profile.studio_component_ids)
    return [found[component_id] for component_id in profile.studio_component_ids if component_id in found]


def _initialization_shape(found: Initialization) -> shapes.LaunchProfileInitialization:
    return shapes.LaunchProfileInitialization(
        active_directory=_active_directory_shape(found),
        # The model lets the list have no fewer than one.
        ec2_security_group_ids=list(found.security_group_ids) or None,
        launch_profile_id=found.profile.launch_profile_id,
        launch_profile_protocol_version=found.protocol_version,
        name=found.profile.name,
        platform=_PLATFORMS[found.platform],
        system_initialization_scripts=[_script_shape(script) for script in found.system_scripts],
        user_initialization_scripts=[_script_shape(script) for script in found.user_scripts],
    )


def _script_shape(script: ScriptToRun) -> shapes.LaunchProfileInitializationScript:
    component = script.component
    return shapes.LaunchProfileInitializationScript(
        runtime_role_arn=component.runtime_role_arn,
        script=script.script,
        secure_initialization_role_arn=component.secure_initialization_role_arn,
        studio_component_id=component.studio_component_id,
        studio_component_name=component.name,
    )


def _active_directory_shape(found: Initialization) -> shapes.LaunchProfileInitializationActiveDirectory | None:
    """Its name and addresses are the directory service's to know, which there is none of: both stay absent."""
    if found.active_directory is None:
        return None
    component, directory = found.active_directory
    shape = msgspec.convert(directory, shapes.LaunchProfileInitializationActiveDirectory, from_attributes=True)
    shape.studio_component_id = component.studio_component_id
    shape.studio_component_name = component.name
    return shape
