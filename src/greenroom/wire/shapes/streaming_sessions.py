"""Streaming sessions."""

from enum import StrEnum
from typing import Annotated

from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import IdempotencyToken, String, Tags, Timestamp
from greenroom.wire.shapes.stream_configurations import (
    AutomaticTerminationMode,
    SessionBackupMode,
    SessionPersistenceMode,
    StreamConfigurationMaxBackupsToRetain,
    StreamingInstanceType,
    VolumeConfiguration,
    VolumeRetentionMode,
)
from greenroom.wire.shapes.streaming_images import StreamingImageId
from greenroom.wire.traits import Label, ListOf, Query, Text

__all__ = [
    "CreateStreamingSessionRequest",
    "CreateStreamingSessionResponse",
    "DeleteStreamingSessionRequest",
    "DeleteStreamingSessionResponse",
    "GetStreamingSessionRequest",
    "GetStreamingSessionResponse",
    "ListStreamingSessionsRequest",
    "ListStreamingSessionsResponse",
    "StartStreamingSessionRequest",
    "StartStreamingSessionResponse",
    "StopStreamingSessionRequest",
    "StopStreamingSessionResponse",
    "StreamingSession",
    "StreamingSessionId",
    "StreamingSessionList",
    "StreamingSessionState",
    "StreamingSessionStatusCode",
]


StreamingSessionId = Annotated[str, Text("StreamingSessionId")]


class StreamingSessionState(StrEnum):
    """Where a session, or a backup of one, is in its life."""

    CREATE_IN_PROGRESS = "CREATE_IN_PROGRESS"
    DELETE_IN_PROGRESS = "DELETE_IN_PROGRESS"
    READY = "READY"
    DELETED = "DELETED"
    CREATE_FAILED = "CREATE_FAILED"
    DELETE_FAILED = "DELETE_FAILED"
    STOP_IN_PROGRESS = "STOP_IN_PROGRESS"
    START_IN_PROGRESS = "START_IN_PROGRESS"
    STOPPED = "STOPPED"
    STOP_FAILED = "STOP_FAILED"
    START_FAILED = "START_FAILED"


class StreamingSessionStatusCode(StrEnum):
    """What led to a session's or a backup's state."""

    STREAMING_SESSION_READY = "STREAMING_SESSION_READY"
    STREAMING_SESSION_DELETED = "STREAMING_SESSION_DELETED"
    STREAMING_SESSION_CREATE_IN_PROGRESS = "STREAMING_SESSION_CREATE_IN_PROGRESS"
    STREAMING_SESSION_DELETE_IN_PROGRESS = "STREAMING_SESSION_DELETE_IN_PROGRESS"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    INSUFFICIENT_CAPACITY = "INSUFFICIENT_CAPACITY"
    ACTIVE_DIRECTORY_DOMAIN_JOIN_ERROR = "ACTIVE_DIRECTORY_DOMAIN_JOIN_ERROR"
    NETWORK_CONNECTION_ERROR = "NETWORK_CONNECTION_ERROR"
    INITIALIZATION_SCRIPT_ERROR = "INITIALIZATION_SCRIPT_ERROR"
    DECRYPT_STREAMING_IMAGE_ERROR = "DECRYPT_STREAMING_IMAGE_ERROR"
    NETWORK_INTERFACE_ERROR = "NETWORK_INTERFACE_ERROR"
    STREAMING_SESSION_STOPPED = "STREAMING_SESSION_STOPPED"
    STREAMING_SESSION_STARTED = "STREAMING_SESSION_STARTED"
    STREAMING_SESSION_STOP_IN_PROGRESS = "STREAMING_SESSION_STOP_IN_PROGRESS"
    STREAMING_SESSION_START_IN_PROGRESS = "STREAMING_SESSION_START_IN_PROGRESS"
    AMI_VALIDATION_ERROR = "AMI_VALIDATION_ERROR"


class StreamingSession(Shape):
    """A person's desktop."""

    arn: String | None = None
    automatic_termination_mode: AutomaticTerminationMode | None = None
    backup_mode: SessionBackupMode | None = None
    created_at: Timestamp | None = None
    created_by: String | None = None
    ec2_instance_type: String | None = None
    launch_profile_id: String | None = None
    max_backups_to_retain: StreamConfigurationMaxBackupsToRetain | None = None
    owned_by: String | None = None
    session_id: StreamingSessionId | None = None
    session_persistence_mode: SessionPersistenceMode | None = None
    started_at: Timestamp | None = None
    started_by: String | None = None
    started_from_backup_id: String | None = None
    state: StreamingSessionState | None = None
    status_code: StreamingSessionStatusCode | None = None
    status_message: String | None = None
    stop_at: Timestamp | None = None
    stopped_at: Timestamp | None = None
    stopped_by: String | None = None
    streaming_image_id: StreamingImageId | None = None
    tags: Tags | None = None
    terminate_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    updated_by: String | None = None
    volume_configuration: VolumeConfiguration | None = None
    volume_retention_mode: VolumeRetentionMode | None = None


StreamingSessionList = Annotated[list[StreamingSession], ListOf("StreamingSessionList")]


class CreateStreamingSessionRequest(Shape):
    """The session to create, and from which launch profile."""

    launch_profile_id: String
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None
    ec2_instance_type: StreamingInstanceType | None = None
    owned_by: String | None = None
    streaming_image_id: StreamingImageId | None = None
    tags: Tags | None = None


class CreateStreamingSessionResponse(Shape):
    """The session as it begins."""

    session: StreamingSession | None = None


class DeleteStreamingSessionRequest(Shape):
    """The session to delete."""

    session_id: Label[String]
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None


class DeleteStreamingSessionResponse(Shape):
    """The session as it goes."""

    session: StreamingSession | None = None


class GetStreamingSessionRequest(Shape):
    """The session to read."""

    session_id: Label[String]
    studio_id: Label[String]


class GetStreamingSessionResponse(Shape):
    """The session."""

    session: StreamingSession | None = None


class ListStreamingSessionsRequest(Shape):
    """Which sessions, and which page of them."""

    studio_id: Label[String]
    created_by: Query[String] | None = None
    next_token: Query[String] | None = None
    owned_by: Query[String] | None = None
    session_ids: Query[String] | None = None


class ListStreamingSessionsResponse(Shape):
    """A page of the sessions."""

    next_token: String | None = None
    sessions: StreamingSessionList | None = None


class StartStreamingSessionRequest(Shape):
    """The stopped session to start, from its volume or from one of its backups."""

    session_id: Label[String]
    studio_id: Label[String]
    backup_id: String | None = None
    client_token: IdempotencyToken | None = None


class StartStreamingSessionResponse(Shape):
    """The session as it starts."""

    session: StreamingSession | None = None


class StopStreamingSessionRequest(Shape):
    """The session to stop, and what becomes of its volume."""

    session_id: Label[String]
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None
    volume_retention_mode: VolumeRetentionMode | None = None


class StopStreamingSessionResponse(Shape):
    """The session as it stops."""

    session: StreamingSession | None = None
