"""Queries on launch profiles and their members."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, select

from greenroom.store import records
from greenroom.store.pages import Position, newest_first
from greenroom.store.tables import launch_profile_members, launch_profiles
from greenroom.studio.launch_profiles import LaunchProfile
from greenroom.studio.status import ResourceState

_profiles = launch_profiles
_members = launch_profile_members


def get(connection: Connection, launch_profile_id: str, *, for_update: bool = False) -> LaunchProfile | None:
    """The profile, whatever its state."""
    return records.get(connection, LaunchProfile, _profiles, launch_profile_id, for_update=for_update)


def insert(connection: Connection, profile: LaunchProfile) -> None:
    """A new profile."""
    records.insert(connection, _profiles, profile)


def save(connection: Connection, before: LaunchProfile, after: LaunchProfile) -> None:
    """Write what changed."""
    records.save(connection, _profiles, before, after)


def page(
    connection: Connection,
    studio_id: str,
    *,
    principal_id: str | None = None,
    states: Sequence[str] = (),
    after: Position | None = None,
    limit: int = 100,
) -> list[LaunchProfile]:
    """Newest first; with `principal_id` only those that this principal is a member of (facts sheet 3.2)."""
    query = select(_profiles).where(_profiles.c.studio_id == studio_id)
    if principal_id:
        query = query.where(
            _profiles.c.launch_profile_id.in_(
                select(_members.c.launch_profile_id).where(_members.c.principal_id == principal_id)
            )
        )
    if states:
        query = query.where(_profiles.c.state.in_(states))
    query = newest_first(query, _profiles.c.created_at, _profiles.c.launch_profile_id, after, limit)
    return records.from_rows(LaunchProfile, connection.execute(query))


def count_live(connection: Connection, studio_id: str) -> int:
    """Profiles that count against the quota: all but DELETED."""
    query = select(func.count()).where(_profiles.c.studio_id == studio_id, _profiles.c.state != ResourceState.DELETED)
    return connection.scalar(query) or 0


def add_member(connection: Connection, launch_profile_id: str, principal_id: str, identity_store_id: str) -> None:
    """Make that principal a USER of the profile."""
    connection.execute(
        _members.insert().values(
            launch_profile_id=launch_profile_id,
            principal_id=principal_id,
            identity_store_id=identity_store_id,
            persona="USER",
        )
    )


def is_member(connection: Connection, launch_profile_id: str, principal_id: str) -> bool:
    """Whether that principal is a member of the profile."""
    query = select(_members.c.principal_id).where(
        _members.c.launch_profile_id == launch_profile_id, _members.c.principal_id == principal_id
    )
    return connection.execute(query).first() is not None


def drop_members(connection: Connection, launch_profile_id: str) -> None:
    """The profile is gone, and with it who may use it."""
    connection.execute(delete(_members).where(_members.c.launch_profile_id == launch_profile_id))
