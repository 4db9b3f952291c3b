"""Retention: which backups of a session stay, which go, and why (DESIGN 5.1.3; restic's words for the policy).

Pure: given a session's backups and what its launch profile keeps, these functions decide.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from greenroom.studio.backups import StreamingSessionBackup, deleted, order
from greenroom.studio.errors import Conflict
from greenroom.studio.status import SessionState as State
from greenroom.studio.status import SessionStatusCode as Code


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepPolicy:
    """What is kept beside the newest `maxBackupsToRetain`: as many of each kind, 0 for none. Periods are UTC's."""

    last: int = 0
    hourly: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0
    yearly: int = 0

    @property
    def empty(self) -> bool:
        """Whether it keeps nothing: then it is no policy."""
        return not any(getattr(self, each.name) for each in fields(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRetention:
    """The policy of one launch profile, as it is kept."""

    launch_profile_id: str
    last: int
    hourly: int
    daily: int
    weekly: int
    monthly: int
    yearly: int
    updated_at: datetime
    updated_by: str

    @property
    def policy(self) -> KeepPolicy:
        """What it keeps."""
        return KeepPolicy(**{each.name: getattr(self, each.name) for each in fields(KeepPolicy)})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What rotation would do with one backup."""

    backup: StreamingSessionBackup
    reasons: tuple[str, ...]
    """Why it stays (`NEWEST`, `PINNED`, `MAX_BACKUPS_TO_RETAIN`, `DAILY`, …); none: it goes."""

    @property
    def stays(self) -> bool:
        return bool(self.reasons)


_PERIODS: Sequence[tuple[str, Callable[[datetime], object]]] = (
    ("hourly", lambda at: (at.date(), at.hour)),
    ("daily", lambda at: at.date()),
    ("weekly", lambda at: at.isocalendar()[:2]),
    ("monthly", lambda at: (at.year, at.month)),
    ("yearly", lambda at: at.year),
)


def judge(backups: Iterable[StreamingSessionBackup], *, retain: int, policy: KeepPolicy | None) -> Sequence[Verdict]:
    """What becomes of each READY backup of one session, newest first.

    Stays: the newest; those pinned; the newest `retain` of the others; what the policy keeps. With nothing to
    retain and no policy all stay: a session without automatic backups has only those that people asked for.
    Others than READY ones neither count nor go: a failed or running backup never pushes out a good one.
    """
    newest_first = sorted((b for b in backups if b.state is State.READY), key=order, reverse=True)
    reasons: dict[str, list[str]] = {backup.backup_id: [] for backup in newest_first}
    for backup in newest_first[:1]:
        reasons[backup.backup_id].append("NEWEST")
    for backup in newest_first:
        if backup.pinned_at is not None:
            reasons[backup.backup_id].append("PINNED")
    unpinned = [backup for backup in newest_first if backup.pinned_at is None]
    for backup in unpinned[:retain]:
        reasons[backup.backup_id].append("MAX_BACKUPS_TO_RETAIN")
    policy = policy or KeepPolicy()
    if not retain and policy.empty:
        for backup in newest_first:
            reasons[backup.backup_id].append("NO_LIMIT")
    for backup in newest_first[: policy.last]:
        reasons[backup.backup_id].append("LAST")
    for name, period in _PERIODS:
        for backup in _newest_of_each(newest_first, period)[: getattr(policy, name)]:
            reasons[backup.backup_id].append(name.upper())
    return [Verdict(backup, tuple(reasons[backup.backup_id])) for backup in newest_first]


def _newest_of_each(
    newest_first: Sequence[StreamingSessionBackup], period: Callable[[datetime], object]
) -> list[StreamingSessionBackup]:
    found: dict[object, StreamingSessionBackup] = {}
    for backup in newest_first:
        found.setdefault(period(backup.created_at), backup)
    return list(found.values())


def to_rotate(
    backups: Iterable[StreamingSessionBackup], *, retain: int, policy: KeepPolicy | None
) -> Sequence[StreamingSessionBackup]:
    """The backups of one session that go, oldest first."""
    verdicts = judge(backups, retain=retain, policy=policy)
    return [verdict.backup for verdict in reversed(verdicts) if not verdict.stays]


def rotated(backup: StreamingSessionBackup, now: datetime, grace: timedelta) -> StreamingSessionBackup:
    """READY to DELETED: no longer listed; its data goes after the grace, and until then it can be had back."""
    message = "A newer backup took its place."
    if grace:
        message += f" It can be undeleted until {(now + grace):%Y-%m-%d %H:%M} UTC."
    return replace(deleted(backup, now), status_message=message, forget_at=now + grace)


def forgetting(backup: StreamingSessionBackup) -> StreamingSessionBackup:
    """DELETED, its grace over: from here on its data goes, and it cannot be had back."""
    return replace(backup, status_code=Code.DELETE_IN_PROGRESS)


def forgotten(backup: StreamingSessionBackup) -> StreamingSessionBackup:
    """DELETED, and out of the vault."""
    return replace(backup, status_code=Code.DELETED, forget_at=None, snapshot_at=None)


def undeleted(backup: StreamingSessionBackup, *, by: str, now: datetime) -> StreamingSessionBackup:
    """DELETED to READY within the grace, and pinned: the next rotation would take it again. Raises Conflict."""
    if backup.state is not State.DELETED or backup.status_code is not Code.DELETED or backup.forget_at is None:
        raise Conflict(
            f"The backup {backup.backup_id} is {backup.state} and cannot be undeleted: only one that rotation took, "
            "and whose data has not gone yet, can.",
            code="BACKUP_NOT_UNDELETABLE",
            resourceId=backup.backup_id,
        )
    ready = replace(
        backup, state=State.READY, status_code=Code.READY, status_message=None, deleted_at=None, forget_at=None
    )
    return pinned(ready, by=by, now=now)


def pinned(backup: StreamingSessionBackup, *, by: str, now: datetime) -> StreamingSessionBackup:
    """The backup, which rotation never takes from now on; pinned already, it stays as it is. Raises Conflict."""
    if backup.state is not State.READY:
        raise Conflict(
            f"The backup {backup.backup_id} is {backup.state}; only a READY one can be pinned.",
            code=backup.state,
            resourceId=backup.backup_id,
        )
    return backup if backup.pinned_at is not None else replace(backup, pinned_at=now, pinned_by=by)


def unpinned(backup: StreamingSessionBackup) -> StreamingSessionBackup:
    """The backup, which rotation may take again."""
    return replace(backup, pinned_at=None, pinned_by=None)
