"""Roles as they are kept, on both databases."""

from dataclasses import replace

from tests.support import START, Clock

from greenroom.store import people, roles
from greenroom.store.database import Database
from greenroom.studio.people import CustomerPolicy, PolicyAttachment, TargetType
from greenroom.studio.roles import Role, new_role_id


def make_role(name: str = "runner") -> Role:
    return Role(
        role_name=name,
        role_id=new_role_id(),
        trust_policy="{}",
        max_session_seconds=3600,
        sessions_since=START,
        created_at=START,
        created_by="admin",
        updated_at=START,
        updated_by="admin",
    )


def test_a_role_is_found_by_its_name_and_by_its_id_and_goes_with_what_was_attached(
    database: Database, clock: Clock
) -> None:
    role, other = make_role(), make_role("another")
    policy = CustomerPolicy(policy_name="p", document="{}", created_at=START, updated_at=START, updated_by="admin")
    with database.write() as connection:
        roles.insert(connection, role)
        roles.insert(connection, other)
        people.insert_policy(connection, policy)
        for name, target in (("p", "runner"), ("GreenroomUser", "runner"), ("p", "another")):
            people.attach(connection, PolicyAttachment(policy_name=name, target_type=TargetType.ROLE, target_id=target))
        # A user of that name is nobody of the role's.
        people.attach(
            connection,
            PolicyAttachment(policy_name="GreenroomAdministrator", target_type=TargetType.USER, target_id="runner"),
        )
    with database.write() as connection:
        assert roles.named(connection, "runner", for_update=True) == role
        assert roles.of_id(connection, role.role_id) == role
        assert roles.every(connection) == [other, role]
        assert roles.policies_for(connection, "runner") == [("GreenroomUser", None), ("p", "{}")]
        assert roles.documents(connection, ["p", "GreenroomUser", "none"]) == {"p": "{}"}
        changed = replace(role, max_session_seconds=7200)
        roles.save(connection, role, changed)
        roles.end_sessions(connection, "runner", clock.advance(hours=1))
    with database.write() as connection:
        assert roles.named(connection, "runner") == replace(changed, sessions_since=clock())
        roles.remove(connection, "runner")
        assert roles.of_id(connection, role.role_id) is None
        assert roles.policies_for(connection, "runner") == []
        assert roles.policies_for(connection, "another") == [("p", "{}")]
