"""Launch profiles: what sessions may be started, and with what."""

from enum import StrEnum
from typing import Annotated

from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import IdempotencyToken, MaxResults, String, Tags, Timestamp
from greenroom.wire.shapes.stream_configurations import StreamConfiguration, StreamConfigurationCreate
from greenroom.wire.shapes.streaming_images import StreamingImageList
from greenroom.wire.shapes.studio_components import LaunchProfileProtocolVersion, StudioComponentSummaryList
from greenroom.wire.traits import Label, ListOf, Query, Text

__all__ = [
    "CreateLaunchProfileRequest",
    "CreateLaunchProfileResponse",
    "DeleteLaunchProfileRequest",
    "DeleteLaunchProfileResponse",
    "EC2SubnetId",
    "EC2SubnetIdList",
    "GetLaunchProfileDetailsRequest",
    "GetLaunchProfileDetailsResponse",
    "GetLaunchProfileRequest",
    "GetLaunchProfileResponse",
    "LaunchProfile",
    "LaunchProfileDescription",
    "LaunchProfileId",
    "LaunchProfileList",
    "LaunchProfileName",
    "LaunchProfileProtocolVersionList",
    "LaunchProfileState",
    "LaunchProfileStateList",
    "LaunchProfileStatusCode",
    "LaunchProfileStudioComponentIdList",
    "LaunchProfileValidationState",
    "LaunchProfileValidationStatusCode",
    "LaunchProfileValidationStatusMessage",
    "LaunchProfileValidationType",
    "ListLaunchProfilesRequest",
    "ListLaunchProfilesResponse",
    "UpdateLaunchProfileRequest",
    "UpdateLaunchProfileResponse",
    "ValidationResult",
    "ValidationResults",
]


EC2SubnetId = Annotated[str, Text("EC2SubnetId")]
LaunchProfileDescription = Annotated[
    str, Text("LaunchProfileDescription", min_length=0, max_length=256, sensitive=True)
]
LaunchProfileId = Annotated[str, Text("LaunchProfileId", min_length=0, max_length=22, pattern="^[a-zA-Z0-9-_]*$")]
LaunchProfileName = Annotated[str, Text("LaunchProfileName", min_length=1, max_length=64, sensitive=True)]
LaunchProfileValidationStatusMessage = Annotated[str, Text("LaunchProfileValidationStatusMessage")]


class LaunchProfileState(StrEnum):
    """Where a launch profile is in its life."""

    CREATE_IN_PROGRESS = "CREATE_IN_PROGRESS"
    READY = "READY"
    UPDATE_IN_PROGRESS = "UPDATE_IN_PROGRESS"
    DELETE_IN_PROGRESS = "DELETE_IN_PROGRESS"
    DELETED = "DELETED"
    DELETE_FAILED = "DELETE_FAILED"
    CREATE_FAILED = "CREATE_FAILED"
    UPDATE_FAILED = "UPDATE_FAILED"


class LaunchProfileStatusCode(StrEnum):
    """What led to a launch profile's state."""

    LAUNCH_PROFILE_CREATED = "LAUNCH_PROFILE_CREATED"
    LAUNCH_PROFILE_UPDATED = "LAUNCH_PROFILE_UPDATED"
    LAUNCH_PROFILE_DELETED = "LAUNCH_PROFILE_DELETED"
    LAUNCH_PROFILE_CREATE_IN_PROGRESS = "LAUNCH_PROFILE_CREATE_IN_PROGRESS"
    LAUNCH_PROFILE_UPDATE_IN_PROGRESS = "LAUNCH_PROFILE_UPDATE_IN_PROGRESS"
    LAUNCH_PROFILE_DELETE_IN_PROGRESS = "LAUNCH_PROFILE_DELETE_IN_PROGRESS"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    STREAMING_IMAGE_NOT_FOUND = "STREAMING_IMAGE_NOT_FOUND"
    STREAMING_IMAGE_NOT_READY = "STREAMING_IMAGE_NOT_READY"
    LAUNCH_PROFILE_WITH_STREAM_SESSIONS_NOT_DELETED = "LAUNCH_PROFILE_WITH_STREAM_SESSIONS_NOT_DELETED"
    ENCRYPTION_KEY_ACCESS_DENIED = "ENCRYPTION_KEY_ACCESS_DENIED"
    ENCRYPTION_KEY_NOT_FOUND = "ENCRYPTION_KEY_NOT_FOUND"
    INVALID_SUBNETS_PROVIDED = "INVALID_SUBNETS_PROVIDED"
    INVALID_INSTANCE_TYPES_PROVIDED = "INVALID_INSTANCE_TYPES_PROVIDED"
    INVALID_SUBNETS_COMBINATION = "INVALID_SUBNETS_COMBINATION"


