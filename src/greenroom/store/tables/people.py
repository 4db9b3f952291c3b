"""People and how they get in; groups, roles and policies."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from greenroom.store.tables.columns import authorship_columns, id_column, metadata
from greenroom.store.types import Bytes, Instant

__all__ = [
    "access_keys",
    "group_members",
    "groups",
    "policies",
    "policy_attachments",
    "roles",
    "sign_ins",
    "user_identities",
    "users",
]

users = Table(
    "users",
    metadata,
    id_column("principal_id", primary_key=True),
    id_column("studio_id"),
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
    id_column("principal_id", index=True),
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
    id_column("sign_in_id", primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    id_column("principal_id"),
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
    id_column("subject", primary_key=True),
    id_column("principal_id", index=True),
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
    id_column("principal_id", primary_key=True),
    Index("ix_group_members_principal", "principal_id", "group_name"),
)

roles = Table(
    "roles",
    metadata,
    Column("role_name", String(128), primary_key=True),
    id_column("role_id", unique=True),
    Column("trust_policy", Text, nullable=False),
    Column("max_session_seconds", Integer, nullable=False),
    Column("sessions_since", Instant, nullable=False),
    *authorship_columns(),
)

policies = Table(
    "policies",
    metadata,
    Column("policy_name", String(128), primary_key=True),
    Column("document", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    id_column("updated_by"),
)

# Of a policy that comes with Greenroom there is no row in `policies`, only these.
policy_attachments = Table(
    "policy_attachments",
    metadata,
    Column("policy_name", String(128), primary_key=True),
    Column("target_type", String(16), primary_key=True),
    id_column("target_id", primary_key=True),
    Index("ix_policy_attachments_target", "target_type", "target_id"),
)
