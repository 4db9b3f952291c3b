"""Greenroom's own operations on streams that open a desktop: which there are, and to end one."""

from typing import Annotated

from greenroom.wire.operations import Operation, addition
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import IdempotencyToken, String, Timestamp
from greenroom.wire.traits import Label, ListOf, Query


class OpenStream(Shape):
    """A stream by which somebody may see a desktop: by its link until then, or in the browser that used it."""

    created_at: Timestamp
    created_by: String
    expires_at: Timestamp
    owned_by: String
    session_id: String
    stream_id: String
    opened_at: Timestamp | None = None


OpenStreamList = Annotated[list[OpenStream], ListOf("OpenStreamList")]


class ListOpenStreamsRequest(Shape):
    """The session whose streams to list, and which page of them."""

    session_id: Label[String]
    studio_id: Label[String]
    next_token: Query[String] | None = None


class ListOpenStreamsResponse(Shape):
    """A page of them, newest first; none of a session that does not run."""

    streams: OpenStreamList
    next_token: String | None = None


class RevokeStreamingSessionStreamRequest(Shape):
    """The stream to end."""

    session_id: Label[String]
    stream_id: Label[String]
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None


class RevokeStreamingSessionStreamResponse(Shape):
    """It opens nothing any more."""


_operation = addition(globals())

_STREAMS = "/studios/{studioId}/streaming-sessions/{sessionId}/streams"

OPEN_STREAMS: tuple[Operation, ...] = (
    _operation(
        "ListOpenStreams",
        "GET",
        _STREAMS,
        "List the streams by which a running session's desktop is seen, or may be.",
    ),
    _operation(
        "RevokeStreamingSessionStream",
        "DELETE",
        _STREAMS + "/{streamId}",
        "End one stream, its link and whatever browser shows it, without ending the session.",
        idempotent=True,
    ),
)
