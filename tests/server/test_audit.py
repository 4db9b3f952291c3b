"""The audit over the wire: what an event tells, what it hides, and that no answered change is without one."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.running import Studio
from tests.server.raw import Request, ask
from tests.server.signing import Signer
from tests.server.simulated import copied, house_of, serving
from tests.support import wait_until

from greenroom.server.audit import reading
from greenroom.server.audit.masking import MASK, masked
from greenroom.server.founding import add_user, create_key
from greenroom.wire import shapes

Find = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def audited(studio: Studio) -> Find:
    """The events of that name, newest first, once there is one that fits."""

    def find(name: str, **members: object) -> list[dict[str, Any]]:
        def fitting() -> list[dict[str, Any]]:
            return [
                event
                for event in reading.events(studio.data / "audit")
                if event["eventName"] == name and all(event.get(key) == value for key, value in members.items())
            ]

        return wait_until(fitting, what=f"an event {name} with {members}")

    return find


def test_a_read_tells_who_asked_for_what_from_where_and_why_they_might(studio: Studio, audited: Find) -> None:
    answer = studio.client().list_streaming_session_backups(studioId=studio.studio_id, ownedBy="who-is-this")
    (event,) = audited("ListStreamingSessionBackups", requestID=answer["ResponseMetadata"]["RequestId"])
    assert event["userIdentity"]["type"] == "IAMUser"
    assert event["userIdentity"]["userName"] == "admin"
    assert event["userIdentity"]["accessKeyId"] == studio.founding["accessKeyId"]
    assert event["sourceIPAddress"] == "127.0.0.1"
    assert event["userAgent"].startswith("Boto3/")
    assert event["eventSource"] == "nimble.amazonaws.com"
    assert event["requestParameters"] == {"studioId": studio.studio_id, "ownedBy": "who-is-this"}
    assert event["resources"][0]["ARN"].endswith(":studio/" + studio.studio_id.split(":")[1])
    assert event["additionalEventData"] == {"decision": "allowed", "statements": ["GreenroomAdministrator/Everything"]}
    assert event["readOnly"] is True
    assert "errorCode" not in event
    assert "responseElements" not in event


def test_a_change_tells_what_came_of_it_with_sensitive_members_masked(studio: Studio, audited: Find) -> None:
    answer = studio.client().create_launch_profile(
        studioId=studio.studio_id,
        name="Secret Picture",
        ec2SubnetIds=["subnet-1"],
        launchProfileProtocolVersions=["2021-03-31"],
        streamConfiguration={
            "clipboardMode": "ENABLED",
            "ec2InstanceTypes": ["g4dn.xlarge"],
            "streamingImageIds": [studio.founding["streamingImageId"]],
        },
        studioComponentIds=[_component(studio)],
    )
    (event,) = audited("CreateLaunchProfile", requestID=answer["ResponseMetadata"]["RequestId"])
    assert event["readOnly"] is False
    assert event["requestParameters"]["name"] == MASK
    assert event["responseElements"]["launchProfile"]["launchProfileId"] == answer["launchProfile"]["launchProfileId"]
    assert "Secret Picture" not in json.dumps(event)


def test_a_refusal_tells_the_true_decision(studio: Studio, audited: Find) -> None:
    with house_of(studio) as house:
        key = create_key(house, add_user(house, "eve-of-audit", administrator=False).username)
    client = studio.client({"accessKeyId": key.access_key_id, "secretAccessKey": key.secret_access_key})
    with pytest.raises(ClientError) as refused:
        client.get_studio(studioId=studio.studio_id)
    (event,) = audited("GetStudio", requestID=refused.value.response["ResponseMetadata"]["RequestId"])
    assert event["errorCode"] == "AccessDeniedException"
    assert event["userIdentity"]["userName"] == "eve-of-audit"
    assert event["additionalEventData"] == {"decision": "implicitDeny"}


def test_a_wrong_signature_is_recorded_as_nobodys(studio: Studio, path: str, audited: Find) -> None:
    key = {"accessKeyId": studio.founding["accessKeyId"], "secretAccessKey": "wrong" * 8}
    answer = ask(studio.endpoint, Signer.of(studio, key).sign(Request(path)))
    assert answer.status == 403
    (event,) = audited("GetStudio", requestID=answer.header("x-amzn-requestid"))
    assert event["userIdentity"] == {"type": "Unknown", "accessKeyId": studio.founding["accessKeyId"]}
    assert event["errorCode"] == "InvalidSignatureException"


def test_a_page_token_is_not_kept() -> None:
    request = shapes.ListStreamingSessionsRequest(studio_id="s", next_token="sesame")
    assert masked(request) == {"studioId": "s", "nextToken": MASK}


def test_secrets_deep_inside_a_request_are_masked() -> None:
    request = shapes.CreateStudioComponentRequest(
        studio_id="s",
        name="n",
        type=shapes.StudioComponentType.CUSTOM,
        script_parameters=[shapes.ScriptParameterKeyValue(key="password", value="sesame")],
        initialization_scripts=[shapes.StudioComponentInitializationScript(script="echo sesame")],
    )
    assert "sesame" not in str(masked(request))
    assert "script" in masked(request)["initializationScripts"][0]


class TestWithAServerOfItsOwn:
    @pytest.fixture
    def server(self, founded: Studio, tmp_path: Path) -> Iterator[Studio]:
        with serving(copied(founded, tmp_path / "data")) as studio:
            yield studio

    def test_every_acknowledged_change_is_on_disk_when_the_server_is_killed(self, server: Studio) -> None:
        client = server.client()
        arn = client.get_studio(studioId=server.studio_id)["studio"]["arn"]
        acknowledged = [
            client.tag_resource(resourceArn=arn, tags={"n": str(n)})["ResponseMetadata"]["RequestId"] for n in range(20)
        ]
        server.kill()
        recorded = {event["requestID"] for event in reading.events(server.data / "audit")}
        assert recorded.issuperset(acknowledged)
        server.serve()
        server.client().get_studio(studioId=server.studio_id)
        server.terminate()
        assert reading.verify(server.data / "audit").holds

    def test_a_server_that_ends_leaves_no_call_unrecorded(self, server: Studio) -> None:
        asked = server.client().get_studio(studioId=server.studio_id)["ResponseMetadata"]["RequestId"]
        server.terminate()
        assert asked in {event["requestID"] for event in reading.events(server.data / "audit")}

    def test_where_the_audit_cannot_be_written_calls_are_refused_and_nothing_is_done(self, server: Studio) -> None:
        client = server.client()
        arn = client.get_studio(studioId=server.studio_id)["studio"]["arn"]
        wait_until(lambda: list(reading.events(server.data / "audit")), what="the first record")
        audit, aside = server.data / "audit", server.data / "audit-aside"
        audit.rename(aside)
        audit.write_text("in the way")
        with pytest.raises(ClientError, match="cannot keep its audit"):
            client.tag_resource(resourceArn=arn, tags={"first": "is in doubt"})
        with pytest.raises(ClientError, match="cannot keep its audit"):
            client.tag_resource(resourceArn=arn, tags={"second": "is not done"})
        audit.unlink()
        aside.rename(audit)
        tags = wait_until(lambda: _tags(client, arn), timeout=20, what="the server's recovery")
        assert "second" not in tags
        server.terminate()
        assert reading.verify(audit).holds

    def test_the_command_lists_and_verifies_and_finds_a_change(self, server: Studio) -> None:
        client = server.client()
        client.get_studio(studioId=server.studio_id)
        client.list_studios()
        server.terminate()
        data = ("--data", str(server.data))
        listed = json.loads(server.command("audit", "list", *data, "--user", "admin", "--json").stdout)
        assert [event["eventName"] for event in listed] == ["ListStudios", "GetStudio"]
        verified = json.loads(server.command("audit", "verify", *data, "--json").stdout)
        assert verified["holds"] is True
        assert server.command("audit", "verify", *data, "--contains", verified["head"]).returncode == 0
        (file,) = (server.data / "audit").glob("*.jsonl")
        file.write_bytes(file.read_bytes().replace(b'"userName":"admin"', b'"userName":"bdmin"', 1))
        changed = server.command("audit", "verify", *data, check=False)
        assert changed.returncode == 1
        assert b"was changed" in changed.stderr


def _component(studio: Studio) -> str:
    profile = studio.client().get_launch_profile(
        studioId=studio.studio_id, launchProfileId=studio.founding["launchProfileId"]
    )
    return str(profile["launchProfile"]["studioComponentIds"][0])


def _tags(client: Any, arn: str) -> dict[str, str] | None:
    try:
        return dict(client.list_tags_for_resource(resourceArn=arn)["tags"]) or None
    except ClientError:
        return None
