"""The AWS CLI 1.33.44 against a real server: its queries, pages and waits, and the sample outputs that it ships."""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from benchmarks.seed import seed
from tests.conformance.command_line import AwsCli
from tests.running import Studio
from tests.server.simulated import house_of
from tests.support import unavailable

from greenroom.store import images
from greenroom.studio.ids import new_id

EXAMPLES = Path(str(files("awscli") / "examples" / "nimble"))
SEEDED = 230
SINCE = re.compile(
    # Members that the API got after the samples were taken (2022-01), of which the later ones are filled in.
    r"\.(automaticTerminationMode|sessionBackup|sessionPersistenceMode|sessionStorage|volumeConfiguration)\b"
    # Lists that are empty: the samples leave out these, and show others.
    r"|\.(initializationScripts|scriptParameters)$"
    # The sample of details is terse on what a profile refers to.
    r"|\.streamingImages\[\]\.(statusCode|statusMessage)$|\.studioComponentSummaries\[\]\.(created|updated)(At|By)$"
)
"""What an output may have beyond its sample."""


@pytest.fixture(scope="module")
def aws(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> AwsCli:
    """The program of this environment."""
    program = Path(sys.executable).with_name("aws")
    if not program.exists():
        unavailable("the AWS CLI is not installed")
    return AwsCli(program, studio, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def seeded(studio: Studio) -> int:
    """How many backups there are at least."""
    with house_of(studio) as house:
        seed(house, SEEDED, 1)
    return SEEDED


def test_a_session_is_created_stopped_started_tagged_and_deleted(aws: AwsCli, client: Any, studio: Studio) -> None:
    created = aws.of_studio(
        "create-streaming-session", "--launch-profile-id", studio.founding["launchProfileId"], "--tags", "shot=010"
    )["session"]
    assert created["state"] == "CREATE_IN_PROGRESS"
    one = ("--session-id", created["sessionId"])
    aws.run("wait", "streaming-session-ready", "--studio-id", studio.studio_id, *one)
    aws.json("tag-resource", "--resource-arn", created["arn"], "--tags", "take=3")
    aws.json("untag-resource", "--resource-arn", created["arn"], "--tag-keys", "shot")
    assert aws.json("list-tags-for-resource", "--resource-arn", created["arn"]) == {"tags": {"take": "3"}}
    assert aws.of_studio("stop-streaming-session", *one)["session"]["state"] == "STOP_IN_PROGRESS"
    studio.wait(client, "streaming_session_stopped", created["sessionId"])
    assert aws.of_studio("start-streaming-session", *one)["session"]["state"] == "START_IN_PROGRESS"
    studio.wait(client, "streaming_session_ready", created["sessionId"])
    shown = aws.of_studio(
        "get-streaming-session", *one, "--query", "session.{state: state, code: statusCode, owner: ownedBy}"
    )
    assert shown == {"state": "READY", "code": "STREAMING_SESSION_STARTED", "owner": created["ownedBy"]}
    assert aws.of_studio("delete-streaming-session", *one)["session"]["state"] == "DELETE_IN_PROGRESS"


def test_backups_are_listed_in_pages_of_any_size(aws: AwsCli, seeded: int) -> None:
    everything = aws.of_studio("list-streaming-session-backups")["streamingSessionBackups"]
    assert len(everything) >= seeded
    ids = aws.of_studio("list-streaming-session-backups", "--query", "streamingSessionBackups[].backupId")
    assert ids == [backup["backupId"] for backup in everything]
    first = aws.of_studio("list-streaming-session-backups", "--max-items", "120")
    assert len(first["streamingSessionBackups"]) == 120
    rest = aws.of_studio("list-streaming-session-backups", "--starting-token", first["NextToken"])
    assert [b["backupId"] for b in first["streamingSessionBackups"] + rest["streamingSessionBackups"]] == ids
    assert "NextToken" not in rest


def test_a_page_size_is_passed_on_where_the_operation_has_one(aws: AwsCli) -> None:
    arguments = ("--max-items", "2", "--query", "studioComponents[].studioComponentId")
    small = aws.of_studio("list-studio-components", "--page-size", "1", *arguments)
    assert small == aws.of_studio("list-studio-components", *arguments)


def test_a_query_picks_the_newest_backup_of_an_owner(aws: AwsCli, seeded: int, client: Any, studio: Studio) -> None:
    newest = client.list_streaming_session_backups(studioId=studio.studio_id)["streamingSessionBackups"][0]
    found = aws.of_studio(
        "list-streaming-session-backups",
        "--owned-by",
        newest["ownedBy"],
        "--query",
        "streamingSessionBackups[?state==`READY`] | [0].[sessionId, state]",
    )
    assert found[1] == "READY"


def test_a_table_and_text_are_printed(aws: AwsCli, studio: Studio) -> None:
    text = aws.run("list-studios", "--query", "studios[0].studioId", "--output", "text").stdout
    assert text.strip().startswith("us-west-2:stid-")
    assert "ListStudios" in aws.run("list-studios", "--output", "table").stdout


def test_an_error_is_told_by_its_name(aws: AwsCli, studio: Studio) -> None:
    done = aws.run("get-streaming-session", "--studio-id", studio.studio_id, "--session-id", "none", check=False)
    assert done.returncode == 255
    assert "An error occurred (ResourceNotFoundException) when calling the GetStreamingSession operation" in done.stderr


def example(name: str) -> tuple[list[str], Any]:
    """The command of a shipped example without its own ids, and its sample output."""
    text = (EXAMPLES / f"{name}.rst").read_text()
    options = re.findall(r"--([a-z-]+)", text.partition("Output::")[0])
    sample = text.partition("Output::")[2].partition("For more information")[0]
    # One sample is cut short by an ellipsis.
    return options, json.loads(re.sub(r",\s*\.\.\.\s*}", "]}", sample))


def image_with_eula(studio: Studio, eula_id: str) -> str:
    """The id of an image that comes with a licence agreement, which no operation can make."""
    with house_of(studio) as house, house.database.write() as connection:
        vendors = images.get(connection, studio.founding["streamingImageId"])
        assert vendors is not None
        image = replace(vendors, streaming_image_id=new_id(), eula_ids=(eula_id,))
        images.insert(connection, image)
    return image.streaming_image_id


@pytest.fixture(scope="module")
def given(aws: AwsCli, client: Any, studio: Studio) -> dict[str, str]:
    """What the examples speak of: a profile, a file system, an accepted agreement; their ids by option."""
    component = client.create_studio_component(
        studioId=studio.studio_id,
        name="Shots",
        description="Where the shots are",
        type="SHARED_FILE_SYSTEM",
        subtype="AMAZON_FSX_FOR_WINDOWS",
        ec2SecurityGroupIds=["sg-1"],
        configuration={
            "sharedFileSystemConfiguration": {
                "fileSystemId": "fs-1",
                "linuxMountPoint": "/mnt/shots",
                "shareName": "share",
                "windowsMountDrive": "Z",
            }
        },
    )["studioComponent"]
    eula_id = client.list_eulas()["eulas"][0]["eulaId"]
    client.accept_eulas(studioId=studio.studio_id, eulaIds=[eula_id])
    image_id = image_with_eula(studio, eula_id)
    profile = client.create_launch_profile(
        studioId=studio.studio_id,
        name="Render",
        description="For render workers",
        ec2SubnetIds=["subnet-1"],
        launchProfileProtocolVersions=["2021-03-31"],
        studioComponentIds=[component["studioComponentId"]],
        streamConfiguration={
            "clipboardMode": "ENABLED",
            "ec2InstanceTypes": ["g4dn.4xlarge"],
            "streamingImageIds": [image_id],
        },
    )["launchProfile"]
    client.get_waiter("launch_profile_ready").wait(
        studioId=studio.studio_id,
        launchProfileId=profile["launchProfileId"],
        WaiterConfig={"Delay": 0.05, "MaxAttempts": 200},
    )
    return {"studio-id": studio.studio_id, "launch-profile-id": profile["launchProfileId"], "eula-id": eula_id}


def shape(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """The path and JSON type of everything in an output; of lists, what their elements are; of tags, that they are."""
    if isinstance(value, dict):
        yield at, "object"
        for key, item in value.items():
            yield from shape(item if key != "tags" else {}, f"{at}.{key}")
    elif isinstance(value, list):
        yield at, "list"
        for item in value:
            yield from shape(item, f"{at}[]")
    else:
        yield at, type(value).__name__


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.rst")))
def test_a_shipped_example_prints_what_its_sample_shows(aws: AwsCli, given: dict[str, str], name: str) -> None:
    options, sample = example(name)
    arguments = [part for option in options for part in (f"--{option}", given[option])]
    printed = aws.json(name, *arguments)
    assert list(printed) == list(sample)
    assert set(shape(sample)) - set(shape(printed)) == set()
    assert {path for path, _ in set(shape(printed)) - set(shape(sample)) if not SINCE.search(path)} == set()
