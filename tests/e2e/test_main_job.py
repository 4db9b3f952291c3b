"""The main job from end to end: real processes, files, snapshots, restic, SQL, signatures, the official client."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.running import Studio
from tests.support import require

BEFORE_BACKUP = """
mkdir -p .config/greenroom
printf '#!/bin/sh\\necho saved > saved.txt\\n' > .config/greenroom/before-backup
chmod +x .config/greenroom/before-backup
"""
"""What an artist does to have programs save before each backup."""


@pytest.fixture
def studio(tmp_path: Path, empty_database_url: str) -> Iterator[Studio]:
    for program in ("restic", "bwrap"):
        require(program)
    studio = Studio(tmp_path / "data", {"GREENROOM_DATABASE": empty_database_url, "GREENROOM_STOP_GRACE": "1s"})
    studio.found().serve()
    try:
        yield studio
    finally:
        studio.close()


def test_a_session_is_started_again_from_the_backup_of_an_earlier_stop(studio: Studio) -> None:
    client = studio.client()
    session_id = studio.create_session(client)
    studio.execute(session_id, "sh", "-c", "echo first > shot.txt")
    studio.execute(session_id, "sh", "-c", BEFORE_BACKUP)
    studio.stop_session(client, session_id)
    (backup,) = studio.settled_backups(client, 1)
    assert (backup["state"], backup["sessionId"]) == ("READY", session_id)

    studio.start_session(client, session_id)
    assert studio.execute(session_id, "cat", "shot.txt", "saved.txt").stdout == b"first\nsaved\n"
    told = studio.command("backup", "list", "--json", "--session", session_id, "--data", str(studio.data)).stdout
    assert [each["details"]["consistency"] for each in json.loads(told)] == ["ATOMIC"]
    studio.execute(session_id, "sh", "-c", "echo second > shot.txt")
    studio.stop_session(client, session_id)
    newest, oldest = studio.settled_backups(client, 2)
    assert oldest["backupId"] == backup["backupId"]

    studio.start_session(client, session_id, backupId=backup["backupId"])
    assert studio.execute(session_id, "cat", "shot.txt").stdout == b"first\n"
    session = client.get_streaming_session(studioId=studio.studio_id, sessionId=session_id)["session"]
    assert session["startedFromBackupId"] == backup["backupId"]
    assert newest["backupId"] != backup["backupId"]
