"""Streaming sessions: the record, and which state follows which (facts sheet 2.1 to 2.3).

Every function here is pure: given a session and the time it returns the session as it becomes, or refuses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from greenroom.studio.errors import Conflict, Invalid
from greenroom.studio.launch_profiles import BackupMode, StreamConfiguration, Switch, VolumeConfiguration
from greenroom.studio.origins import VolumeOrigin
from greenroom.studio.status import SessionState as State
from greenroom.studio.status import SessionStatusCode as Code


class VolumeRetentionMode(StrEnum):
    """What a stop does with the volume."""

    RETAIN = "RETAIN"
    DELETE = "DELETE"


class Event(StrEnum):
    """What can happen to a session."""

    START = "START"
    STOP = "STOP"
    DELETE = "DELETE"
    LOST = "LOST"
    RUNNING = "RUNNING"
    ENDED = "ENDED"
    GONE = "GONE"
    FAILED = "FAILED"


# The first three are calls (or timers), the others what the control loop found after its work.
TRANSITIONS: Mapping[State, Mapping[Event, State]] = {
    State.CREATE_IN_PROGRESS: {Event.RUNNING: State.READY, Event.FAILED: State.CREATE_FAILED},
    State.START_IN_PROGRESS: {Event.RUNNING: State.READY, Event.FAILED: State.START_FAILED},
    State.READY: {
        Event.STOP: State.STOP_IN_PROGRESS,
        Event.DELETE: State.DELETE_IN_PROGRESS,
        Event.LOST: State.START_IN_PROGRESS,
    },
    State.STOP_IN_PROGRESS: {Event.ENDED: State.STOPPED, Event.FAILED: State.STOP_FAILED},
    State.STOPPED: {Event.START: State.START_IN_PROGRESS, Event.DELETE: State.DELETE_IN_PROGRESS},
    State.DELETE_IN_PROGRESS: {Event.GONE: State.DELETED, Event.FAILED: State.DELETE_FAILED},
    State.CREATE_FAILED: {Event.DELETE: State.DELETE_IN_PROGRESS},
    State.START_FAILED: {Event.START: State.START_IN_PROGRESS, Event.DELETE: State.DELETE_IN_PROGRESS},
    State.STOP_FAILED: {Event.STOP: State.STOP_IN_PROGRESS, Event.DELETE: State.DELETE_IN_PROGRESS},
    State.DELETE_FAILED: {Event.DELETE: State.DELETE_IN_PROGRESS},
    State.DELETED: {},
}

CODES: Mapping[State, Code] = {
    State.CREATE_IN_PROGRESS: Code.CREATE_IN_PROGRESS,
    State.START_IN_PROGRESS: Code.START_IN_PROGRESS,
    State.READY: Code.READY,
    State.STOP_IN_PROGRESS: Code.STOP_IN_PROGRESS,
    State.STOPPED: Code.STOPPED,
    State.DELETE_IN_PROGRESS: Code.DELETE_IN_PROGRESS,
    State.DELETED: Code.DELETED,
    State.CREATE_FAILED: Code.INTERNAL_ERROR,
    State.START_FAILED: Code.INTERNAL_ERROR,
    State.STOP_FAILED: Code.INTERNAL_ERROR,
    State.DELETE_FAILED: Code.INTERNAL_ERROR,
}

IN_PROGRESS = frozenset(
    {State.CREATE_IN_PROGRESS, State.START_IN_PROGRESS, State.STOP_IN_PROGRESS, State.DELETE_IN_PROGRESS}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamingSession:
    """A session as it is kept."""

    session_id: str
    studio_id: str
    launch_profile_id: str
    streaming_image_id: str
    ec2_instance_type: str
    owned_by: str
    created_by: str
    created_at: datetime
    updated_by: str
    updated_at: datetime
    state: State
    status_code: Code
    status_message: str | None = None
    backup_mode: BackupMode
    max_backups_to_retain: int
    session_persistence_mode: Switch
    automatic_termination_mode: Switch
    max_session_length: timedelta
    max_stopped_session_length: timedelta
    volume_configuration: VolumeConfiguration | None
    volume_retention_mode: VolumeRetentionMode = VolumeRetentionMode.RETAIN
    started_by: str | None = None
    started_at: datetime | None = None
    stopped_by: str | None = None
    stopped_at: datetime | None = None
    stop_at: datetime | None = None
    terminate_at: datetime | None = None
    started_from_backup_id: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    number: int
    """Ordinal of the session; where each session has a host uid of its own, it follows from this."""
    volume_id: str | None
    """The volume that the session has, or is about to have; None: dropped at the last stop."""
    volume_filled: bool = False
    """Whether the volume has been in use: then it must be there, and is never made anew."""
    volume_origin: VolumeOrigin = VolumeOrigin.FRESH
    """What the volume held at first."""
    volume_backup_id: str | None = None
    """The backup that it was filled from, where it was."""
    volume_since: datetime | None = None
    """When it became the session's."""
    restore_backup_id: str | None = None
    """While CREATE_IN_PROGRESS or START_IN_PROGRESS: the backup that `volume_id` is to be filled from."""
    replaced_volume_id: str | None = None
    """While START_IN_PROGRESS from a backup: the volume as it was, to go back to when the restore fails."""
    last_backup_id: str | None = None
    """The backup that the stop or termination under way makes; survives a crash in the middle."""
    backup_due_at: datetime | None = None
    """When the next backup is due: a time to come while READY, the past while a stop or deletion owes one."""

    @property
    def keeps_backups(self) -> bool:
        """Whether stops make backups: AUTOMATIC with 0 to retain makes none (facts sheet 1.2)."""
        return self.backup_mode is BackupMode.AUTOMATIC and self.max_backups_to_retain > 0

    @property
    def stoppable(self) -> bool:
        """Whether this session can be STOPPED at all (the matrix of facts sheet 2.2)."""
        if self.session_persistence_mode is not Switch.ACTIVATED:
            return False
        return self.automatic_termination_mode is not Switch.ACTIVATED or bool(self.max_stopped_session_length)

    @property
    def live(self) -> bool:
        """Whether it counts as existing: all but DELETED."""
        return self.state is not State.DELETED


