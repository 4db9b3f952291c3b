"""Queries on licence agreements and their acceptances."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from greenroom.store import records
from greenroom.store.pages import Position, newest_first
from greenroom.store.tables import eula_acceptances, eulas
from greenroom.studio.eulas import Eula, EulaAcceptance


def insert(connection: Connection, eula: Eula) -> None:
    """A new agreement."""
    records.insert(connection, eulas, eula)


def get(connection: Connection, eula_id: str) -> Eula | None:
    """The agreement."""
    return records.get(connection, Eula, eulas, eula_id)


def known(connection: Connection, eula_ids: Sequence[str]) -> frozenset[str]:
    """Those of the ids that there are."""
    return frozenset(connection.scalars(select(eulas.c.eula_id).where(eulas.c.eula_id.in_(eula_ids))))


def page(
    connection: Connection, *, eula_ids: Sequence[str] = (), after: Position | None = None, limit: int = 100
) -> list[Eula]:
    """Newest first; with `eula_ids` those only."""
    query = select(eulas)
    if eula_ids:
        query = query.where(eulas.c.eula_id.in_(eula_ids))
    query = newest_first(query, eulas.c.created_at, eulas.c.eula_id, after, limit)
    return records.from_rows(Eula, connection.execute(query))


def insert_acceptance(connection: Connection, acceptance: EulaAcceptance) -> None:
    """A new acceptance; a studio has one of each agreement."""
    records.insert(connection, eula_acceptances, acceptance)


def acceptances_of(connection: Connection, acceptee_id: str, eula_ids: Sequence[str]) -> dict[str, EulaAcceptance]:
    """The studio's acceptances of those agreements, by the agreement's id."""
    query = select(eula_acceptances).where(
        eula_acceptances.c.acceptee_id == acceptee_id, eula_acceptances.c.eula_id.in_(eula_ids)
    )
    return {found.eula_id: found for found in records.from_rows(EulaAcceptance, connection.execute(query))}


def acceptances_page(
    connection: Connection,
    acceptee_id: str,
    *,
    eula_ids: Sequence[str] = (),
    after: Position | None = None,
    limit: int = 100,
) -> list[EulaAcceptance]:
    """The studio's acceptances, newest first; with `eula_ids` those of these agreements only."""
    table = eula_acceptances
    query = select(table).where(table.c.acceptee_id == acceptee_id)
    if eula_ids:
        query = query.where(table.c.eula_id.in_(eula_ids))
    query = newest_first(query, table.c.accepted_at, table.c.eula_acceptance_id, after, limit)
    return records.from_rows(EulaAcceptance, connection.execute(query))


def drop_acceptances_of(connection: Connection, acceptee_id: str) -> None:
    """The studio is gone, and with it what it accepted."""
    connection.execute(delete(eula_acceptances).where(eula_acceptances.c.acceptee_id == acceptee_id))
