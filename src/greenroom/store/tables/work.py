"""What is due, what was done, and what is told of it."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from greenroom.store.tables.columns import id_column, metadata
from greenroom.store.types import Instant

__all__ = [
    "client_tokens",
    "event_cursors",
    "events",
    "work",
]

client_tokens = Table(
    "client_tokens",
    metadata,
    id_column("principal_id", primary_key=True),
    Column("operation", String(64), primary_key=True),
    Column("client_token", String(64), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    id_column("resource_id"),
    Column("created_at", Instant, nullable=False, index=True),
)

# Ids are never given twice, also after the newest was removed: readers say by the id how far they have come.
_EVENT_ID = BigInteger().with_variant(Integer, "sqlite")

events = Table(
    "events",
    metadata,
    Column("event_id", _EVENT_ID, primary_key=True, autoincrement=True),
    Column("recorded_at", Instant, nullable=False, index=True),
    Column("type", String(64), nullable=False),
    id_column("studio_id", nullable=True),
    id_column("session_id", nullable=True),
    id_column("backup_id", nullable=True),
    id_column("owned_by", nullable=True),
    Column("state", String(32)),
    Column("previous_state", String(32)),
    Column("message", String(1024)),
    Index("ix_events_type", "type", "event_id"),
    Index("ix_events_owner", "owned_by", "event_id"),
    Index("ix_events_session", "session_id", "event_id"),
    sqlite_autoincrement=True,
)

event_cursors = Table(
    "event_cursors",
    metadata,
    Column("target", String(128), primary_key=True),
    Column("event_id", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("not_before", Instant),
    Column("last_error", String(1024)),
)

work = Table(
    "work",
    metadata,
    Column("kind", String(32), primary_key=True),
    id_column("resource_id", primary_key=True),
    Column("due_at", Instant, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_holder", String(64)),
    Column("lease_until", Instant),
    Column("last_error", String(1024)),
    Index("ix_work_due", "kind", "due_at"),
)
