"""Streaming sessions, streams and backups by the official client; the waiters are its own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import WaiterError
from tests.conformance.conftest import Person
from tests.conformance.coverage import proves
from tests.running import Studio
from tests.server.simulated import copied, serving
from tests.support import wait_until

Settled = Callable[..., dict[str, Any]]


@pytest.fixture
def session(client: Any, studio: Studio) -> Iterator[dict[str, Any]]:
    """A READY session with a launch profile that keeps backups; deleted at the end."""
    session_id = studio.create_session(client, tags={"shot": "010"})
    yield client.get_streaming_session(studioId=studio.studio_id, sessionId=session_id)["session"]
    state = client.get_streaming_session(studioId=studio.studio_id, sessionId=session_id)["session"]["state"]
    if not state.endswith("_IN_PROGRESS") and state != "DELETED":
        client.delete_streaming_session(studioId=studio.studio_id, sessionId=session_id)


@pytest.fixture
def one(studio: Studio, session: dict[str, Any]) -> dict[str, str]:
    """The parameters that name the session."""
    return {"studioId": studio.studio_id, "sessionId": session["sessionId"]}


@proves("CreateStreamingSession", "GetStreamingSession")
def test_a_session_is_created(client: Any, studio: Studio) -> None:
    created = client.create_streaming_session(
        studioId=studio.studio_id,
        launchProfileId=studio.founding["launchProfileId"],
        streamingImageId=studio.founding["streamingImageId"],
        ec2InstanceType="g4dn.xlarge",
        tags={"shot": "020"},
    )
    assert created["ResponseMetadata"]["HTTPStatusCode"] == 200
    session = created["session"]
    assert (session["state"], session["statusCode"]) == (
        "CREATE_IN_PROGRESS",
        "STREAMING_SESSION_CREATE_IN_PROGRESS",
    )
    studio.wait(client, "streaming_session_ready", session["sessionId"])
    ready = client.get_streaming_session(studioId=studio.studio_id, sessionId=session["sessionId"])["session"]
    assert (ready["state"], ready["statusCode"]) == ("READY", "STREAMING_SESSION_READY")
    assert (ready["backupMode"], ready["maxBackupsToRetain"]) == ("AUTOMATIC", 5)
    assert ready["tags"] == {"shot": "020"}
    assert ready["createdBy"] == ready["ownedBy"]
    client.delete_streaming_session(studioId=studio.studio_id, sessionId=session["sessionId"])


@proves("ListStreamingSessions")
def test_sessions_are_listed_by_owner_creator_and_id(client: Any, studio: Studio, session: dict[str, Any]) -> None:
    paginator = client.get_paginator("list_streaming_sessions")

    def listed(**filters: str) -> list[str]:
        pages = paginator.paginate(studioId=studio.studio_id, **filters)
        return [each["sessionId"] for each in pages.build_full_result()["sessions"]]

    assert session["sessionId"] in listed()
    assert session["sessionId"] in listed(ownedBy=session["ownedBy"], createdBy=session["createdBy"])
    assert listed(sessionIds=session["sessionId"]) == [session["sessionId"]]
    assert listed(ownedBy="somebody else") == []


@proves(
    "StopStreamingSession",
    "StartStreamingSession",
    "ListStreamingSessionBackups",
    "GetStreamingSessionBackup",
)
def test_a_session_is_stopped_backed_up_and_started_from_its_backup(
    client: Any, studio: Studio, session: dict[str, Any], one: dict[str, str]
) -> None:
    stopping = client.stop_streaming_session(**one)["session"]
    assert stopping["state"] == "STOP_IN_PROGRESS"
    studio.wait(client, "streaming_session_stopped", session["sessionId"])
    stopped = client.get_streaming_session(**one)["session"]
    assert (stopped["state"], stopped["statusCode"]) == ("STOPPED", "STREAMING_SESSION_STOPPED")
    assert stopped["stoppedBy"] == session["ownedBy"]

    mine = [b for b in settled_backups(studio, client) if b["sessionId"] == session["sessionId"]]
    (backup,) = mine
    assert (backup["state"], backup["statusCode"]) == ("READY", "STREAMING_SESSION_READY")
    assert backup["arn"].endswith(f":streaming-session-backup/{backup['backupId']}")
    assert backup["launchProfileId"] == studio.founding["launchProfileId"]
    shown = client.get_streaming_session_backup(studioId=studio.studio_id, backupId=backup["backupId"])
    assert shown["streamingSessionBackup"] == backup
    client.tag_resource(resourceArn=backup["arn"], tags={"keep": "yes"})
    assert client.list_tags_for_resource(resourceArn=backup["arn"])["tags"] == {"keep": "yes"}

    starting = client.start_streaming_session(**one, backupId=backup["backupId"])["session"]
    assert starting["state"] == "START_IN_PROGRESS"
    studio.wait(client, "streaming_session_ready", session["sessionId"])
    started = client.get_streaming_session(**one)["session"]
    assert (started["state"], started["statusCode"]) == ("READY", "STREAMING_SESSION_STARTED")
    assert started["startedFromBackupId"] == backup["backupId"]


def settled_backups(studio: Studio, client: Any) -> list[dict[str, Any]]:
    """Every backup, none of them in progress."""

    def settled() -> list[dict[str, Any]] | None:
        found = studio.backups(client)
        return None if any(each["state"].endswith("_IN_PROGRESS") for each in found) else found

    return wait_until(settled, timeout=60, what="backups that are settled") or []


def test_backups_are_listed_by_owner(client: Any, studio: Studio) -> None:
    assert studio.backups(client, ownedBy="nobody") == []


@proves("DeleteStreamingSession")
def test_a_session_is_deleted_and_shown_as_such(client: Any, studio: Studio, one: dict[str, str]) -> None:
    assert client.delete_streaming_session(**one)["session"]["state"] == "DELETE_IN_PROGRESS"
    studio.wait(client, "streaming_session_deleted", one["sessionId"])
    deleted = client.get_streaming_session(**one)["session"]
    assert (deleted["state"], deleted["statusCode"]) == ("DELETED", "STREAMING_SESSION_DELETED")
    with pytest.raises(client.exceptions.ConflictException):
        client.start_streaming_session(**one)


@proves("CreateStreamingSessionStream", "GetStreamingSessionStream")
def test_a_stream_gets_its_url(client: Any, one: dict[str, str]) -> None:
    stream = client.create_streaming_session_stream(**one, expirationInSeconds=600)["stream"]
    assert stream["state"] in ("CREATE_IN_PROGRESS", "READY")
    given = {**one, "streamId": stream["streamId"]}
    client.get_waiter("streaming_session_stream_ready").wait(**given, WaiterConfig={"Delay": 0.05, "MaxAttempts": 400})
    ready = client.get_streaming_session_stream(**given)["stream"]
    assert ready["state"] == "READY"
    assert ready["url"].startswith("http")
    assert (ready["expiresAt"] - ready["createdAt"]).total_seconds() == 600


def test_a_call_that_the_state_does_not_allow_is_a_conflict(client: Any, studio: Studio, one: dict[str, str]) -> None:
    with pytest.raises(client.exceptions.ConflictException) as refused:
        client.start_streaming_session(**one)
    assert refused.value.response["context"]["resourceId"] == one["sessionId"]
    client.stop_streaming_session(**one)
    with pytest.raises(client.exceptions.ConflictException):
        client.stop_streaming_session(**one)
    studio.wait(client, "streaming_session_stopped", one["sessionId"])
    with pytest.raises(client.exceptions.ConflictException):
        client.create_streaming_session_stream(**one)


def test_a_waiter_gives_up_in_the_end(client: Any, one: dict[str, str]) -> None:
    waiter = client.get_waiter("streaming_session_stopped")
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        waiter.wait(**one, WaiterConfig={"Delay": 0, "MaxAttempts": 2})


def test_what_the_profile_does_not_offer_is_refused(client: Any, studio: Studio) -> None:
    for wrong in ({"ec2InstanceType": "g3.4xlarge"}, {"streamingImageId": "none"}):
        with pytest.raises(client.exceptions.ValidationException):
            client.create_streaming_session(
                studioId=studio.studio_id, launchProfileId=studio.founding["launchProfileId"], **wrong
            )


def test_a_member_has_sessions_and_backups_of_their_own(
    client: Any, studio: Studio, session: dict[str, Any], new_person: Callable[..., Person]
) -> None:
    person = new_person("own-sessions")
    client.put_launch_profile_members(
        studioId=studio.studio_id,
        launchProfileId=studio.founding["launchProfileId"],
        identityStoreId="d-greenroom0",
        members=[{"persona": "USER", "principalId": person.principal_id}],
    )
    session_id = studio.create_session(person.client)
    mine = person.client.list_streaming_sessions(studioId=studio.studio_id, ownedBy=person.principal_id)["sessions"]
    assert [each["sessionId"] for each in mine] == [session_id]
    studio.stop_session(person.client, session_id)
    (backup,) = studio.settled_backups(person.client, 1, ownedBy=person.principal_id)
    assert backup["ownedBy"] == person.principal_id
    for forbidden in (
        lambda: person.client.list_streaming_session_backups(studioId=studio.studio_id),
        lambda: person.client.list_streaming_sessions(studioId=studio.studio_id),
        lambda: person.client.get_streaming_session(studioId=studio.studio_id, sessionId=session["sessionId"]),
        lambda: person.client.get_streaming_session(studioId=studio.studio_id, sessionId="none"),
    ):
        with pytest.raises(client.exceptions.AccessDeniedException):
            forbidden()
    person.client.delete_streaming_session(studioId=studio.studio_id, sessionId=session_id)


def test_the_waiter_fails_where_a_session_cannot_be_made(founded: Studio, tmp_path: Path) -> None:
    faults = {"GREENROOM_SIMULATED_FAULTS": "start=1", "GREENROOM_RETRY_BASE": "1ms", "GREENROOM_RETRY_LIMIT": "1ms"}
    with serving(copied(founded, tmp_path / "data", **faults)) as studio:
        client = studio.client()
        with pytest.raises(WaiterError, match="terminal failure state"):
            studio.create_session(client)
        (session,) = client.list_streaming_sessions(studioId=studio.studio_id)["sessions"]
    assert (session["state"], session["statusCode"]) == ("CREATE_FAILED", "INTERNAL_ERROR")
    assert session["statusMessage"]
