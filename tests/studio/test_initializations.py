"""What a machine needs to become a session: scripts for its platform, in the profile's order, each as whom it says."""

from collections.abc import Sequence

import pytest
from tests.records import make_launch_profile
from tests.support import START

from greenroom.studio.components import (
    STUDIO_COMPONENTS,
    ActiveDirectory,
    ComponentConfiguration,
    ComponentType,
    InitializationScript,
    RunContext,
    StudioComponent,
)
from greenroom.studio.errors import Invalid
from greenroom.studio.initializations import Initialization, choose_protocol_version, initialization

SYSTEM, USER = RunContext.SYSTEM_INITIALIZATION, RunContext.USER_INITIALIZATION


def component(
    name: str,
    *scripts: InitializationScript,
    groups: Sequence[str] = (),
    kind: ComponentType = ComponentType.CUSTOM,
    configuration: ComponentConfiguration | None = None,
) -> StudioComponent:
    return StudioComponent(
        studio_component_id=name,
        studio_id="us-west-2:stid-1",
        name=name,
        description=None,
        type=kind,
        subtype=None,
        configuration=configuration,
        ec2_security_group_ids=tuple(groups),
        initialization_scripts=scripts,
        script_parameters=(),
        runtime_role_arn=None,
        secure_initialization_role_arn=None,
        **STUDIO_COMPONENTS.creation.done._asdict(),
        created_at=START,
        created_by="p-1",
        updated_at=START,
        updated_by="p-1",
    )


def script(text: str, context: RunContext | None = SYSTEM, **more: str) -> InitializationScript:
    return InitializationScript(script=text, run_context=context, **more)


def looked_up(*components: StudioComponent) -> Initialization:
    return initialization(make_launch_profile(), components, platform="LINUX", protocol_version="2021-03-31")


def test_scripts_run_in_the_profiles_order_each_as_whom_it_says() -> None:
    first = component("first", script("a"), script("b", USER))
    second = component("second", script("c", USER), script("d"))
    found = looked_up(first, second)
    assert [(each.script, each.component.name) for each in found.system_scripts] == [("a", "first"), ("d", "second")]
    assert [(each.script, each.component.name) for each in found.user_scripts] == [("b", "first"), ("c", "second")]


def test_scripts_of_another_platform_or_protocol_and_empty_ones_are_left_out() -> None:
    found = looked_up(
        component(
            "one",
            script("linux", platform="LINUX"),
            script("windows", platform="WINDOWS"),
            script("now", launch_profile_protocol_version="2021-03-31"),
            script("later", launch_profile_protocol_version="2099-01-01"),
            script(""),
        )
    )
    assert [each.script for each in found.system_scripts] == ["linux", "now"]


def test_a_security_group_that_several_have_is_there_once() -> None:
    found = looked_up(component("one", groups=("sg-2", "sg-1")), component("two", groups=("sg-1", "sg-3")))
    assert found.security_group_ids == ["sg-2", "sg-1", "sg-3"]


def test_the_first_directory_is_joined() -> None:
    def directory(name: str) -> StudioComponent:
        joined = ComponentConfiguration(active_directory_configuration=ActiveDirectory(directory_id=name))
        return component(name, kind=ComponentType.ACTIVE_DIRECTORY, configuration=joined)

    assert looked_up(component("none")).active_directory is None
    found = looked_up(component("none"), directory("d-1"), directory("d-2")).active_directory
    assert found is not None
    assert (found[0].name, found[1].directory_id) == ("d-1", "d-1")


def test_the_newest_protocol_that_both_know_is_chosen() -> None:
    profile = make_launch_profile(launch_profile_protocol_versions=("2021-03-31", "2022-01-01"))
    assert choose_protocol_version(profile, ["2021-03-31", "2022-01-01", "2030-01-01"]) == "2022-01-01"
    with pytest.raises(Invalid, match="none of these was offered") as caught:
        choose_protocol_version(profile, ["2030-01-01"])
    assert caught.value.code == "NO_COMMON_PROTOCOL_VERSION"
