"""What Greenroom adds beside the API: signed the same way, no client knows it by name."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from tests.conformance.conftest import Person
from tests.conformance.coverage import proves
from tests.running import Studio
from tests.server.raw import Answer, Request, ask, posted
from tests.server.signing import Signer
from tests.support import wait_until


@pytest.fixture
def call(studio: Studio) -> Callable[..., Answer]:
    """Calls an addition, by the path below the studio's."""
    base = f"/greenroom/v1/studios/{quote(studio.studio_id, safe='')}"

    def send(path: str, content: Any = None, key: dict[str, str] | None = None, method: str = "POST") -> Answer:
        target = f"{base}/{path}"
        request = Request(target) if content is None else replace(posted(target, content), method=method)
        return ask(studio.endpoint, Signer.of(studio, key).sign(request))

    return send


@proves("CreateStreamingSessionBackup", "GetStreamingSessionBackupDetails", "ListStreamingSessionBackupDetails")
def test_a_backup_is_made_on_demand_and_tells_of_itself(
    client: Any, studio: Studio, call: Callable[..., Answer], artist: Person
) -> None:
    session_id = studio.create_session(client)
    answer = call(f"streaming-sessions/{session_id}/backups", {"note": "before the client's notes"})
    assert answer.status == 200
    backup_id = answer.json()["streamingSessionBackup"]["backupId"]

    def state() -> str:
        found = client.get_streaming_session_backup(studioId=studio.studio_id, backupId=backup_id)
        return str(found["streamingSessionBackup"]["state"])

    wait_until(lambda: state() == "READY", timeout=60, what="the backup")
    details = call(f"streaming-session-backups/{backup_id}/details").json()["details"]
    assert (details["cause"], details["note"]) == ("REQUEST", "before the client's notes")
    assert details["verifiedAt"]
    assert call(f"streaming-session-backup-details?sessionId={session_id}").json() == {"details": [details]}
    denied = call(f"streaming-session-backups/{backup_id}/details", key=artist.key)
    assert (denied.status, denied.error) == (403, "AccessDeniedException")
    client.delete_streaming_session(studioId=studio.studio_id, sessionId=session_id)


@proves("ListVaultCopies")
def test_how_further_vaults_fare_is_for_administrators(call: Callable[..., Answer], artist: Person) -> None:
    assert call("vault-copies").json() == {"vaults": []}
    assert call("vault-copies", key=artist.key).error == "AccessDeniedException"


@proves("GetStreamingSessionLogs")
def test_a_sessions_owner_reads_what_it_said(
    client: Any, studio: Studio, call: Callable[..., Answer], artist: Person
) -> None:
    session_id = studio.create_session(client)
    logs = call(f"streaming-sessions/{session_id}/logs").json()["logs"]
    assert logs == {"initialization": "", "session": ""}  # what is simulated says nothing
    denied = call(f"streaming-sessions/{session_id}/logs", key=artist.key)
    assert (denied.status, denied.error) == (403, "AccessDeniedException")
    client.delete_streaming_session(studioId=studio.studio_id, sessionId=session_id)


@proves("ListOpenStreams", "RevokeStreamingSessionStream")
def test_one_stream_is_ended_without_the_session(
    client: Any, studio: Studio, call: Callable[..., Answer], artist: Person
) -> None:
    session_id = studio.create_session(client)
    named = {"studioId": studio.studio_id, "sessionId": session_id}
    stream_id = client.create_streaming_session_stream(**named)["stream"]["streamId"]
    streams = f"streaming-sessions/{session_id}/streams"
    assert [each["streamId"] for each in call(streams).json()["streams"]] == [stream_id]
    denied = call(f"{streams}/{stream_id}", {}, key=artist.key, method="DELETE")
    assert (denied.status, denied.error) == (403, "AccessDeniedException")
    assert call(f"{streams}/{stream_id}", {}, method="DELETE").status == 200
    assert call(streams).json() == {"streams": []}
    assert client.get_streaming_session_stream(**named, streamId=stream_id)["stream"]["state"] == "DELETED"
    assert client.get_streaming_session(**named)["session"]["state"] == "READY"
    client.delete_streaming_session(studioId=studio.studio_id, sessionId=session_id)


