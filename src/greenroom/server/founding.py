"""Founding a studio in a data directory, and adding its people and keys."""

import os
import re
import secrets
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from greenroom.access.keys import NewAccessKey, new_access_key
from greenroom.access.passwords import generate_password
from greenroom.access.secret_box import load_or_create_key
from greenroom.server import settings as settings_table
from greenroom.server.house import KEY_FILE, House
from greenroom.server.settings import Settings
from greenroom.store import components, eulas, images, launch_profiles, members, studios
from greenroom.studio.components import STUDIO_COMPONENTS, ComponentSubtype, ComponentType, StudioComponent
from greenroom.studio.eulas import well_known_eulas
from greenroom.studio.ids import new_id, new_principal_id, new_studio_id
from greenroom.studio.images import VENDOR, StreamingImage, vendor_image
from greenroom.studio.launch_profiles import (
    LAUNCH_PROFILES,
    PROTOCOL_VERSION,
    BackupMode,
    LaunchProfile,
    SessionBackup,
    StreamConfiguration,
    Switch,
    settle,
)
from greenroom.studio.members import IDENTITY_STORE, LaunchProfileMember, StudioMember
from greenroom.studio.studios import STUDIOS, AccessKey, Studio, User

ADMINISTRATOR = "admin"
FIRST_INSTANCE_TYPE = "g4dn.xlarge"
FIRST_BACKUPS = 5


class FoundingRefused(Exception):  # noqa: N818  an answer to the person at the keyboard
    """A studio cannot be founded here, or a person or key not be added; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Founding:
    """What somebody needs to begin; the secrets are shown this once."""

    endpoint: str
    region: str
    account_id: str
    studio_id: str
    access_key_id: str
    secret_access_key: str
    username: str
    password: str
    launch_profile_id: str
    streaming_image_id: str


@dataclass(frozen=True, slots=True)
class NewUser:
    """A new person; the password is shown this once."""

    username: str
    password: str
    principal_id: str


def found_studio(settings: Settings, studio_name: str, region: str | None = None) -> Founding:
    """Make the data directory a studio's house. Raises FoundingRefused, and what the storage and vault raise.

    A directory where this broke off half-way is taken up again; one that has a studio is left as it is.
    """
    name = _studio_name(studio_name)
    settings = _prepare(settings, region)
    house = House(settings, load_or_create_key(settings.data / KEY_FILE))
    try:
        house.database.migrate()
        _refuse_second(house)
        # Both are probed by making them: a studio whose storage or vault cannot work is not founded.
        _ = house.volumes
        _keep_password(settings.vault_password_file)
        house.vaults.founding.open()
        password = generate_password()
        key = new_access_key()
        with house.database.write() as connection:
            founding = _write_records(house, connection, name, studio_name, password, key)
    finally:
        house.close()
    return founding


def add_user(house: House, name: str, *, administrator: bool) -> NewUser:
    """A new person with a password of their own. Raises FoundingRefused where the name is taken or not possible."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9+=,.@_-]{0,63}", name):
        raise FoundingRefused(f"'{name}' cannot be a user name: 1 to 64 letters, digits and +=,.@_-, a letter first.")
    password = generate_password()
    try:
        with house.database.write() as connection:
            studio = _only_studio(connection)
            user = _new_user(house, studio.studio_id, name, password, administrator=administrator)
            studios.insert_user(connection, user)
            if administrator:
                _make_administrator(connection, user)
    except IntegrityError as error:
        raise FoundingRefused(f"There is a user {name} already. Take another name.") from error
    house.audit_command("CreateUser", userName=name, persona="ADMINISTRATOR" if administrator else "USER")
    return NewUser(username=name, password=password, principal_id=user.principal_id)


def create_key(house: House, name: str, *, label: str = "", expires_at: datetime | None = None) -> NewAccessKey:
    """A new access key for that person, called `label`. Raises FoundingRefused where there is no such user."""
    key = new_access_key()
    with house.database.write() as connection:
        user = studios.user_named(connection, name)
        if user is None:
            raise FoundingRefused(f"There is no user {name}. Add one with: greenroom user add {name}")
        keep_key(house, connection, user.principal_id, key, label=label, expires_at=expires_at)
    house.audit_command("CreateAccessKey", userName=name, accessKeyId=key.access_key_id)
    return key


def _studio_name(text: str) -> str:
    name = re.sub(r"[^a-z0-9]", "", text.lower())
    if not 3 <= len(name) <= 64:
        raise FoundingRefused(
            f"'{text}' cannot be a studio's name: of its letters a-z and digits, 3 to 64 must remain, not {len(name)}."
        )
    return name


def _prepare(settings: Settings, region: str | None) -> Settings:
    data = settings.data
    if (data / KEY_FILE).exists() and settings.database.startswith("sqlite") and not os.access(data, os.W_OK):
        raise FoundingRefused(f"{data} is not writable for this user.")
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    data.chmod(0o700)
    file = data / settings_table.FILE_NAME
    account = settings.account_id
    if not file.exists() or settings.sources["account_id"] == "default":
        account = f"{secrets.randbelow(9 * 10**11) + 10**11}"
    kept = {"region": region or settings.region, "account_id": account}
    # Where records and backups are belongs to the studio: a later command must not look for them elsewhere.
    kept |= {name: getattr(settings, name) for name in ("database", "vault") if settings.sources[name] != "default"}
    settings_table.record(data, kept)
    return replace(settings, region=region or settings.region, account_id=account)


