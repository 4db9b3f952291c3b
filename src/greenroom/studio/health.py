"""How a studio is: what is sampled of it from hour to hour, and which sessions' work is in danger.

Pure: given figures and the time, these functions decide.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from greenroom.studio.status import SessionState as State

INTERVAL = timedelta(hours=1)
"""Between two samples."""
KEPT = timedelta(days=90)
"""How long a sample is kept."""
LATE = 2
"""Intervals without a new READY backup after which a session that runs is late: one may be under way."""

T = TypeVar("T")


class Danger(StrEnum):
    """Why the work of a session is not safe."""

    FAILING = "FAILING"
    WAITING = "WAITING"
    UNPROTECTED = "UNPROTECTED"
    LATE = "LATE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """A session whose work is to be backed up, READY or STOPPED, and what became of that."""

    session_id: str
    owned_by: str
    launch_profile_id: str
    state: str
    created_at: datetime
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    newest_backup_at: datetime | None = None
    """When its newest READY backup was begun."""
    newest_backup_verified_at: datetime | None = None
    """When that one was last proven."""
    trouble_at: datetime | None = None
    """When its newest backup was begun that failed, or that says why it is not READY yet."""
    trouble_state: str | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Endangered:
    """A session whose work is not safe, and why."""

    protection: Protection
    danger: Danger
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Figures of a studio at one moment."""

    studio_id: str
    sampled_at: datetime
    sessions_ready: int = 0
    sessions_stopped: int = 0
    sessions_changing: int = 0
    sessions_failed: int = 0
    sessions_endangered: int = 0
    people_at_work: int = 0
    """Owners of READY sessions."""
    backups_ready: int = 0
    backups_failed: int = 0
    backups_unproven: int = 0
    """READY ones that nobody has read back, or not for so long that it was due."""
    backup_bytes: int = 0
    """Sum of the sizes of READY backups' files."""
    vault_bytes: int = 0
    """What those added to the vault."""
    space_free: int | None = None
    """Bytes of the sessions' storage; None where it could not be asked."""
    space_total: int | None = None
    vault_up: bool = True


def danger(protection: Protection, now: datetime, interval: timedelta) -> Endangered | None:
    """Why the session's work is not safe; None where it is. `interval` is how often a READY session is backed up."""
    newest, trouble_at = protection.newest_backup_at, protection.trouble_at
    if trouble_at is not None and (newest is None or trouble_at > newest):
        kind = Danger.FAILING if protection.trouble_state == State.CREATE_FAILED else Danger.WAITING
        return Endangered(protection, kind, trouble_at)
    if protection.state == State.STOPPED:
        stopped = protection.stopped_at
        if stopped is None or (newest is not None and newest >= stopped):
            return None
        # The backup of a stop is begun with it, and takes a while.
        return Endangered(protection, Danger.UNPROTECTED, stopped) if now - stopped > INTERVAL else None
    begun = max(filter(None, (newest, protection.started_at, protection.created_at)))
    if interval and now - begun > LATE * interval:
        return Endangered(protection, Danger.LATE, begun)
    return None


def endangered(protections: Iterable[Protection], now: datetime, interval: timedelta) -> list[Endangered]:
    """All sessions whose work is not safe, those first of which that has been so for longest."""
    found = [each for protection in protections if (each := danger(protection, now, interval)) is not None]
    return sorted(found, key=lambda each: (each.since, each.protection.session_id))


def counted(states: Iterable[tuple[str, int]]) -> dict[str, int]:
    """How many sessions are READY, STOPPED, changing and failed, of numbers by state."""
    found = {"ready": 0, "stopped": 0, "changing": 0, "failed": 0}
    for state, count in states:
        if state == State.READY:
            found["ready"] += count
        elif state == State.STOPPED:
            found["stopped"] += count
        elif state.endswith("_IN_PROGRESS"):
            found["changing"] += count
        elif state.endswith("_FAILED"):
            found["failed"] += count
    return found


def next_sample(now: datetime) -> datetime:
    """The next full hour: samples of one hour are of one hour, however often the server was started."""
    return now.replace(minute=0, second=0, microsecond=0) + INTERVAL


def thinned(samples: Sequence[T], most: int) -> list[T]:
    """At most so many of them, evenly apart, the last one among them."""
    if len(samples) <= most:
        return list(samples)
    step = -(-len(samples) // most)
    return list(samples[::-1][::step])[::-1]
