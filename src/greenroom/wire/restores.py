"""Greenroom's own operations on restores: into a new session, undone, watched, and told of afterwards."""

from enum import StrEnum
from typing import Annotated

from greenroom.wire.operations import Operation, addition
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import IdempotencyToken, String, Tags, Timestamp
from greenroom.wire.shapes.stream_configurations import StreamingInstanceType
from greenroom.wire.shapes.streaming_images import StreamingImageId
from greenroom.wire.shapes.streaming_sessions import StreamingSession
from greenroom.wire.traits import Integer, Label, ListOf

_STUDIO = "/studios/{studioId}"
_BACKUP = _STUDIO + "/streaming-session-backups/{backupId}"
_SESSION = _STUDIO + "/streaming-sessions/{sessionId}"

ByteCount = Annotated[int, Integer("ByteCount", minimum=0, maximum=2**53 - 1)]
Percent = Annotated[int, Integer("Percent", minimum=0, maximum=100)]
Seconds = Annotated[int, Integer("Seconds", minimum=0, maximum=2**53 - 1)]


class VolumeOrigin(StrEnum):
    """What a volume held at first: nothing, a backup's files, or what a restore had replaced."""

    FRESH = "FRESH"
    BACKUP = "BACKUP"
    UNDONE = "UNDONE"


class StartOrigin(StrEnum):
    """What a run of a session began with: as a volume's origin, or the session's volume as its last stop left it."""

    FRESH = "FRESH"
    VOLUME = "VOLUME"
    BACKUP = "BACKUP"
    UNDONE = "UNDONE"


class StreamingSessionVolume(Shape):
    """A session's volume, and where it came from."""

    volume_id: String
    backup_created_at: Timestamp | None = None
    backup_id: String | None = None
    origin: VolumeOrigin | None = None
    since: Timestamp | None = None


class KeptStreamingSessionVolume(Shape):
    """A volume kept aside, so that what replaced it can be undone."""

    volume_id: String
    kept_at: Timestamp
    until: Timestamp
    backup_id: String | None = None
    origin: VolumeOrigin | None = None


KeptStreamingSessionVolumeList = Annotated[list[KeptStreamingSessionVolume], ListOf("KeptStreamingSessionVolumeList")]


class StreamingSessionRestoreProgress(Shape):
    """A restore out of the vault that is under way."""

    backup_id: String
    done_bytes: ByteCount
    percent: Percent
    started_at: Timestamp
    total_bytes: ByteCount
    seconds_left: Seconds | None = None


class StreamingSessionDetails(Shape):
    """What Greenroom knows of a session beyond the API."""

    session_id: String
    started_from: StartOrigin
    kept_volumes: KeptStreamingSessionVolumeList
    last_proven_backup_id: String | None = None
    last_proven_backup_at: Timestamp | None = None
    next_backup_due_at: Timestamp | None = None
    restore: StreamingSessionRestoreProgress | None = None
    volume: StreamingSessionVolume | None = None


class RestoreStreamingSessionBackupRequest(Shape):
    """The backup, and what the new session shall be; what is left out is as it was."""

    backup_id: Label[String]
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None
    ec2_instance_type: StreamingInstanceType | None = None
    launch_profile_id: String | None = None
    owned_by: String | None = None
    streaming_image_id: StreamingImageId | None = None
    tags: Tags | None = None


class RestoreStreamingSessionBackupResponse(Shape):
    """The new session, in progress."""

    session: StreamingSession | None = None


class UndoStreamingSessionRestoreRequest(Shape):
    """The session, and which of its kept volumes, where it is not the newest."""

    session_id: Label[String]
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None
    volume_id: String | None = None


class UndoStreamingSessionRestoreResponse(Shape):
    """The session, and what is known of it now."""

    details: StreamingSessionDetails | None = None
    session: StreamingSession | None = None


class GetStreamingSessionDetailsRequest(Shape):
    """The session to look at."""

    session_id: Label[String]
    studio_id: Label[String]


class GetStreamingSessionDetailsResponse(Shape):
    """Its details."""

    details: StreamingSessionDetails | None = None


_operation = addition(globals())

RESTORES: tuple[Operation, ...] = (
    _operation(
        "RestoreStreamingSessionBackup",
        "POST",
        _BACKUP + "/restore",
        "Make a new session from a READY backup, of a deleted session too.",
    ),
    _operation(
        "UndoStreamingSessionRestore",
        "POST",
        _SESSION + "/undo-restore",
        "Give a STOPPED session back the volume that a restore had replaced.",
    ),
    _operation(
        "GetStreamingSessionDetails",
        "GET",
        _SESSION + "/details",
        "Read where a session's files came from, what can be undone, and how far a restore has come.",
    ),
)