class LaunchProfileValidationState(StrEnum):
    """How far one check of a launch profile is."""

    VALIDATION_NOT_STARTED = "VALIDATION_NOT_STARTED"
    VALIDATION_IN_PROGRESS = "VALIDATION_IN_PROGRESS"
    VALIDATION_SUCCESS = "VALIDATION_SUCCESS"
    VALIDATION_FAILED = "VALIDATION_FAILED"
    VALIDATION_FAILED_INTERNAL_SERVER_ERROR = "VALIDATION_FAILED_INTERNAL_SERVER_ERROR"


class LaunchProfileValidationStatusCode(StrEnum):
    """What one check of a launch profile found."""

    VALIDATION_NOT_STARTED = "VALIDATION_NOT_STARTED"
    VALIDATION_IN_PROGRESS = "VALIDATION_IN_PROGRESS"
    VALIDATION_SUCCESS = "VALIDATION_SUCCESS"
    VALIDATION_FAILED_INVALID_SUBNET_ROUTE_TABLE_ASSOCIATION = (
        "VALIDATION_FAILED_INVALID_SUBNET_ROUTE_TABLE_ASSOCIATION"
    )
    VALIDATION_FAILED_SUBNET_NOT_FOUND = "VALIDATION_FAILED_SUBNET_NOT_FOUND"
    VALIDATION_FAILED_INVALID_SECURITY_GROUP_ASSOCIATION = "VALIDATION_FAILED_INVALID_SECURITY_GROUP_ASSOCIATION"
    VALIDATION_FAILED_INVALID_ACTIVE_DIRECTORY = "VALIDATION_FAILED_INVALID_ACTIVE_DIRECTORY"
    VALIDATION_FAILED_UNAUTHORIZED = "VALIDATION_FAILED_UNAUTHORIZED"
    VALIDATION_FAILED_INTERNAL_SERVER_ERROR = "VALIDATION_FAILED_INTERNAL_SERVER_ERROR"


class LaunchProfileValidationType(StrEnum):
    """The checks of a launch profile."""

    VALIDATE_ACTIVE_DIRECTORY_STUDIO_COMPONENT = "VALIDATE_ACTIVE_DIRECTORY_STUDIO_COMPONENT"
    VALIDATE_SUBNET_ASSOCIATION = "VALIDATE_SUBNET_ASSOCIATION"
    VALIDATE_NETWORK_ACL_ASSOCIATION = "VALIDATE_NETWORK_ACL_ASSOCIATION"
    VALIDATE_SECURITY_GROUP_ASSOCIATION = "VALIDATE_SECURITY_GROUP_ASSOCIATION"


EC2SubnetIdList = Annotated[list[EC2SubnetId], ListOf("EC2SubnetIdList", min_items=0, max_items=6)]
LaunchProfileProtocolVersionList = Annotated[
    list[LaunchProfileProtocolVersion], ListOf("LaunchProfileProtocolVersionList")
]
LaunchProfileStudioComponentIdList = Annotated[
    list[String], ListOf("LaunchProfileStudioComponentIdList", min_items=1, max_items=100)
]


