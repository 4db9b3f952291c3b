"""Backups of sessions. They are made by stopping a session; here they are read."""

from typing import Annotated

from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import String, Tags, Timestamp
from greenroom.wire.shapes.streaming_sessions import (
    StreamingSessionId,
    StreamingSessionState,
    StreamingSessionStatusCode,
)
from greenroom.wire.traits import Label, ListOf, Query

__all__ = [
    "GetStreamingSessionBackupRequest",
    "GetStreamingSessionBackupResponse",
    "ListStreamingSessionBackupsRequest",
    "ListStreamingSessionBackupsResponse",
    "StreamingSessionBackup",
    "StreamingSessionBackupList",
]


class StreamingSessionBackup(Shape):
    """What a session's volume held when the backup was made."""

    arn: String | None = None
    backup_id: String | None = None
    created_at: Timestamp | None = None
    launch_profile_id: String | None = None
    owned_by: String | None = None
    session_id: StreamingSessionId | None = None
    state: StreamingSessionState | None = None
    status_code: StreamingSessionStatusCode | None = None
    status_message: String | None = None
    tags: Tags | None = None


StreamingSessionBackupList = Annotated[list[StreamingSessionBackup], ListOf("StreamingSessionBackupList")]


class GetStreamingSessionBackupRequest(Shape):
    """The backup to read."""

    backup_id: Label[String]
    studio_id: Label[String]


class GetStreamingSessionBackupResponse(Shape):
    """The backup."""

    streaming_session_backup: StreamingSessionBackup | None = None


class ListStreamingSessionBackupsRequest(Shape):
    """Whose backups, and which page of them."""

    studio_id: Label[String]
    next_token: Query[String] | None = None
    owned_by: Query[String] | None = None


class ListStreamingSessionBackupsResponse(Shape):
    """A page of the backups, newest first."""

    next_token: String | None = None
    streaming_session_backups: StreamingSessionBackupList | None = None
