"""Studio components: directories, file systems, farms, licence servers and scripts that sessions use."""

from enum import StrEnum
from typing import Annotated

from greenroom.wire.shapes.base import Shape, UnionShape
from greenroom.wire.shapes.scalars import (
    IdempotencyToken,
    MaxResults,
    RoleArn,
    SecurityGroupId,
    SensitiveString,
    String,
    Tags,
    Timestamp,
)
from greenroom.wire.traits import Label, ListOf, Query, Text

__all__ = [
    "ActiveDirectoryComputerAttribute",
    "ActiveDirectoryComputerAttributeList",
    "ActiveDirectoryComputerAttributeName",
    "ActiveDirectoryComputerAttributeValue",
    "ActiveDirectoryConfiguration",
    "ActiveDirectoryOrganizationalUnitDistinguishedName",
    "ComputeFarmConfiguration",
    "CreateStudioComponentRequest",
    "CreateStudioComponentResponse",
    "DeleteStudioComponentRequest",
    "DeleteStudioComponentResponse",
    "DirectoryId",
    "GetStudioComponentRequest",
    "GetStudioComponentResponse",
    "LaunchProfilePlatform",
    "LaunchProfileProtocolVersion",
    "LicenseServiceConfiguration",
    "LinuxMountPoint",
    "ListStudioComponentsRequest",
    "ListStudioComponentsResponse",
    "ScriptParameterKey",
    "ScriptParameterKeyValue",
    "ScriptParameterValue",
    "SharedFileSystemConfiguration",
    "StudioComponent",
    "StudioComponentConfiguration",
    "StudioComponentDescription",
    "StudioComponentId",
    "StudioComponentInitializationScript",
    "StudioComponentInitializationScriptContent",
    "StudioComponentInitializationScriptList",
    "StudioComponentInitializationScriptRunContext",
    "StudioComponentList",
    "StudioComponentName",
    "StudioComponentScriptParameterKeyValueList",
    "StudioComponentSecurityGroupIdList",
    "StudioComponentState",
    "StudioComponentStateList",
    "StudioComponentStatusCode",
    "StudioComponentSubtype",
    "StudioComponentSummary",
    "StudioComponentSummaryList",
    "StudioComponentType",
    "StudioComponentTypeList",
    "UpdateStudioComponentRequest",
    "UpdateStudioComponentResponse",
    "WindowsMountDrive",
]


ActiveDirectoryComputerAttributeName = Annotated[
    str, Text("ActiveDirectoryComputerAttributeName", min_length=1, max_length=40)
]
ActiveDirectoryComputerAttributeValue = Annotated[
    str, Text("ActiveDirectoryComputerAttributeValue", min_length=1, max_length=64)
]
ActiveDirectoryOrganizationalUnitDistinguishedName = Annotated[
    str, Text("ActiveDirectoryOrganizationalUnitDistinguishedName", min_length=1, max_length=2000)
]
DirectoryId = Annotated[str, Text("DirectoryId")]
LaunchProfileProtocolVersion = Annotated[
    str, Text("LaunchProfileProtocolVersion", min_length=0, max_length=10, pattern=r"^2021\-03\-31$")
]
LinuxMountPoint = Annotated[
    str,
    Text("LinuxMountPoint", min_length=0, max_length=128, pattern=r"^(/?|(\$HOME)?(/[^/\n\s\\]+)*)$", sensitive=True),
]
ScriptParameterKey = Annotated[
    str, Text("ScriptParameterKey", min_length=1, max_length=64, pattern="^[a-zA-Z_][a-zA-Z0-9_]+$")
]
ScriptParameterValue = Annotated[str, Text("ScriptParameterValue", min_length=1, max_length=256)]
StudioComponentDescription = Annotated[
    str, Text("StudioComponentDescription", min_length=0, max_length=256, sensitive=True)
]
StudioComponentId = Annotated[str, Text("StudioComponentId", min_length=0, max_length=22, pattern="^[a-zA-Z0-9-_]*$")]
StudioComponentInitializationScriptContent = Annotated[
    str, Text("StudioComponentInitializationScriptContent", min_length=1, max_length=5120, sensitive=True)
]
StudioComponentName = Annotated[str, Text("StudioComponentName", min_length=0, max_length=64, sensitive=True)]
WindowsMountDrive = Annotated[str, Text("WindowsMountDrive", pattern="^[A-Z]$")]


class LaunchProfilePlatform(StrEnum):
    """An operating system."""

    LINUX = "LINUX"
    WINDOWS = "WINDOWS"


class StudioComponentInitializationScriptRunContext(StrEnum):
    """As whom a script runs."""

    SYSTEM_INITIALIZATION = "SYSTEM_INITIALIZATION"
    USER_INITIALIZATION = "USER_INITIALIZATION"


