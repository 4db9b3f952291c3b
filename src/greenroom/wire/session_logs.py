"""Greenroom's own operation on what a session said: the original sent nothing of it anywhere."""

from greenroom.wire.operations import Operation, addition
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import SensitiveString, String
from greenroom.wire.traits import Label


class StreamingSessionLogs(Shape):
    """What a session said, the last 256 KiB of each."""

    initialization: SensitiveString
    session: SensitiveString


class GetStreamingSessionLogsRequest(Shape):
    """The session to hear."""

    session_id: Label[String]
    studio_id: Label[String]


class GetStreamingSessionLogsResponse(Shape):
    """Of its initialization scripts at the last start, and of what runs in it."""

    logs: StreamingSessionLogs


_operation = addition(globals())

SESSION_LOGS: tuple[Operation, ...] = (
    _operation(
        "GetStreamingSessionLogs",
        "GET",
        "/studios/{studioId}/streaming-sessions/{sessionId}/logs",
        "Read what a session's initialization scripts and programs printed.",
    ),
)
