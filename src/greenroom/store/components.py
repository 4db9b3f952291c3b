"""Queries on studio components."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from greenroom.store import records
from greenroom.store.pages import Position, newest_first
from greenroom.store.tables import studio_components
from greenroom.studio.components import ComponentType, StudioComponent
from greenroom.studio.status import ResourceState

_components = studio_components


def get(connection: Connection, studio_component_id: str, *, for_update: bool = False) -> StudioComponent | None:
    """The component, whatever its state."""
    return records.get(connection, StudioComponent, _components, studio_component_id, for_update=for_update)


def get_several(
    connection: Connection, studio_component_ids: Sequence[str], *, held: bool = False
) -> dict[str, StudioComponent]:
    """Those of the ids that there are; `held` keeps them from being changed until the transaction ends."""
    query = select(_components).where(_components.c.studio_component_id.in_(studio_component_ids))
    rows = connection.execute(query.with_for_update(read=True) if held else query)
    return {component.studio_component_id: component for component in records.from_rows(StudioComponent, rows)}


def insert(connection: Connection, component: StudioComponent) -> None:
    """A new component."""
    records.insert(connection, _components, component)


def save(connection: Connection, before: StudioComponent, after: StudioComponent) -> None:
    """Write what changed."""
    records.save(connection, _components, before, after)


def page(
    connection: Connection,
    studio_id: str,
    *,
    states: Sequence[str] = (),
    types: Sequence[str] = (),
    after: Position | None = None,
    limit: int = 50,
) -> list[StudioComponent]:
    """Newest first; DELETED ones too, until they are purged."""
    query = select(_components).where(_components.c.studio_id == studio_id)
    if states:
        query = query.where(_components.c.state.in_(states))
    if types:
        query = query.where(_components.c.type.in_(types))
    query = newest_first(query, _components.c.created_at, _components.c.studio_component_id, after, limit)
    return records.from_rows(StudioComponent, connection.execute(query))


def count_live(connection: Connection, studio_id: str, kind: ComponentType | None = None) -> int:
    """Components of that type, or of all, that count against quotas: all but DELETED."""
    query = select(func.count()).where(
        _components.c.studio_id == studio_id, _components.c.state != ResourceState.DELETED
    )
    if kind is not None:
        query = query.where(_components.c.type == kind)
    return connection.scalar(query) or 0


def purge_deleted(connection: Connection, before: datetime) -> int:
    """Remove components that were DELETED before that moment; how many."""
    return records.purge_deleted(connection, _components, before)
