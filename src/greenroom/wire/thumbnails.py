"""Greenroom's own operation that shows what is on a session's desktop."""

from greenroom.wire.operations import Operation, addition
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import String
from greenroom.wire.traits import Label


class GetStreamingSessionThumbnailRequest(Shape):
    """The session to look at."""

    session_id: Label[String]
    studio_id: Label[String]


class GetStreamingSessionThumbnailResponse(Shape):
    """A JPEG of at most 320 x 240 pixels and 15 KiB."""


_operation = addition(globals())

THUMBNAILS: tuple[Operation, ...] = (
    _operation(
        "GetStreamingSessionThumbnail",
        "GET",
        "/studios/{studioId}/streaming-sessions/{sessionId}/thumbnail",
        "See a small picture of a READY session's desktop.",
        slow=True,
        streamed=True,
    ),
)
