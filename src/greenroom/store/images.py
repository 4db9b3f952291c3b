"""Queries on streaming images and studio components."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from greenroom.store import records
from greenroom.store.tables import streaming_images, studio_components
from greenroom.studio.images import StreamingImage, StudioComponent


def get_image(connection: Connection, streaming_image_id: str) -> StreamingImage | None:
    """The image, whatever its state."""
    return records.get(connection, StreamingImage, streaming_images, streaming_image_id)


def get_images(connection: Connection, streaming_image_ids: Sequence[str]) -> dict[str, StreamingImage]:
    """Those of the ids that there are."""
    query = select(streaming_images).where(streaming_images.c.streaming_image_id.in_(streaming_image_ids))
    return {i.streaming_image_id: i for i in records.from_rows(StreamingImage, connection.execute(query))}


def insert_image(connection: Connection, image: StreamingImage, created_at: datetime) -> None:
    """A new image."""
    row = records.to_row(image, streaming_images) | {"created_at": created_at}
    connection.execute(streaming_images.insert().values(row))


def save_image(connection: Connection, before: StreamingImage, after: StreamingImage) -> None:
    """Write what changed."""
    records.save(connection, streaming_images, before, after)


def get_component(connection: Connection, studio_component_id: str) -> StudioComponent | None:
    """The component, whatever its state."""
    return records.get(connection, StudioComponent, studio_components, studio_component_id)


def get_components(connection: Connection, studio_component_ids: Sequence[str]) -> dict[str, StudioComponent]:
    """Those of the ids that there are."""
    query = select(studio_components).where(studio_components.c.studio_component_id.in_(studio_component_ids))
    return {c.studio_component_id: c for c in records.from_rows(StudioComponent, connection.execute(query))}


def insert_component(connection: Connection, component: StudioComponent) -> None:
    """A new component."""
    records.insert(connection, studio_components, component)


def save_component(connection: Connection, before: StudioComponent, after: StudioComponent) -> None:
    """Write what changed."""
    records.save(connection, studio_components, before, after)
