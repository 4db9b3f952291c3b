"""Operations on launch profiles."""

from typing import Any

import msgspec

from greenroom.access.authorise import Resource
from greenroom.api.context import Context
from greenroom.api.operation import Repeat, Touched, handles, repeats, request_tags, resource, touches_studio
from greenroom.api.paging import PAGE_SIZE, page
from greenroom.store import components, images, launch_profiles
from greenroom.studio.errors import Invalid, NotFound
from greenroom.studio.ids import new_id
from greenroom.studio.launch_profiles import (
    LAUNCH_PROFILES,
    VALIDATIONS,
    LaunchProfile,
    StreamConfiguration,
    settle,
)
from greenroom.studio.lifecycles import USABLE
from greenroom.studio.status import ResourceState
from greenroom.studio.tags import check_tags
from greenroom.wire import shapes

WORK = "launch-profile"


def launch_profile_shape(context: Context, profile: LaunchProfile) -> shapes.LaunchProfile:
    """The profile as the API shows it."""
    shape = msgspec.convert(profile, shapes.LaunchProfile, from_attributes=True)
    shape.arn = context.arn("launch-profile", profile.launch_profile_id)
    shape.validation_results = [
        shapes.ValidationResult(
            type=shapes.LaunchProfileValidationType(kind),
            state=shapes.LaunchProfileValidationState.VALIDATION_SUCCESS,
            status_code=shapes.LaunchProfileValidationStatusCode.VALIDATION_SUCCESS,
            status_message="The validation succeeded.",
        )
        for kind in VALIDATIONS
    ]
    return shape


def find(context: Context, studio_id: str, launch_profile_id: str, *, for_update: bool = False) -> LaunchProfile:
    """The studio's profile. Raises NotFound."""
    profile = launch_profiles.get(context.connection, launch_profile_id, for_update=for_update)
    if profile is None or profile.studio_id != studio_id:
        raise NotFound("launch profile", launch_profile_id)
    return profile


def touches_profile(context: Context, request: Any) -> Touched:
    """A call on the launch profile of its path; its members are granted some of them (facts sheet 3.5)."""
    found = resource_of(context, request.studio_id, request.launch_profile_id)
    return Touched([found], member_of=request.launch_profile_id)


def resource_of(context: Context, studio_id: str, launch_profile_id: str) -> Resource:
    """The studio's profile as policies see it, also where there is none."""
    profile = launch_profiles.get(context.connection, launch_profile_id)
    known = profile is not None and profile.studio_id == studio_id
    tags = profile.tags if profile and known else None
    return resource(context, "launch-profile", launch_profile_id, studio_id, tags)


def _touches_create(context: Context, request: Any) -> Touched:
    return Touched(touches_studio(context, request).resources, request_tags(request))


def _touches_list(context: Context, request: shapes.ListLaunchProfilesRequest) -> Touched:
    return touches_studio(context, request, **{"nimble:principalId": request.principal_id})


def _show(context: Context, launch_profile_id: str) -> shapes.LaunchProfile:
    profile = launch_profiles.get(context.connection, launch_profile_id)
    if profile is None:
        raise NotFound("launch profile", launch_profile_id)
    return launch_profile_shape(context, profile)


def _repeat(response_type: type[Any]) -> Repeat:
    return repeats(response_type, "launch_profile", "launch_profile_id", _show)


@handles("CreateLaunchProfile", touches=_touches_create, repeat=_repeat(shapes.CreateLaunchProfileResponse))
def create_launch_profile(
    context: Context, request: shapes.CreateLaunchProfileRequest
) -> shapes.CreateLaunchProfileResponse:
    """A new profile, CREATE_IN_PROGRESS until the control loop has looked at it."""
    context.studio_to_add_to(request.studio_id)
    present = launch_profiles.count_live(context.connection, request.studio_id)
    context.check_quota("launch_profiles", present, "launch profiles")
    configuration = _configuration(context, request.studio_id, request.stream_configuration)
    _check_components(context, request.studio_id, request.studio_component_ids)
    who = context.principal.principal_id
    profile = LaunchProfile(
        launch_profile_id=new_id(),
        studio_id=request.studio_id,
        name=request.name,
        description=request.description,
        ec2_subnet_ids=request.ec2_subnet_ids,
        launch_profile_protocol_versions=request.launch_profile_protocol_versions,
        stream_configuration=configuration,
        studio_component_ids=request.studio_component_ids,
        **LAUNCH_PROFILES.creation.during._asdict(),
        created_at=context.now,
        created_by=who,
        updated_at=context.now,
        updated_by=who,
        tags=check_tags(request.tags),
    )
    launch_profiles.insert(context.connection, profile)
    context.schedule(WORK, profile.launch_profile_id)
    return shapes.CreateLaunchProfileResponse(launch_profile=launch_profile_shape(context, profile))


