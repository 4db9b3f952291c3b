"""Events: what happened to sessions, backups and the vault, told to people as it happens.

Pure: which change of a record is an event, and how an event reads wherever it is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from greenroom.studio.backups import StreamingSessionBackup
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState
from greenroom.studio.streams import StreamingSessionStream

VAULT_UNREACHABLE = "vault.unreachable"
VAULT_BACK = "vault.back"
COPY_FAILED = "vault.copy-failed"
COPY_BACK = "vault.copy-back"
VAULT_DAMAGED = "vault.damaged"
"""What was proven before is not believed any more: every backup is read back again."""
STREAM_REVOKED = "stream.revoked"
BACKUP_VERIFIED = "backup.verified"
BACKUP_VERIFY_FAILED = "backup.verify-failed"
BACKUP_TEST_RESTORED = "backup.test-restored"
BACKUP_TEST_RESTORE_FAILED = "backup.test-restore-failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioEvent:
    """Something that happened. One without `owned_by` concerns nobody's session: administrators alone are told."""

    type: str
    """`session.<state>`, `backup.<state>`, or one of the constants above."""
    studio_id: str | None = None
    session_id: str | None = None
    backup_id: str | None = None
    owned_by: str | None = None
    state: str | None = None
    previous_state: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvent(StudioEvent):
    """An event as it is kept. A later one has a greater `event_id`, and is never seen before an earlier one."""

    event_id: int
    recorded_at: datetime


def session_event(before: StreamingSession | None, after: StreamingSession) -> StudioEvent | None:
    """What the change of a session's record tells: another state, or nothing."""
    if before is not None and before.state is after.state:
        return None
    return StudioEvent(
        type=f"session.{word(after.state)}",
        studio_id=after.studio_id,
        session_id=after.session_id,
        owned_by=after.owned_by,
        state=after.state,
        previous_state=before.state if before else None,
        message=after.status_message,
    )


def backup_event(before: StreamingSessionBackup | None, after: StreamingSessionBackup) -> StudioEvent | None:
    """What the change of a backup's record tells: another state, or that it was restored or read back once more."""
    if before is None or before.state is not after.state:
        kind = f"backup.{word(after.state)}"
    elif after.state is SessionState.READY and before.test_restored_at != after.test_restored_at:
        kind = BACKUP_TEST_RESTORED
    elif after.state is SessionState.READY and before.verified_at != after.verified_at:
        kind = BACKUP_VERIFIED
    else:
        return None
    return StudioEvent(
        type=kind,
        studio_id=after.studio_id,
        session_id=after.session_id,
        backup_id=after.backup_id,
        owned_by=after.owned_by,
        state=after.state,
        previous_state=before.state if before else None,
        message=after.status_message,
    )


def stream_event(before: StreamingSessionStream, after: StreamingSessionStream) -> StudioEvent | None:
    """What the change of a stream's record tells: that it was ended, whatever it showed."""
    if before.revoked_at is not None or after.revoked_at is None:
        return None
    return StudioEvent(
        type=STREAM_REVOKED,
        studio_id=after.studio_id,
        session_id=after.session_id,
        owned_by=after.owned_by,
        state=after.state,
        previous_state=before.state,
    )


def broken_event(backup: StreamingSessionBackup, kind: str, why: str) -> StudioEvent:
    """That a READY backup was found broken, by reading it back or by restoring it: its own state tells what follows."""
    return StudioEvent(
        type=kind,
        studio_id=backup.studio_id,
        session_id=backup.session_id,
        backup_id=backup.backup_id,
        owned_by=backup.owned_by,
        message=why[:1024],
    )


def word(state: str) -> str:
    """A state as the second half of a type: `CREATE_FAILED` is `create-failed`."""
    return state.lower().replace("_", "-")


def wanted(kind: str, patterns: Sequence[str]) -> bool:
    """Whether one of the patterns means that type: `vault.*`, `*-failed`, `backup.ready`."""
    return any(fnmatchcase(kind, pattern) for pattern in patterns)


def document(event: RecordedEvent) -> Mapping[str, object]:
    """The event as JSON tells it, in the feed, in webhooks and in the API alike; what it does not have is left out."""
    told: dict[str, object | None] = {
        "eventId": event.event_id,
        "type": event.type,
        "recordedAt": event.recorded_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "studioId": event.studio_id,
        "sessionId": event.session_id,
        "backupId": event.backup_id,
        "ownedBy": event.owned_by,
        "state": event.state,
        "previousState": event.previous_state,
        "message": event.message,
    }
    return {name: value for name, value in told.items() if value is not None}
