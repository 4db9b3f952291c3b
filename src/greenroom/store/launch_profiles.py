"""Queries on launch profiles and their members."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, cast, func, select

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


def is_member(connection: Connection, launch_profile_id: str, principal_id: str) -> bool:
    """Whether that principal is a member of the profile."""
    query = select(_members.c.principal_id).where(
        _members.c.launch_profile_id == launch_profile_id, _members.c.principal_id == principal_id
    )
    return connection.execute(query).first() is not None


def using_component(connection: Connection, studio_id: str, studio_component_id: str) -> list[str]:
    """Ids of the studio's profiles, DELETED ones aside, that have the component."""
    return [
        profile.launch_profile_id
        for profile in _mentioning(connection, studio_id, _profiles.c.studio_component_ids, studio_component_id)
        if studio_component_id in profile.studio_component_ids
    ]


def using_image(connection: Connection, studio_id: str, streaming_image_id: str) -> list[str]:
    """Ids of the studio's profiles, DELETED ones aside, that offer the image."""
    return [
        profile.launch_profile_id
        for profile in _mentioning(connection, studio_id, _profiles.c.stream_configuration, streaming_image_id)
        if streaming_image_id in profile.stream_configuration.streaming_image_ids
    ]


def _mentioning(
    connection: Connection, studio_id: str, document: ColumnElement[Any], resource_id: str
) -> list[LaunchProfile]:
    # The document's text is searched by the database, which is quick; the caller looks closer at the few found.
    place_of = func.strpos if connection.dialect.name == "postgresql" else func.instr
    query = select(_profiles).where(
        _profiles.c.studio_id == studio_id,
        _profiles.c.state != ResourceState.DELETED,
        place_of(cast(document, Text), f'"{resource_id}"') > 0,
    )
    return records.from_rows(LaunchProfile, connection.execute(query))


def purge_deleted(connection: Connection, before: datetime) -> int:
    """Remove profiles that were DELETED before that moment; how many."""
    return records.purge_deleted(connection, _profiles, before)
