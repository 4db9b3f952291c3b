"""Greenroom's own operations on what becomes of backups in time: policies, pins, undeletion, and a dry run."""

from enum import StrEnum
from typing import Annotated

from greenroom.wire.operations import Operation, addition
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import IdempotencyToken, String, Timestamp
from greenroom.wire.shapes.streaming_session_backups import StreamingSessionBackup
from greenroom.wire.traits import Integer, Label, ListOf, Query

_STUDIO = "/studios/{studioId}"
_BACKUP = _STUDIO + "/streaming-session-backups/{backupId}"
_PROFILE = _STUDIO + "/launch-profiles/{launchProfileId}"

KeepCount = Annotated[int, Integer("KeepCount", minimum=0, maximum=10_000)]


class KeepReason(StrEnum):
    """Why a backup stays."""

    NEWEST = "NEWEST"
    PINNED = "PINNED"
    MAX_BACKUPS_TO_RETAIN = "MAX_BACKUPS_TO_RETAIN"
    NO_LIMIT = "NO_LIMIT"
    LAST = "LAST"
    HOURLY = "HOURLY"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


KeepReasonList = Annotated[list[KeepReason], ListOf("KeepReasonList")]


class RetentionPolicy(Shape):
    """What is kept beside the newest maxBackupsToRetain; nothing is as 0. Periods are UTC's."""

    last: KeepCount | None = None
    hourly: KeepCount | None = None
    daily: KeepCount | None = None
    weekly: KeepCount | None = None
    monthly: KeepCount | None = None
    yearly: KeepCount | None = None
    updated_at: Timestamp | None = None
    updated_by: String | None = None


class RetentionVerdict(Shape):
    """What rotation would do with one backup now; without reasons it goes."""

    backup_id: String
    created_at: Timestamp
    reasons: KeepReasonList
    explanation: String


RetentionVerdictList = Annotated[list[RetentionVerdict], ListOf("RetentionVerdictList")]


class GetLaunchProfileRetentionRequest(Shape):
    """The launch profile whose policy to read."""

    launch_profile_id: Label[String]
    studio_id: Label[String]


class GetLaunchProfileRetentionResponse(Shape):
    """Its policy; none where only maxBackupsToRetain counts."""

    retention: RetentionPolicy | None = None


class PutLaunchProfileRetentionRequest(Shape):
    """The policy of a launch profile from now on; with nothing to keep it has none."""

    launch_profile_id: Label[String]
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None
    last: KeepCount | None = None
    hourly: KeepCount | None = None
    daily: KeepCount | None = None
    weekly: KeepCount | None = None
    monthly: KeepCount | None = None
    yearly: KeepCount | None = None


class PutLaunchProfileRetentionResponse(Shape):
    """The policy as it is kept."""

    retention: RetentionPolicy | None = None


class PreviewRetentionRequest(Shape):
    """The session, and another policy to try than its launch profile's."""

    session_id: Label[String]
    studio_id: Label[String]
    last: Query[KeepCount] | None = None
    hourly: Query[KeepCount] | None = None
    daily: Query[KeepCount] | None = None
    weekly: Query[KeepCount] | None = None
    monthly: Query[KeepCount] | None = None
    yearly: Query[KeepCount] | None = None


class PreviewRetentionResponse(Shape):
    """What would become of each READY backup of the session, newest first."""

    verdicts: RetentionVerdictList


class PinStreamingSessionBackupRequest(Shape):
    """The backup that rotation shall never take."""

    backup_id: Label[String]
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None


class PinStreamingSessionBackupResponse(Shape):
    """The backup."""

    streaming_session_backup: StreamingSessionBackup | None = None


class UnpinStreamingSessionBackupRequest(Shape):
    """The backup that rotation may take again."""

    backup_id: Label[String]
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None


class UnpinStreamingSessionBackupResponse(Shape):
    """The backup."""

    streaming_session_backup: StreamingSessionBackup | None = None


class UndeleteStreamingSessionBackupRequest(Shape):
    """The backup to have back."""

    backup_id: Label[String]
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None


class UndeleteStreamingSessionBackupResponse(Shape):
    """The backup, READY and pinned."""

    streaming_session_backup: StreamingSessionBackup | None = None


_operation = addition(globals())

RETENTION: tuple[Operation, ...] = (
    _operation(
        "GetLaunchProfileRetention",
        "GET",
        _PROFILE + "/retention",
        "Read what a launch profile's sessions keep beyond maxBackupsToRetain.",
    ),
    _operation(
        "PutLaunchProfileRetention",
        "PUT",
        _PROFILE + "/retention",
        "Have a launch profile's sessions keep more backups: last, hourly, daily, … yearly ones.",
    ),
    _operation(
        "PreviewRetention",
        "GET",
        _STUDIO + "/streaming-sessions/{sessionId}/retention",
        "See which backups of a session would stay, which would go, and why; nothing is changed.",
    ),
    _operation("PinStreamingSessionBackup", "POST", _BACKUP + "/pin", "Keep a READY backup until it is unpinned."),
    _operation("UnpinStreamingSessionBackup", "POST", _BACKUP + "/unpin", "Let rotation take a backup again."),
    _operation(
        "UndeleteStreamingSessionBackup",
        "POST",
        _BACKUP + "/undelete",
        "Have a backup back that rotation took, while its data is still there.",
    ),
)
