"""What Nimble never had: Greenroom's own operations, beside the API under /greenroom/v1, declared the same way."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from greenroom.wire.administration import ADMINISTRATION
from greenroom.wire.backup_files import BACKUP_FILES
from greenroom.wire.events import EVENTS
from greenroom.wire.health import HEALTH
from greenroom.wire.idle_stops import IDLE_STOPS
from greenroom.wire.open_streams import OPEN_STREAMS
from greenroom.wire.operations import Operation, addition, operation_map
from greenroom.wire.people import PEOPLE
from greenroom.wire.restores import RESTORES
from greenroom.wire.retention import RETENTION
from greenroom.wire.roles import ROLES
from greenroom.wire.schedules import SCHEDULES
from greenroom.wire.session_logs import SESSION_LOGS
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import IdempotencyToken, String, Timestamp
from greenroom.wire.shapes.streaming_session_backups import StreamingSessionBackup
from greenroom.wire.thumbnails import THUMBNAILS
from greenroom.wire.traits import Integer, Label, ListOf, Query, Text
from greenroom.wire.vault_copies import VAULT_COPIES, BackupCopyList

BackupNote = Annotated[str, Text("BackupNote", min_length=1, max_length=256)]
Count = Annotated[int, Integer("Count", minimum=0, maximum=2**53 - 1)]


class BackupCause(StrEnum):
    """Why a backup was made."""

    STOP = "STOP"
    TERMINATION = "TERMINATION"
    INTERVAL = "INTERVAL"
    REQUEST = "REQUEST"
    REPLACEMENT = "REPLACEMENT"


class BackupConsistency(StrEnum):
    """How far a backup shows one moment of the session: at rest, in the middle of its work, or several moments."""

    ATOMIC = "ATOMIC"
    CRASH_CONSISTENT = "CRASH_CONSISTENT"
    BEST_EFFORT = "BEST_EFFORT"


class StreamingSessionBackupDetails(Shape):
    """What Greenroom knows of a backup beyond the API."""

    backup_id: String
    cause: BackupCause
    added_bytes: Count | None = None
    consistency: BackupConsistency | None = None
    copies: BackupCopyList | None = None
    files: Count | None = None
    forget_at: Timestamp | None = None
    note: BackupNote | None = None
    pinned_at: Timestamp | None = None
    pinned_by: String | None = None
    proof_due_at: Timestamp | None = None
    quiesce_problem: String | None = None
    quiesced_at: Timestamp | None = None
    size_bytes: Count | None = None
    snapshot_at: Timestamp | None = None
    test_restore_result: String | None = None
    test_restored_at: Timestamp | None = None
    vault_snapshot: String | None = None
    verified_at: Timestamp | None = None


StreamingSessionBackupDetailsList = Annotated[
    list[StreamingSessionBackupDetails], ListOf("StreamingSessionBackupDetailsList")
]


class CreateStreamingSessionBackupRequest(Shape):
    """The session to back up now, and a note on why."""

    session_id: Label[String]
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None
    note: BackupNote | None = None


class CreateStreamingSessionBackupResponse(Shape):
    """The backup, in progress."""

    streaming_session_backup: StreamingSessionBackup | None = None


class GetStreamingSessionBackupDetailsRequest(Shape):
    """The backup to look at."""

    backup_id: Label[String]
    studio_id: Label[String]


class GetStreamingSessionBackupDetailsResponse(Shape):
    """Its details."""

    details: StreamingSessionBackupDetails | None = None


class ListStreamingSessionBackupDetailsRequest(Shape):
    """Whose backups, of which session, and which page of them."""

    studio_id: Label[String]
    next_token: Query[String] | None = None
    owned_by: Query[String] | None = None
    session_id: Query[String] | None = None


class ListStreamingSessionBackupDetailsResponse(Shape):
    """A page of the backups' details, newest first."""

    details: StreamingSessionBackupDetailsList
    next_token: String | None = None


_STUDIO = "/studios/{studioId}"

_operation = addition(globals())

ADDITIONS: Mapping[str, Operation] = operation_map(
    (
        _operation(
            "CreateStreamingSessionBackup",
            "POST",
            _STUDIO + "/streaming-sessions/{sessionId}/backups",
            "Back up a READY session now.",
        ),
        _operation(
            "GetStreamingSessionBackupDetails",
            "GET",
            _STUDIO + "/streaming-session-backups/{backupId}/details",
            "Read why and how a backup was made, how large it is and when it was last proven.",
        ),
        _operation(
            "ListStreamingSessionBackupDetails",
            "GET",
            _STUDIO + "/streaming-session-backup-details",
            "Read the same of many backups, newest first, of one session or of all.",
        ),
        *ADMINISTRATION,
        *BACKUP_FILES,
        *HEALTH,
        *OPEN_STREAMS,
        *PEOPLE,
        *ROLES,
        *SESSION_LOGS,
        *RESTORES,
        *RETENTION,
        *EVENTS,
        *SCHEDULES,
        *THUMBNAILS,
        *VAULT_COPIES,
        *IDLE_STOPS,
    )
)
