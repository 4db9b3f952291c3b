"""What a call depends on is held against the caller's rights too: a session's launch profile, when it is used."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.running import Studio
from tests.server.simulated import house_of

from greenroom.server.founding import add_user, create_key
from greenroom.store import members
from greenroom.store.database import Database
from greenroom.studio.members import IDENTITY_STORE, LaunchProfileMember


@dataclass
class Person:
    """Somebody with a session that an administrator made for them."""

    principal_id: str
    client: Any
    session_id: str


@pytest.fixture(scope="module")
def ana(studio: Studio) -> Iterator[Person]:
    """A plain user who is no member of the session's launch profile."""
    with house_of(studio) as house:
        user = add_user(house, "ana-of-dependents", administrator=False)
        key = create_key(house, user.username)
    administrator = studio.client()
    session_id = studio.create_session(administrator, ownedBy=user.principal_id)
    client = studio.client({"accessKeyId": key.access_key_id, "secretAccessKey": key.secret_access_key})
    yield Person(user.principal_id, client, session_id)
    administrator.delete_streaming_session(studioId=studio.studio_id, sessionId=session_id)


def test_who_lost_the_launch_profile_cannot_use_its_sessions(studio: Studio, ana: Person) -> None:
    with pytest.raises(ClientError, match=r"perform: nimble:GetLaunchProfile on resource: arn:aws:nimble:.*profile/"):
        ana.client.stop_streaming_session(studioId=studio.studio_id, sessionId=ana.session_id)
    with house_of(studio) as house:
        _join(house.database, studio, ana.principal_id)
    studio.stop_session(ana.client, ana.session_id)
    studio.start_session(ana.client, ana.session_id)


def test_a_session_that_is_not_there_tells_nothing_of_launch_profiles(studio: Studio, ana: Person) -> None:
    with pytest.raises(ClientError, match="perform: nimble:StopStreamingSession on resource"):
        ana.client.stop_streaming_session(studioId=studio.studio_id, sessionId="4ZB9MWiQSX6BgRQcfyjk9A")


def _join(database: Database, studio: Studio, principal_id: str) -> None:
    member = LaunchProfileMember(
        launch_profile_id=studio.founding["launchProfileId"],
        principal_id=principal_id,
        identity_store_id=IDENTITY_STORE,
        created_at=datetime.now(UTC),
    )
    with database.write() as connection:
        members.put_launch_profile_member(connection, member)
