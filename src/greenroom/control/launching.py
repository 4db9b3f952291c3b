"""What a session is run with: the rules of its launch profile, as the engine takes them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from greenroom.control.world import World
from greenroom.engines.base import Script, SessionSpec
from greenroom.store import components, launch_profiles
from greenroom.studio.components import StudioComponent
from greenroom.studio.initializations import Initialization, ScriptToRun, initialization
from greenroom.studio.launch_profiles import LaunchProfile
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import ResourceState

PLATFORM = "LINUX"
"""What every session runs."""


def launch_spec(world: World, session: StreamingSession, volume: Path) -> SessionSpec:
    """All that the engine needs for the next start: the profile and its components as they are now."""
    with world.database.read() as connection:
        profile = launch_profiles.get(connection, session.launch_profile_id)
        found = components.get_several(connection, profile.studio_component_ids) if profile else {}
    spec = world.spec(session, volume)
    if profile is None:
        return spec
    used = [
        found[component_id]
        for component_id in profile.studio_component_ids
        if component_id in found and found[component_id].state is not ResourceState.DELETED
    ]
    return replace(spec, scripts=tuple(_scripts(profile, used)), script_timeout=world.script_timeout.total_seconds())


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
