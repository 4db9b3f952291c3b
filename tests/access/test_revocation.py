"""Ending what somebody has begun, and nobody else's."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.records import make_session, make_studio
from tests.support import START

from greenroom.access.revocation import end_all_of
from greenroom.store import sign_ins, streams, studios
from greenroom.store.database import Database
from greenroom.studio.sign_ins import SignIn
from greenroom.studio.streams import new_stream
from greenroom.studio.studios import User


@pytest.fixture(params=["sqlite"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Nothing here is a matter of the database's kind."""
    return str(request.param)


def test_sign_ins_and_streams_of_that_person_end_and_are_counted(database: Database) -> None:
    session = replace(make_session(), owned_by="somebody")
    with database.write() as connection:
        studios.insert(connection, make_studio())
        for name in ("ana", "bo"):
            user = User(
                principal_id=name,
                studio_id=make_studio().studio_id,
                user_name=name,
                password_hash="",
                administrator=False,
                created_at=START,
            )
            studios.insert_user(connection, user)
            for number in (1, 2):
                sign_ins.insert(connection, make_sign_in(f"{name}-{number}", name))
            stream = new_stream(session, name, by=name, now=START, expires_in=timedelta(minutes=2))
            streams.insert(connection, stream)
        assert end_all_of(connection, "ana", START) == 2
        assert end_all_of(connection, "ana", START) == 0
        assert [sign_ins.get(connection, name) is None for name in ("ana-1", "ana-2", "bo-1")] == [True, True, False]
        ended, other = streams.get(connection, "ana"), streams.get(connection, "bo")
    assert ended is not None
    assert other is not None
    assert (ended.revoked_at, other.revoked_at) == (START, None)


def make_sign_in(name: str, principal_id: str) -> SignIn:
    return SignIn(
        sign_in_id=name,
        token_hash=name,
        principal_id=principal_id,
        method="password",
        created_at=START,
        last_used_at=START,
        ends_at=START + timedelta(hours=1),
        source_ip=None,
        user_agent="",
    )