def lifetime_settings(configuration: StreamConfiguration) -> dict[str, object]:
    """The members of a session that are copied from its profile's settled configuration when it is made."""
    backup = configuration.session_backup
    return {
        "backup_mode": backup.mode if backup and backup.mode else BackupMode.DEACTIVATED,
        "max_backups_to_retain": (backup.max_backups_to_retain or 0) if backup else 0,
        "session_persistence_mode": configuration.session_persistence_mode or Switch.DEACTIVATED,
        "automatic_termination_mode": configuration.automatic_termination_mode or Switch.DEACTIVATED,
        "max_session_length": timedelta(minutes=configuration.max_session_length_in_minutes or 0),
        "max_stopped_session_length": timedelta(minutes=configuration.max_stopped_session_length_in_minutes or 0),
        "volume_configuration": configuration.volume_configuration,
    }


def _move(session: StreamingSession, event: Event, now: datetime, **changes: object) -> StreamingSession:
    state = TRANSITIONS[session.state].get(event)
    if state is None:
        if session.state is State.DELETED:
            hint = "It is gone and takes no further calls."
        elif session.state in IN_PROGRESS:
            hint = "Another operation is in progress: wait until it ends, then try again."
        else:
            allowed = " or ".join(e for e in TRANSITIONS[session.state] if e in (Event.START, Event.STOP, Event.DELETE))
            hint = f"Possible now: {allowed}."
        raise Conflict(
            f"The streaming session {session.session_id} is {session.state} and cannot {event.lower()}. {hint}",
            code=session.state,
            resourceId=session.session_id,
        )
    moved: dict[str, object] = {
        "state": state,
        "status_code": CODES[state],
        "status_message": None,
        "updated_at": now,
    }
    return replace(session, **(moved | changes))  # type: ignore[arg-type]


