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
    records.put(connection, retention_policies, retention)


def remove(connection: Connection, launch_profile_id: str) -> None:
    """The profile has no policy any more."""
    connection.execute(delete(retention_policies).where(retention_policies.c.launch_profile_id == launch_profile_id))
