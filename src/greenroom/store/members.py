"""Queries on the members of studios and launch profiles."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, Table, delete, select

from greenroom.store import records
from greenroom.store.pages import Position, newest_first
from greenroom.store.tables import launch_profile_members, studio_members
from greenroom.studio.members import LaunchProfileMember, Member, StudioMember


def put_studio_member(connection: Connection, member: StudioMember) -> None:
    """Add the member, or give the one that is there what this one says."""
    _put(connection, studio_members, member)


def studio_member(connection: Connection, studio_id: str, principal_id: str) -> StudioMember | None:
    """The studio's member of that id."""
    query = select(studio_members).where(
        studio_members.c.studio_id == studio_id, studio_members.c.principal_id == principal_id
    )
    row = connection.execute(query).first()
    return None if row is None else records.from_row(StudioMember, row)


def studio_members_page(
    connection: Connection, studio_id: str, *, after: Position | None = None, limit: int = 20
) -> list[StudioMember]:
    """Who was added last comes first."""
    query = select(studio_members).where(studio_members.c.studio_id == studio_id)
    query = newest_first(query, studio_members.c.created_at, studio_members.c.principal_id, after, limit)
    return records.from_rows(StudioMember, connection.execute(query))


def administering_none(connection: Connection, principal_ids: Collection[str]) -> frozenset[str]:
    """Those of the principals who are a member of no studio."""
    query = select(studio_members.c.principal_id).where(studio_members.c.principal_id.in_(principal_ids))
    return frozenset(principal_ids) - frozenset(connection.scalars(query))


def drop_studio_member(connection: Connection, studio_id: str, principal_id: str) -> None:
    """No member any more."""
    connection.execute(
        delete(studio_members).where(
            studio_members.c.studio_id == studio_id, studio_members.c.principal_id == principal_id
        )
    )


def drop_all_of_studio(connection: Connection, studio_id: str) -> list[str]:
    """The studio is gone, and with it who administers it; the principal ids of those."""
    mine = studio_members.c.studio_id == studio_id
    dropped = list(connection.scalars(select(studio_members.c.principal_id).where(mine)))
    connection.execute(delete(studio_members).where(mine))
    return dropped


def put_launch_profile_member(connection: Connection, member: LaunchProfileMember) -> None:
    """Add the member, or give the one that is there what this one says."""
    _put(connection, launch_profile_members, member)


def launch_profile_member(
    connection: Connection, launch_profile_id: str, principal_id: str
) -> LaunchProfileMember | None:
    """The launch profile's member of that id."""
    query = select(launch_profile_members).where(
        launch_profile_members.c.launch_profile_id == launch_profile_id,
        launch_profile_members.c.principal_id == principal_id,
    )
    row = connection.execute(query).first()
    return None if row is None else records.from_row(LaunchProfileMember, row)


def launch_profile_members_page(
    connection: Connection, launch_profile_id: str, *, after: Position | None = None, limit: int = 20
) -> list[LaunchProfileMember]:
    """Who was added last comes first."""
    table = launch_profile_members
    query = select(table).where(table.c.launch_profile_id == launch_profile_id)
    query = newest_first(query, table.c.created_at, table.c.principal_id, after, limit)
    return records.from_rows(LaunchProfileMember, connection.execute(query))


def drop_launch_profile_member(connection: Connection, launch_profile_id: str, principal_id: str) -> None:
    """No member any more."""
    connection.execute(
        delete(launch_profile_members).where(
            launch_profile_members.c.launch_profile_id == launch_profile_id,
            launch_profile_members.c.principal_id == principal_id,
        )
    )


def drop_all_of_launch_profile(connection: Connection, launch_profile_id: str) -> None:
    """The profile is gone, and with it who may use it."""
    connection.execute(
        delete(launch_profile_members).where(launch_profile_members.c.launch_profile_id == launch_profile_id)
    )


def _put(connection: Connection, table: Table, member: Member) -> None:
    row = records.to_row(member, table)
    # Who is a member already keeps the place that it has in the listing.
    said: Sequence[str] = ("identity_store_id", "persona")
    connection.execute(
        records.insert_into(connection, table)
        .values(row)
        .on_conflict_do_update(
            index_elements=[column.name for column in table.primary_key.columns],
            set_={name: row[name] for name in said},
        )
    )