def _keep_password(path: Path) -> None:
    """A password of its own for the vault, on disk before anything is encrypted with it; one that is there stays."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _refuse_second(house: House) -> None:
    with house.database.read() as connection:
        there = studios.every(connection)
    if there:
        raise FoundingRefused(
            f"{house.settings.data} has the studio {there[0].display_name} ({there[0].studio_id}) already. "
            "Nothing was changed. Serve it with `greenroom serve`, or name another directory."
        )


def _write_records(
    house: House, connection: Connection, name: str, display_name: str, password: str, key: NewAccessKey
) -> Founding:
    settings, now = house.settings, house.clock()
    studio = _new_studio(settings, name, display_name[:64], now)
    administrator = _new_user(house, studio.studio_id, ADMINISTRATOR, password, administrator=True)
    image, component = vendor_image(studio.studio_id, now), _welcome_component(studio.studio_id, now)
    profile = _first_profile(studio.studio_id, image, component, administrator.principal_id, now)
    studios.insert(connection, studio)
    studios.insert_user(connection, administrator)
    keep_key(house, connection, administrator.principal_id, key)
    _make_administrator(connection, administrator)
    for eula in well_known_eulas(now):
        eulas.insert(connection, eula)
    images.insert(connection, image)
    components.insert(connection, component)
    launch_profiles.insert(connection, profile)
    members.put_launch_profile_member(
        connection,
        LaunchProfileMember(
            launch_profile_id=profile.launch_profile_id,
            principal_id=administrator.principal_id,
            identity_store_id=IDENTITY_STORE,
            created_at=now,
        ),
    )
    return Founding(
        endpoint=settings.endpoint,
        region=settings.region,
        account_id=settings.account_id,
        studio_id=studio.studio_id,
        access_key_id=key.access_key_id,
        secret_access_key=key.secret_access_key,
        username=ADMINISTRATOR,
        password=password,
        launch_profile_id=profile.launch_profile_id,
        streaming_image_id=image.streaming_image_id,
    )


def _new_studio(settings: Settings, name: str, display_name: str, now: datetime) -> Studio:
    role = f"arn:aws:iam::{settings.account_id}:role/greenroom"
    return Studio(
        studio_id=new_studio_id(settings.region),
        studio_name=name,
        display_name=display_name,
        account_id=settings.account_id,
        region=settings.region,
        admin_role_arn=f"{role}-admin",
        user_role_arn=f"{role}-user",
        studio_url=settings.endpoint,
        sso_client_id=str(uuid.uuid4()),
        **STUDIOS.creation.done._asdict(),
        created_at=now,
        updated_at=now,
    )


def _new_user(house: House, studio_id: str, name: str, password: str, *, administrator: bool) -> User:
    return User(
        principal_id=new_principal_id(),
        studio_id=studio_id,
        user_name=name,
        password_hash=house.passwords.hash(password),
        administrator=administrator,
        created_at=house.clock(),
    )


def _make_administrator(connection: Connection, user: User) -> None:
    """Show in the studio's membership whom its administrators are."""
    members.put_studio_member(
        connection,
        StudioMember(
            studio_id=user.studio_id,
            principal_id=user.principal_id,
            identity_store_id=IDENTITY_STORE,
            created_at=user.created_at,
        ),
    )


def keep_key(
    house: House,
    connection: Connection,
    principal_id: str,
    key: NewAccessKey,
    *,
    label: str = "",
    expires_at: datetime | None = None,
) -> None:
    """Record a new key of that person, its secret sealed."""
    studios.insert_key(
        connection,
        AccessKey(
            access_key_id=key.access_key_id,
            principal_id=principal_id,
            sealed_secret=house.keyring.seal(key.access_key_id, key.secret_access_key),
            created_at=house.clock(),
            name=label,
            expires_at=expires_at,
        ),
    )


def _welcome_component(studio_id: str, now: datetime) -> StudioComponent:
    return StudioComponent(
        studio_component_id=new_id(),
        studio_id=studio_id,
        name="Workstation",
        description="What every workstation of the studio has.",
        type=ComponentType.CUSTOM,
        subtype=ComponentSubtype.CUSTOM,
        configuration=None,
        ec2_security_group_ids=(),
        initialization_scripts=(),
        script_parameters=(),
        runtime_role_arn=None,
        secure_initialization_role_arn=None,
        **STUDIO_COMPONENTS.creation.done._asdict(),
        created_at=now,
        created_by=VENDOR,
        updated_at=now,
        updated_by=VENDOR,
    )


def _first_profile(
    studio_id: str, image: StreamingImage, component: StudioComponent, by: str, now: datetime
) -> LaunchProfile:
    return LaunchProfile(
        launch_profile_id=new_id(),
        studio_id=studio_id,
        name="Workstation-Default",
        description="A Linux workstation whose files persist, backed up at every stop.",
        ec2_subnet_ids=(),
        launch_profile_protocol_versions=(PROTOCOL_VERSION,),
        stream_configuration=settle(
            StreamConfiguration(
                clipboard_mode="ENABLED",
                ec2_instance_types=(FIRST_INSTANCE_TYPE,),
                streaming_image_ids=(image.streaming_image_id,),
                session_persistence_mode=Switch.ACTIVATED,
                session_backup=SessionBackup(mode=BackupMode.AUTOMATIC, max_backups_to_retain=FIRST_BACKUPS),
            )
        ),
        studio_component_ids=(component.studio_component_id,),
        **LAUNCH_PROFILES.creation.done._asdict(),
        created_at=now,
        created_by=by,
        updated_at=now,
        updated_by=by,
    )


def _only_studio(connection: Connection) -> Studio:
    found = studios.every(connection)
    if not found:
        raise FoundingRefused("No studio was founded yet. Begin with: greenroom init")
    return found[0]
