"""A machine is gone; its studio comes back from the vault alone, byte for byte."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.running import Studio
from tests.support import require, wait_until

from greenroom.server.house import open_house
from greenroom.server.parts import vault_of
from greenroom.server.settings import Settings
from greenroom.store import identities, portable
from greenroom.studio.identities import UserIdentity

ENVIRONMENT = {"GREENROOM_VOLUMES": "copy", "GREENROOM_STOP_GRACE": "1s", "GREENROOM_RECORDS_INTERVAL": "1s"}


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    for program in ("restic", "bwrap"):
        require(program)
    studio = Studio(tmp_path / "data", ENVIRONMENT)
    try:
        yield studio.found().serve()
    finally:
        studio.close()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Studio]:
    """Another machine's empty directory."""
    studio = Studio(tmp_path / "elsewhere", {**ENVIRONMENT, "GREENROOM_RECORDS_INTERVAL": "0"})
    try:
        yield studio
    finally:
        studio.close()


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Studio]:
    """A third machine's."""
    studio = Studio(tmp_path / "alone", {**ENVIRONMENT, "GREENROOM_RECORDS_INTERVAL": "0"})
    try:
        yield studio
    finally:
        studio.close()


@pytest.fixture
def partly(tmp_path: Path) -> Iterator[Studio]:
    """A machine on which one of the repositories is not at hand."""
    studio = Studio(tmp_path / "partly", ENVIRONMENT)
    try:
        yield studio
    finally:
        studio.close()


def recover(studio: Studio, vault: Path, password: Path) -> dict[str, Any]:
    arguments = ("--vault", str(vault), "--password-file", str(password), "--data", str(studio.data), "--json")
    done = studio.command("recover", *arguments, check=False)
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    studio.founding = {name: value for name, value in found.items() if isinstance(value, str)}
    return found


def held(studio: Studio, path: str = "") -> set[str]:
    """The backups in that folder of the vault."""
    return {stored.label.backup_id for stored in vault_of(Settings.load(studio.data, studio.environ), path).backups()}


def recorded(studio: Studio, path: str = "") -> dict[str, str]:
    """The backups that the records in that folder of the vault speak of, and their states."""
    vault = vault_of(Settings.load(studio.data, studio.environ), path)
    document = vault.records() if vault.exists() else None
    if document is None:
        return {}
    rows = portable.read(document).rows("streaming_session_backups")
    return {row["backup_id"]: row["state"] for row in rows}


WORK = """
find . -mindepth 1 -path ./.greenroom -prune -o -printf '%P %y %m %s %T@ %l\\n' | sort
sha256sum shots/*
"""
"""What a person left in their home, as text; Greenroom's own note of what the session started from is not theirs."""


def told(backups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in backup.items() if name != "statusMessage"} for backup in backups]


def further_studio(studio: Studio, client: Any) -> Studio:
    """A further studio of the same server, in which the administrator can make sessions."""
    role = "arn:aws:iam::123456789012:role/further"
    made = client.create_studio(
        studioName="further", displayName="Further Studio", adminRoleArn=role, userRoleArn=role
    )["studio"]
    here = {"studioId": made["studioId"]}
    client.get_waiter("studio_ready").wait(**here, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200})
    image = client.list_streaming_images(**here)["streamingImages"][0]
    component = client.create_studio_component(**here, name="Workstation", type="CUSTOM")["studioComponent"]
    first = client.get_launch_profile(studioId=studio.studio_id, launchProfileId=studio.founding["launchProfileId"])
    streams = first["launchProfile"]["streamConfiguration"] | {"streamingImageIds": [image["streamingImageId"]]}
    profile = client.create_launch_profile(
        **here,
        name="Further",
        ec2SubnetIds=[],
        launchProfileProtocolVersions=["2021-03-31"],
        streamConfiguration=streams,
        studioComponentIds=[component["studioComponentId"]],
    )["launchProfile"]
    there = {**here, "launchProfileId": profile["launchProfileId"]}
    client.get_waiter("launch_profile_ready").wait(**there, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200})
    admin = json.loads(studio.command("user", "show", "admin", "--data", str(studio.data), "--json").stdout)
    members = [{"principalId": admin["user"]["principalId"], "persona": "USER"}]
    client.put_launch_profile_members(**there, identityStoreId="d-greenroom0", members=members)
    return replace(studio, founding={**studio.founding, **there})


