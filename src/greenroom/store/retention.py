"""Queries on the retention policies of launch profiles."""

from sqlalchemy import Connection, delete

from greenroom.store import records
from greenroom.store.tables import retention_policies
from greenroom.studio.retention import ProfileRetention


def get(connection: Connection, launch_profile_id: str) -> ProfileRetention | None:
    """The profile's policy, where it has one."""
    return records.get(connection, ProfileRetention, retention_policies, launch_profile_id)


def put(connection: Connection, retention: ProfileRetention) -> None:
    """The profile's policy from now on."""
    row = records.to_row(retention, retention_policies)
    statement = records.insert_into(connection, retention_policies).values(row)
    changed = {name: value for name, value in row.items() if name != "launch_profile_id"}
    connection.execute(
        statement.on_conflict_do_update(index_elements=[retention_policies.c.launch_profile_id], set_=changed)
    )


def remove(connection: Connection, launch_profile_id: str) -> None:
    """The profile has no policy any more."""
    connection.execute(delete(retention_policies).where(retention_policies.c.launch_profile_id == launch_profile_id))
