"""How studios were, hour by hour."""

from sqlalchemy import BigInteger, Boolean, Column, Table

from greenroom.store.tables.columns import id_column, metadata
from greenroom.store.types import Instant

__all__ = ["health_samples"]

health_samples = Table(
    "health_samples",
    metadata,
    id_column("studio_id", primary_key=True),
    Column("sampled_at", Instant, primary_key=True),
    Column("sessions_ready", BigInteger, nullable=False),
    Column("sessions_stopped", BigInteger, nullable=False),
    Column("sessions_changing", BigInteger, nullable=False),
    Column("sessions_failed", BigInteger, nullable=False),
    Column("sessions_endangered", BigInteger, nullable=False),
    Column("people_at_work", BigInteger, nullable=False),
    Column("backups_ready", BigInteger, nullable=False),
    Column("backups_failed", BigInteger, nullable=False),
    Column("backups_unproven", BigInteger, nullable=False),
    Column("backup_bytes", BigInteger, nullable=False),
    Column("vault_bytes", BigInteger, nullable=False),
    Column("space_free", BigInteger),
    Column("space_total", BigInteger),
    Column("vault_up", Boolean, nullable=False),
)
