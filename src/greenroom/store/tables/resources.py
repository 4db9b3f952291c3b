"""What sessions are made from: components, images, launch profiles, and the agreements on them."""

from sqlalchemy import Column, Index, String, Table, UniqueConstraint

from greenroom.store.tables.columns import (
    authorship_columns,
    id_column,
    membership_columns,
    metadata,
    status_columns,
    tags_column,
)
from greenroom.store.types import Instant, Json

__all__ = [
    "eula_acceptances",
    "eulas",
    "launch_profile_members",
    "launch_profiles",
    "streaming_images",
    "studio_components",
]

studio_components = Table(
    "studio_components",
    metadata,
    id_column("studio_component_id", primary_key=True),
    id_column("studio_id"),
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
    *status_columns(),
    *authorship_columns(),
    tags_column(),
    Index("ix_studio_components_page", "studio_id", "created_at", "studio_component_id"),
    Index("ix_studio_components_count", "studio_id", "type", "state"),
)

streaming_images = Table(
    "streaming_images",
    metadata,
    id_column("streaming_image_id", primary_key=True),
    id_column("studio_id"),
    Column("name", String(64), nullable=False),
    Column("description", String(256)),
    Column("ec2_image_id", String(255), nullable=False),
    Column("platform", String(32), nullable=False),
    id_column("owner"),
    Column("eula_ids", Json, nullable=False),
    Column("encryption_configuration", Json),
    *status_columns(),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    tags_column(),
    Index("ix_streaming_images_page", "studio_id", "created_at", "streaming_image_id"),
    Index("ix_streaming_images_count", "studio_id", "owner", "state"),
)

eulas = Table(
    "eulas",
    metadata,
    id_column("eula_id", primary_key=True),
    Column("name", String(64), nullable=False),
    Column("content", String(2048), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("ix_eulas_page", "created_at", "eula_id"),
)

eula_acceptances = Table(
    "eula_acceptances",
    metadata,
    id_column("eula_acceptance_id", primary_key=True),
    id_column("acceptee_id"),
    id_column("eula_id"),
    Column("accepted_at", Instant, nullable=False),
    id_column("accepted_by"),
    UniqueConstraint("acceptee_id", "eula_id"),
    Index("ix_eula_acceptances_page", "acceptee_id", "accepted_at", "eula_acceptance_id"),
)

launch_profiles = Table(
    "launch_profiles",
    metadata,
    id_column("launch_profile_id", primary_key=True),
    id_column("studio_id"),
    Column("name", String(64), nullable=False),
    Column("description", String(256)),
    Column("ec2_subnet_ids", Json, nullable=False),
    Column("launch_profile_protocol_versions", Json, nullable=False),
    Column("stream_configuration", Json, nullable=False),
    Column("studio_component_ids", Json, nullable=False),
    *status_columns(),
    *authorship_columns(),
    tags_column(),
    Index("ix_launch_profiles_page", "studio_id", "created_at", "launch_profile_id"),
    Index("ix_launch_profiles_count", "studio_id", "state"),
)

launch_profile_members = Table(
    "launch_profile_members",
    metadata,
    id_column("launch_profile_id", primary_key=True),
    id_column("principal_id", primary_key=True),
    *membership_columns(),
    Index("ix_launch_profile_members_page", "launch_profile_id", "created_at", "principal_id"),
    Index("ix_launch_profile_members_principal", "principal_id", "launch_profile_id"),
)
