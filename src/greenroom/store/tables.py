"""Every table. The migrations under `migrations/` build the same; a test compares the two."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from greenroom.store.types import Bytes, Instant, Json, Length

metadata = MetaData()


# Ids sort by their bytes on both: a page must not depend on the machine's locale, nor an index on its C library.
_ID = String(255).with_variant(String(255, collation="C"), "postgresql")


def _id(name: str, **options: Any) -> Column[str]:
    return Column(name, _ID, nullable=options.pop("nullable", False), **options)


def _status() -> list[Column[Any]]:
    return [
        Column("state", String(32), nullable=False),
        Column("status_code", String(64), nullable=False),
        Column("status_message", String(1024)),
    ]


def _authorship() -> list[Column[Any]]:
    return [
        Column("created_at", Instant, nullable=False),
        _id("created_by"),
        Column("updated_at", Instant, nullable=False),
        _id("updated_by"),
    ]


def _tags() -> Column[Any]:
    return Column("tags", Json, nullable=False)


def _membership() -> list[Column[Any]]:
    return [
        Column("identity_store_id", String(255), nullable=False),
        Column("persona", String(32), nullable=False),
        Column("sid", String(255)),
        Column("created_at", Instant, nullable=False),
    ]


_not_deleted = text("state <> 'DELETED'")


studios = Table(
    "studios",
    metadata,
    _id("studio_id", primary_key=True),
    Column("studio_name", String(64), nullable=False),
    Column("display_name", String(64), nullable=False),
    Column("account_id", String(12), nullable=False),
    Column("region", String(50), nullable=False),
    Column("admin_role_arn", String(2048), nullable=False),
    Column("user_role_arn", String(2048), nullable=False),
    Column("studio_url", String(1024), nullable=False),
    Column("sso_client_id", String(64)),
    *_status(),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("studio_encryption_configuration", Json, nullable=False),
    _tags(),
    Index("ix_studios_page", "created_at", "studio_id"),
    Index("ix_studios_name", "studio_name", unique=True, sqlite_where=_not_deleted, postgresql_where=_not_deleted),
)

studio_members = Table(
    "studio_members",
    metadata,
    _id("studio_id", primary_key=True),
    _id("principal_id", primary_key=True),
    *_membership(),
    Index("ix_studio_members_page", "studio_id", "created_at", "principal_id"),
    Index("ix_studio_members_principal", "principal_id"),
)

users = Table(
    "users",
    metadata,
    _id("principal_id", primary_key=True),
    _id("studio_id"),
    Column("user_name", String(128), nullable=False, unique=True),
    Column("password_hash", String(255), nullable=False),
    Column("administrator", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
)

access_keys = Table(
    "access_keys",
    metadata,
    Column("access_key_id", String(128), primary_key=True),
    _id("principal_id", index=True),
    Column("name", String(128), nullable=False),
    Column("sealed_secret", Bytes, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("last_used_at", Instant),
    Column("disabled_at", Instant),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    _id("sign_in_id", primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    _id("principal_id"),
    Column("method", String(128), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("source_ip", String(64)),
    Column("user_agent", String(512), nullable=False),
    Index("ix_sign_ins_principal", "principal_id", "created_at"),
)

user_identities = Table(
    "user_identities",
    metadata,
    Column("provider", String(64), primary_key=True),
    _id("subject", primary_key=True),
    _id("principal_id", index=True),
    Column("created_at", Instant, nullable=False),
)

groups = Table(
    "groups",
    metadata,
    Column("group_name", String(128), primary_key=True),
    Column("created_at", Instant, nullable=False),
)

group_members = Table(
    "group_members",
    metadata,
    Column("group_name", String(128), primary_key=True),
    _id("principal_id", primary_key=True),
    Index("ix_group_members_principal", "principal_id", "group_name"),
)

roles = Table(
    "roles",
    metadata,
    Column("role_name", String(128), primary_key=True),
    _id("role_id", unique=True),
    Column("trust_policy", Text, nullable=False),
    Column("max_session_seconds", Integer, nullable=False),
    Column("sessions_since", Instant, nullable=False),
    *_authorship(),
)

policies = Table(
    "policies",
    metadata,
    Column("policy_name", String(128), primary_key=True),
    Column("document", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    _id("updated_by"),
)

# Of a policy that comes with Greenroom there is no row in `policies`, only these.
policy_attachments = Table(
    "policy_attachments",
    metadata,
    Column("policy_name", String(128), primary_key=True),
    Column("target_type", String(16), primary_key=True),
    _id("target_id", primary_key=True),
    Index("ix_policy_attachments_target", "target_type", "target_id"),
)

studio_components = Table(
    "studio_components",
    metadata,
    _id("studio_component_id", primary_key=True),
    _id("studio_id"),
    Column("name", String(64), nullable=False),
    Column("description", String(256)),
    Column("type", String(32), nullable=False),
    Column("subtype", String(32)),
    Column("configuration", Json),
    Column("ec2_security_group_ids", Json, nullable=False),
    Column("initialization_scripts", Json, nullable=False),
    Column("script_parameters", Json, nullable=False),
    Column("runtime_role_arn", String(2048)),
    Column("secure_initialization_role_arn", String(2048)),
    *_status(),
    *_authorship(),
    _tags(),
    Index("ix_studio_components_page", "studio_id", "created_at", "studio_component_id"),
    Index("ix_studio_components_count", "studio_id", "type", "state"),
)

streaming_images = Table(
    "streaming_images",
    metadata,
    _id("streaming_image_id", primary_key=True),
    _id("studio_id"),
    Column("name", String(64), nullable=False),
    Column("description", String(256)),
    Column("ec2_image_id", String(255), nullable=False),
    Column("platform", String(32), nullable=False),
    _id("owner"),
    Column("eula_ids", Json, nullable=False),
    Column("encryption_configuration", Json),
    *_status(),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    _tags(),
    Index("ix_streaming_images_page", "studio_id", "created_at", "streaming_image_id"),
    Index("ix_streaming_images_count", "studio_id", "owner", "state"),
)

eulas = Table(
    "eulas",
    metadata,
    _id("eula_id", primary_key=True),
    Column("name", String(64), nullable=False),
    Column("content", String(2048), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("ix_eulas_page", "created_at", "eula_id"),
)

eula_acceptances = Table(
    "eula_acceptances",
    metadata,
    _id("eula_acceptance_id", primary_key=True),
    _id("acceptee_id"),
    _id("eula_id"),
    Column("accepted_at", Instant, nullable=False),
    _id("accepted_by"),
    UniqueConstraint("acceptee_id", "eula_id"),
    Index("ix_eula_acceptances_page", "acceptee_id", "accepted_at", "eula_acceptance_id"),
)

launch_profiles = Table(
    "launch_profiles",
    metadata,
    _id("launch_profile_id", primary_key=True),
    _id("studio_id"),
    Column("name", String(64), nullable=False),
    Column("description", String(256)),
    Column("ec2_subnet_ids", Json, nullable=False),
    Column("launch_profile_protocol_versions", Json, nullable=False),
    Column("stream_configuration", Json, nullable=False),
    Column("studio_component_ids", Json, nullable=False),
    *_status(),
    *_authorship(),
    _tags(),
    Index("ix_launch_profiles_page", "studio_id", "created_at", "launch_profile_id"),
    Index("ix_launch_profiles_count", "studio_id", "state"),
)

launch_profile_members = Table(
    "launch_profile_members",
    metadata,
    _id("launch_profile_id", primary_key=True),
    _id("principal_id", primary_key=True),
    *_membership(),
    Index("ix_launch_profile_members_page", "launch_profile_id", "created_at", "principal_id"),
    Index("ix_launch_profile_members_principal", "principal_id", "launch_profile_id"),
)

streaming_sessions = Table(
    "streaming_sessions",
    metadata,
    _id("session_id", primary_key=True),
    _id("studio_id"),
    _id("launch_profile_id"),
    _id("streaming_image_id"),
    Column("ec2_instance_type", String(64), nullable=False),
    _id("owned_by"),
    *_status(),
    *_authorship(),
    Column("backup_mode", String(32), nullable=False),
    Column("max_backups_to_retain", Integer, nullable=False),
    Column("session_persistence_mode", String(32), nullable=False),
    Column("automatic_termination_mode", String(32), nullable=False),
    Column("max_session_length", Length, nullable=False),
    Column("max_stopped_session_length", Length, nullable=False),
    Column("volume_configuration", Json),
    Column("volume_retention_mode", String(32), nullable=False),
    _id("started_by", nullable=True),
    Column("started_at", Instant),
    _id("stopped_by", nullable=True),
    Column("stopped_at", Instant),
    Column("stop_at", Instant),
    Column("terminate_at", Instant),
    _id("started_from_backup_id", nullable=True),
    _tags(),
    Column("number", BigInteger, nullable=False, unique=True),
    _id("volume_id", nullable=True),
    Column("volume_filled", Boolean, nullable=False),
    Column("volume_origin", String(32), nullable=False),
    _id("volume_backup_id", nullable=True),
    Column("volume_since", Instant),
    _id("restore_backup_id", nullable=True),
    _id("replaced_volume_id", nullable=True),
    _id("last_backup_id", nullable=True),
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

# DELETED backups are not listed: the indexes behind a page leave them out, so that a page costs the same
# however many went before.

streaming_session_backups = Table(
    "streaming_session_backups",
    metadata,
    _id("backup_id", primary_key=True),
    _id("studio_id"),
    _id("session_id"),
    _id("launch_profile_id"),
    _id("owned_by"),
    Column("created_at", Instant, nullable=False),
    *_status(),
    _tags(),
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
    _id("pinned_by", nullable=True),
    Index(
        "ix_backups_page",
        "studio_id",
        "created_at",
        "backup_id",
        sqlite_where=_not_deleted,
        postgresql_where=_not_deleted,
    ),
    Index(
        "ix_backups_owner",
        "studio_id",
        "owned_by",
        "created_at",
        "backup_id",
        sqlite_where=_not_deleted,
        postgresql_where=_not_deleted,
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

streaming_session_streams = Table(
    "streaming_session_streams",
    metadata,
    _id("stream_id", primary_key=True),
    _id("session_id", index=True),
    _id("studio_id"),
    _id("owned_by"),
    Column("state", String(32), nullable=False),
    Column("status_code", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    _id("created_by"),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("opened_at", Instant),
    Column("revoked_at", Instant),
)

backup_listings = Table(
    "backup_listings",
    metadata,
    _id("studio_id", primary_key=True),
    Column("version", BigInteger, nullable=False),
)

file_restores = Table(
    "file_restores",
    metadata,
    _id("restore_id", primary_key=True),
    _id("studio_id"),
    _id("session_id"),
    _id("backup_id"),
    _id("owned_by"),
    _id("created_by"),
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
    _id("volume_id", primary_key=True),
    _id("session_id", index=True),
    Column("kept_at", Instant, nullable=False),
    Column("until", Instant, nullable=False, index=True),
    Column("volume_origin", String(32)),
    _id("volume_backup_id", nullable=True),
    Column("volume_since", Instant),
)

retention_policies = Table(
    "retention_policies",
    metadata,
    _id("launch_profile_id", primary_key=True),
    Column("last", Integer, nullable=False),
    Column("hourly", Integer, nullable=False),
    Column("daily", Integer, nullable=False),
    Column("weekly", Integer, nullable=False),
    Column("monthly", Integer, nullable=False),
    Column("yearly", Integer, nullable=False),
    Column("updated_at", Instant, nullable=False),
    _id("updated_by"),
)

restores = Table(
    "restores",
    metadata,
    _id("session_id", primary_key=True),
    _id("backup_id"),
    Column("started_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("done_bytes", BigInteger, nullable=False),
    Column("total_bytes", BigInteger, nullable=False),
)

client_tokens = Table(
    "client_tokens",
    metadata,
    _id("principal_id", primary_key=True),
    Column("operation", String(64), primary_key=True),
    Column("client_token", String(64), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    _id("resource_id"),
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
    _id("studio_id", nullable=True),
    _id("session_id", nullable=True),
    _id("backup_id", nullable=True),
    _id("owned_by", nullable=True),
    Column("state", String(32)),
    Column("previous_state", String(32)),
    Column("message", String(1024)),
    Index("ix_events_type", "type", "event_id"),
    Index("ix_events_owner", "owned_by", "event_id"),
    Index("ix_events_session", "session_id", "event_id"),
    sqlite_autoincrement=True,
)

schedules = Table(
    "schedules",
    metadata,
    Column("target_type", String(32), primary_key=True),
    _id("target_id", primary_key=True),
    _id("studio_id"),
    _id("owned_by", nullable=True),
    Column("start_at", String(5)),
    Column("stop_at", String(5)),
    Column("weekdays", Json, nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("updated_at", Instant, nullable=False),
    _id("updated_by"),
    Column("next_at", Instant),
    Column("next_action", String(16)),
    Index("ix_schedules_page", "studio_id", "target_id"),
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
    _id("resource_id", primary_key=True),
    Column("due_at", Instant, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_holder", String(64)),
    Column("lease_until", Instant),
    Column("last_error", String(1024)),
    Index("ix_work_due", "kind", "due_at"),
)