@proves("GetStreamingSessionThumbnail")
def test_a_session_without_a_desktop_has_no_picture(
    client: Any, studio: Studio, call: Callable[..., Answer], artist: Person
) -> None:
    session_id = studio.create_session(client)
    nothing = call(f"streaming-sessions/{session_id}/thumbnail")  # a real one: tests/e2e/test_desktop.py
    assert (nothing.status, nothing.error) == (404, "ResourceNotFoundException")
    denied = call(f"streaming-sessions/{session_id}/thumbnail", key=artist.key)
    assert (denied.status, denied.error) == (403, "AccessDeniedException")
    client.delete_streaming_session(studioId=studio.studio_id, sessionId=session_id)


@proves("GetLaunchProfileIdleStop", "PutLaunchProfileIdleStop")
def test_a_launch_profile_has_an_idle_stop_of_its_own(
    studio: Studio, call: Callable[..., Answer], artist: Person
) -> None:
    path = f"launch-profiles/{studio.founding['launchProfileId']}/idle-stop"
    assert call(path, {"minutes": 120}, method="PUT").json()["idleStop"]["minutes"] == 120
    assert call(path).json()["idleStop"]["minutes"] == 120
    assert call(path, {}, method="PUT").json() == {}
    assert call(path, {"minutes": 50_000}, method="PUT").error == "ValidationException"
    assert call(path, key=artist.key).error == "AccessDeniedException"


@proves("RestoreStreamingSessionBackup", "UndoStreamingSessionRestore", "GetStreamingSessionDetails")
def test_a_backup_becomes_a_new_session_and_a_restore_is_undone(
    client: Any, studio: Studio, call: Callable[..., Answer]
) -> None:
    session_id = studio.create_session(client)
    studio.stop_session(client, session_id)
    (backup,) = [b for b in studio.backups(client) if b["sessionId"] == session_id]
    studio.start_session(client, session_id)
    studio.stop_session(client, session_id)
    backup_id = backup["backupId"]

    def state() -> str:
        found = client.get_streaming_session_backup(studioId=studio.studio_id, backupId=backup_id)
        return str(found["streamingSessionBackup"]["state"])

    wait_until(lambda: state() == "READY", timeout=60, what="the backup")
    studio.start_session(client, session_id, backupId=backup_id)
    details = call(f"streaming-sessions/{session_id}/details").json()["details"]
    assert (details["startedFrom"], details["volume"]["backupId"]) == ("BACKUP", backup_id)
    studio.stop_session(client, session_id)
    undone = call(f"streaming-sessions/{session_id}/undo-restore", {})
    assert undone.json()["details"]["volume"]["origin"] == "UNDONE"

    restored = call(f"streaming-session-backups/{backup_id}/restore", {}).json()["session"]
    assert restored["startedFromBackupId"] == backup_id
    studio.wait(client, "streaming_session_ready", restored["sessionId"])
    for each in (session_id, restored["sessionId"]):
        client.delete_streaming_session(studioId=studio.studio_id, sessionId=each)


@proves(
    "GetLaunchProfileRetention",
    "PutLaunchProfileRetention",
    "PreviewRetention",
    "PinStreamingSessionBackup",
    "UnpinStreamingSessionBackup",
    "UndeleteStreamingSessionBackup",
)
def test_what_becomes_of_backups_is_set_tried_and_undone(
    client: Any, studio: Studio, call: Callable[..., Answer]
) -> None:
    profile = f"launch-profiles/{studio.founding['launchProfileId']}/retention"
    assert call(profile).json() == {}
    put = call(profile, {"daily": 3}, method="PUT")
    assert (put.status, put.json()["retention"]["daily"]) == (200, 3)
    assert call(profile).json()["retention"]["daily"] == 3
    session_id = studio.create_session(client)
    studio.stop_session(client, session_id)

    def backups() -> list[dict[str, Any]]:
        found = [b for b in studio.backups(client) if b["sessionId"] == session_id]
        return found if all(b["state"] == "READY" for b in found) else []

    (backup,) = wait_until(backups, timeout=60, what="the backup")
    (verdict,) = call(f"streaming-sessions/{session_id}/retention?last=1").json()["verdicts"]
    assert verdict["reasons"] == ["NEWEST", "MAX_BACKUPS_TO_RETAIN", "LAST"]
    path = f"streaming-session-backups/{backup['backupId']}"
    assert call(f"{path}/pin", {}).status == 200
    assert call(f"{path}/details").json()["details"]["pinnedAt"]
    assert call(f"{path}/unpin", {}).status == 200
    undeleted = call(f"{path}/undelete", {})
    assert (undeleted.status, undeleted.error) == (409, "ConflictException")
    assert call(profile, {}, method="PUT").json() == {}
    client.delete_streaming_session(studioId=studio.studio_id, sessionId=session_id)


