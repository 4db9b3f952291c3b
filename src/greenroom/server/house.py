"""A data directory opened: its records, its keys, and, where they are asked for, its engines."""

import getpass
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from greenroom.access.keyring import Keyring
from greenroom.access.passwords import Passwords
from greenroom.access.role_sessions import RoleSessions
from greenroom.access.secret_box import SecretBox, load_key
from greenroom.access.session_tokens import SessionTokens
from greenroom.access.sign_ins import SignIns
from greenroom.api.context import House as Rules
from greenroom.api.remembered_pages import RememberedPages
from greenroom.control.records import RecordsSteps
from greenroom.control.studio_vaults import StudioVaults
from greenroom.control.world import World
from greenroom.engines.base import Engine
from greenroom.engines.images.registry import Images
from greenroom.server import parts
from greenroom.server.access_changes import AccessChanges
from greenroom.server.audit.event import encode_local_event
from greenroom.server.audit.journal import Journal
from greenroom.server.audit.log import AuditLog
from greenroom.server.backup_contents import BackupContents
from greenroom.server.inspection import ServerInspection
from greenroom.server.settings import Settings
from greenroom.store.database import Database
from greenroom.streaming.tickets import Tickets
from greenroom.studio.sign_ins import SignInTerms
from greenroom.volumes.base import Volumes
from greenroom.wire.pages import PageTokens

if TYPE_CHECKING:
    from greenroom.server.sign_in.errands import Errands
    from greenroom.server.sign_in.provider import Provider

FIRST_SESSION_UID = 200_000
"""Where the server is root, sessions' files belong to uids from here on; no ordinary user of Debian is there."""

KEY_FILE = "key"
AUDIT = "audit"


class NotFoundedError(Exception):
    """No studio was founded in the data directory."""


def utc_now() -> datetime:
    """The clock of a running server."""
    return datetime.now(UTC)