@handles("GetLaunchProfile", touches=touches_profile)
def get_launch_profile(context: Context, request: shapes.GetLaunchProfileRequest) -> shapes.GetLaunchProfileResponse:
    """One profile."""
    profile = find(context, request.studio_id, request.launch_profile_id)
    return shapes.GetLaunchProfileResponse(launch_profile=launch_profile_shape(context, profile))


@handles("ListLaunchProfiles", touches=_touches_list)
def list_launch_profiles(
    context: Context, request: shapes.ListLaunchProfilesRequest
) -> shapes.ListLaunchProfilesResponse:
    """A page of profiles, newest first; with `principalId` those that this person is a member of."""
    context.studio(request.studio_id)
    states = sorted(request.states or [])
    found, next_token = page(
        context,
        request.next_token,
        {
            "operation": "ListLaunchProfiles",
            "studio": request.studio_id,
            "principal": request.principal_id,
            "states": ",".join(states),
        },
        lambda after, limit: launch_profiles.page(
            context.connection,
            request.studio_id,
            principal_id=request.principal_id,
            states=states,
            after=after,
            limit=limit,
        ),
        lambda profile: (profile.created_at, profile.launch_profile_id),
        size=request.max_results or PAGE_SIZE,
    )
    return shapes.ListLaunchProfilesResponse(
        launch_profiles=[launch_profile_shape(context, profile) for profile in found], next_token=next_token
    )


@handles("UpdateLaunchProfile", touches=touches_profile, repeat=_repeat(shapes.UpdateLaunchProfileResponse))
def update_launch_profile(
    context: Context, request: shapes.UpdateLaunchProfileRequest
) -> shapes.UpdateLaunchProfileResponse:
    """Change what the request names; `streamConfiguration` is replaced whole (facts sheet 3.2)."""
    before = find(context, request.studio_id, request.launch_profile_id, for_update=True)
    changes: dict[str, Any] = {
        name: value
        for name in ("name", "description", "launch_profile_protocol_versions", "studio_component_ids")
        if (value := getattr(request, name)) is not None
    }
    if request.studio_component_ids is not None:
        _check_components(context, request.studio_id, request.studio_component_ids)
    if request.stream_configuration is not None:
        changes["stream_configuration"] = _configuration(context, request.studio_id, request.stream_configuration)
    after = LAUNCH_PROFILES.begin(
        before, LAUNCH_PROFILES.update, now=context.now, updated_by=context.principal.principal_id, **changes
    )
    launch_profiles.save(context.connection, before, after)
    context.schedule(WORK, after.launch_profile_id)
    return shapes.UpdateLaunchProfileResponse(launch_profile=launch_profile_shape(context, after))


@handles("DeleteLaunchProfile", touches=touches_profile, repeat=_repeat(shapes.DeleteLaunchProfileResponse))
def delete_launch_profile(
    context: Context, request: shapes.DeleteLaunchProfileRequest
) -> shapes.DeleteLaunchProfileResponse:
    """Begin to delete a profile; with sessions left it ends DELETE_FAILED and says so."""
    before = find(context, request.studio_id, request.launch_profile_id, for_update=True)
    after = LAUNCH_PROFILES.begin(
        before, LAUNCH_PROFILES.deletion, now=context.now, updated_by=context.principal.principal_id
    )
    launch_profiles.save(context.connection, before, after)
    context.schedule(WORK, after.launch_profile_id)
    return shapes.DeleteLaunchProfileResponse(launch_profile=launch_profile_shape(context, after))


def _configuration(context: Context, studio_id: str, asked: shapes.StreamConfigurationCreate) -> StreamConfiguration:
    configuration = settle(msgspec.convert(asked, StreamConfiguration, from_attributes=True))
    found = images.get_several(context.connection, configuration.streaming_image_ids, held=True)
    for image_id in configuration.streaming_image_ids:
        image = found.get(image_id)
        if image is None or image.studio_id != studio_id:
            raise Invalid(
                f"streamConfiguration.streamingImageIds: the studio has no streaming image {image_id}.",
                code="STREAMING_IMAGE_NOT_FOUND",
                resourceId=image_id,
            )
        if image.state not in USABLE:
            raise Invalid(
                f"streamConfiguration.streamingImageIds: the streaming image {image_id} is {image.state}, not READY.",
                code="STREAMING_IMAGE_NOT_READY",
                resourceId=image_id,
            )
    return configuration


def _check_components(context: Context, studio_id: str, component_ids: list[str]) -> None:
    found = components.get_several(context.connection, component_ids, held=True)
    # One that is being created will stand before any session needs it.
    fit = USABLE | {ResourceState.CREATE_IN_PROGRESS}
    for component_id in component_ids:
        component = found.get(component_id)
        if component is None or component.studio_id != studio_id or component.state not in fit:
            raise Invalid(
                f"studioComponentIds: the studio has no studio component {component_id}.",
                code="STUDIO_COMPONENT_NOT_FOUND",
                resourceId=component_id,
            )