def begin_stop(
    session: StreamingSession,
    *,
    by: str,
    retention: VolumeRetentionMode | None,
    now: datetime,
    message: str | None = None,
) -> StreamingSession:
    """READY to STOP_IN_PROGRESS. Invalid where the profile's modes leave no STOPPED state to go to."""
    moved = _move(
        session,
        Event.STOP,
        now,
        stopped_by=by,
        stopped_at=now,
        updated_by=by,
        stop_at=None,
        terminate_at=None,
        backup_due_at=now if session.keeps_backups else None,
        last_backup_id=None,
        volume_retention_mode=retention or VolumeRetentionMode.RETAIN,
        status_message=message,
    )
    if not session.stoppable:
        raise Invalid(
            f"The streaming session {session.session_id} cannot be stopped: its launch profile allows no stopped "
            "sessions (sessionPersistenceMode, automaticTerminationMode, maxStoppedSessionLengthInMinutes). "
            "Delete it instead; that makes a last backup where backups are AUTOMATIC.",
            code="SESSION_NOT_STOPPABLE",
            resourceId=session.session_id,
        )
    return moved


def stopped(session: StreamingSession, now: datetime) -> StreamingSession:
    """STOP_IN_PROGRESS to STOPPED; the stopped clock starts at `stopped_at`."""
    terminate_at = None
    if session.automatic_termination_mode is Switch.ACTIVATED and session.stopped_at is not None:
        terminate_at = session.stopped_at + session.max_stopped_session_length
    return _move(
        session, Event.ENDED, now, terminate_at=terminate_at, backup_due_at=None, status_message=session.status_message
    )


def begin_start(
    session: StreamingSession, *, by: str, restore_backup_id: str | None, volume_id: str, now: datetime
) -> StreamingSession:
    """STOPPED (or START_FAILED) to START_IN_PROGRESS, on `volume_id`, filled from the backup where one is given."""
    if session.session_persistence_mode is not Switch.ACTIVATED and session.state is State.STOPPED:
        raise Invalid(
            f"The streaming session {session.session_id} has no persistence and cannot be started again.",
            code="SESSION_NOT_PERSISTENT",
            resourceId=session.session_id,
        )
    return _move(
        session,
        Event.START,
        now,
        started_by=by,
        started_at=now,
        updated_by=by,
        stop_at=None,
        terminate_at=None,
        volume_id=volume_id,
        volume_filled=session.volume_filled and volume_id == session.volume_id,
        replaced_volume_id=None if volume_id == session.volume_id else session.volume_id,
        restore_backup_id=restore_backup_id,
        started_from_backup_id=restore_backup_id,
    )


def running(session: StreamingSession, now: datetime, *, backup_interval: timedelta) -> StreamingSession:
    """CREATE_IN_PROGRESS or START_IN_PROGRESS to READY; sets the timers of the running session."""
    limit = now + session.max_session_length
    first = session.state is State.CREATE_IN_PROGRESS
    origin: dict[str, object] = {}
    if not session.volume_filled:
        backup_id = session.restore_backup_id
        origin = {
            "volume_origin": VolumeOrigin.BACKUP if backup_id else VolumeOrigin.FRESH,
            "volume_backup_id": backup_id,
            "volume_since": now,
        }
    return _move(
        session,
        Event.RUNNING,
        now,
        status_code=Code.READY if first else Code.STARTED,
        stop_at=session.stop_at or limit if session.stoppable else None,
        terminate_at=None if session.stoppable else session.terminate_at or limit,
        volume_filled=True,
        restore_backup_id=None,
        replaced_volume_id=None,
        backup_due_at=next_backup_at(session, now, backup_interval),
        **origin,
    )


