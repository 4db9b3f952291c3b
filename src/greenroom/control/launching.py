"""What a session is run with: the rules of its launch profile, as the engine takes them."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from greenroom.control.world import World
from greenroom.engines.base import EnginePermanentError, Script, SessionLimits, SessionSpec, SharedDirectory
from greenroom.store import components, images, launch_profiles
from greenroom.studio.components import ComponentType, StudioComponent, entry_names
from greenroom.studio.initializations import Initialization, ScriptToRun, initialization
from greenroom.studio.instance_types import INSTANCE_TYPES, share_of
from greenroom.studio.launch_profiles import LaunchProfile
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import ResourceState

PLATFORM = "LINUX"
"""What every session runs."""


def launch_spec(world: World, session: StreamingSession, volume: Path) -> SessionSpec:
    """All that the engine needs for the next start: the profile and its components as they are now.

    Raises EnginePermanentError for what no engine could run.
    """
    with world.database.read() as connection:
        image = images.get(connection, session.streaming_image_id)
        profile = launch_profiles.get(connection, session.launch_profile_id)
        found = components.get_several(connection, profile.studio_component_ids) if profile else {}
    spec = replace(world.spec(session, volume), limits=_limits(session.ec2_instance_type), outbound=world.outbound)
    root = world.image_root(image.ec2_image_id) if image else None
    if root is not None:
        spec = replace(spec, image_root=root)
    if profile is None:
        return spec
    used = [
        found[component_id]
        for component_id in profile.studio_component_ids
        if component_id in found and found[component_id].state is not ResourceState.DELETED
    ]
    return replace(
        spec,
        shared=tuple(_shared(world.shared_directory, used)),
        scripts=tuple(_scripts(profile, used)),
        script_timeout=world.script_timeout.total_seconds(),
    )


def _limits(instance_type: str) -> SessionLimits:
    """Raises EnginePermanentError for a type that nobody knows."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        share = share_of(instance_type, machine_cpus=os.cpu_count() or 1, machine_memory=machine)
    except KeyError:
        raise EnginePermanentError(
            f"The instance type {instance_type} is unknown; take one of: {', '.join(INSTANCE_TYPES)}.",
            reason="instance-type-unknown",
        ) from None
    return SessionLimits(cpus=share.cpus, memory_bytes=share.memory_bytes)


def _shared(directory: Path, used: Sequence[StudioComponent]) -> Iterator[SharedDirectory]:
    """The file systems that Linux sessions mount, each an entry of that directory of the server's."""
    for component in used:
        shared = component.configuration and component.configuration.shared_file_system_configuration
        if component.type is ComponentType.SHARED_FILE_SYSTEM and shared and shared.linux_mount_point:
            name = f"{component.name} ({component.studio_component_id})"
            keys = entry_names(shared)
            if not keys:
                raise EnginePermanentError(
                    f"The shared file system of the studio component {name} names neither a fileSystemId nor an "
                    "endpoint, by which the server could know it.",
                    reason="shared-file-system",
                )
            present = [key for key in keys if (directory / key).exists()]
            yield SharedDirectory(name, directory / (present or keys)[0], shared.linux_mount_point)


def _scripts(profile: LaunchProfile, used: Sequence[StudioComponent]) -> Iterator[Script]:
    """System scripts, then user scripts, each kind in the profile's order of components."""
    version = max(profile.launch_profile_protocol_versions, default="")
    wanted: Initialization = initialization(profile, used, platform=PLATFORM, protocol_version=version)
    yield from _named(wanted.system_scripts, "system", as_root=True)
    yield from _named(wanted.user_scripts, "user", as_root=False)


def _named(scripts: Sequence[ScriptToRun], kind: str, *, as_root: bool) -> Iterator[Script]:
    """Each with a name that tells a person which it is: of which component, and the how manieth of that one."""
    counts: dict[str, int] = {}
    for found in scripts:
        component = found.component
        number = counts[component.studio_component_id] = counts.get(component.studio_component_id, 0) + 1
        parameters = {each.key: each.value or "" for each in component.script_parameters if each.key}
        name = f"{kind} script {number} of the studio component {component.name} ({component.studio_component_id})"
        yield Script(name, found.script, as_root=as_root, environment=parameters)
