"""Studios, and who administers them."""

from sqlalchemy import Column, Index, String, Table

from greenroom.store.tables.columns import (
    NOT_DELETED,
    id_column,
    membership_columns,
    metadata,
    status_columns,
    tags_column,
)
from greenroom.store.types import Instant, Json

__all__ = [
    "studio_members",
    "studios",
]

studios = Table(
    "studios",
    metadata,
    id_column("studio_id", primary_key=True),
    Column("studio_name", String(64), nullable=False),
    Column("display_name", String(64), nullable=False),
    Column("account_id", String(12), nullable=False),
    Column("region", String(50), nullable=False),
    Column("admin_role_arn", String(2048), nullable=False),
    Column("user_role_arn", String(2048), nullable=False),
    Column("studio_url", String(1024), nullable=False),
    Column("sso_client_id", String(64)),
    *status_columns(),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("vault_path", String(64), nullable=False, default=""),
    Column("studio_encryption_configuration", Json, nullable=False),
    tags_column(),
    Index("ix_studios_page", "created_at", "studio_id"),
    Index("ix_studios_name", "studio_name", unique=True, sqlite_where=NOT_DELETED, postgresql_where=NOT_DELETED),
)

studio_members = Table(
    "studio_members",
    metadata,
    id_column("studio_id", primary_key=True),
    id_column("principal_id", primary_key=True),
    *membership_columns(),
    Index("ix_studio_members_page", "studio_id", "created_at", "principal_id"),
    Index("ix_studio_members_principal", "principal_id"),
)
