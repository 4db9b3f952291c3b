"""Queries on groups, policies and attachments, and on the keys of people."""

from datetime import datetime

from sqlalchemy import Connection, and_, delete, or_, select, update

from greenroom.store import records
from greenroom.store.tables import access_keys, group_members, groups, policies, policy_attachments, users
from greenroom.studio.people import CustomerPolicy, Group, PolicyAttachment, TargetType
from greenroom.studio.studios import AccessKey, User


def set_disabled(connection: Connection, principal_id: str, at: datetime | None) -> None:
    """Since when that user is shut out; None lets them in again."""
    connection.execute(update(users).where(users.c.principal_id == principal_id).values(disabled_at=at))


def set_password_hash(connection: Connection, principal_id: str, password_hash: str) -> None:
    """The user's new password."""
    connection.execute(update(users).where(users.c.principal_id == principal_id).values(password_hash=password_hash))


def renew_password_hash(connection: Connection, principal_id: str, before: str, after: str) -> bool:
    """Another hash in the place of that one; whether that one was still there."""
    those = update(users).where(users.c.principal_id == principal_id, users.c.password_hash == before)
    return connection.execute(those.values(password_hash=after)).rowcount == 1


def keys_of(connection: Connection, principal_id: str) -> list[AccessKey]:
    """The user's keys, oldest first."""
    query = select(access_keys).where(access_keys.c.principal_id == principal_id)
    return records.from_rows(AccessKey, connection.execute(query.order_by(access_keys.c.created_at)))


def key(connection: Connection, access_key_id: str, *, for_update: bool = False) -> AccessKey | None:
    """The key of that id."""
    return records.get(connection, AccessKey, access_keys, access_key_id, for_update=for_update)


def save_key(connection: Connection, before: AccessKey, after: AccessKey) -> None:
    """Write what changed."""
    records.save(connection, access_keys, before, after)


def delete_key(connection: Connection, access_key_id: str) -> None:
    """The key is gone for good."""
    connection.execute(delete(access_keys).where(access_keys.c.access_key_id == access_key_id))


def note_use(connection: Connection, access_key_id: str, at: datetime) -> None:
    """The key signed something then."""
    connection.execute(update(access_keys).where(access_keys.c.access_key_id == access_key_id).values(last_used_at=at))


def group(connection: Connection, group_name: str) -> Group | None:
    """The group of that name."""
    return records.get(connection, Group, groups, group_name)


def every_group(connection: Connection) -> list[Group]:
    """All groups by name."""
    return records.from_rows(Group, connection.execute(select(groups).order_by(groups.c.group_name)))


def insert_group(connection: Connection, added: Group) -> None:
    """A new group."""
    records.insert(connection, groups, added)


def delete_group(connection: Connection, group_name: str) -> None:
    """The group is gone, and who was in it, and what was attached to it."""
    connection.execute(delete(group_members).where(group_members.c.group_name == group_name))
    connection.execute(
        delete(policy_attachments).where(
            policy_attachments.c.target_type == TargetType.GROUP, policy_attachments.c.target_id == group_name
        )
    )
    connection.execute(delete(groups).where(groups.c.group_name == group_name))


def add_to_group(connection: Connection, group_name: str, principal_id: str) -> None:
    """In the group; who is in it already stays so."""
    if principal_id not in {user.principal_id for user in members_of(connection, group_name)}:
        connection.execute(group_members.insert().values(group_name=group_name, principal_id=principal_id))


def remove_from_group(connection: Connection, group_name: str, principal_id: str) -> None:
    """Not in the group any more."""
    connection.execute(
        delete(group_members).where(
            group_members.c.group_name == group_name, group_members.c.principal_id == principal_id
        )
    )


def members_of(connection: Connection, group_name: str) -> list[User]:
    """The group's people by name."""
    query = (
        select(users)
        .join(group_members, group_members.c.principal_id == users.c.principal_id)
        .where(group_members.c.group_name == group_name)
    )
    return records.from_rows(User, connection.execute(query.order_by(users.c.user_name)))


def groups_of(connection: Connection, principal_id: str) -> list[str]:
    """Names of the groups that the user is in."""
    query = select(group_members.c.group_name).where(group_members.c.principal_id == principal_id)
    return list(connection.scalars(query.order_by(group_members.c.group_name)))


def policy(connection: Connection, policy_name: str, *, for_update: bool = False) -> CustomerPolicy | None:
    """The studio's own policy of that name."""
    return records.get(connection, CustomerPolicy, policies, policy_name, for_update=for_update)


def every_policy(connection: Connection) -> list[CustomerPolicy]:
    """The studio's own policies by name."""
    return records.from_rows(CustomerPolicy, connection.execute(select(policies).order_by(policies.c.policy_name)))


def insert_policy(connection: Connection, added: CustomerPolicy) -> None:
    """A new policy."""
    records.insert(connection, policies, added)


def save_policy(connection: Connection, before: CustomerPolicy, after: CustomerPolicy) -> None:
    """Write what changed."""
    records.save(connection, policies, before, after)


def delete_policy(connection: Connection, policy_name: str) -> None:
    """The policy is gone."""
    connection.execute(delete(policies).where(policies.c.policy_name == policy_name))


def attach(connection: Connection, attachment: PolicyAttachment) -> None:
    """The policy decides for that target from now on; one that is attached stays so."""
    if attachment not in attachments_to(connection, attachment.target_type, attachment.target_id):
        records.insert(connection, policy_attachments, attachment)


def detach(connection: Connection, attachment: PolicyAttachment) -> None:
    """The policy decides for that target no longer."""
    connection.execute(
        delete(policy_attachments).where(
            policy_attachments.c.policy_name == attachment.policy_name,
            policy_attachments.c.target_type == attachment.target_type,
            policy_attachments.c.target_id == attachment.target_id,
        )
    )


def attachments_of(connection: Connection, policy_name: str) -> list[PolicyAttachment]:
    """What the policy is attached to."""
    query = select(policy_attachments).where(policy_attachments.c.policy_name == policy_name)
    return records.from_rows(PolicyAttachment, connection.execute(query))


def attachments_to(connection: Connection, target_type: TargetType, target_id: str) -> list[PolicyAttachment]:
    """What is attached to that user or group itself, by name."""
    query = select(policy_attachments).where(
        policy_attachments.c.target_type == target_type, policy_attachments.c.target_id == target_id
    )
    return records.from_rows(PolicyAttachment, connection.execute(query.order_by(policy_attachments.c.policy_name)))


def policies_for(connection: Connection, principal_id: str) -> list[tuple[str, str | None]]:
    """Names and documents of all that decides for a user, through groups too; without a document, a managed one."""
    in_groups = select(group_members.c.group_name).where(group_members.c.principal_id == principal_id)
    attached = policy_attachments.c
    query = (
        select(attached.policy_name, policies.c.document)
        .distinct()
        .outerjoin(policies, policies.c.policy_name == attached.policy_name)
        .where(
            or_(
                and_(attached.target_type == TargetType.USER, attached.target_id == principal_id),
                and_(attached.target_type == TargetType.GROUP, attached.target_id.in_(in_groups)),
            )
        )
        .order_by(attached.policy_name)
    )
    return [(name, document) for name, document in connection.execute(query)]
