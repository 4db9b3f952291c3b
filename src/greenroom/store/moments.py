"""The newest times that the records speak of: whether the clock was set back since can be told by them."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from greenroom.store.tables import events, health_samples, streaming_sessions


def newest(connection: Connection) -> datetime | None:
    """When the last thing was done that is on record; None where nothing is. Reads many rows."""
    columns = (events.c.recorded_at, health_samples.c.sampled_at, streaming_sessions.c.updated_at)
    found = (connection.scalar(select(func.max(column, type_=column.type))) for column in columns)
    return max((moment for moment in found if moment is not None), default=None)
