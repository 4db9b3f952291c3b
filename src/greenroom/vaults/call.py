"""One command of restic: what to run, and with which view, locks, cache and limits."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Self

from greenroom.vaults.namespace import Mount


class Cache(Enum):
    """What restic may take from this machine instead of the repository."""

    WRITING = "writing"
    """All that earlier calls fetched or wrote."""
    READING = "reading"
    """Only what was fetched from the repository: what a backup wrote is fetched once before it is believed."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of the line to the repository restic may take, in bytes a second; 0: all of it."""

    upload: int = 0
    download: int = 0

    def lower(self, other: "Limits") -> "Limits":
        """Of each direction the lower one; 0 is none."""
        both = ((self.upload, other.upload), (self.download, other.download))
        return Limits(*(min(filter(None, pair), default=0) for pair in both))

    def options(self) -> list[str]:
        """As restic takes them: in KiB, and none less than one."""
        named = (("--limit-upload", self.upload), ("--limit-download", self.download))
        return [f"{name}={max(1, limit >> 10)}" for name, limit in named if limit]


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Call:
    """One restic command."""

    arguments: tuple[str, ...]
    doing: str
    """Completes "while …" in messages."""
    backup_id: str | None = None
    mounts: tuple[Mount, ...] = ()
    cache: Cache = Cache.WRITING
    lock: bool = True
    """Without a lock a call is quicker by 0.2 s, but may fail beside a prune: only for what is repeated with one."""
    at_ease: bool = False
    """Gives way to the sessions on this machine."""
    deadline: float | None = None
    """Seconds."""
    strict: bool = False
    """An error that restic only mentions, going on to a successful end, is a failure too."""

    def given(self, *options: str) -> Self:
        """The same call with more options."""
        return replace(self, arguments=(self.arguments[0], *options, *self.arguments[1:]))
