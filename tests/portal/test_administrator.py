"""Looking after a studio in a browser: a real server, real SQL and a real vault, with an engine that runs nothing."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.portal.flows import join, profile_name, run_flow
from tests.running import Studio
from tests.server.simulated import found, house_of, serving
from tests.support import wait_until

from greenroom.server.founding import add_user
from greenroom.store import health
from greenroom.studio.health import Sample

BY_HOUR = (2, 3, 6, 7, 6, 4, 2, 2)
"""Sessions that ran in each three hours of a day."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Studio]:
    """A studio that serves."""
    with serving(found(tmp_path / "data")) as studio:
        yield studio


def remember(studio: Studio) -> None:
    """A week of samples, for the plots."""
    with house_of(studio) as house, house.database.write() as connection:
        for hour in range(1, 168):
            sample = Sample(
                studio_id=studio.studio_id,
                sampled_at=house.clock().replace(microsecond=0) - timedelta(hours=hour),
                sessions_ready=BY_HOUR[hour % 24 // 3],
                sessions_stopped=3,
                people_at_work=BY_HOUR[hour % 24 // 3] - 1,
                backups_ready=20 + (168 - hour) // 8,
                backups_unproven=hour % 40 // 30,
                backup_bytes=(300 - hour) * 10**8,
                vault_bytes=(300 - hour) * 10**7,
                space_free=10**11 - (168 - hour) * 10**8,
                space_total=2 * 10**11,
            )
            health.add(connection, sample)


def test_an_administrator_sees_everything_and_an_artist_nothing_of_it(served: Studio) -> None:
    client = served.client()
    people = {}
    with house_of(served) as house:
        for name in ("mia", "ada", "noa"):
            people[name] = add_user(house, name, administrator=False)
    join(served, people["noa"].principal_id)
    sessions = {name: served.create_session(client, ownedBy=user.principal_id) for name, user in people.items()}
    remember(served)
    vault = served.data / "vault"
    elsewhere = served.data / "vault-elsewhere"

    def waiting(name: str) -> str | None:
        return next(
            (
                str(each["backupId"])
                for each in served.backups(client)
                if each["sessionId"] == sessions[name] and each.get("statusMessage")
            ),
            None,
        )

    def wait_for_trouble(name: str) -> str:
        found = wait_until(lambda: waiting(name), timeout=60, what="a backup that waits")
        assert found is not None
        return found

    def fail_a_backup(name: str) -> str:
        """The vault is away when the session stops, and then the disk loses the snapshot that was to wait for it."""
        vault.rename(elsewhere)
        served.stop_session(client, sessions[name])
        backup_id = wait_for_trouble(name)
        shutil.rmtree(served.data / "volumes" / "snapshots" / backup_id)
        served.settled_backups(client, 1, ownedBy=people[name].principal_id)
        elsewhere.rename(vault)
        return backup_id

    failed = fail_a_backup("noa")
    served.start_session(client, sessions["noa"])
    served.stop_session(client, sessions["ada"])
    (of_ada,) = served.settled_backups(client, 1, ownedBy=people["ada"].principal_id)
    served.start_session(client, sessions["ada"])

    def streams(session_id: str) -> int:
        """How many streams of a session are open, by the command line."""
        listed = served.command("session", "streams", session_id, "--data", str(served.data), "--json")
        return len(json.loads(listed.stdout))

    for _ in range(2):
        client.create_streaming_session_stream(studioId=served.studio_id, sessionId=sessions["ada"])

    answers = {
        "streams": streams,
        "take-vault": lambda: vault.rename(elsewhere) and None,
        "wait-for-trouble": lambda: wait_for_trouble("mia"),
        "bring-vault": lambda: elsewhere.rename(vault) and None,
    }
    studio = {
        "endpoint": served.endpoint,
        "artist": {"userName": "noa", "password": people["noa"].password},
        "failed": failed,
        "others": {"session": sessions["ada"], "backup": of_ada["backupId"], "user": "ada"},
        "profile": profile_name(client, served),
        "administrator": {"userName": served.founding["username"], "password": served.founding["password"]},
    }
    run_flow("administrator", studio, answers)