class ValidationResult(Shape):
    """One check of a launch profile."""

    state: LaunchProfileValidationState
    status_code: LaunchProfileValidationStatusCode
    status_message: LaunchProfileValidationStatusMessage
    type: LaunchProfileValidationType


ValidationResults = Annotated[list[ValidationResult], ListOf("ValidationResults")]


class LaunchProfile(Shape):
    """What sessions of one kind have in common: images, machines, components, rules."""

    arn: String | None = None
    created_at: Timestamp | None = None
    created_by: String | None = None
    description: LaunchProfileDescription | None = None
    ec2_subnet_ids: EC2SubnetIdList | None = None
    launch_profile_id: LaunchProfileId | None = None
    launch_profile_protocol_versions: LaunchProfileProtocolVersionList | None = None
    name: LaunchProfileName | None = None
    state: LaunchProfileState | None = None
    status_code: LaunchProfileStatusCode | None = None
    status_message: String | None = None
    stream_configuration: StreamConfiguration | None = None
    studio_component_ids: LaunchProfileStudioComponentIdList | None = None
    tags: Tags | None = None
    updated_at: Timestamp | None = None
    updated_by: String | None = None
    validation_results: ValidationResults | None = None


LaunchProfileList = Annotated[list[LaunchProfile], ListOf("LaunchProfileList")]
LaunchProfileStateList = Annotated[list[LaunchProfileState], ListOf("LaunchProfileStateList")]


class CreateLaunchProfileRequest(Shape):
    """A launch profile to create."""

    ec2_subnet_ids: EC2SubnetIdList
    launch_profile_protocol_versions: LaunchProfileProtocolVersionList
    name: LaunchProfileName
    stream_configuration: StreamConfigurationCreate
    studio_component_ids: LaunchProfileStudioComponentIdList
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None
    description: LaunchProfileDescription | None = None
    tags: Tags | None = None


class CreateLaunchProfileResponse(Shape):
    """The launch profile as it begins."""

    launch_profile: LaunchProfile | None = None


class DeleteLaunchProfileRequest(Shape):
    """The launch profile to delete."""

    launch_profile_id: Label[String]
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None


class DeleteLaunchProfileResponse(Shape):
    """The launch profile as it goes."""

    launch_profile: LaunchProfile | None = None


class GetLaunchProfileDetailsRequest(Shape):
    """The launch profile to read with what it refers to."""

    launch_profile_id: Label[String]
    studio_id: Label[String]


class GetLaunchProfileDetailsResponse(Shape):
    """The launch profile, its images and its components."""

    launch_profile: LaunchProfile | None = None
    streaming_images: StreamingImageList | None = None
    studio_component_summaries: StudioComponentSummaryList | None = None


class GetLaunchProfileRequest(Shape):
    """The launch profile to read."""

    launch_profile_id: Label[String]
    studio_id: Label[String]


class GetLaunchProfileResponse(Shape):
    """The launch profile."""

    launch_profile: LaunchProfile | None = None


class ListLaunchProfilesRequest(Shape):
    """Which launch profiles, and which page of them."""

    studio_id: Label[String]
    max_results: Query[MaxResults] | None = None
    next_token: Query[String] | None = None
    principal_id: Query[String] | None = None
    states: Query[LaunchProfileStateList] | None = None


class ListLaunchProfilesResponse(Shape):
    """A page of the launch profiles."""

    launch_profiles: LaunchProfileList | None = None
    next_token: String | None = None


class UpdateLaunchProfileRequest(Shape):
    """What to change of a launch profile; what is absent stays."""

    launch_profile_id: Label[String]
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None
    description: LaunchProfileDescription | None = None
    launch_profile_protocol_versions: LaunchProfileProtocolVersionList | None = None
    name: LaunchProfileName | None = None
    stream_configuration: StreamConfigurationCreate | None = None
    studio_component_ids: LaunchProfileStudioComponentIdList | None = None


class UpdateLaunchProfileResponse(Shape):
    """The launch profile as its change begins."""

    launch_profile: LaunchProfile | None = None
