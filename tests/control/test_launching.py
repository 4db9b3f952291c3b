"""What a session is run with, from its profile and components."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.api.calling import make_component
from tests.control.conftest import Stage
from tests.records import STUDIO_ID, make_launch_profile
from tests.support import START

from greenroom.control.launching import launch_spec
from greenroom.engines.base import EnginePermanentError, SessionSpec
from greenroom.store import components, images, launch_profiles
from greenroom.studio.components import (
    ComponentConfiguration,
    ComponentType,
    InitializationScript,
    RunContext,
    ScriptParameter,
    SharedFileSystem,
    StudioComponent,
)
from greenroom.studio.ids import new_id
from greenroom.studio.images import vendor_image
from greenroom.studio.status import SessionState, SessionStatusCode


def component(name: str, *scripts: InitializationScript, **members: Any) -> StudioComponent:
    return make_component(name=name, initialization_scripts=scripts, created_at=START, updated_at=START, **members)


def script(
    text: str, *, system: bool = False, platform: str | None = "LINUX", version: str = "2021-03-31"
) -> InitializationScript:
    return InitializationScript(
        launch_profile_protocol_version=version,
        platform=platform,
        run_context=RunContext.SYSTEM_INITIALIZATION if system else RunContext.USER_INITIALIZATION,
        script=text,
    )


def session_with(stage: Stage, *used: StudioComponent, **members: Any) -> str:
    """A session, created, of a profile that has these components."""
    now = stage.clock()
    with stage.database.write() as connection:
        for each in used:
            components.insert(connection, each)
        profile = make_launch_profile(
            studio_component_ids=[each.studio_component_id for each in used],
            created_at=now,
        )
        launch_profiles.insert(connection, profile)
    return stage.create(launch_profile_id=profile.launch_profile_id, **members)


def spec(stage: Stage, *used: StudioComponent, **members: Any) -> SessionSpec:
    session_id = session_with(stage, *used, **members)
    return launch_spec(stage.world, stage.session(session_id), stage.home(session_id))


def test_system_scripts_come_first_each_kind_in_the_profiles_order(stage: Stage) -> None:
    found = spec(
        stage,
        component("Maya", script("maya user"), script("maya system", system=True)),
        component("Licences", script("one", system=True), script("two", system=True)),
    )
    assert [(each.text, each.as_root) for each in found.scripts] == [
        ("maya system", True),
        ("one", True),
        ("two", True),
        ("maya user", False),
    ]
    assert found.scripts[2].name.startswith("system script 2 of the studio component Licences (")
    assert found.script_timeout == 300


def test_scripts_of_other_platforms_and_versions_do_not_run(stage: Stage) -> None:
    found = spec(
        stage,
        component(
            "Tools",
            script("windows", platform="WINDOWS"),
            script("future", version="2031-01-01"),
            script("any", platform=None),
        ),
    )
    assert [each.text for each in found.scripts] == ["any"]


def test_parameters_of_a_component_are_the_environment_of_its_scripts_alone(stage: Stage) -> None:
    found = spec(
        stage,
        component("Tools", script("one"), script_parameters=(ScriptParameter(key="LICENSE", value="27000@host"),)),
        component("Other", script("two")),
    )
    assert [dict(each.environment) for each in found.scripts] == [{"LICENSE": "27000@host"}, {}]


def test_neither_texts_nor_parameters_are_in_what_a_log_would_show(stage: Stage) -> None:
    found = spec(
        stage,
        component("Tools", script("hunter2"), script_parameters=(ScriptParameter(key="TOKEN", value="hunter3"),)),
    )
    assert "hunter" not in repr(found)


def test_a_script_that_fails_is_told_by_state_code_and_message(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_spec: SessionSpec) -> None:
        raise EnginePermanentError("The user script 1 …", status_code="INITIALIZATION_SCRIPT_ERROR")

    monkeypatch.setattr(stage.engine, "start", refuse)
    session = stage.session(session_with(stage, component("Tools", script("false"))))
    assert (session.state, session.status_code) == (
        SessionState.CREATE_FAILED,
        SessionStatusCode.INITIALIZATION_SCRIPT_ERROR,
    )
    assert session.status_message == "The user script 1 …"


def shared(name: str, **members: str) -> StudioComponent:
    return component(
        name,
        type=ComponentType.SHARED_FILE_SYSTEM,
        configuration=ComponentConfiguration(shared_file_system_configuration=SharedFileSystem(**members)),
    )


def test_a_shared_file_system_is_an_entry_of_the_servers_directory_and_nothing_else(stage: Stage) -> None:
    world = replace(stage.world, shared_directory=stage.directory / "shared")
    session_id = session_with(
        stage,
        shared("Shots", file_system_id="fs-01", linux_mount_point="$HOME/shots"),
        shared("Evil", endpoint="../../etc", linux_mount_point="/mnt/evil"),
        shared("Windows", endpoint="files.example.com", windows_mount_drive="Z"),
    )
    found = launch_spec(world, stage.session(session_id), stage.home(session_id))
    assert [(each.source, each.target) for each in found.shared] == [
        (stage.directory / "shared" / "fs-01", "$HOME/shots"),
        (stage.directory / "shared" / "etc", "/mnt/evil"),
    ]


def test_a_session_whose_shared_file_system_has_no_name_fails_and_says_so(stage: Stage) -> None:
    session = stage.session(session_with(stage, shared("Shots", linux_mount_point="/mnt/shots")))
    assert session.state is SessionState.CREATE_FAILED
    assert "Shots" in str(session.status_message)
    assert "fileSystemId" in str(session.status_message)


def test_the_instance_type_sets_the_limits(stage: Stage) -> None:
    limits = spec(stage, component("Tools"), ec2_instance_type="g4dn.xlarge").limits
    assert limits.cpus == min(4, os.cpu_count() or 1)
    assert limits.memory_bytes is not None
    assert limits.memory_bytes <= 16 * 1024**3


def test_an_unknown_instance_type_fails_and_says_so(stage: Stage) -> None:
    session = stage.session(session_with(stage, component("Tools"), ec2_instance_type="x1e.huge"))
    assert session.state is SessionState.CREATE_FAILED
    assert "The instance type x1e.huge is unknown" in str(session.status_message)


def test_a_registered_image_is_run_and_any_other_is_the_machines_own_system(stage: Stage) -> None:
    world = replace(stage.world, image_root={"ami-0maya": Path("/images/maya")}.get)
    image = replace(vendor_image(STUDIO_ID, START), ec2_image_id="ami-0maya")
    with stage.database.write() as connection:
        images.insert(connection, image)
    for streaming_image_id, root in ((image.streaming_image_id, "/images/maya"), (new_id(), "/")):
        session_id = session_with(stage, streaming_image_id=streaming_image_id)
        found = launch_spec(world, stage.session(session_id), stage.home(session_id))
        assert found.image_root == Path(root)
