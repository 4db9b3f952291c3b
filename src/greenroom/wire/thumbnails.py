"""Greenroom's own operation that shows what is on a session's desktop."""

from greenroom.wire.operations import Operation
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import String
from greenroom.wire.traits import Label


class GetStreamingSessionThumbnailRequest(Shape):
    """The session to look at."""

    session_id: Label[String]
    studio_id: Label[String]


class GetStreamingSessionThumbnailResponse(Shape):
    """A JPEG of at most 320 x 240 pixels and 15 KiB."""


THUMBNAILS: tuple[Operation, ...] = (
    Operation(
        name="GetStreamingSessionThumbnail",
        method="GET",
        uri="/greenroom/v1/studios/{studioId}/streaming-sessions/{sessionId}/thumbnail",
        input=GetStreamingSessionThumbnailRequest,
        output=GetStreamingSessionThumbnailResponse,
        documentation="See a small picture of a READY session's desktop.",
        service="greenroom",
        slow=True,
        streamed=True,
    ),
)
