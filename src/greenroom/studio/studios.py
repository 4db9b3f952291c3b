"""A studio, and the people in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from greenroom.studio.status import ResourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """The house that everything else belongs to."""

    studio_id: str
    studio_name: str
    """3..64 of `[a-z0-9]`."""
    display_name: str
    account_id: str
    region: str
    admin_role_arn: str
    user_role_arn: str
    studio_url: str
    sso_client_id: str
    state: ResourceState
    status_code: str
    status_message: str
    created_at: datetime
    updated_at: datetime
    studio_encryption_configuration: Mapping[str, str] = field(default_factory=lambda: {"keyType": "AWS_OWNED_KEY"})
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who can sign in or sign requests."""

    principal_id: str
    studio_id: str
    user_name: str
    password_hash: str
    administrator: bool
    created_at: datetime
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessKey:
    """A key pair for the API; the secret is sealed (SigV4 needs it back)."""

    access_key_id: str
    principal_id: str
    sealed_secret: bytes
    created_at: datetime
    disabled_at: datetime | None = None
