"""A studio's configuration out of one studio, into another, and back again."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.running import Studio
from tests.support import require

from greenroom.cli.configuration.comparison import differing, settled
from greenroom.cli.configuration.document import (
    ComponentPart,
    ImagePart,
    ProfilePart,
    StreamPart,
    StudioDocument,
    StudioPart,
    read_document,
    write_document,
)
from greenroom.cli.failures import CommandError
from greenroom.wire import shapes

SCRIPT = "#!/bin/sh\necho 'mounting ünïcode'\n"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio with something of everything in it."""
    studio = _serving(tmp_path_factory, "source")
    try:
        _furnish(studio)
        yield studio
    finally:
        studio.close()


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio as it was founded, with the people of the other."""
    studio = _serving(tmp_path_factory, "target")
    try:
        for name in ("ada", "grace"):
            _run(studio, "user", "add", name)
        yield studio
    finally:
        studio.close()


def _serving(directories: pytest.TempPathFactory, name: str) -> Studio:
    require("restic")
    settings = {"GREENROOM_ENGINE": "simulated", "GREENROOM_VOLUMES": "copy"}
    return Studio(directories.mktemp(name) / "data", settings).found().serve()


def _run(studio: Studio, *words: str, fails: int = 0, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    done = studio.command(*words, "--data", str(studio.data), check=False, stdin=stdin)
    assert done.returncode == fails, (done.stdout, done.stderr)
    assert b"Traceback" not in done.stderr
    return done


def _furnish(studio: Studio) -> None:
    client, studio_id = studio.client(), studio.studio_id
    people = [json.loads(_run(studio, "user", "add", name, "--json").stdout) for name in ("ada", "grace")]
    client.accept_eulas(studioId=studio_id, eulaIds=["gJZLygd-Srq_5NNbSfiaLg"])
    image = client.create_streaming_image(
        studioId=studio_id, name="Rocky-Maya", ec2ImageId="ami-0123456789abcdef0", description="With Maya"
    )["streamingImage"]
    component = client.create_studio_component(
        studioId=studio_id,
        name="Show files",
        type="SHARED_FILE_SYSTEM",
        subtype="CUSTOM",
        configuration={"sharedFileSystemConfiguration": {"linuxMountPoint": "/mnt/show", "endpoint": "/srv/show"}},
        initializationScripts=[
            {
                "launchProfileProtocolVersion": "2021-03-31",
                "platform": "LINUX",
                "runContext": "SYSTEM_INITIALIZATION",
                "script": SCRIPT,
            }
        ],
        scriptParameters=[{"key": "SHOW", "value": "aurora"}],
        tags={"show": "aurora"},
    )["studioComponent"]
    quick = {"Delay": 0.1}
    client.get_waiter("streaming_image_ready").wait(
        studioId=studio_id, streamingImageId=image["streamingImageId"], WaiterConfig=quick
    )
    client.get_waiter("studio_component_ready").wait(
        studioId=studio_id, studioComponentId=component["studioComponentId"], WaiterConfig=quick
    )
    profile = client.create_launch_profile(
        studioId=studio_id,
        name="Compositing",
        description="For the show",
        ec2SubnetIds=["subnet-1"],
        launchProfileProtocolVersions=["2021-03-31"],
        studioComponentIds=[component["studioComponentId"]],
        streamConfiguration={
            "clipboardMode": "DISABLED",
            "ec2InstanceTypes": ["g5.2xlarge", "g4dn.xlarge"],
            "streamingImageIds": [image["streamingImageId"], studio.founding["streamingImageId"]],
            "sessionStorage": {"mode": ["UPLOAD"], "root": {"linux": "/home/uploads"}},
        },
        tags={"shot": "010"},
    )["launchProfile"]
    client.put_launch_profile_members(
        studioId=studio_id,
        launchProfileId=profile["launchProfileId"],
        identityStoreId="d-1",
        members=[{"persona": "USER", "principalId": person["principalId"]} for person in people],
    )


def _export(studio: Studio) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(_run(studio, "studio", "export").stdout)
    return content


def _file(directory: Path, content: dict[str, Any]) -> str:
    path = directory / "studio.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return str(path)


def test_an_export_reads_as_the_studio_does(source: Studio) -> None:
    content = _export(source)
    assert content["administrators"] == ["admin"]
    assert content["acceptedEulas"] == ["Mozilla-FireFox"]
    assert content["streamingImages"]["NimbleStudioLinuxStreamImage"] == {"owner": "amazon"}
    assert content["streamingImages"]["Rocky-Maya"] == {
        "ec2ImageId": "ami-0123456789abcdef0",
        "description": "With Maya",
    }
    profile = content["launchProfiles"]["Compositing"]
    assert profile["streamingImages"] == ["Rocky-Maya", "NimbleStudioLinuxStreamImage"]
    assert profile["studioComponents"] == ["Show files"]
    assert profile["members"] == ["ada", "grace"]
    text = _run(source, "studio", "export").stdout.decode()
    assert "script: |\n        #!/bin/sh\n        echo 'mounting ünïcode'\n" in text


def test_what_was_exported_changes_nothing_where_it_came_from(source: Studio, tmp_path: Path) -> None:
    file = tmp_path / "studio.yaml"
    _run(source, "studio", "export", "-o", str(file))
    done = _run(source, "studio", "import", str(file), "--yes")
    assert b"Nothing to change" in done.stdout


def test_an_import_makes_the_other_studio_the_same_and_then_changes_nothing(
    source: Studio, target: Studio, tmp_path: Path
) -> None:
    content = _export(source)
    file = _file(tmp_path, content)
    shown = _run(target, "studio", "import", file, fails=1, stdin=b"n\n").stdout.decode()
    assert "create" in shown
    assert "launch profile Compositing" in shown
    assert "Compositing" not in _export(target)["launchProfiles"], "refused, nothing was done"
    _run(target, "studio", "import", file, stdin=b"y\n")
    assert _export(target) == content
    assert b"Nothing to change" in _run(target, "studio", "import", file, "--yes").stdout


def test_changes_in_the_file_become_changes_of_the_studio(source: Studio, tmp_path: Path) -> None:
    content = _export(source)
    content["studio"]["tags"] = {"city": "Tromsø"}
    content["studio"]["displayName"] = "Aurora & Sons"
    content["streamingImages"]["Rocky-Maya"]["description"] = "With Maya 2024"
    content["acceptedEulas"].append("BlenderFoundation-Blender")
    content["administrators"].append("grace")
    component = content["studioComponents"]["Show files"]
    component["tags"] = {"show": "borealis", "new": "yes"}
    del component["scriptParameters"]
    component["description"] = "Now with words"
    profile = content["launchProfiles"]["Compositing"]
    profile["members"] = ["ada"]
    profile["streamConfiguration"]["maxSessionLengthInMinutes"] = 60
    profile["studioComponents"].append("Workstation")
    del profile["tags"]
    file = _file(tmp_path, content)
    _run(source, "studio", "import", file, "--yes")
    after = _export(source)
    assert after["studio"]["displayName"] == "Aurora & Sons"
    assert (
        "scriptParameters" not in after["studioComponents"]["Show files"]
        or not (after["studioComponents"]["Show files"]["scriptParameters"])
    )
    assert after["launchProfiles"]["Compositing"]["members"] == ["ada"]
    assert after["launchProfiles"]["Compositing"].get("tags", {}) == {}
    assert after["administrators"] == ["admin", "grace"]
    assert b"Nothing to change" in _run(source, "studio", "import", file, "--yes").stdout


def test_what_the_file_does_not_name_is_left_alone_and_told(source: Studio, tmp_path: Path) -> None:
    content = _export(source)
    del content["launchProfiles"]["Workstation-Default"]
    done = _run(source, "studio", "import", _file(tmp_path, content), "--yes")
    assert b"left alone: launch profile Workstation-Default" in done.stderr
    assert "Workstation-Default" in _export(source)["launchProfiles"]


def test_a_file_that_names_people_who_are_not_there_does_nothing(target: Studio, tmp_path: Path) -> None:
    content = _export(target)
    content["launchProfiles"]["Workstation-Default"]["members"] = ["admin", "nobody"]
    content["acceptedEulas"] = ["No-Such-Agreement"]
    done = _run(target, "studio", "import", _file(tmp_path, content), "--yes", fails=1)
    assert b"licence agreement No-Such-Agreement, user nobody" in done.stderr
    assert b"greenroom user add" in done.stderr


def test_what_the_api_refuses_is_told_with_what_was_done_before(target: Studio, tmp_path: Path) -> None:
    content = _export(target)
    content["studio"]["tags"] = {"done": "before"}
    content["streamingImages"]["Bad"] = {"ec2ImageId": "no such form"}
    done = _run(target, "studio", "import", _file(tmp_path, content), "--yes", fails=1)
    assert b"To create streaming image Bad was refused" in done.stderr
    assert b"The 1 changes before it are done" in done.stderr
    assert _export(target)["studio"]["tags"] == {"done": "before"}


def test_what_cannot_be_changed_is_refused_before_anything_is(target: Studio, tmp_path: Path) -> None:
    content = _export(target)
    content["launchProfiles"]["Workstation-Default"]["ec2SubnetIds"] = ["subnet-2"]
    done = _run(target, "studio", "import", _file(tmp_path, content), "--yes", fails=1)
    assert b"launch profile Workstation-Default cannot have ec2SubnetIds changed" in done.stderr


class TestDocuments:
    PROFILE = ProfilePart(
        streaming_images=["image"],
        studio_components=["component"],
        stream_configuration=StreamPart(
            clipboard_mode=shapes.StreamingClipboardMode.ENABLED,
            ec2_instance_types=[shapes.StreamingInstanceType.G4DN_XLARGE],
        ),
    )

    def test_one_comes_back_from_its_text_as_it_was(self) -> None:
        document = StudioDocument(
            version=1,
            studio=StudioPart(display_name="Aurora: & 'Sons'", tags={"yes": "no"}),
            streaming_images={"1": ImagePart(ec2_image_id="ami-1")},
            studio_components={
                "trailing space ": ComponentPart(
                    type=shapes.StudioComponentType.CUSTOM,
                    initialization_scripts=[shapes.StudioComponentInitializationScript(script=SCRIPT + "\tx  \n\n")],
                )
            },
            launch_profiles={"null": self.PROFILE},
        )
        assert read_document(write_document(document), "a file") == document

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("{", "a file is no YAML"),
            ("", "a file is no studio's configuration"),
            ("version: 2\nstudio: {}", "has version 2"),
            ("version: 1\nstudio: {dispalyName: x}", r"studio\.dispalyName is not known"),
            ("version: 1\nstudio: {}\nlaunchProfiles: {x: 1}", r"launchProfiles"),
            ("version: 1\nstudio: {}\nstudioComponents: {x: {type: SPACESHIP}}", "SPACESHIP"),
            (
                "version: 1\nstudio: {}\nstudioComponents: {x: {type: CUSTOM, initializationScripts: [{skript: x}]}}",
                r"studioComponents\.x\.initializationScripts\[0\]\.skript is not known",
            ),
        ],
    )
    def test_what_is_none_says_where_it_is_wrong(self, text: str, told: str) -> None:
        with pytest.raises(CommandError, match=told):
            read_document(text, "a file")

    def test_absence_and_emptiness_are_no_difference(self) -> None:
        bare = ComponentPart(type=shapes.StudioComponentType.CUSTOM)
        empty = ComponentPart(
            type=shapes.StudioComponentType.CUSTOM,
            description="",
            configuration=shapes.StudioComponentConfiguration(),
            script_parameters=[],
        )
        assert differing(bare, empty) == []

    def test_defaults_left_out_are_no_difference(self) -> None:
        said = settled(self.PROFILE)
        assert said.stream_configuration.max_session_length_in_minutes == 690
        assert differing(said, settled(said)) == []
