"""Backups, and how long they are kept."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, text

from greenroom.store.tables.columns import NOT_DELETED, id_column, metadata, status_columns, tags_column
from greenroom.store.types import Instant

__all__ = ["backup_copies", "backup_listings", "retention_policies", "streaming_session_backups", "vault_copies"]

# DELETED backups are not listed: the indexes behind a page leave them out, so that a page costs the same
# however many went before.

streaming_session_backups = Table(
    "streaming_session_backups",
    metadata,
    id_column("backup_id", primary_key=True),
    id_column("studio_id"),
    id_column("session_id"),
    id_column("launch_profile_id"),
    id_column("owned_by"),
    Column("created_at", Instant, nullable=False),
    *status_columns(),
    tags_column(),
    Column("cause", String(32), nullable=False),
    Column("note", String(256)),
    Column("snapshot_at", Instant),
    Column("consistency", String(32)),
    Column("quiesced_at", Instant),
    Column("quiesce_problem", String(1024)),
    Column("vault_snapshot", String(255)),
    Column("files", BigInteger),
    Column("size_bytes", BigInteger),
    Column("added_bytes", BigInteger),
    Column("verified_at", Instant),
    Column("deleted_at", Instant),
    Column("test_restored_at", Instant),
    Column("test_restore_tried_at", Instant),
    Column("test_restore_result", String(1024)),
    Column("forget_at", Instant),
    Column("pinned_at", Instant),
    id_column("pinned_by", nullable=True),
    Index(
        "ix_backups_page",
        "studio_id",
        "created_at",
        "backup_id",
        sqlite_where=NOT_DELETED,
        postgresql_where=NOT_DELETED,
    ),
    Index(
        "ix_backups_owner",
        "studio_id",
        "owned_by",
        "created_at",
        "backup_id",
        sqlite_where=NOT_DELETED,
        postgresql_where=NOT_DELETED,
    ),
    Index("ix_backups_session", "session_id", "created_at"),
    Index(
        "ix_backups_snapshot",
        "backup_id",
        sqlite_where=text("snapshot_at IS NOT NULL"),
        postgresql_where=text("snapshot_at IS NOT NULL"),
    ),
    Index(
        "ix_backups_in_progress",
        "backup_id",
        sqlite_where=text("state = 'CREATE_IN_PROGRESS'"),
        postgresql_where=text("state = 'CREATE_IN_PROGRESS'"),
    ),
    Index(
        "ix_backups_deleted",
        "deleted_at",
        sqlite_where=text("deleted_at IS NOT NULL"),
        postgresql_where=text("deleted_at IS NOT NULL"),
    ),
)

backup_listings = Table(
    "backup_listings",
    metadata,
    id_column("studio_id", primary_key=True),
    Column("version", BigInteger, nullable=False),
)

retention_policies = Table(
    "retention_policies",
    metadata,
    id_column("launch_profile_id", primary_key=True),
    Column("last", Integer, nullable=False),
    Column("hourly", Integer, nullable=False),
    Column("daily", Integer, nullable=False),
    Column("weekly", Integer, nullable=False),
    Column("monthly", Integer, nullable=False),
    Column("yearly", Integer, nullable=False),
    Column("updated_at", Instant, nullable=False),
    id_column("updated_by"),
)

vault_copies = Table(
    "vault_copies",
    metadata,
    id_column("vault", primary_key=True),
    Column("tried_at", Instant, nullable=False),
    Column("copied_at", Instant),
    Column("failing_since", Instant),
    Column("error", String(1024)),
    Column("vault_path", String(64), nullable=False),
)

# Without a foreign key: a copy is dropped after its backup, and must be remembered until then.
backup_copies = Table(
    "backup_copies",
    metadata,
    id_column("vault", primary_key=True),
    id_column("backup_id", primary_key=True),
    Column("copied_at", Instant, nullable=False),
    Index("ix_backup_copies_backup", "backup_id"),
)
