"""What a session of a role may do, for as long as the role is there and nobody ended it."""

from datetime import timedelta

import pytest
from tests.access.conftest import ACCOUNT_ID
from tests.support import Clock

from greenroom.access.policies import AccessRequest, decide
from greenroom.access.role_sessions import REMEMBERED_SECONDS, RoleSessions
from greenroom.access.session_tokens import OnRole
from greenroom.store import people, roles
from greenroom.store.database import Database
from greenroom.studio.people import CustomerPolicy, PolicyAttachment, TargetType
from greenroom.studio.roles import Role, new_role_id

READS = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "nimble:Get*", "Resource": "*"}}'
GET_STUDIO = AccessRequest("nimble:GetStudio", "*", {})


@pytest.fixture(params=["sqlite"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Nothing here is a matter of the database's kind."""
    return str(request.param)


@pytest.fixture
def role(database: Database, clock: Clock) -> Role:
    """A role that may read."""
    made = Role(
        role_name="runner",
        role_id=new_role_id(),
        trust_policy="{}",
        max_session_seconds=3600,
        sessions_since=clock(),
        created_at=clock(),
        created_by="admin",
        updated_at=clock(),
        updated_by="admin",
    )
    policy = CustomerPolicy(
        policy_name="reads", document=READS, created_at=clock(), updated_at=clock(), updated_by="admin"
    )
    with database.write() as connection:
        roles.insert(connection, made)
        people.insert_policy(connection, policy)
        people.attach(
            connection, PolicyAttachment(policy_name="reads", target_type=TargetType.ROLE, target_id="runner")
        )
    clock.advance(seconds=1)
    return made


class Ticking:
    """A clock that counts seconds, and is moved by hand."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


@pytest.fixture
def sessions(database: Database, ticking: Ticking) -> RoleSessions:
    return RoleSessions(database, ACCOUNT_ID, monotonic=ticking)


def begun(role: Role, clock: Clock, *, policy: str | None = None, names: tuple[str, ...] = ()) -> OnRole:
    return OnRole(
        role_id=role.role_id,
        session_name="night",
        begun_at=int(clock().timestamp() * 1_000_000),
        policy=policy,
        policy_names=names,
        source=None,
    )


def test_it_is_the_role_under_the_sessions_name(sessions: RoleSessions, role: Role, clock: Clock) -> None:
    credential = sessions.credential(begun(role, clock))
    assert credential is not None
    principal = credential.principal
    assert principal.principal_id == f"{role.role_id}:night"
    assert principal.arn == f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/runner/night"
    assert (credential.temporary, principal.administrator, principal.session_policies) == (True, False, None)
    assert decide(principal.policies, GET_STUDIO).allowed


def test_it_ends_with_all_of_the_roles_sessions_a_second_later_or_once_that_is_told(
    sessions: RoleSessions, role: Role, clock: Clock, database: Database, ticking: Ticking
) -> None:
    grounds = begun(role, clock)
    assert sessions.credential(grounds) is not None
    with database.write() as connection:
        roles.end_sessions(connection, "runner", clock.advance(seconds=1))
    assert sessions.credential(grounds) is not None
    ticking.seconds += REMEMBERED_SECONDS
    assert sessions.credential(grounds) is None
    later = begun(role, clock)
    assert sessions.credential(later) is not None
    with database.write() as connection:
        roles.remove(connection, "runner")
    sessions.forget()
    assert sessions.credential(later) is None


def test_a_session_policy_bounds_it(sessions: RoleSessions, role: Role, clock: Clock) -> None:
    credential = sessions.credential(begun(role, clock, policy=READS.replace("Get", "List")))
    assert credential is not None
    assert credential.principal.session_policies is not None
    assert not decide(credential.principal.session_policies, GET_STUDIO).allowed


def test_where_a_policy_that_bounds_it_is_gone_it_is_over(sessions: RoleSessions, role: Role, clock: Clock) -> None:
    assert sessions.credential(begun(role, clock, names=("reads",))) is not None
    assert sessions.credential(begun(role, clock, names=("gone",))) is None


def test_another_role_of_the_same_name_knows_nothing_of_it(
    sessions: RoleSessions, role: Role, clock: Clock, database: Database
) -> None:
    grounds = begun(role, clock)
    with database.write() as connection:
        roles.remove(connection, "runner")
        roles.insert(
            connection,
            Role(
                role_name="runner",
                role_id=new_role_id(),
                trust_policy="{}",
                max_session_seconds=3600,
                sessions_since=clock() - timedelta(days=1),
                created_at=clock(),
                created_by="admin",
                updated_at=clock(),
                updated_by="admin",
            ),
        )
    assert sessions.credential(grounds) is None