class StudioComponentState(StrEnum):
    """Where a component is in its life."""

    CREATE_IN_PROGRESS = "CREATE_IN_PROGRESS"
    READY = "READY"
    UPDATE_IN_PROGRESS = "UPDATE_IN_PROGRESS"
    DELETE_IN_PROGRESS = "DELETE_IN_PROGRESS"
    DELETED = "DELETED"
    DELETE_FAILED = "DELETE_FAILED"
    CREATE_FAILED = "CREATE_FAILED"
    UPDATE_FAILED = "UPDATE_FAILED"


class StudioComponentStatusCode(StrEnum):
    """What led to a component's state."""

    ACTIVE_DIRECTORY_ALREADY_EXISTS = "ACTIVE_DIRECTORY_ALREADY_EXISTS"
    STUDIO_COMPONENT_CREATED = "STUDIO_COMPONENT_CREATED"
    STUDIO_COMPONENT_UPDATED = "STUDIO_COMPONENT_UPDATED"
    STUDIO_COMPONENT_DELETED = "STUDIO_COMPONENT_DELETED"
    ENCRYPTION_KEY_ACCESS_DENIED = "ENCRYPTION_KEY_ACCESS_DENIED"
    ENCRYPTION_KEY_NOT_FOUND = "ENCRYPTION_KEY_NOT_FOUND"
    STUDIO_COMPONENT_CREATE_IN_PROGRESS = "STUDIO_COMPONENT_CREATE_IN_PROGRESS"
    STUDIO_COMPONENT_UPDATE_IN_PROGRESS = "STUDIO_COMPONENT_UPDATE_IN_PROGRESS"
    STUDIO_COMPONENT_DELETE_IN_PROGRESS = "STUDIO_COMPONENT_DELETE_IN_PROGRESS"
    INTERNAL_ERROR = "INTERNAL_ERROR"


class StudioComponentSubtype(StrEnum):
    """The make of a component."""

    AWS_MANAGED_MICROSOFT_AD = "AWS_MANAGED_MICROSOFT_AD"
    AMAZON_FSX_FOR_WINDOWS = "AMAZON_FSX_FOR_WINDOWS"
    AMAZON_FSX_FOR_LUSTRE = "AMAZON_FSX_FOR_LUSTRE"
    CUSTOM = "CUSTOM"


class StudioComponentType(StrEnum):
    """What a component is."""

    ACTIVE_DIRECTORY = "ACTIVE_DIRECTORY"
    SHARED_FILE_SYSTEM = "SHARED_FILE_SYSTEM"
    COMPUTE_FARM = "COMPUTE_FARM"
    LICENSE_SERVICE = "LICENSE_SERVICE"
    CUSTOM = "CUSTOM"


class ActiveDirectoryComputerAttribute(Shape):
    """An attribute of the computer accounts that sessions get."""

    name: ActiveDirectoryComputerAttributeName | None = None
    value: ActiveDirectoryComputerAttributeValue | None = None


ActiveDirectoryComputerAttributeList = Annotated[
    list[ActiveDirectoryComputerAttribute],
    ListOf("ActiveDirectoryComputerAttributeList", min_items=0, max_items=50, sensitive=True),
]


class ActiveDirectoryConfiguration(Shape):
    """A directory that sessions join."""

    computer_attributes: ActiveDirectoryComputerAttributeList | None = None
    directory_id: DirectoryId | None = None
    organizational_unit_distinguished_name: ActiveDirectoryOrganizationalUnitDistinguishedName | None = None


class ComputeFarmConfiguration(Shape):
    """A render farm that sessions use."""

    active_directory_user: String | None = None
    endpoint: SensitiveString | None = None


class LicenseServiceConfiguration(Shape):
    """A licence server that sessions use."""

    endpoint: SensitiveString | None = None


class ScriptParameterKeyValue(Shape):
    """A parameter that scripts find in their environment."""

    key: ScriptParameterKey | None = None
    value: ScriptParameterValue | None = None


class SharedFileSystemConfiguration(Shape):
    """A file system that sessions mount."""

    endpoint: SensitiveString | None = None
    file_system_id: String | None = None
    linux_mount_point: LinuxMountPoint | None = None
    share_name: SensitiveString | None = None
    windows_mount_drive: WindowsMountDrive | None = None


class StudioComponentConfiguration(UnionShape):
    """The configuration of a component, by its type."""

    active_directory_configuration: ActiveDirectoryConfiguration | None = None
    compute_farm_configuration: ComputeFarmConfiguration | None = None
    license_service_configuration: LicenseServiceConfiguration | None = None
    shared_file_system_configuration: SharedFileSystemConfiguration | None = None


class StudioComponentInitializationScript(Shape):
    """A script that sessions run when they start."""

    launch_profile_protocol_version: LaunchProfileProtocolVersion | None = None
    platform: LaunchProfilePlatform | None = None
    run_context: StudioComponentInitializationScriptRunContext | None = None
    script: StudioComponentInitializationScriptContent | None = None


