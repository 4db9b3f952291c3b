"""Queries on studios and on the people and keys of them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from greenroom.store import records
from greenroom.store.pages import Position, newest_first
from greenroom.store.tables import access_keys, streaming_session_backups, studios, users
from greenroom.studio.status import ResourceState
from greenroom.studio.studios import AccessKey, Studio, User


def get(connection: Connection, studio_id: str, *, for_update: bool = False) -> Studio | None:
    """The studio, whatever its state."""
    return records.get(connection, Studio, studios, studio_id, for_update=for_update)


def insert(connection: Connection, studio: Studio) -> None:
    """A new studio."""
    records.insert(connection, studios, studio)


def save(connection: Connection, before: Studio, after: Studio) -> None:
    """Write what changed."""
    records.save(connection, studios, before, after)


def every(connection: Connection) -> list[Studio]:
    """All studios that are not DELETED, oldest first."""
    query = select(studios).where(studios.c.state != ResourceState.DELETED).order_by(studios.c.created_at)
    return records.from_rows(Studio, connection.execute(query))


def page(connection: Connection, *, after: Position | None = None, limit: int = 100) -> list[Studio]:
    """Newest first; DELETED ones too, until they are purged."""
    query = newest_first(select(studios), studios.c.created_at, studios.c.studio_id, after, limit)
    return records.from_rows(Studio, connection.execute(query))


def named(connection: Connection, studio_name: str) -> Studio | None:
    """The studio of that name that is not DELETED; there is one at most."""
    query = select(studios).where(studios.c.studio_name == studio_name, studios.c.state != ResourceState.DELETED)
    row = connection.execute(query).first()
    return None if row is None else records.from_row(Studio, row)


def vault_paths(connection: Connection) -> set[str]:
    """In which folders of a vault's place backups are, of all studios on record."""
    return set(connection.scalars(select(studios.c.vault_path)))


def purge_deleted(connection: Connection, before: datetime) -> int:
    """Remove studios that were DELETED before that moment and have no backup on record any more; how many.

    Without the studio nobody would know where its backups are to be let go of.
    """
    backups = select(streaming_session_backups.c.backup_id).where(
        streaming_session_backups.c.studio_id == studios.c.studio_id
    )
    gone = delete(studios).where(
        studios.c.state == ResourceState.DELETED, studios.c.updated_at < before, ~backups.exists()
    )
    return connection.execute(gone).rowcount


def insert_user(connection: Connection, user: User) -> None:
    """A new user."""
    records.insert(connection, users, user)


def user(connection: Connection, principal_id: str) -> User | None:
    """The user of that id."""
    return records.get(connection, User, users, principal_id)


def user_named(connection: Connection, user_name: str) -> User | None:
    """The user of that name."""
    row = connection.execute(select(users).where(users.c.user_name == user_name)).first()
    return None if row is None else records.from_row(User, row)


def known_users(connection: Connection, principal_ids: Sequence[str]) -> frozenset[str]:
    """Those of the ids that are users."""
    return frozenset(connection.scalars(select(users.c.principal_id).where(users.c.principal_id.in_(principal_ids))))


def set_administrator(connection: Connection, principal_ids: Collection[str], *, administrator: bool) -> None:
    """Whether those users have an administrator's policies."""
    those = update(users).where(users.c.principal_id.in_(principal_ids))
    connection.execute(those.values(administrator=administrator))


def administrators_for_update(connection: Connection) -> frozenset[str]:
    """Principal ids of the administrators who can sign in, their rows held until the transaction ends."""
    query = select(users.c.principal_id).where(users.c.administrator, users.c.disabled_at.is_(None))
    return frozenset(connection.scalars(query.order_by(users.c.principal_id).with_for_update()))


def every_user(connection: Connection, studio_id: str) -> list[User]:
    """All users of the studio, oldest first."""
    query = select(users).where(users.c.studio_id == studio_id).order_by(users.c.created_at)
    return records.from_rows(User, connection.execute(query))


def insert_key(connection: Connection, key: AccessKey) -> None:
    """A new access key."""
    records.insert(connection, access_keys, key)


def key_and_user(connection: Connection, access_key_id: str) -> tuple[AccessKey, User] | None:
    """The key and whose it is; None where either is not there."""
    row = connection.execute(select(access_keys).where(access_keys.c.access_key_id == access_key_id)).first()
    if row is None:
        return None
    key = records.from_row(AccessKey, row)
    owner = user(connection, key.principal_id)
    return None if owner is None else (key, owner)


def disable_key(connection: Connection, access_key_id: str, now: datetime) -> None:
    """No signature of that key is taken any more."""
    connection.execute(update(access_keys).where(access_keys.c.access_key_id == access_key_id).values(disabled_at=now))
