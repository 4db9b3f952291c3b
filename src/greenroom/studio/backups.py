"""Streaming session backups: the record, when one is made, which one goes (DESIGN 5.1, facts sheet 1).

Pure: given records and the time, these functions decide; `control/` carries out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from greenroom.studio.errors import Conflict, Invalid, NotFound
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState as State
from greenroom.studio.status import SessionStatusCode as Code

READABLE_AFTER_DELETION = timedelta(days=1)
"""How long Get still answers a DELETED backup (DESIGN 5.1.7)."""


class Cause(StrEnum):
    """Why a backup was made."""

    STOP = "STOP"
    TERMINATION = "TERMINATION"
    INTERVAL = "INTERVAL"
    REQUEST = "REQUEST"
    REPLACEMENT = "REPLACEMENT"
    """One that was found broken is replaced."""


class Moment(StrEnum):
    """How far a backup shows one moment of its session."""

    ATOMIC = "ATOMIC"
    """One moment, at which the session's programs had come to rest."""
    CRASH_CONSISTENT = "CRASH_CONSISTENT"
    """One moment, in the middle of what programs were doing: as after a power cut."""
    BEST_EFFORT = "BEST_EFFORT"
    """Files copied one after another while programs wrote."""


def moment(*, one: bool, at_rest: bool) -> Moment:
    """What a snapshot shows: whether of one moment, and whether the session's programs were at rest then."""
    if not one:
        return Moment.BEST_EFFORT
    return Moment.ATOMIC if at_rest else Moment.CRASH_CONSISTENT


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamingSessionBackup:
    """A backup as it is kept."""

    backup_id: str
    studio_id: str
    session_id: str
    launch_profile_id: str
    owned_by: str
    created_at: datetime
    state: State
    status_code: Code
    status_message: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    cause: Cause
    note: str | None = None
    snapshot_at: datetime | None = None
    """When the snapshot on the session's storage was durable; None: not yet made."""
    consistency: str | None = None
    """A `Moment`: how far the snapshot shows one moment of the session; None: not yet made."""
    quiesced_at: datetime | None = None
    """When the session's programs had been brought to rest for the snapshot; None: they were not."""
    quiesce_problem: str | None = None
    """What went wrong with bringing them to rest, or with letting them go on; None: nothing."""
    vault_snapshot: str | None = None
    """The vault's own name of the backup; None: not yet stored."""
    files: int | None = None
    size_bytes: int | None = None
    added_bytes: int | None = None
    verified_at: datetime | None = None
    """When the vault's copy was last read back and found right."""
    deleted_at: datetime | None = None
    test_restored_at: datetime | None = None
    """When it was last restored for a test, and every file came back as it was."""
    test_restore_tried_at: datetime | None = None
    test_restore_result: str | None = None
    """What the last test restore found amiss; None: nothing."""
    forget_at: datetime | None = None
    """DELETED: when its data goes; None: it has gone."""
    pinned_at: datetime | None = None
    """Since when rotation leaves it alone; None: it does not."""
    pinned_by: str | None = None


def new_backup(
    session: StreamingSession, backup_id: str, *, cause: Cause, now: datetime, note: str | None = None
) -> StreamingSessionBackup:
    """The record of a backup that is about to be made."""
    return StreamingSessionBackup(
        backup_id=backup_id,
        studio_id=session.studio_id,
        session_id=session.session_id,
        launch_profile_id=session.launch_profile_id,
        owned_by=session.owned_by,
        created_at=now,
        state=State.CREATE_IN_PROGRESS,
        status_code=Code.CREATE_IN_PROGRESS,
        cause=cause,
        note=note,
    )


def proven(backup: StreamingSessionBackup, now: datetime) -> StreamingSessionBackup:
    """CREATE_IN_PROGRESS to READY: the vault holds it whole, and it was read back."""
    remarks = [backup.quiesce_problem or ""]
    if backup.consistency == Moment.BEST_EFFORT:
        remarks.append(
            "Files were copied one after another while the session was in use: those that changed meanwhile "
            "may be of different moments."
        )
    message = " ".join(filter(None, remarks))[:1024] or None
    return replace(backup, state=State.READY, status_code=Code.READY, status_message=message, verified_at=now)


def broken(backup: StreamingSessionBackup, message: str) -> StreamingSessionBackup:
    """To CREATE_FAILED: it cannot be restored, and says so."""
    return replace(backup, state=State.CREATE_FAILED, status_code=Code.INTERNAL_ERROR, status_message=message)


def again(backup: StreamingSessionBackup) -> StreamingSessionBackup:
    """CREATE_FAILED to CREATE_IN_PROGRESS: what kept it from being made may be gone, and the work is still there."""
    message = f"It is tried again, after this: {backup.status_message or 'it could not be made.'}"[:1024]
    return replace(backup, state=State.CREATE_IN_PROGRESS, status_code=Code.CREATE_IN_PROGRESS, status_message=message)


def begin_delete(backup: StreamingSessionBackup, message: str) -> StreamingSessionBackup:
    """On its way out of the vault; no longer restorable from here on."""
    return replace(backup, state=State.DELETE_IN_PROGRESS, status_code=Code.DELETE_IN_PROGRESS, status_message=message)


def deleted(backup: StreamingSessionBackup, now: datetime) -> StreamingSessionBackup:
    """Out of the vault; still answered by Get for a day."""
    return replace(backup, state=State.DELETED, status_code=Code.DELETED, deleted_at=now)


def order(backup: StreamingSessionBackup) -> tuple[datetime, str]:
    """The stable total order of listings, oldest first."""
    return backup.created_at, backup.backup_id


def newest_ready(backups: Iterable[StreamingSessionBackup]) -> StreamingSessionBackup | None:
    """The newest READY one of a session's backups."""
    return max((b for b in backups if b.state is State.READY), key=order, default=None)


def snapshots_to_drop(backups: Iterable[StreamingSessionBackup], keep: int) -> Sequence[StreamingSessionBackup]:
    """The READY backups of one session whose snapshot on the session's storage is no longer needed.

    Those not READY keep theirs: it is the only copy there is.
    """
    ready = sorted((b for b in backups if b.state is State.READY and b.snapshot_at), key=order)
    return ready[: max(0, len(ready) - keep)]


def refuse_unready(backup: StreamingSessionBackup) -> None:
    """Raises Conflict where no session can start from the backup."""
    if backup.state is not State.READY:
        raise Conflict(
            f"The backup {backup.backup_id} is {backup.state}; a session starts only from a READY one.",
            code=backup.state,
            resourceId=backup.backup_id,
        )


def choose_restore(
    session: StreamingSession, backup_id: str | None, backups: Sequence[StreamingSessionBackup]
) -> StreamingSessionBackup | None:
    """The backup that a start comes from; None: from the session's volume as it is, or from a fresh one.

    A READY backup of that very session only; without `backup_id` the newest READY one where the last stop
    dropped the volume. Raises NotFound, Invalid (another session's), Conflict (not READY).
    """
    if not backup_id:
        own = (b for b in backups if b.session_id == session.session_id)
        return newest_ready(own) if session.volume_id is None else None
    backup = next((b for b in backups if b.backup_id == backup_id), None)
    if backup is None or backup.studio_id != session.studio_id:
        raise NotFound("streaming session backup", backup_id)
    if backup.session_id != session.session_id:
        raise Invalid(
            f"The backup {backup_id} is of another session. A session starts from its own backups only.",
            code="BACKUP_OF_ANOTHER_SESSION",
            resourceId=backup_id,
        )
    refuse_unready(backup)
    return backup