def test_a_session_that_is_not_there_has_no_backup_made(call: Callable[..., Answer]) -> None:
    answer = call("streaming-sessions/none/backups", {})
    assert (answer.status, answer.error) == (404, "ResourceNotFoundException")


@proves("ListEvents")
def test_what_happened_to_a_session_is_listed(client: Any, studio: Studio, artist: Person) -> None:
    session_id = studio.create_session(client)
    target = f"/greenroom/v1/events?sessionId={session_id}"

    def events(key: dict[str, str] | None = None) -> list[dict[str, Any]]:
        answer = ask(studio.endpoint, Signer.of(studio, key).sign(Request(target)))
        assert answer.status == 200
        return list(answer.json()["events"])

    assert [event["type"] for event in events()] == ["session.ready", "session.create-in-progress"]
    assert events(artist.key) == []
    client.delete_streaming_session(studioId=studio.studio_id, sessionId=session_id)


@proves("PutSchedule", "GetSchedule", "ListSchedules", "DeleteSchedule")
def test_a_session_is_scheduled(client: Any, studio: Studio) -> None:
    session_id = studio.create_session(client)
    base = f"/greenroom/v1/studios/{quote(studio.studio_id, safe='')}/schedules"
    target = f"{base}/streaming-session/{session_id}"

    def send(method: str, target: str, content: Any = None) -> Answer:
        request = Request(target) if content is None else posted(target, content)
        return ask(studio.endpoint, Signer.of(studio).sign(replace(request, method=method)))

    hours = {"startAt": "09:00", "stopAt": "18:00", "timeZone": "Europe/Berlin", "weekdays": ["MONDAY"]}
    made = send("PUT", target, hours)
    assert made.status == 200, made.body
    assert made.json()["schedule"].items() >= hours.items()
    assert send("GET", target).json() == made.json()
    assert made.json()["schedule"] in send("GET", base).json()["schedules"]
    wrong = send("PUT", target, {**hours, "startAt": "25:00"})
    assert (wrong.status, wrong.error) == (400, "ValidationException")
    assert send("DELETE", target).status == 200
    assert send("GET", target).status == 404
    client.delete_streaming_session(studioId=studio.studio_id, sessionId=session_id)


@proves("GetStudioHealth")
def test_a_studios_health_is_told_to_administrators(
    client: Any, studio: Studio, call: Callable[..., Answer], artist: Person
) -> None:
    session_id = studio.create_session(client)
    studio.stop_session(client, session_id)

    def protected() -> list[str]:
        return [each["sessionId"] for each in call("health?days=1").json()["health"]["protected"]]

    # Its figures are remembered for a while.
    assert session_id in wait_until(lambda: session_id in protected() and protected(), what="the session's protection")
    health = call("health").json()["health"]
    assert health["vault"] == "UP"
    assert health["history"], "the first sample is taken when a server starts"
    denied = call("health", key=artist.key)
    assert (denied.status, denied.error) == (403, "AccessDeniedException")
    client.delete_streaming_session(studioId=studio.studio_id, sessionId=session_id)


@proves("ListAuditEvents", "ListSettings", "ListFindings", "ListRegisteredImages")
def test_administrators_read_the_audit_the_settings_and_the_state_of_the_machine(
    client: Any, studio: Studio, artist: Person
) -> None:
    def read(path: str, key: dict[str, str] | None = None) -> Answer:
        return ask(studio.endpoint, Signer.of(studio, key).sign(Request(f"/greenroom/v1/{path}")))

    request_id = client.list_eulas()["ResponseMetadata"]["RequestId"]

    def told() -> list[dict[str, Any]]:
        events = read("audit-events?eventName=ListEulas&userName=admin").json()["events"]
        return [each for each in events if each["requestId"] == request_id]

    (event,) = wait_until(told, what="the call in the audit")
    assert (event["eventName"], event["outcome"], event["kind"]) == ("ListEulas", "OK", "READ")
    settings = {each["name"]: each for each in read("settings").json()["settings"]}
    assert (settings["engine"]["value"], settings["engine"]["source"]) == ("simulated", "GREENROOM_ENGINE")
    findings = {each["part"]: each for each in read("findings").json()["findings"]}
    assert findings["server"]["state"] == "OK"
    assert read("registered-images").json() == {"images": []}
    for path in ("audit-events", "settings", "findings", "registered-images"):
        denied = read(path, artist.key)
        assert (denied.status, denied.error) == (403, "AccessDeniedException")
