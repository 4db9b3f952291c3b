"""Studios."""

from enum import StrEnum
from typing import Annotated

from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import IdempotencyToken, Region, RoleArn, String, Tags, Timestamp
from greenroom.wire.traits import Label, ListOf, Query, Text

__all__ = [
    "CreateStudioRequest",
    "CreateStudioResponse",
    "DeleteStudioRequest",
    "DeleteStudioResponse",
    "GetStudioRequest",
    "GetStudioResponse",
    "ListStudiosRequest",
    "ListStudiosResponse",
    "StartStudioSSOConfigurationRepairRequest",
    "StartStudioSSOConfigurationRepairResponse",
    "Studio",
    "StudioDisplayName",
    "StudioEncryptionConfiguration",
    "StudioEncryptionConfigurationKeyArn",
    "StudioEncryptionConfigurationKeyType",
    "StudioList",
    "StudioName",
    "StudioState",
    "StudioStatusCode",
    "UpdateStudioRequest",
    "UpdateStudioResponse",
]

StudioName = Annotated[str, Text("StudioName", min_length=3, max_length=64, pattern="^[a-z0-9]*$")]
StudioDisplayName = Annotated[str, Text("StudioDisplayName", min_length=0, max_length=64, sensitive=True)]
StudioEncryptionConfigurationKeyArn = Annotated[
    str, Text("StudioEncryptionConfigurationKeyArn", min_length=4, pattern="^arn:.*")
]


class StudioState(StrEnum):
    """Where a studio is in its life."""

    CREATE_IN_PROGRESS = "CREATE_IN_PROGRESS"
    READY = "READY"
    UPDATE_IN_PROGRESS = "UPDATE_IN_PROGRESS"
    DELETE_IN_PROGRESS = "DELETE_IN_PROGRESS"
    DELETED = "DELETED"
    DELETE_FAILED = "DELETE_FAILED"
    CREATE_FAILED = "CREATE_FAILED"
    UPDATE_FAILED = "UPDATE_FAILED"


class StudioStatusCode(StrEnum):
    """What led to a studio's state."""

    STUDIO_CREATED = "STUDIO_CREATED"
    STUDIO_DELETED = "STUDIO_DELETED"
    STUDIO_UPDATED = "STUDIO_UPDATED"
    STUDIO_CREATE_IN_PROGRESS = "STUDIO_CREATE_IN_PROGRESS"
    STUDIO_UPDATE_IN_PROGRESS = "STUDIO_UPDATE_IN_PROGRESS"
    STUDIO_DELETE_IN_PROGRESS = "STUDIO_DELETE_IN_PROGRESS"
    STUDIO_WITH_LAUNCH_PROFILES_NOT_DELETED = "STUDIO_WITH_LAUNCH_PROFILES_NOT_DELETED"
    STUDIO_WITH_STUDIO_COMPONENTS_NOT_DELETED = "STUDIO_WITH_STUDIO_COMPONENTS_NOT_DELETED"
    STUDIO_WITH_STREAMING_IMAGES_NOT_DELETED = "STUDIO_WITH_STREAMING_IMAGES_NOT_DELETED"
    AWS_SSO_NOT_ENABLED = "AWS_SSO_NOT_ENABLED"
    AWS_SSO_ACCESS_DENIED = "AWS_SSO_ACCESS_DENIED"
    ROLE_NOT_OWNED_BY_STUDIO_OWNER = "ROLE_NOT_OWNED_BY_STUDIO_OWNER"
    ROLE_COULD_NOT_BE_ASSUMED = "ROLE_COULD_NOT_BE_ASSUMED"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    ENCRYPTION_KEY_NOT_FOUND = "ENCRYPTION_KEY_NOT_FOUND"
    ENCRYPTION_KEY_ACCESS_DENIED = "ENCRYPTION_KEY_ACCESS_DENIED"
    AWS_SSO_CONFIGURATION_REPAIRED = "AWS_SSO_CONFIGURATION_REPAIRED"
    AWS_SSO_CONFIGURATION_REPAIR_IN_PROGRESS = "AWS_SSO_CONFIGURATION_REPAIR_IN_PROGRESS"
    AWS_STS_REGION_DISABLED = "AWS_STS_REGION_DISABLED"


class StudioEncryptionConfigurationKeyType(StrEnum):
    """Whose key encrypts a studio's data."""

    AWS_OWNED_KEY = "AWS_OWNED_KEY"
    CUSTOMER_MANAGED_KEY = "CUSTOMER_MANAGED_KEY"


class StudioEncryptionConfiguration(Shape):
    """The key that encrypts a studio's data."""

    key_type: StudioEncryptionConfigurationKeyType
    key_arn: StudioEncryptionConfigurationKeyArn | None = None


class Studio(Shape):
    """A studio: the home of everything else."""

    admin_role_arn: RoleArn | None = None
    arn: String | None = None
    created_at: Timestamp | None = None
    display_name: StudioDisplayName | None = None
    home_region: Region | None = None
    sso_client_id: String | None = None
    state: StudioState | None = None
    status_code: StudioStatusCode | None = None
    status_message: String | None = None
    studio_encryption_configuration: StudioEncryptionConfiguration | None = None
    studio_id: String | None = None
    studio_name: StudioName | None = None
    studio_url: String | None = None
    tags: Tags | None = None
    updated_at: Timestamp | None = None
    user_role_arn: RoleArn | None = None


StudioList = Annotated[list[Studio], ListOf("StudioList")]


class CreateStudioRequest(Shape):
    """A studio to create."""

    admin_role_arn: RoleArn
    display_name: StudioDisplayName
    studio_name: StudioName
    user_role_arn: RoleArn
    client_token: IdempotencyToken | None = None
    studio_encryption_configuration: StudioEncryptionConfiguration | None = None
    tags: Tags | None = None


class CreateStudioResponse(Shape):
    """The studio as it begins."""

    studio: Studio | None = None


class DeleteStudioRequest(Shape):
    """The studio to delete."""

    studio_id: Label[String]
    client_token: IdempotencyToken | None = None


class DeleteStudioResponse(Shape):
    """The studio as it goes."""

    studio: Studio


class GetStudioRequest(Shape):
    """The studio to read."""

    studio_id: Label[String]


class GetStudioResponse(Shape):
    """The studio."""

    studio: Studio


class ListStudiosRequest(Shape):
    """Which page of the studios."""

    next_token: Query[String] | None = None


class ListStudiosResponse(Shape):
    """A page of the studios."""

    studios: StudioList
    next_token: String | None = None


class StartStudioSSOConfigurationRepairRequest(Shape):
    """The studio whose sign-in to repair."""

    studio_id: Label[String]
    client_token: IdempotencyToken | None = None


class StartStudioSSOConfigurationRepairResponse(Shape):
    """The studio as its repair begins."""

    studio: Studio


class UpdateStudioRequest(Shape):
    """What to change of a studio; what is absent stays."""

    studio_id: Label[String]
    admin_role_arn: RoleArn | None = None
    client_token: IdempotencyToken | None = None
    display_name: StudioDisplayName | None = None
    user_role_arn: RoleArn | None = None


class UpdateStudioResponse(Shape):
    """The studio as its change begins."""

    studio: Studio
