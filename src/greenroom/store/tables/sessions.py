"""Sessions, their streams and volumes, and what is done to them."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, text

from greenroom.store.tables.columns import authorship_columns, id_column, metadata, status_columns, tags_column
from greenroom.store.types import Instant, Json, Length

__all__ = [
    "file_restores",
    "idle_stops",
    "kept_volumes",
    "restores",
    "schedules",
    "session_warnings",
    "streaming_session_streams",
    "streaming_sessions",
]

streaming_sessions = Table(
    "streaming_sessions",
    metadata,
    id_column("session_id", primary_key=True),
    id_column("studio_id"),
    id_column("launch_profile_id"),
    id_column("streaming_image_id"),
    Column("ec2_instance_type", String(64), nullable=False),
    id_column("owned_by"),
    *status_columns(),
    *authorship_columns(),
    Column("backup_mode", String(32), nullable=False),
    Column("max_backups_to_retain", Integer, nullable=False),
    Column("session_persistence_mode", String(32), nullable=False),
    Column("automatic_termination_mode", String(32), nullable=False),
    Column("max_session_length", Length, nullable=False),
    Column("max_stopped_session_length", Length, nullable=False),
    Column("volume_configuration", Json),
    Column("volume_retention_mode", String(32), nullable=False),
    id_column("started_by", nullable=True),
    Column("started_at", Instant),
    id_column("stopped_by", nullable=True),
    Column("stopped_at", Instant),
    Column("stop_at", Instant),
    Column("terminate_at", Instant),
    id_column("started_from_backup_id", nullable=True),
    tags_column(),
    Column("number", BigInteger, nullable=False, unique=True),
    id_column("volume_id", nullable=True),
    Column("volume_filled", Boolean, nullable=False),
    Column("volume_origin", String(32), nullable=False),
    id_column("volume_backup_id", nullable=True),
    Column("volume_since", Instant),
    id_column("restore_backup_id", nullable=True),
    id_column("replaced_volume_id", nullable=True),
    id_column("last_backup_id", nullable=True),
    Column("backup_due_at", Instant),
    Index("ix_streaming_sessions_page", "studio_id", "created_at", "session_id"),
    Index("ix_streaming_sessions_owner", "studio_id", "owned_by", "created_at", "session_id"),
    Index("ix_streaming_sessions_profile", "launch_profile_id", "state"),
    Index("ix_streaming_sessions_image", "streaming_image_id", "state"),
    Index("ix_streaming_sessions_count", "studio_id", "state"),
    Index("ix_streaming_sessions_state", "state"),
    Index(
        "ix_streaming_sessions_restoring",
        "restore_backup_id",
        sqlite_where=text("restore_backup_id IS NOT NULL"),
        postgresql_where=text("restore_backup_id IS NOT NULL"),
    ),
)

streaming_session_streams = Table(
    "streaming_session_streams",
    metadata,
    id_column("stream_id", primary_key=True),
    id_column("session_id", index=True),
    id_column("studio_id"),
    id_column("owned_by"),
    Column("state", String(32), nullable=False),
    Column("status_code", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    id_column("created_by"),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("opened_at", Instant),
    Column("revoked_at", Instant),
)

file_restores = Table(
    "file_restores",
    metadata,
    id_column("restore_id", primary_key=True),
    id_column("studio_id"),
    id_column("session_id"),
    id_column("backup_id"),
    id_column("owned_by"),
    id_column("created_by"),
    Column("created_at", Instant, nullable=False),
    Column("state", String(32), nullable=False),
    Column("status_message", String(1024)),
    Column("paths", Json, nullable=False),
    Column("targets", Json, nullable=False),
    Column("done_bytes", BigInteger, nullable=False),
    Column("total_bytes", BigInteger),
    Column("ended_at", Instant, index=True),
)

kept_volumes = Table(
    "kept_volumes",
    metadata,
    id_column("volume_id", primary_key=True),
    id_column("session_id", index=True),
    Column("kept_at", Instant, nullable=False),
    Column("until", Instant, nullable=False, index=True),
    Column("volume_origin", String(32)),
    id_column("volume_backup_id", nullable=True),
    Column("volume_since", Instant),
)

restores = Table(
    "restores",
    metadata,
    id_column("session_id", primary_key=True),
    id_column("backup_id"),
    Column("started_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("done_bytes", BigInteger, nullable=False),
    Column("total_bytes", BigInteger, nullable=False),
)

schedules = Table(
    "schedules",
    metadata,
    Column("target_type", String(32), primary_key=True),
    id_column("target_id", primary_key=True),
    id_column("studio_id"),
    id_column("owned_by", nullable=True),
    Column("start_at", String(5)),
    Column("stop_at", String(5)),
    Column("weekdays", Json, nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("updated_at", Instant, nullable=False),
    id_column("updated_by"),
    Column("next_at", Instant),
    Column("next_action", String(16)),
    Column("start_done_at", Instant),
    Column("stop_done_at", Instant),
    Index("ix_schedules_page", "studio_id", "target_id"),
)

session_warnings = Table(
    "session_warnings",
    metadata,
    id_column("session_id", primary_key=True),
    Column("ends_at", Instant, nullable=False),
    Column("cause", String(32), nullable=False),
    Column("lead", Length, nullable=False),
    Column("given_at", Instant, nullable=False),
)

idle_stops = Table(
    "idle_stops",
    metadata,
    id_column("launch_profile_id", primary_key=True),
    Column("minutes", Integer, nullable=False),
    Column("updated_at", Instant, nullable=False),
    id_column("updated_by"),
)
