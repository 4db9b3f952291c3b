"""Streams: one person's way into a session for a short time."""

from enum import StrEnum
from typing import Annotated

from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import IdempotencyToken, SensitiveString, String, Timestamp
from greenroom.wire.traits import Integer, Label

__all__ = [
    "DEFAULT_EXPIRATION_IN_SECONDS",
    "CreateStreamingSessionStreamRequest",
    "CreateStreamingSessionStreamResponse",
    "GetStreamingSessionStreamRequest",
    "GetStreamingSessionStreamResponse",
    "StreamingSessionStream",
    "StreamingSessionStreamExpirationInSeconds",
    "StreamingSessionStreamState",
    "StreamingSessionStreamStatusCode",
]

DEFAULT_EXPIRATION_IN_SECONDS = 120

StreamingSessionStreamExpirationInSeconds = Annotated[
    int,
    Integer(
        "StreamingSessionStreamExpirationInSeconds",
        minimum=60,
        maximum=3600,
        default=DEFAULT_EXPIRATION_IN_SECONDS,
        documentation="For how many seconds a stream can be opened.",
    ),
]


class StreamingSessionStreamState(StrEnum):
    """Where a stream is in its life."""

    READY = "READY"
    CREATE_IN_PROGRESS = "CREATE_IN_PROGRESS"
    DELETE_IN_PROGRESS = "DELETE_IN_PROGRESS"
    DELETED = "DELETED"
    CREATE_FAILED = "CREATE_FAILED"
    DELETE_FAILED = "DELETE_FAILED"


class StreamingSessionStreamStatusCode(StrEnum):
    """What led to a stream's state."""

    STREAM_CREATE_IN_PROGRESS = "STREAM_CREATE_IN_PROGRESS"
    STREAM_READY = "STREAM_READY"
    STREAM_DELETE_IN_PROGRESS = "STREAM_DELETE_IN_PROGRESS"
    STREAM_DELETED = "STREAM_DELETED"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    NETWORK_CONNECTION_ERROR = "NETWORK_CONNECTION_ERROR"


class StreamingSessionStream(Shape):
    """A way into a session, for its owner and a short time."""

    created_at: Timestamp | None = None
    created_by: String | None = None
    expires_at: Timestamp | None = None
    owned_by: String | None = None
    state: StreamingSessionStreamState | None = None
    status_code: StreamingSessionStreamStatusCode | None = None
    stream_id: String | None = None
    url: SensitiveString | None = None


class CreateStreamingSessionStreamRequest(Shape):
    """The session to open."""

    session_id: Label[String]
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None
    expiration_in_seconds: StreamingSessionStreamExpirationInSeconds | None = None


class CreateStreamingSessionStreamResponse(Shape):
    """The stream as it begins."""

    stream: StreamingSessionStream | None = None


class GetStreamingSessionStreamRequest(Shape):
    """The stream to read."""

    session_id: Label[String]
    stream_id: Label[String]
    studio_id: Label[String]


class GetStreamingSessionStreamResponse(Shape):
    """The stream."""

    stream: StreamingSessionStream | None = None
