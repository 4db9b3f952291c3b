"""Queries on streaming images."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from greenroom.store import records
from greenroom.store.pages import Position, newest_first
from greenroom.store.tables import streaming_images
from greenroom.studio.images import VENDOR, StreamingImage
from greenroom.studio.status import ResourceState

_images = streaming_images


def get(connection: Connection, streaming_image_id: str, *, for_update: bool = False) -> StreamingImage | None:
    """The image, whatever its state."""
    return records.get(connection, StreamingImage, _images, streaming_image_id, for_update=for_update)


def get_several(
    connection: Connection, streaming_image_ids: Sequence[str], *, held: bool = False
) -> dict[str, StreamingImage]:
    """Those of the ids that there are; `held` keeps them from being changed until the transaction ends."""
    query = select(_images).where(_images.c.streaming_image_id.in_(streaming_image_ids))
    rows = connection.execute(query.with_for_update(read=True) if held else query)
    return {image.streaming_image_id: image for image in records.from_rows(StreamingImage, rows)}


def insert(connection: Connection, image: StreamingImage) -> None:
    """A new image."""
    records.insert(connection, _images, image)


def save(connection: Connection, before: StreamingImage, after: StreamingImage) -> None:
    """Write what changed."""
    records.save(connection, _images, before, after)


def page(
    connection: Connection,
    studio_id: str,
    *,
    owner: str | None = None,
    after: Position | None = None,
    limit: int = 100,
) -> list[StreamingImage]:
    """Newest first, the vendor's among the studio's own; DELETED ones too, until they are purged."""
    query = select(_images).where(_images.c.studio_id == studio_id)
    if owner:
        query = query.where(_images.c.owner == owner)
    query = newest_first(query, _images.c.created_at, _images.c.streaming_image_id, after, limit)
    return records.from_rows(StreamingImage, connection.execute(query))


def using_ec2_image(connection: Connection, ec2_image_id: str) -> list[str]:
    """The streaming images that name it, all but DELETED, oldest first."""
    query = (
        select(_images.c.streaming_image_id)
        .where(_images.c.ec2_image_id == ec2_image_id, _images.c.state != ResourceState.DELETED)
        .order_by(_images.c.created_at)
    )
    return list(connection.scalars(query))


def count_live_custom(connection: Connection, studio_id: str) -> int:
    """The studio's own images, all but DELETED."""
    query = select(func.count()).where(
        _images.c.studio_id == studio_id, _images.c.owner != VENDOR, _images.c.state != ResourceState.DELETED
    )
    return connection.scalar(query) or 0


def drop_vendors(connection: Connection, studio_id: str) -> None:
    """The studio is gone, and with it the images that it came with."""
    connection.execute(delete(_images).where(_images.c.studio_id == studio_id, _images.c.owner == VENDOR))


def purge_deleted(connection: Connection, before: datetime) -> int:
    """Remove images that were DELETED before that moment; how many."""
    return records.purge_deleted(connection, _images, before)
