"""What an operation knows of the call that it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from greenroom.access.principals import Principal
from greenroom.store import studios, work
from greenroom.studio.arns import Arn, studio_arn_id
from greenroom.studio.errors import NotFound
from greenroom.studio.studios import Studio


class PageTokens(Protocol):
    """Seals and opens `nextToken` (greenroom.wire.pages)."""

    def seal(self, scope: Mapping[str, str], position: list[str], now: datetime) -> str:
        """An opaque token for that position of that listing."""

    def open(self, token: str, scope: Mapping[str, str], now: datetime) -> list[str]:
        """The position. Raises ValidationException where the token is not of this listing, or a day old."""


@dataclass(frozen=True, slots=True)
class House:
    """What holds for every call: the settings that operations look at."""

    region: str
    account_id: str
    pages: PageTokens
    quotas: Mapping[str, int]
    """By name of the quota; one that is missing is no limit."""


@dataclass(slots=True)
class Context:
    """One call, in one transaction."""

    principal: Principal
    connection: Connection
    now: datetime
    house: House
    scheduled: bool = field(default=False)
    """Whether the call left work for the control loop."""

    def arn(self, kind: str, resource_id: str) -> str:
        """The ARN of a record of this house."""
        if kind == "studio":
            resource_id = studio_arn_id(resource_id)
        return str(Arn(self.house.region, self.house.account_id, kind, resource_id))

    def schedule(self, kind: str, resource_id: str, due_at: datetime | None = None) -> None:
        """Have the control loop look at that record, at once or at `due_at`."""
        work.schedule(self.connection, kind, resource_id, due_at or self.now)
        self.scheduled = True

    def studio(self, studio_id: str) -> Studio:
        """The studio. Raises NotFound."""
        studio = studios.get(self.connection, studio_id)
        if studio is None:
            raise NotFound("studio", studio_id)
        return studio
