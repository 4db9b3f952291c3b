"""A studio, and the people in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from greenroom.studio.errors import Invalid
from greenroom.studio.lifecycles import Change, Lifecycle, Resource, Status, changes
from greenroom.studio.status import ResourceState

AWS_OWNED_KEY = "AWS_OWNED_KEY"
CUSTOMER_MANAGED_KEY = "CUSTOMER_MANAGED_KEY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio(Resource):
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
    sso_client_id: str | None
    """None: nobody can sign in until the configuration is repaired (StartStudioSSOConfigurationRepair)."""
    created_at: datetime
    vault_path: str = ""
    """Where its backups are: empty for the studio with which a data directory is founded, whose vault is the setting's
    itself; else the folder in that vault's place that is a repository of its own. Never changes."""
    studio_encryption_configuration: Mapping[str, str] = field(default_factory=lambda: {"keyType": AWS_OWNED_KEY})
    tags: Mapping[str, str] = field(default_factory=dict)


_VAULT_PATH = re.compile(r"stid-[a-z0-9]{16}")


def vault_path(studio_id: str) -> str:
    """Where a further studio's repository is in the place of the vault: its id without the region.

    One folder deep, and without a colon: REST servers take two folders at most, some file systems no colons.
    """
    return studio_id.rpartition(":")[2]


def is_vault_path(name: str) -> bool:
    """Whether a folder beside a repository's own is that of a further studio."""
    return _VAULT_PATH.fullmatch(name) is not None


_CHANGES = changes("The studio", "STUDIO")

SIGN_IN_REPAIR = Change(
    Status(
        ResourceState.UPDATE_IN_PROGRESS,
        "AWS_SSO_CONFIGURATION_REPAIR_IN_PROGRESS",
        "The studio's sign-in is being repaired",
    ),
    Status(ResourceState.READY, "AWS_SSO_CONFIGURATION_REPAIRED", "The studio's sign-in has been repaired"),
)

STUDIOS = Lifecycle(
    "studio",
    "studio_id",
    creation=Change(
        _CHANGES.creation.during,
        # The space at the end is the original's.
        Status(ResourceState.READY, "STUDIO_CREATED", "The studio has been created successfully "),
    ),
    update=_CHANGES.update,
    deletion=_CHANGES.deletion,
    others=(SIGN_IN_REPAIR,),
)


def check_encryption(configuration: Mapping[str, str]) -> None:
    """Raises Invalid where a key of one's own is asked for and not named."""
    if configuration["keyType"] == CUSTOMER_MANAGED_KEY and not configuration.get("keyArn"):
        raise Invalid(
            "studioEncryptionConfiguration: keyType CUSTOMER_MANAGED_KEY needs keyArn.", code="KEY_ARN_MISSING"
        )


def what_is_left(launch_profiles: int, studio_components: int, streaming_images: int) -> Status | None:
    """Why a studio with so many of each cannot be deleted; None where it can. Its vendor's images do not count."""
    for count, code, noun in (
        (launch_profiles, "STUDIO_WITH_LAUNCH_PROFILES_NOT_DELETED", "launch profiles"),
        (studio_components, "STUDIO_WITH_STUDIO_COMPONENTS_NOT_DELETED", "studio components"),
        (streaming_images, "STUDIO_WITH_STREAMING_IMAGES_NOT_DELETED", "streaming images of its own"),
    ):
        if count:
            message = f"The studio has {count} {noun}. Delete them first."
            return Status(ResourceState.DELETE_FAILED, code, message)
    return None


def check_sign_in_is_broken(studio: Studio) -> None:
    """Raises Invalid where the studio's sign-in needs no repair."""
    if studio.sso_client_id is not None:
        raise Invalid(
            f"The studio {studio.studio_id} has a valid sign-in configuration: there is nothing to repair.",
            code="SSO_CONFIGURATION_VALID",
            resourceId=studio.studio_id,
        )


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
    name: str = ""
    """What its owner calls it."""
    expires_at: datetime | None = None
    """From when on it signs nothing any more; None is never."""
    last_used_at: datetime | None = None
    disabled_at: datetime | None = None