StudioComponentInitializationScriptList = Annotated[
    list[StudioComponentInitializationScript], ListOf("StudioComponentInitializationScriptList")
]
StudioComponentScriptParameterKeyValueList = Annotated[
    list[ScriptParameterKeyValue],
    ListOf("StudioComponentScriptParameterKeyValueList", min_items=0, max_items=30, sensitive=True),
]
StudioComponentSecurityGroupIdList = Annotated[
    list[SecurityGroupId], ListOf("StudioComponentSecurityGroupIdList", min_items=0, max_items=30)
]


class StudioComponent(Shape):
    """Something that sessions use: a directory, a file system, a farm, a licence server, scripts."""

    arn: String | None = None
    configuration: StudioComponentConfiguration | None = None
    created_at: Timestamp | None = None
    created_by: String | None = None
    description: StudioComponentDescription | None = None
    ec2_security_group_ids: StudioComponentSecurityGroupIdList | None = None
    initialization_scripts: StudioComponentInitializationScriptList | None = None
    name: StudioComponentName | None = None
    runtime_role_arn: RoleArn | None = None
    script_parameters: StudioComponentScriptParameterKeyValueList | None = None
    secure_initialization_role_arn: RoleArn | None = None
    state: StudioComponentState | None = None
    status_code: StudioComponentStatusCode | None = None
    status_message: String | None = None
    studio_component_id: StudioComponentId | None = None
    subtype: StudioComponentSubtype | None = None
    tags: Tags | None = None
    type: StudioComponentType | None = None
    updated_at: Timestamp | None = None
    updated_by: String | None = None


StudioComponentList = Annotated[list[StudioComponent], ListOf("StudioComponentList", min_items=0, max_items=50)]
StudioComponentStateList = Annotated[list[StudioComponentState], ListOf("StudioComponentStateList")]


class StudioComponentSummary(Shape):
    """A component without its configuration."""

    created_at: Timestamp | None = None
    created_by: String | None = None
    description: StudioComponentDescription | None = None
    name: StudioComponentName | None = None
    studio_component_id: StudioComponentId | None = None
    subtype: StudioComponentSubtype | None = None
    type: StudioComponentType | None = None
    updated_at: Timestamp | None = None
    updated_by: String | None = None


StudioComponentSummaryList = Annotated[list[StudioComponentSummary], ListOf("StudioComponentSummaryList")]
StudioComponentTypeList = Annotated[list[StudioComponentType], ListOf("StudioComponentTypeList")]


class CreateStudioComponentRequest(Shape):
    """A component to create."""

    name: StudioComponentName
    studio_id: Label[String]
    type: StudioComponentType
    client_token: IdempotencyToken | None = None
    configuration: StudioComponentConfiguration | None = None
    description: StudioComponentDescription | None = None
    ec2_security_group_ids: StudioComponentSecurityGroupIdList | None = None
    initialization_scripts: StudioComponentInitializationScriptList | None = None
    runtime_role_arn: RoleArn | None = None
    script_parameters: StudioComponentScriptParameterKeyValueList | None = None
    secure_initialization_role_arn: RoleArn | None = None
    subtype: StudioComponentSubtype | None = None
    tags: Tags | None = None


class CreateStudioComponentResponse(Shape):
    """The component as it begins."""

    studio_component: StudioComponent | None = None


class DeleteStudioComponentRequest(Shape):
    """The component to delete."""

    studio_component_id: Label[String]
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None


class DeleteStudioComponentResponse(Shape):
    """The component as it goes."""

    studio_component: StudioComponent | None = None


class GetStudioComponentRequest(Shape):
    """The component to read."""

    studio_component_id: Label[String]
    studio_id: Label[String]


class GetStudioComponentResponse(Shape):
    """The component."""

    studio_component: StudioComponent | None = None


class ListStudioComponentsRequest(Shape):
    """Which components, and which page of them."""

    studio_id: Label[String]
    max_results: Query[MaxResults] | None = None
    next_token: Query[String] | None = None
    states: Query[StudioComponentStateList] | None = None
    types: Query[StudioComponentTypeList] | None = None


class ListStudioComponentsResponse(Shape):
    """A page of the components."""

    next_token: String | None = None
    studio_components: StudioComponentList | None = None


class UpdateStudioComponentRequest(Shape):
    """What to change of a component; what is absent stays."""

    studio_component_id: Label[String]
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None
    configuration: StudioComponentConfiguration | None = None
    description: StudioComponentDescription | None = None
    ec2_security_group_ids: StudioComponentSecurityGroupIdList | None = None
    initialization_scripts: StudioComponentInitializationScriptList | None = None
    name: StudioComponentName | None = None
    runtime_role_arn: RoleArn | None = None
    script_parameters: StudioComponentScriptParameterKeyValueList | None = None
    secure_initialization_role_arn: RoleArn | None = None
    subtype: StudioComponentSubtype | None = None
    type: StudioComponentType | None = None


class UpdateStudioComponentResponse(Shape):
    """The component as its change begins."""

    studio_component: StudioComponent | None = None
