"""What a machine needs to become a session of a launch profile."""

from typing import Annotated

from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.launch_profiles import LaunchProfileId, LaunchProfileName
from greenroom.wire.shapes.scalars import RoleArn, SecurityGroupId, String, StringList
from greenroom.wire.shapes.studio_components import (
    ActiveDirectoryComputerAttributeList,
    ActiveDirectoryOrganizationalUnitDistinguishedName,
    DirectoryId,
    LaunchProfilePlatform,
    LaunchProfileProtocolVersion,
    StudioComponentId,
    StudioComponentInitializationScriptContent,
    StudioComponentName,
)
from greenroom.wire.traits import Label, ListOf, Query, Text

__all__ = [
    "ActiveDirectoryDnsIpAddress",
    "ActiveDirectoryDnsIpAddressList",
    "GetLaunchProfileInitializationRequest",
    "GetLaunchProfileInitializationResponse",
    "LaunchProfileInitialization",
    "LaunchProfileInitializationActiveDirectory",
    "LaunchProfileInitializationScript",
    "LaunchProfileInitializationScriptList",
    "LaunchProfileSecurityGroupIdList",
    "LaunchPurpose",
]


ActiveDirectoryDnsIpAddress = Annotated[str, Text("ActiveDirectoryDnsIpAddress")]
LaunchPurpose = Annotated[str, Text("LaunchPurpose", min_length=0, max_length=64, pattern="^[A-Z0-9_]+$")]
ActiveDirectoryDnsIpAddressList = Annotated[
    list[ActiveDirectoryDnsIpAddress], ListOf("ActiveDirectoryDnsIpAddressList", min_items=0, max_items=10)
]


class LaunchProfileInitializationActiveDirectory(Shape):
    """The directory that the machine joins."""

    computer_attributes: ActiveDirectoryComputerAttributeList | None = None
    directory_id: DirectoryId | None = None
    directory_name: String | None = None
    dns_ip_addresses: ActiveDirectoryDnsIpAddressList | None = None
    organizational_unit_distinguished_name: ActiveDirectoryOrganizationalUnitDistinguishedName | None = None
    studio_component_id: StudioComponentId | None = None
    studio_component_name: StudioComponentName | None = None


class LaunchProfileInitializationScript(Shape):
    """A script to run, and the component that it comes from."""

    runtime_role_arn: RoleArn | None = None
    script: StudioComponentInitializationScriptContent | None = None
    secure_initialization_role_arn: RoleArn | None = None
    studio_component_id: StudioComponentId | None = None
    studio_component_name: StudioComponentName | None = None


LaunchProfileInitializationScriptList = Annotated[
    list[LaunchProfileInitializationScript], ListOf("LaunchProfileInitializationScriptList")
]
LaunchProfileSecurityGroupIdList = Annotated[
    list[SecurityGroupId], ListOf("LaunchProfileSecurityGroupIdList", min_items=1)
]


class LaunchProfileInitialization(Shape):
    """A launch profile with everything that it refers to looked up, for one platform and purpose."""

    active_directory: LaunchProfileInitializationActiveDirectory | None = None
    ec2_security_group_ids: LaunchProfileSecurityGroupIdList | None = None
    launch_profile_id: LaunchProfileId | None = None
    launch_profile_protocol_version: LaunchProfileProtocolVersion | None = None
    launch_purpose: LaunchPurpose | None = None
    name: LaunchProfileName | None = None
    platform: LaunchProfilePlatform | None = None
    system_initialization_scripts: LaunchProfileInitializationScriptList | None = None
    user_initialization_scripts: LaunchProfileInitializationScriptList | None = None


class GetLaunchProfileInitializationRequest(Shape):
    """The launch profile, and the machine that asks."""

    launch_profile_id: Label[String]
    launch_profile_protocol_versions: Query[StringList]
    launch_purpose: Query[String]
    platform: Query[String]
    studio_id: Label[String]


class GetLaunchProfileInitializationResponse(Shape):
    """What the machine needs."""

    launch_profile_initialization: LaunchProfileInitialization | None = None
