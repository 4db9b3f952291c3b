"""What only the server itself can tell: its contract towards the operations (greenroom.server.inspection)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which calls of the audit; None where it does not matter."""

    user_name: str | None = None
    event_name: str | None = None
    """A text that the operation's name has, whatever the case."""
    resource: str | None = None
    """A text that one of the ARNs has."""
    read_only: bool | None = None
    outcome: str | None = None
    """`OK`, `DENIED` or `ERROR`."""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Audited:
    """A call in CloudTrail's form, and its number in the audit."""

    sequence: int
    event: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Calls, newest first, and the number of the last that was looked at where there may be others before it."""

    events: Sequence[Audited]
    before: int | None


@dataclass(frozen=True, slots=True)
class ShownSetting:
    """A setting as people may see it."""

    name: str
    value: str
    default: str
    source: str
    meaning: str
    accepts: str
    variable: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at one part of the machine found."""

    part: str
    state: str
    """`ok`, `limited` or `missing`."""
    meaning: str
    remedy: str = ""
    needed: bool = True
    """Whether the settings ask for it: only then is its lack an error."""


@dataclass(frozen=True, slots=True)
class RegisteredImage:
    """A root file system that sessions can run on."""

    ec2_image_id: str
    source: str
    added_at: datetime
    sha256: str
    """Of the tree."""
    files: int
    size_bytes: int


class Inspection(Protocol):
    """Thread-safe."""

    def audit(self, wanted: Wanted, before: int | None, limit: int) -> AuditPage:
        """Up to `limit` calls with a number below `before`. Raises Unavailable where the audit cannot be read."""

    def settings(self) -> Sequence[ShownSetting]:
        """Every setting."""

    def findings(self) -> Sequence[Finding]:
        """What a look over the machine finds; takes some seconds."""

    def images(self) -> Sequence[RegisteredImage]:
        """The registered root file systems, by id. Raises Unavailable where one of them is damaged."""
