"""Queries on roles."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from greenroom.store import records
from greenroom.store.tables import policies, policy_attachments, roles
from greenroom.studio.people import TargetType
from greenroom.studio.roles import Role


def named(connection: Connection, role_name: str, *, for_update: bool = False) -> Role | None:
    """The role of that name."""
    return records.get(connection, Role, roles, role_name, for_update=for_update)


def of_id(connection: Connection, role_id: str) -> Role | None:
    """The role of that id."""
    row = connection.execute(select(roles).where(roles.c.role_id == role_id)).first()
    return None if row is None else records.from_row(Role, row)


def every(connection: Connection) -> list[Role]:
    """All roles by name."""
    return records.from_rows(Role, connection.execute(select(roles).order_by(roles.c.role_name)))


def insert(connection: Connection, role: Role) -> None:
    """A new role."""
    records.insert(connection, roles, role)


def save(connection: Connection, before: Role, after: Role) -> None:
    """Write what changed."""
    records.save(connection, roles, before, after)


def end_sessions(connection: Connection, role_name: str, now: datetime) -> None:
    """Sessions that began until now are over."""
    connection.execute(update(roles).where(roles.c.role_name == role_name).values(sessions_since=now))


def remove(connection: Connection, role_name: str) -> None:
    """The role is gone, and what was attached to it."""
    connection.execute(
        delete(policy_attachments).where(
            policy_attachments.c.target_type == TargetType.ROLE, policy_attachments.c.target_id == role_name
        )
    )
    connection.execute(delete(roles).where(roles.c.role_name == role_name))


def policies_for(connection: Connection, role_name: str) -> list[tuple[str, str | None]]:
    """Names and documents of all that decides for the role; without a document, a managed one."""
    attached = policy_attachments.c
    query = (
        select(attached.policy_name, policies.c.document)
        .outerjoin(policies, policies.c.policy_name == attached.policy_name)
        .where(attached.target_type == TargetType.ROLE, attached.target_id == role_name)
        .order_by(attached.policy_name)
    )
    return [(name, document) for name, document in connection.execute(query)]


def documents(connection: Connection, names: Sequence[str]) -> dict[str, str]:
    """The studio's own policies of these names."""
    query = select(policies.c.policy_name, policies.c.document).where(policies.c.policy_name.in_(names))
    return {row.policy_name: row.document for row in connection.execute(query)}