class House:
    """Everything of one data directory. Engines, volumes and vault are opened when first asked for."""

    def __init__(self, settings: Settings, key: bytes, *, clock: Callable[[], datetime] = utc_now) -> None:
        self.settings = settings
        self.clock = clock
        self.database = Database(settings.database, clock=clock)
        self.keyring = Keyring(self.database, SecretBox(_derived(key, b"secrets")), settings.account_id)
        self.role_sessions = RoleSessions(self.database, settings.account_id)
        self.session_tokens = SessionTokens(SecretBox(_derived(key, b"session tokens")))
        self.passwords = Passwords()
        terms = SignInTerms(settings.sign_in_lifetime, settings.sign_in_idle)
        self._errands_key = _derived(key, b"sign-in errands")
        self.sign_ins = SignIns(self.database, self.passwords, terms, clock)
        self.rules = Rules(
            region=settings.region,
            account_id=settings.account_id,
            pages=PageTokens(_derived(key, b"page tokens")),
            backup_pages=RememberedPages(),
            tickets=Tickets(_derived(key, b"tickets")),
            quotas=_quotas(settings),
            passwords=self.passwords,
            restore_undo=settings.restore_undo,
            seal_key=self.keyring.seal,
            session_log=lambda session_id: self.engine.log(session_id),
            picture_of=self._picture_of,
            inspection=ServerInspection(settings, settings.data / AUDIT, self.images),
            backup_interval=settings.backup_interval,
            verify_within=settings.verify_within,
            contents=BackupContents(
                lambda studio_id: self.vaults.of(studio_id), lambda: self.volumes, parts.trees_of(settings)
            ),
        )
        self.access_changes = AccessChanges()
        self.access_changes.then(self.keyring.forget, self.role_sessions.forget)
        self.wake: Callable[[], None] = lambda: None
        """Called when a request left work for the control loop; the server that runs one sets it."""

    @cached_property
    def errands(self) -> "Errands":
        """What browsers take along to providers of identities."""
        from greenroom.server.sign_in.errands import Errands

        return Errands(SecretBox(self._errands_key))

    @cached_property
    def identity_providers(self) -> Mapping[str, "Provider"]:
        """The providers of identities, by name; not asked for anything yet."""
        from greenroom.server.sign_in.provider import Provider

        return {
            name: Provider(name, provider, clock=lambda: self.clock().timestamp())
            for name, provider in self.settings.oidc.items()
        }

    @cached_property
    def engine(self) -> Engine:
        """Where sessions run."""
        return parts.engine_of(self.settings)

    def _picture_of(self, session_id: str) -> bytes | None:
        """A small picture of that session's desktop; None where there is none, or none is to be taken."""
        max_age = self.settings.thumbnail_age
        return self.engine.picture(session_id, max_age.total_seconds()) if max_age else None

    @cached_property
    def images(self) -> Images:
        """The systems that sessions can run on, beside the machine's own."""
        return Images(self.settings.data / "images")

    @cached_property
    def volumes(self) -> Volumes:
        """Where sessions' files live; opened, so that it may be used at once."""
        chosen = parts.volumes_of(self.settings)
        chosen.open()
        return chosen

    @cached_property
    def vaults(self) -> StudioVaults:
        """Where backups are kept; not opened."""
        return parts.studio_vaults(self.settings, self.database)

    @cached_property
    def copies(self) -> Sequence[StudioVaults]:
        """The places where copies of them are kept; not opened."""
        return parts.studio_copies(self.settings, self.database)

    @cached_property
    def world(self) -> World:
        """What the control loop acts on."""
        settings = self.settings
        return World(
            database=self.database,
            engine=self.engine,
            volumes=self.volumes,
            vaults=self.vaults,
            clock=self.clock,
            first_uid=FIRST_SESSION_UID if os.geteuid() == 0 else None,
            own_uid=os.geteuid(),
            session_user=settings.session_user,
            stop_grace=settings.stop_grace,
            backup_interval=settings.backup_interval,
            backup_script_before=settings.backup_script_before,
            backup_script_after=settings.backup_script_after,
            backup_script_timeout=settings.backup_script_timeout,
            backup_freeze=settings.backup_freeze,
            local_snapshots=settings.local_snapshots,
            keep_replaced_snapshots=settings.keep_replaced_snapshots,
            keep_deleted_backups=settings.keep_deleted_backups,
            restore_undo=settings.restore_undo,
            outbound=settings.network == "outbound",
            image_root=self.images.root_of,
            shared_directory=settings.shared_directory,
            quiet_hours=settings.quiet_hours,
            script_timeout=settings.script_timeout,
            sign_in_idle=settings.sign_in_idle,
            backup_grace=settings.backup_grace,
            verify_within=settings.verify_within,
            event_retention=settings.event_retention,
            stop_warnings=settings.stop_warnings,
            idle_stop=settings.idle_stop,
            run_again_after_reboot=settings.after_reboot == "start",
        )

    @cached_property
    def records_steps(self) -> RecordsSteps:
        """What keeps the records in the vault."""
        settings = self.settings
        return RecordsSteps(
            self.database,
            self.vaults,
            self.clock,
            interval=settings.records_interval,
            region=settings.region,
            account_id=settings.account_id,
        )

    @cached_property
    def audit(self) -> AuditLog:
        """What was done here, and by whom."""
        settings = self.settings
        return AuditLog(Journal(settings.data / AUDIT, clock=self.clock, retention=settings.audit_retention))

    def audit_command(self, name: str, **parameters: str) -> None:
        """Record what was done with the data directory at hand, without the API. Raises AuditUnavailableError."""
        event = encode_local_event(
            name,
            user=getpass.getuser(),
            parameters=parameters,
            at=self.clock(),
            region=self.rules.region,
            account_id=self.rules.account_id,
        )
        self.audit.record(event, durable=True)

    def close(self) -> None:
        """Let go of what was opened. Sessions go on."""
        if "audit" in self.__dict__:
            self.audit.close()
        if "volumes" in self.__dict__:
            self.volumes.close()
        self.database.close()


@contextmanager
def open_house(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> Iterator[House]:
    """The house of a founded studio. Raises NotFoundedError, DatabaseUnavailableError."""
    key_file = settings.data / KEY_FILE
    if not key_file.exists():
        raise NotFoundedError(
            f"There is no studio in {settings.data}. Found one first: "
            f"greenroom init --data {settings.data} --studio NAME"
        )
    house = House(settings, load_key(key_file), clock=clock)
    try:
        house.database.migrate()
        yield house
    finally:
        house.close()


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"greenroom " + purpose).derive(key)


def _quotas(settings: Settings) -> Mapping[str, int]:
    return {
        "launch_profiles": settings.quota_launch_profiles,
        "streaming_sessions": settings.quota_streaming_sessions,
        "custom_streaming_images": settings.quota_custom_streaming_images,
        "shared_file_systems": settings.quota_shared_file_systems,
    }
