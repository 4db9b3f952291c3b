"""Queries on the people whom a provider of identities vouches for."""

from sqlalchemy import Connection, select

from greenroom.store import records, studios
from greenroom.store.tables import user_identities
from greenroom.studio.identities import UserIdentity
from greenroom.studio.studios import User


def user_of(connection: Connection, provider: str, subject: str) -> User | None:
    """Who that one of the provider's people is here."""
    query = select(user_identities.c.principal_id).where(
        user_identities.c.provider == provider, user_identities.c.subject == subject
    )
    principal_id = connection.scalar(query)
    return None if principal_id is None else studios.user(connection, principal_id)


def insert(connection: Connection, identity: UserIdentity) -> None:
    """From now on that one is known."""
    records.insert(connection, user_identities, identity)
