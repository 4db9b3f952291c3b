"""What an operation knows of the call that it answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, cast

from sqlalchemy import Connection

from greenroom.access.authorise import Resource
from greenroom.access.origin import Origin
from greenroom.access.passwords import Passwords
from greenroom.access.principals import Principal
from greenroom.api.contents import Contents
from greenroom.api.inspection import Inspection
from greenroom.api.remembered_pages import RememberedPages
from greenroom.store import studios, work
from greenroom.store.health import RememberedFigures
from greenroom.streaming.tickets import Tickets
from greenroom.studio.arns import Arn, studio_arn_id
from greenroom.studio.errors import NotFound, QuotaExceeded
from greenroom.studio.studios import STUDIOS, Studio
from greenroom.wire.response import RepeatedOutput


class SessionLog(Protocol):
    """What a session said (greenroom.engines.base.SessionLog)."""

    @property
    def initialization(self) -> str:
        """Of its initialization scripts, at the last start."""

    @property
    def session(self) -> str:
        """Of what ran in it, and of what keeps it."""


class PageTokens(Protocol):
    """Seals and opens `nextToken` (greenroom.wire.pages)."""

    def seal(self, scope: Mapping[str, str], position: list[str], now: datetime) -> str:
        """An opaque token for that position of that listing."""

    def open(self, token: str, scope: Mapping[str, str], now: datetime) -> list[str]:
        """The position. Raises ValidationException where the token is not of this listing, or a day old."""


def _no_keyring(_access_key_id: str, _secret_access_key: str) -> bytes:
    raise RuntimeError("this house was made without a keyring and can make no keys")


def _no_engine(_session_id: str) -> SessionLog:
    raise RuntimeError("this house was made without an engine and has no sessions")


class _NoServer:
    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(f"this house was made without a server, which alone could tell its {name}")


@dataclass(frozen=True, slots=True)
class House:
    """What holds for every call: the settings that operations look at."""

    region: str
    account_id: str
    pages: PageTokens
    backup_pages: RememberedPages[RepeatedOutput]
    tickets: Tickets
    quotas: Mapping[str, int]
    """By name of the quota; one that is missing is no limit."""
    contents: Contents
    """What backups hold; asked only after the transaction, by a Later."""
    passwords: Passwords = field(default_factory=Passwords)
    restore_undo: timedelta = timedelta(days=7)
    """How long the volume that a restore replaced, or its undoing, is kept aside."""
    seal_key: Callable[[str, str], bytes] = _no_keyring
    """(access key id, secret) -> the secret as it is kept (greenroom.access.keyring)."""
    session_log: Callable[[str], SessionLog] = _no_engine
    """What the engine keeps of what that session said."""
    picture_of: Callable[[str], bytes | None] = lambda _session_id: None
    """A small JPEG of that session's desktop; None where there is none. Slow: ask after the transaction."""
    inspection: Inspection = field(default_factory=lambda: cast(Inspection, _NoServer()))
    """What only the server itself can tell."""
    figures: RememberedFigures = field(default_factory=RememberedFigures)
    """What the records say of each studio together."""
    backup_interval: timedelta = timedelta(hours=4)
    """How often a READY session is backed up; 0: never."""
    verify_within: timedelta = timedelta(days=30)
    """How long a backup's proof holds; 0: for ever."""


@dataclass(slots=True)
class Trail:
    """What the audit tells of the decision on a call, filled while it is made."""

    resources: Sequence[Resource] = ()
    decision: str | None = None
    """`allowed`, `explicitDeny` or `implicitDeny`; None where it did not come to a decision."""
    statements: tuple[str, ...] = ()
    """Which allowed it, or denied it: policy and statement."""
    launch_profile_member: bool = False
    """Whether membership of the launch profile was looked at beside the policies."""


@dataclass(slots=True)
class Context:
    """One call, in one transaction, which begins when it is first looked at."""

    principal: Principal
    begin: Callable[[], Connection]
    now: datetime
    house: House
    origin: Origin = field(default_factory=Origin)
    trail: Trail = field(default_factory=Trail)
    scheduled: bool = field(default=False)
    """Whether the call left work for the control loop."""
    change_mark: int | None = None
    """The database's mark (greenroom.store.database) before the transaction began."""
    _connection: Connection | None = field(default=None, init=False)

    @property
    def connection(self) -> Connection:
        """The transaction that the whole call is in."""
        if self._connection is None:
            self._connection = self.begin()
        return self._connection

    def arn(self, kind: str, resource_id: str) -> str:
        """The ARN of a record of this house."""
        if kind == "studio":
            resource_id = studio_arn_id(resource_id)
        return str(Arn(self.house.region, self.house.account_id, kind, resource_id))

    def schedule(self, kind: str, resource_id: str, due_at: datetime | None = None) -> None:
        """Have the control loop look at that record, at once or at `due_at`."""
        work.schedule(self.connection, kind, resource_id, due_at or self.now)
        self.scheduled = True

    def studio(self, studio_id: str, *, for_update: bool = False) -> Studio:
        """The studio, whatever its state. Raises NotFound."""
        studio = studios.get(self.connection, studio_id, for_update=for_update)
        if studio is None:
            raise NotFound("studio", studio_id)
        return studio

    def studio_to_add_to(self, studio_id: str) -> Studio:
        """The studio, held until the transaction ends: its quotas are counted and it is not deleted meanwhile.

        Raises NotFound, and Conflict where it is going or not there yet.
        """
        studio = self.studio(studio_id, for_update=True)
        STUDIOS.refuse_unusable(studio)
        return studio

    def check_quota(self, name: str, present: int, noun: str) -> None:
        """Raises QuotaExceeded where the studio may have no more than it has of what the quota counts."""
        quota = self.house.quotas.get(name)
        if quota is not None and present >= quota:
            raise QuotaExceeded(
                f"The studio has {present} {noun} and its quota is {quota}. Delete one, or have the setting "
                f"quota_{name} raised.",
                code=name.upper(),
            )
