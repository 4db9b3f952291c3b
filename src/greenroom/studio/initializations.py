"""What a machine needs to become a session of a launch profile, looked up for one platform (facts sheet 3.2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from greenroom.studio.components import (
    ActiveDirectory,
    ComponentType,
    InitializationScript,
    RunContext,
    StudioComponent,
)
from greenroom.studio.errors import Invalid
from greenroom.studio.launch_profiles import LaunchProfile


@dataclass(frozen=True, slots=True)
class ScriptToRun:
    """A script, and the component that it comes from."""

    script: str
    component: StudioComponent


@dataclass(frozen=True, slots=True)
class Initialization:
    """A profile with everything that it refers to looked up."""

    profile: LaunchProfile
    platform: str
    protocol_version: str
    security_group_ids: Sequence[str]
    """Of all components, each once, in the profile's order."""
    system_scripts: Sequence[ScriptToRun]
    """To run as root of the session, in the profile's order."""
    user_scripts: Sequence[ScriptToRun]
    """To run as the session's user, in the profile's order."""
    active_directory: tuple[StudioComponent, ActiveDirectory] | None
    """The component of the directory that the machine joins, and its configuration."""


def choose_protocol_version(profile: LaunchProfile, offered: Iterable[str]) -> str:
    """The newest version that both sides know. Raises Invalid where there is none."""
    common = set(profile.launch_profile_protocol_versions) & set(offered)
    if not common:
        raise Invalid(
            f"launchProfileProtocolVersions: the launch profile {profile.launch_profile_id} knows "
            f"{', '.join(profile.launch_profile_protocol_versions) or 'none'}, and none of these was offered.",
            code="NO_COMMON_PROTOCOL_VERSION",
            resourceId=profile.launch_profile_id,
        )
    return max(common)


def initialization(
    profile: LaunchProfile, components: Sequence[StudioComponent], *, platform: str, protocol_version: str
) -> Initialization:
    """`components` are the profile's, in its order."""
    scripts = [
        (script, component)
        for component in components
        for script in component.initialization_scripts
        if script.script and _fits(script, platform, protocol_version)
    ]
    directories = [
        (component, component.configuration.active_directory_configuration)
        for component in components
        if component.type is ComponentType.ACTIVE_DIRECTORY
        and component.configuration is not None
        and component.configuration.active_directory_configuration is not None
    ]
    groups = [group for component in components for group in component.ec2_security_group_ids]
    return Initialization(
        profile=profile,
        platform=platform,
        protocol_version=protocol_version,
        security_group_ids=list(dict.fromkeys(groups)),
        system_scripts=[
            ScriptToRun(script.script or "", component)
            for script, component in scripts
            if script.run_context is not RunContext.USER_INITIALIZATION
        ],
        user_scripts=[
            ScriptToRun(script.script or "", component)
            for script, component in scripts
            if script.run_context is RunContext.USER_INITIALIZATION
        ],
        active_directory=directories[0] if directories else None,
    )


def _fits(script: InitializationScript, platform: str, protocol_version: str) -> bool:
    return script.platform in (None, platform) and script.launch_profile_protocol_version in (None, protocol_version)
