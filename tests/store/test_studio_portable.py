"""What a studio's own repository is told: all of that studio, and nothing of another."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from tests.records import make_backup, make_launch_profile, make_session, make_studio
from tests.support import START

from greenroom.store import (
    backups,
    identities,
    launch_profiles,
    members,
    people,
    portable,
    roles,
    sessions,
    studios,
    tables,
)
from greenroom.store.database import Database
from greenroom.store.studio_portable import further_studios, of_studio
from greenroom.studio.identities import UserIdentity
from greenroom.studio.members import IDENTITY_STORE, StudioMember
from greenroom.studio.people import Group, PolicyAttachment, TargetType
from greenroom.studio.roles import Role, new_role_id
from greenroom.studio.studios import User

FOUNDING = make_studio()
FURTHER = make_studio(
    studio_id="us-west-2:stid-0123456789abcdef", studio_name="borealis", vault_path="stid-0123456789abcdef"
)


def user(name: str, *, administrator: bool = False) -> User:
    return User(
        principal_id=f"id-of-{name}",
        studio_id=FOUNDING.studio_id,
        user_name=name,
        password_hash="secret",
        administrator=administrator,
        created_at=START,
    )


@pytest.fixture
def document(database: Database) -> portable.Document:
    """Of a house with two studios: zoe administers it, ana works in the founding studio, bo in the further one."""
    ana, bo, zoe = user("ana"), user("bo"), user("zoe", administrator=True)
    with database.write() as connection:
        for number, (studio, who) in enumerate(((FOUNDING, ana), (FURTHER, bo))):
            here = {"studio_id": studio.studio_id, "owned_by": who.principal_id}
            studios.insert(connection, studio)
            studios.insert_user(connection, who)
            identity = UserIdentity(
                provider="company", subject=who.user_name, principal_id=who.principal_id, created_at=START
            )
            identities.insert(connection, identity)
            profile = make_launch_profile(launch_profile_id=f"profile-of-{who.user_name}", studio_id=studio.studio_id)
            launch_profiles.insert(connection, profile)
            member = StudioMember(
                studio_id=studio.studio_id,
                principal_id=who.principal_id,
                identity_store_id=IDENTITY_STORE,
                created_at=START,
            )
            members.put_studio_member(connection, member)
            session = make_session(number=number, launch_profile_id=profile.launch_profile_id, **here)
            sessions.insert(connection, replace(session, session_id=f"session-of-{who.user_name}"))
            backup = make_backup(session, backup_id=f"backup-of-{who.user_name}", **here)
            backups.insert(connection, backup)
            group = f"friends-of-{who.user_name}"
            people.insert_group(connection, Group(group_name=group, created_at=START))
            people.add_to_group(connection, group, who.principal_id)
            attachment = PolicyAttachment(policy_name="StudioUser", target_type=TargetType.GROUP, target_id=group)
            people.attach(connection, attachment)
        studios.insert_user(connection, zoe)
        role = Role(
            role_name="trusts-ana",
            role_id=new_role_id(),
            trust_policy="{}",
            max_session_seconds=3600,
            sessions_since=START,
            created_at=START,
            created_by=ana.principal_id,
            updated_at=START,
            updated_by=ana.principal_id,
        )
        roles.insert(connection, role)
    with database.read() as connection:
        return portable.take(connection, now=START, region="us-west-2", account_id="123456789012")


def test_nothing_of_another_studio_or_its_people_is_in_it(document: portable.Document) -> None:
    assert further_studios(document) == [FURTHER.studio_id]
    assert b"ana" in document.encoded()
    alone = of_studio(document, FURTHER.studio_id).encoded()
    for known in (b"ana", FOUNDING.studio_id.encode(), FOUNDING.studio_name.encode() + b'"'):
        assert known not in alone
    for own in (b"session-of-bo", b"backup-of-bo", b"profile-of-bo", b"friends-of-bo", b'"bo"', b'"zoe"'):
        assert own in alone


def test_it_is_the_document_of_a_house_founded_with_that_studio(
    document: portable.Document, database: Database
) -> None:
    alone = portable.read(of_studio(document, FURTHER.studio_id).encoded())
    assert alone.studio_id == FURTHER.studio_id
    rows = {name: alone.rows(name) for name in portable.CARRIED}
    rows["users"] = [row | {"password_hash": ""} for row in rows["users"]]
    with database.write() as connection:
        for table in portable.CARRIED.values():
            connection.execute(table.delete())
        portable.fill(connection, rows)
        assert studios.every(connection) == [replace(FURTHER, vault_path="")]
        assert {each.user_name for each in studios.every_user(connection, FURTHER.studio_id)} == {"bo", "zoe"}
        assert connection.scalars(select(tables.streaming_session_backups.c.backup_id)).all() == ["backup-of-bo"]