def next_backup_at(session: StreamingSession, now: datetime, interval: timedelta) -> datetime | None:
    """When a running session's next backup is due; None where it has none to come (an interval of 0 is off)."""
    return now + interval if session.keeps_backups and interval else None


def within_limits(session: StreamingSession, now: datetime, backup_interval: timedelta) -> StreamingSession:
    """A READY or STOPPED session whose timers are no further away than they are ever set: the clock may be set back.

    Else it would run for as much longer, and be backed up again only when the clock is where it was.
    """
    length = session.max_session_length if session.state is State.READY else session.max_stopped_session_length
    return replace(
        session,
        stop_at=session.stop_at and min(session.stop_at, now + session.max_session_length),
        terminate_at=session.terminate_at and min(session.terminate_at, now + length),
        backup_due_at=session.backup_due_at
        and (min(session.backup_due_at, now + backup_interval) if backup_interval else session.backup_due_at),
    )


def begin_delete(session: StreamingSession, *, by: str, now: datetime, message: str | None = None) -> StreamingSession:
    """Any settled state to DELETE_IN_PROGRESS.

    A session that was in use owes a last backup first. Deleting again after a DELETE_FAILED waives it.
    """
    owes_backup = session.keeps_backups and session.state in (State.READY, State.STOP_FAILED)
    return _move(
        session,
        Event.DELETE,
        now,
        updated_by=by,
        stop_at=None,
        terminate_at=None,
        backup_due_at=now if owes_backup else None,
        last_backup_id=None,
        status_message=message,
    )


def deleted(session: StreamingSession, now: datetime) -> StreamingSession:
    """DELETE_IN_PROGRESS to DELETED: the volume is gone."""
    return _move(
        session,
        Event.GONE,
        now,
        volume_id=None,
        volume_filled=False,
        backup_due_at=None,
        status_message=session.status_message,
    )


def without_volume(session: StreamingSession, now: datetime) -> StreamingSession:
    """A STOPPED session whose volume was dropped, as its stop asked."""
    return replace(session, volume_id=None, volume_filled=False, updated_at=now)


def failed(
    session: StreamingSession, *, message: str, now: datetime, code: Code = Code.INTERNAL_ERROR
) -> StreamingSession:
    """Any *_IN_PROGRESS to its *_FAILED, with a message that a person can act on.

    A failed start from a backup has its session back on the volume that it had.
    """
    changes: dict[str, object] = {}
    if session.state is State.START_IN_PROGRESS and session.restore_backup_id is not None:
        changes = {
            "volume_id": session.replaced_volume_id,
            "volume_filled": session.replaced_volume_id is not None,
            "restore_backup_id": None,
            "replaced_volume_id": None,
            "started_from_backup_id": None,
        }
    return _move(session, Event.FAILED, now, status_code=code, status_message=message, **changes)


def lost(session: StreamingSession, *, by: str, now: datetime, run_again: bool = False) -> StreamingSession:
    """What becomes of a READY session whose processes are gone: its volume is whole, nothing of it is given up.

    It is stopped where it can be (with its backup, as at every stop), else, or with `run_again`, run again on the same
    volume until the limit that it had.
    """
    if session.stoppable and not run_again:
        message = "The session's processes ended unexpectedly. Its files are as they were; start it again to go on."
        return begin_stop(session, by=by, retention=VolumeRetentionMode.RETAIN, now=now, message=message)
    message = "The session's processes ended unexpectedly; it is being run again on the same files."
    return _move(session, Event.LOST, now, backup_due_at=None, status_message=message)


def due_at(session: StreamingSession) -> datetime | None:
    """When the control loop must look at a settled session next; None: not before somebody calls."""
    times = [t for t in (session.stop_at, session.terminate_at, session.backup_due_at) if t is not None]
    return min(times) if times else None