def test_a_studio_comes_back_from_its_vault_alone_and_so_does_each_of_a_house(
    studio: Studio, elsewhere: Studio, alone: Studio, partly: Studio, tmp_path: Path
) -> None:
    client = studio.client()
    ana = json.loads(studio.command("user", "add", "ana", "--data", str(studio.data), "--json").stdout)
    with open_house(Settings.load(studio.data, studio.environ)) as house, house.database.write() as connection:
        identity = UserIdentity(
            provider="company", subject="7", principal_id=ana["principalId"], created_at=house.clock()
        )
        identities.insert(connection, identity)
    further = further_studio(studio, client)
    theirs = further.create_session(client)
    further.execute(theirs, "sh", "-c", "mkdir shots; head -c 1000000 /dev/urandom > shots/theirs")
    their_work = further.execute(theirs, "sh", "-c", WORK).stdout
    further.stop_session(client, theirs)
    (their_backup,) = further.settled_backups(client, 1)
    worked, idle = studio.create_session(client), studio.create_session(client)
    studio.execute(worked, "sh", "-c", "mkdir shots; head -c 3000000 /dev/urandom > shots/one; ln -s one shots/two")
    studio.stop_session(client, worked)
    (first,) = studio.settled_backups(client, 1)
    wait_until(lambda: recorded(studio).get(first["backupId"]) == "READY", what="the records in the vault")
    vault_path = further.studio_id.partition(":")[2]
    wait_until(
        lambda: recorded(studio, vault_path).get(their_backup["backupId"]) == "READY", what="the studio's own records"
    )
    studio.terminate()  # records are kept no more from here on
    studio.environment = elsewhere.environment
    studio.serve()
    client = studio.client()
    studio.start_session(client, worked)
    studio.execute(worked, "sh", "-c", "echo later > shots/three; chmod 640 shots/three")
    before = studio.execute(worked, "sh", "-c", WORK)
    studio.stop_session(client, worked)
    listing = studio.settled_backups(client, 2)
    studio.close()
    # Each studio's backups are in its own repository alone.
    assert held(studio) == {each["backupId"] for each in listing}
    assert held(studio, vault_path) == {their_backup["backupId"]}
    shutil.copytree(studio.data / "vault", tmp_path / "vault")
    shutil.copy(studio.data / "vault-password", tmp_path / "password")
    shutil.rmtree(studio.data)

    # Where one studio's repository is away, the others come back, and it is said which did not and why.
    (tmp_path / "vault" / vault_path).rename(tmp_path / "away")
    found = recover(partly, tmp_path / "vault", tmp_path / "password")
    assert (found["sessions"], found["backups"], found["missing"]) == (3, 2, 1)
    ((name, message),) = ((each["studio"], each["message"]) for each in found["unopened"])
    assert (name, vault_path in message) == (further.studio_id, True)
    (tmp_path / "away").rename(tmp_path / "vault" / vault_path)

    found = recover(elsewhere, tmp_path / "vault", tmp_path / "password")
    assert (found["studioId"], found["sessions"], found["backups"]) == (studio.studio_id, 3, 3)
    assert (found["missing"], found["unknown"], found["unopened"]) == (0, 0, [])
    client = elsewhere.serve().client()
    assert told(elsewhere.backups(client)) == told(listing)
    sessions = client.list_streaming_sessions(studioId=studio.studio_id)["sessions"]
    assert {session["sessionId"]: session["state"] for session in sessions} == {worked: "STOPPED", idle: "STOPPED"}
    elsewhere.start_session(client, worked)
    session = client.get_streaming_session(studioId=studio.studio_id, sessionId=worked)["session"]
    assert session["startedFromBackupId"] == listing[0]["backupId"]
    after = elsewhere.execute(worked, "sh", "-c", WORK)
    assert after.stdout == before.stdout
    further.data = elsewhere.data
    further.founding = {**elsewhere.founding, "studioId": further.studio_id}
    assert told(further.backups(client)) == told([their_backup])
    further.start_session(client, theirs)
    assert further.execute(theirs, "sh", "-c", WORK).stdout == their_work
    note = elsewhere.execute(worked, "cat", ".greenroom/started-from").stdout.decode()
    assert listing[0]["backupId"] in note
    # People are there, and get in by a new password only.
    user = json.loads(elsewhere.command("user", "show", "ana", "--data", str(elsewhere.data), "--json").stdout)
    assert user["user"]["principalId"] == ana["principalId"]
    assert user["accessKeys"] == []
    with open_house(Settings.load(elsewhere.data, elsewhere.environ)) as house, house.database.read() as connection:
        same = identities.user_of(connection, "company", "7")
    assert same is not None
    assert same.principal_id == ana["principalId"]
    elsewhere.close()

    # The further studio comes back alone too, from its own repository: in a house of its own, which knows of no other.
    found = recover(alone, tmp_path / "vault" / vault_path, tmp_path / "password")
    assert (found["studioId"], found["sessions"], found["backups"]) == (further.studio_id, 1, 1)
    client = alone.serve().client()
    assert [each["studioId"] for each in client.list_studios()["studios"]] == [further.studio_id]
    assert told(alone.backups(client)) == told([their_backup])
    alone.start_session(client, theirs)
    assert alone.execute(theirs, "sh", "-c", WORK).stdout == their_work


def test_nothing_is_recovered_over_something_else_or_from_a_vault_without_records(
    elsewhere: Studio, tmp_path: Path
) -> None:
    never_served = Studio(tmp_path / "data", ENVIRONMENT).found()
    vault, password = str(never_served.data / "vault"), str(never_served.data / "vault-password")
    arguments = ("recover", "--vault", vault, "--password-file", password, "--data", str(elsewhere.data))
    done = elsewhere.command(*arguments, check=False)
    assert done.returncode == 1
    assert b"no records" in done.stderr
    shutil.rmtree(elsewhere.data)
    elsewhere.data.mkdir()
    (elsewhere.data / "thesis.odt").touch()
    done = elsewhere.command(*arguments, check=False)
    assert done.returncode == 1
    assert b"is not empty" in done.stderr
    assert [path.name for path in elsewhere.data.iterdir()] == ["thesis.odt"]
    never_served.close()
