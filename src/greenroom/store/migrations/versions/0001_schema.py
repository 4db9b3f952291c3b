"""The schema of the first release."""

import sqlalchemy as sa
from alembic import op

from greenroom.store import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_keys",
        sa.Column("access_key_id", sa.String(length=128), nullable=False),
        sa.Column(
            "principal_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("expires_at", types.Instant(), nullable=True),
        sa.Column("last_used_at", types.Instant(), nullable=True),
        sa.Column("disabled_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("access_key_id"),
    )
    op.create_index(op.f("ix_access_keys_principal_id"), "access_keys", ["principal_id"], unique=False)
    op.create_table(
        "backup_listings",
        sa.Column(
            "studio_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("studio_id"),
    )
    op.create_table(
        "client_tokens",
        sa.Column(
            "principal_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("operation", sa.String(length=64), nullable=False),
        sa.Column("client_token", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column(
            "resource_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("principal_id", "operation", "client_token"),
    )
    op.create_index(op.f("ix_client_tokens_created_at"), "client_tokens", ["created_at"], unique=False)
    op.create_table(
        "schedules",
        sa.Column("target_type", sa.String(length=32), nullable=False),
        *(
            sa.Column(
                name,
                sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
                nullable=nullable,
            )
            for name, nullable in (("target_id", False), ("studio_id", False), ("owned_by", True))
        ),
        sa.Column("start_at", sa.String(length=5), nullable=True),
        sa.Column("stop_at", sa.String(length=5), nullable=True),
        sa.Column("weekdays", types.Json(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column(
            "updated_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("next_at", types.Instant(), nullable=True),
        sa.Column("next_action", sa.String(length=16), nullable=True),
        sa.Column("start_done_at", types.Instant(), nullable=True),
        sa.Column("stop_done_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("target_type", "target_id"),
    )
    op.create_index("ix_schedules_page", "schedules", ["studio_id", "target_id"], unique=False)
    op.create_table(
        "event_cursors",
        sa.Column("target", sa.String(length=128), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("not_before", types.Instant(), nullable=True),
        sa.Column("last_error", sa.String(length=1024), nullable=True),
        sa.PrimaryKeyConstraint("target"),
    )
    op.create_table(
        "events",
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("recorded_at", types.Instant(), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        *(
            sa.Column(name, sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"))
            for name in ("studio_id", "session_id", "backup_id", "owned_by")
        ),
        sa.Column("state", sa.String(length=32), nullable=True),
        sa.Column("previous_state", sa.String(length=32), nullable=True),
        sa.Column("message", sa.String(length=1024), nullable=True),
        sa.PrimaryKeyConstraint("event_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_events_recorded_at"), "events", ["recorded_at"], unique=False)
    op.create_index("ix_events_type", "events", ["type", "event_id"], unique=False)
    op.create_index("ix_events_owner", "events", ["owned_by", "event_id"], unique=False)
    op.create_index("ix_events_session", "events", ["session_id", "event_id"], unique=False)
    op.create_table(
        "eula_acceptances",
        sa.Column(
            "eula_acceptance_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "acceptee_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "eula_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("accepted_at", types.Instant(), nullable=False),
        sa.Column(
            "accepted_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("eula_acceptance_id"),
        sa.UniqueConstraint("acceptee_id", "eula_id"),
    )
    op.create_index(
        "ix_eula_acceptances_page",
        "eula_acceptances",
        ["acceptee_id", "accepted_at", "eula_acceptance_id"],
        unique=False,
    )
    op.create_table(
        "eulas",
        sa.Column(
            "eula_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("content", sa.String(length=2048), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("eula_id"),
    )
    op.create_index("ix_eulas_page", "eulas", ["created_at", "eula_id"], unique=False)
    op.create_table(
        "group_members",
        sa.Column("group_name", sa.String(length=128), nullable=False),
        sa.Column(
            "principal_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("group_name", "principal_id"),
    )
    op.create_index("ix_group_members_principal", "group_members", ["principal_id", "group_name"], unique=False)
    op.create_table(
        "groups",
        sa.Column("group_name", sa.String(length=128), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("group_name"),
    )
    op.create_table(
        "file_restores",
        sa.Column(
            "restore_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "studio_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "session_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "backup_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "owned_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "created_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("status_message", sa.String(length=1024), nullable=True),
        sa.Column("paths", types.Json(), nullable=False),
        sa.Column("targets", types.Json(), nullable=False),
        sa.Column("done_bytes", sa.BigInteger(), nullable=False),
        sa.Column("total_bytes", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("restore_id"),
    )
    op.create_index(op.f("ix_file_restores_ended_at"), "file_restores", ["ended_at"], unique=False)
    op.create_table(
        "kept_volumes",
        sa.Column(
            "volume_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "session_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("kept_at", types.Instant(), nullable=False),
        sa.Column("until", types.Instant(), nullable=False),
        sa.Column("volume_origin", sa.String(length=32), nullable=True),
        sa.Column(
            "volume_backup_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("volume_since", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("volume_id"),
    )
    op.create_index(op.f("ix_kept_volumes_session_id"), "kept_volumes", ["session_id"], unique=False)
    op.create_index(op.f("ix_kept_volumes_until"), "kept_volumes", ["until"], unique=False)
    op.create_table(
        "vault_copies",
        sa.Column(
            "vault",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("tried_at", types.Instant(), nullable=False),
        sa.Column("copied_at", types.Instant(), nullable=True),
        sa.Column("failing_since", types.Instant(), nullable=True),
        sa.Column("error", sa.String(length=1024), nullable=True),
        sa.Column("vault_path", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("vault"),
    )
    op.create_table(
        "backup_copies",
        sa.Column(
            "vault",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "backup_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("copied_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("vault", "backup_id"),
    )
    op.create_index("ix_backup_copies_backup", "backup_copies", ["backup_id"], unique=False)
    op.create_table(
        "retention_policies",
        sa.Column(
            "launch_profile_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("hourly", sa.Integer(), nullable=False),
        sa.Column("daily", sa.Integer(), nullable=False),
        sa.Column("weekly", sa.Integer(), nullable=False),
        sa.Column("monthly", sa.Integer(), nullable=False),
        sa.Column("yearly", sa.Integer(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column(
            "updated_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("launch_profile_id"),
    )
    op.create_table(
        "session_warnings",
        sa.Column(
            "session_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("ends_at", types.Instant(), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("lead", types.Length(), nullable=False),
        sa.Column("given_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("session_id"),
    )
    op.create_table(
        "idle_stops",
        sa.Column(
            "launch_profile_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column(
            "updated_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("launch_profile_id"),
    )
    op.create_table(
        "restores",
        sa.Column(
            "session_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "backup_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("started_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("done_bytes", sa.BigInteger(), nullable=False),
        sa.Column("total_bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("session_id"),
    )
    op.create_table(
        "health_samples",
        sa.Column(
            "studio_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("sampled_at", types.Instant(), nullable=False),
        sa.Column("sessions_ready", sa.BigInteger(), nullable=False),
        sa.Column("sessions_stopped", sa.BigInteger(), nullable=False),
        sa.Column("sessions_changing", sa.BigInteger(), nullable=False),
        sa.Column("sessions_failed", sa.BigInteger(), nullable=False),
        sa.Column("sessions_endangered", sa.BigInteger(), nullable=False),
        sa.Column("people_at_work", sa.BigInteger(), nullable=False),
        sa.Column("backups_ready", sa.BigInteger(), nullable=False),
        sa.Column("backups_failed", sa.BigInteger(), nullable=False),
        sa.Column("backups_unproven", sa.BigInteger(), nullable=False),
        sa.Column("backup_bytes", sa.BigInteger(), nullable=False),
        sa.Column("vault_bytes", sa.BigInteger(), nullable=False),
        sa.Column("space_free", sa.BigInteger(), nullable=True),
        sa.Column("space_total", sa.BigInteger(), nullable=True),
        sa.Column("vault_up", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("studio_id", "sampled_at"),
    )
    op.create_table(
        "launch_profile_members",
        sa.Column(
            "launch_profile_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "principal_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("identity_store_id", sa.String(length=255), nullable=False),
        sa.Column("persona", sa.String(length=32), nullable=False),
        sa.Column("sid", sa.String(length=255), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("launch_profile_id", "principal_id"),
    )
    op.create_index(
        "ix_launch_profile_members_page",
        "launch_profile_members",
        ["launch_profile_id", "created_at", "principal_id"],
        unique=False,
    )
    op.create_index(
        "ix_launch_profile_members_principal",
        "launch_profile_members",
        ["principal_id", "launch_profile_id"],
        unique=False,
    )
    op.create_table(
        "launch_profiles",
        sa.Column(
            "launch_profile_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "studio_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("description", sa.String(length=256), nullable=True),
        sa.Column("ec2_subnet_ids", types.Json(), nullable=False),
        sa.Column("launch_profile_protocol_versions", types.Json(), nullable=False),
        sa.Column("stream_configuration", types.Json(), nullable=False),
        sa.Column("studio_component_ids", types.Json(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("status_code", sa.String(length=64), nullable=False),
        sa.Column("status_message", sa.String(length=1024), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column(
            "created_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column(
            "updated_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("tags", types.Json(), nullable=False),
        sa.PrimaryKeyConstraint("launch_profile_id"),
    )
    op.create_index("ix_launch_profiles_count", "launch_profiles", ["studio_id", "state"], unique=False)
    op.create_index(
        "ix_launch_profiles_page", "launch_profiles", ["studio_id", "created_at", "launch_profile_id"], unique=False
    )
    op.create_table(
        "policies",
        sa.Column("policy_name", sa.String(length=128), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column(
            "updated_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("policy_name"),
    )
    op.create_table(
        "policy_attachments",
        sa.Column("policy_name", sa.String(length=128), nullable=False),
        sa.Column("target_type", sa.String(length=16), nullable=False),
        sa.Column(
            "target_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("policy_name", "target_type", "target_id"),
    )
    op.create_index("ix_policy_attachments_target", "policy_attachments", ["target_type", "target_id"], unique=False)
    op.create_table(
        "streaming_images",
        sa.Column(
            "streaming_image_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "studio_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("description", sa.String(length=256), nullable=True),
        sa.Column("ec2_image_id", sa.String(length=255), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column(
            "owner",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("eula_ids", types.Json(), nullable=False),
        sa.Column("encryption_configuration", types.Json(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("status_code", sa.String(length=64), nullable=False),
        sa.Column("status_message", sa.String(length=1024), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("tags", types.Json(), nullable=False),
        sa.PrimaryKeyConstraint("streaming_image_id"),
    )
    op.create_index("ix_streaming_images_count", "streaming_images", ["studio_id", "owner", "state"], unique=False)
    op.create_index(
        "ix_streaming_images_page", "streaming_images", ["studio_id", "created_at", "streaming_image_id"], unique=False
    )
    op.create_table(
        "streaming_session_backups",
        sa.Column(
            "backup_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "studio_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "session_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "launch_profile_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "owned_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("status_code", sa.String(length=64), nullable=False),
        sa.Column("status_message", sa.String(length=1024), nullable=True),
        sa.Column("tags", types.Json(), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=256), nullable=True),
        sa.Column("snapshot_at", types.Instant(), nullable=True),
        sa.Column("consistency", sa.String(length=32), nullable=True),
        sa.Column("quiesced_at", types.Instant(), nullable=True),
        sa.Column("quiesce_problem", sa.String(length=1024), nullable=True),
        sa.Column("vault_snapshot", sa.String(length=255), nullable=True),
        sa.Column("files", sa.BigInteger(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("added_bytes", sa.BigInteger(), nullable=True),
        sa.Column("verified_at", types.Instant(), nullable=True),
        sa.Column("deleted_at", types.Instant(), nullable=True),
        sa.Column("test_restored_at", types.Instant(), nullable=True),
        sa.Column("test_restore_tried_at", types.Instant(), nullable=True),
        sa.Column("test_restore_result", sa.String(length=1024), nullable=True),
        sa.Column("forget_at", types.Instant(), nullable=True),
        sa.Column("pinned_at", types.Instant(), nullable=True),
        sa.Column(
            "pinned_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("backup_id"),
    )
    op.create_index(
        "ix_backups_deleted",
        "streaming_session_backups",
        ["deleted_at"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NOT NULL"),
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_backups_in_progress",
        "streaming_session_backups",
        ["backup_id"],
        unique=False,
        sqlite_where=sa.text("state = 'CREATE_IN_PROGRESS'"),
        postgresql_where=sa.text("state = 'CREATE_IN_PROGRESS'"),
    )
    op.create_index(
        "ix_backups_owner",
        "streaming_session_backups",
        ["studio_id", "owned_by", "created_at", "backup_id"],
        unique=False,
        sqlite_where=sa.text("state <> 'DELETED'"),
        postgresql_where=sa.text("state <> 'DELETED'"),
    )
    op.create_index(
        "ix_backups_page",
        "streaming_session_backups",
        ["studio_id", "created_at", "backup_id"],
        unique=False,
        sqlite_where=sa.text("state <> 'DELETED'"),
        postgresql_where=sa.text("state <> 'DELETED'"),
    )
    op.create_index("ix_backups_session", "streaming_session_backups", ["session_id", "created_at"], unique=False)
    op.create_index(
        "ix_backups_snapshot",
        "streaming_session_backups",
        ["backup_id"],
        unique=False,
        sqlite_where=sa.text("snapshot_at IS NOT NULL"),
        postgresql_where=sa.text("snapshot_at IS NOT NULL"),
    )
    op.create_table(
        "streaming_session_streams",
        sa.Column(
            "stream_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "session_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "studio_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "owned_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("status_code", sa.String(length=64), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column(
            "created_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("expires_at", types.Instant(), nullable=False),
        sa.Column("opened_at", types.Instant(), nullable=True),
        sa.Column("revoked_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("stream_id"),
    )
    op.create_index(
        op.f("ix_streaming_session_streams_expires_at"), "streaming_session_streams", ["expires_at"], unique=False
    )
    op.create_index(
        op.f("ix_streaming_session_streams_session_id"), "streaming_session_streams", ["session_id"], unique=False
    )
    op.create_table(
        "streaming_sessions",
        sa.Column(
            "session_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "studio_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "launch_profile_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "streaming_image_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("ec2_instance_type", sa.String(length=64), nullable=False),
        sa.Column(
            "owned_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("status_code", sa.String(length=64), nullable=False),
        sa.Column("status_message", sa.String(length=1024), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column(
            "created_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column(
            "updated_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("backup_mode", sa.String(length=32), nullable=False),
        sa.Column("max_backups_to_retain", sa.Integer(), nullable=False),
        sa.Column("session_persistence_mode", sa.String(length=32), nullable=False),
        sa.Column("automatic_termination_mode", sa.String(length=32), nullable=False),
        sa.Column("max_session_length", types.Length(), nullable=False),
        sa.Column("max_stopped_session_length", types.Length(), nullable=False),
        sa.Column("volume_configuration", types.Json(), nullable=True),
        sa.Column("volume_retention_mode", sa.String(length=32), nullable=False),
        sa.Column(
            "started_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("started_at", types.Instant(), nullable=True),
        sa.Column(
            "stopped_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("stopped_at", types.Instant(), nullable=True),
        sa.Column("stop_at", types.Instant(), nullable=True),
        sa.Column("terminate_at", types.Instant(), nullable=True),
        sa.Column(
            "started_from_backup_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("tags", types.Json(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "volume_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("volume_filled", sa.Boolean(), nullable=False),
        sa.Column("volume_origin", sa.String(length=32), nullable=False),
        sa.Column(
            "volume_backup_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("volume_since", types.Instant(), nullable=True),
        sa.Column(
            "restore_backup_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "replaced_volume_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "last_backup_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("backup_due_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("session_id"),
        sa.UniqueConstraint("number"),
    )
    op.create_index("ix_streaming_sessions_count", "streaming_sessions", ["studio_id", "state"], unique=False)
    op.create_index("ix_streaming_sessions_image", "streaming_sessions", ["streaming_image_id", "state"], unique=False)
    op.create_index(
        "ix_streaming_sessions_owner",
        "streaming_sessions",
        ["studio_id", "owned_by", "created_at", "session_id"],
        unique=False,
    )
    op.create_index(
        "ix_streaming_sessions_page", "streaming_sessions", ["studio_id", "created_at", "session_id"], unique=False
    )
    op.create_index("ix_streaming_sessions_profile", "streaming_sessions", ["launch_profile_id", "state"], unique=False)
    op.create_index(
        "ix_streaming_sessions_restoring",
        "streaming_sessions",
        ["restore_backup_id"],
        unique=False,
        sqlite_where=sa.text("restore_backup_id IS NOT NULL"),
        postgresql_where=sa.text("restore_backup_id IS NOT NULL"),
    )
    op.create_index("ix_streaming_sessions_state", "streaming_sessions", ["state"], unique=False)
    op.create_table(
        "studio_components",
        sa.Column(
            "studio_component_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "studio_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("description", sa.String(length=256), nullable=True),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("subtype", sa.String(length=32), nullable=True),
        sa.Column("configuration", types.Json(), nullable=True),
        sa.Column("ec2_security_group_ids", types.Json(), nullable=False),
        sa.Column("initialization_scripts", types.Json(), nullable=False),
        sa.Column("script_parameters", types.Json(), nullable=False),
        sa.Column("runtime_role_arn", sa.String(length=2048), nullable=True),
        sa.Column("secure_initialization_role_arn", sa.String(length=2048), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("status_code", sa.String(length=64), nullable=False),
        sa.Column("status_message", sa.String(length=1024), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column(
            "created_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column(
            "updated_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("tags", types.Json(), nullable=False),
        sa.PrimaryKeyConstraint("studio_component_id"),
    )
    op.create_index("ix_studio_components_count", "studio_components", ["studio_id", "type", "state"], unique=False)
    op.create_index(
        "ix_studio_components_page",
        "studio_components",
        ["studio_id", "created_at", "studio_component_id"],
        unique=False,
    )
    op.create_table(
        "studio_members",
        sa.Column(
            "studio_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "principal_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("identity_store_id", sa.String(length=255), nullable=False),
        sa.Column("persona", sa.String(length=32), nullable=False),
        sa.Column("sid", sa.String(length=255), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("studio_id", "principal_id"),
    )
    op.create_index(
        "ix_studio_members_page", "studio_members", ["studio_id", "created_at", "principal_id"], unique=False
    )
    op.create_index("ix_studio_members_principal", "studio_members", ["principal_id"], unique=False)
    op.create_table(
        "studios",
        sa.Column(
            "studio_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("studio_name", sa.String(length=64), nullable=False),
        sa.Column("display_name", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=12), nullable=False),
        sa.Column("region", sa.String(length=50), nullable=False),
        sa.Column("admin_role_arn", sa.String(length=2048), nullable=False),
        sa.Column("user_role_arn", sa.String(length=2048), nullable=False),
        sa.Column("studio_url", sa.String(length=1024), nullable=False),
        sa.Column("sso_client_id", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("status_code", sa.String(length=64), nullable=False),
        sa.Column("status_message", sa.String(length=1024), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column("vault_path", sa.String(length=64), nullable=False),
        sa.Column("studio_encryption_configuration", types.Json(), nullable=False),
        sa.Column("tags", types.Json(), nullable=False),
        sa.PrimaryKeyConstraint("studio_id"),
    )
    op.create_index(
        "ix_studios_name",
        "studios",
        ["studio_name"],
        unique=True,
        sqlite_where=sa.text("state <> 'DELETED'"),
        postgresql_where=sa.text("state <> 'DELETED'"),
    )
    op.create_index("ix_studios_page", "studios", ["created_at", "studio_id"], unique=False)
    op.create_table(
        "roles",
        sa.Column("role_name", sa.String(length=128), nullable=False),
        sa.Column(
            "role_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("trust_policy", sa.Text(), nullable=False),
        sa.Column("max_session_seconds", sa.Integer(), nullable=False),
        sa.Column("sessions_since", types.Instant(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column(
            "created_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.Column(
            "updated_by",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("role_name"),
        sa.UniqueConstraint("role_id"),
    )
    op.create_table(
        "sign_ins",
        sa.Column(
            "sign_in_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "principal_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("method", sa.String(length=128), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("last_used_at", types.Instant(), nullable=False),
        sa.Column("ends_at", types.Instant(), nullable=False),
        sa.Column("source_ip", sa.String(length=64), nullable=True),
        sa.Column("user_agent", sa.String(length=512), nullable=False),
        sa.PrimaryKeyConstraint("sign_in_id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_sign_ins_principal", "sign_ins", ["principal_id", "created_at"], unique=False)
    op.create_table(
        "user_identities",
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column(
            "subject",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "principal_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "subject"),
    )
    op.create_index(op.f("ix_user_identities_principal_id"), "user_identities", ["principal_id"], unique=False)
    op.create_table(
        "users",
        sa.Column(
            "principal_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "studio_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("user_name", sa.String(length=128), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("administrator", sa.Boolean(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("disabled_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("principal_id"),
        sa.UniqueConstraint("user_name"),
    )
    op.create_table(
        "work",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column(
            "resource_id",
            sa.String(length=255).with_variant(sa.String(length=255, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("due_at", types.Instant(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_holder", sa.String(length=64), nullable=True),
        sa.Column("lease_until", types.Instant(), nullable=True),
        sa.Column("last_error", sa.String(length=1024), nullable=True),
        sa.PrimaryKeyConstraint("kind", "resource_id"),
    )
    op.create_index("ix_work_due", "work", ["kind", "due_at"], unique=False)
