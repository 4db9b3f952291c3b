"""Client tokens: what makes a create safe to repeat (facts sheet 2.6)."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, select

from greenroom.store.tables import client_tokens


class Remembered(NamedTuple):
    """What an earlier call under the same token was, and what it made."""

    fingerprint: str
    resource_id: str


def find(connection: Connection, principal_id: str, operation: str, client_token: str) -> Remembered | None:
    """The earlier call under that token."""
    row = connection.execute(
        select(client_tokens.c.fingerprint, client_tokens.c.resource_id).where(
            client_tokens.c.principal_id == principal_id,
            client_tokens.c.operation == operation,
            client_tokens.c.client_token == client_token,
        )
    ).first()
    return None if row is None else Remembered(row.fingerprint, row.resource_id)


def remember(
    connection: Connection,
    principal_id: str,
    operation: str,
    client_token: str,
    *,
    fingerprint: str,
    resource_id: str,
    now: datetime,
) -> None:
    """Keep what this call made, in the same transaction as what it made."""
    connection.execute(
        client_tokens.insert().values(
            principal_id=principal_id,
            operation=operation,
            client_token=client_token,
            fingerprint=fingerprint,
            resource_id=resource_id,
            created_at=now,
        )
    )


def purge(connection: Connection, before: datetime) -> None:
    """Forget tokens from before that moment."""
    connection.execute(delete(client_tokens).where(client_tokens.c.created_at < before))
