"""The records go into a document and come out of it, on both databases; secrets do not go along."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select
from tests.records import make_backup, make_launch_profile, make_session, make_studio
from tests.support import START

from greenroom.store import backups, identities, launch_profiles, portable, roles, sessions, studios, tables
from greenroom.store.database import Database
from greenroom.studio.identities import UserIdentity
from greenroom.studio.roles import Role, new_role_id
from greenroom.studio.studios import User

USER = User(
    principal_id="90677b4b19-e9fd012a-94ad-4f16-9866-c69a63ab6486",
    studio_id=make_studio().studio_id,
    user_name="ana",
    password_hash="$argon2id$secret",
    administrator=True,
    created_at=START,
)


IDENTITY = UserIdentity(provider="company", subject="248289761001", principal_id=USER.principal_id, created_at=START)
ROLE = Role(
    role_name="runner",
    role_id=new_role_id(),
    trust_policy="{}",
    max_session_seconds=3600,
    sessions_since=START,
    created_at=START,
    created_by=USER.principal_id,
    updated_at=START,
    updated_by=USER.principal_id,
)


def take(database: Database) -> portable.Document:
    with database.read() as connection:
        return portable.take(connection, now=START, region="us-west-2", account_id="123456789012")


@pytest.fixture
def filled(database: Database) -> Database:
    """A database with something of each kind that has a shape of its own."""
    session = make_session(max_session_length=timedelta(hours=3), tags={"shot": "a\u2028b"})
    with database.write() as connection:
        studios.insert(connection, make_studio())
        studios.insert_user(connection, USER)
        identities.insert(connection, IDENTITY)
        roles.insert(connection, ROLE)
        launch_profiles.insert(connection, make_launch_profile())
        sessions.insert(connection, session)
        backups.insert(connection, make_backup(session, snapshot_at=START))
    return database


def test_what_went_in_comes_out(filled: Database) -> None:
    document = portable.read(take(filled).encoded())
    rows = {name: document.rows(name) for name in portable.CARRIED}
    with filled.write() as connection:
        before = {name: connection.execute(select(table)).all() for name, table in portable.CARRIED.items()}
        for table in portable.CARRIED.values():
            connection.execute(table.delete())
        rows["users"] = [row | {"password_hash": USER.password_hash} for row in rows["users"]]
        portable.fill(connection, rows)
        assert {name: connection.execute(select(table)).all() for name, table in portable.CARRIED.items()} == before


def test_who_signs_in_by_a_provider_is_the_same_person_afterwards(filled: Database) -> None:
    rows = portable.read(take(filled).encoded()).rows("user_identities")
    assert [(row["provider"], row["subject"], row["principal_id"]) for row in rows] == [
        ("company", "248289761001", USER.principal_id)
    ]


def test_no_secret_goes_along(filled: Database) -> None:
    assert b"argon2id" not in take(filled).encoded()
    assert tables.access_keys not in portable.CARRIED.values()


def test_a_document_is_told_from_another_by_what_it_holds(filled: Database) -> None:
    before = take(filled)
    with filled.read() as connection:
        later = portable.take(
            connection, now=START + timedelta(days=1), region=before.region, account_id=before.account_id
        )
    assert later.mark() == before.mark()
    with filled.write() as connection:
        studios.set_administrator(connection, [USER.principal_id], administrator=False)
    assert take(filled).mark() != before.mark()


def test_columns_of_another_version_are_left_out(filled: Database) -> None:
    document = portable.read(take(filled).encoded())
    document.tables["users"].columns.append("shoe_size")
    document.tables["users"].rows[0].append(43)
    (row,) = document.rows("users")
    assert "shoe_size" not in row
    del document.tables["groups"]
    assert document.rows("groups") == []


@pytest.mark.parametrize("changed", [{"version": portable.VERSION + 1}, {"format": "other"}])
def test_a_newer_document_and_something_else_are_refused(database: Database, changed: dict[str, object]) -> None:
    document = msgspec.to_builtins(take(database)) | changed
    with pytest.raises(portable.DocumentError, match="Take the version"):
        portable.read(msgspec.json.encode(document))
    with pytest.raises(portable.DocumentError, match="cannot be read"):
        portable.read(b"thesis")
