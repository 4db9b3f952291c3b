"""Operations on streams (facts sheet 2.4)."""

from datetime import timedelta

import msgspec

from greenroom.api.context import Context
from greenroom.api.operation import handles, repeats
from greenroom.api.streaming_sessions import find as find_session
from greenroom.api.streaming_sessions import touches_session
from greenroom.store import streams
from greenroom.studio.errors import NotFound
from greenroom.studio.ids import new_id
from greenroom.studio.streams import StreamingSessionStream, StreamState, new_stream
from greenroom.wire import shapes

WORK = "stream"


def stream_shape(context: Context, stream: StreamingSessionStream) -> shapes.StreamingSessionStream:
    """The stream as the API shows it: with its URL while that opens it."""
    shape = msgspec.convert(stream, shapes.StreamingSessionStream, from_attributes=True)
    if stream.state is StreamState.READY and context.now < stream.expires_at:
        shape.url = context.origin.endpoint + context.house.tickets.path(stream.stream_id)
    return shape


def _show(context: Context, stream_id: str) -> shapes.StreamingSessionStream:
    stream = streams.get(context.connection, stream_id)
    if stream is None:
        raise NotFound("streaming session stream", stream_id)
    return stream_shape(context, stream)


@handles(
    "CreateStreamingSessionStream",
    touches=touches_session,
    repeat=repeats(shapes.CreateStreamingSessionStreamResponse, "stream", "stream_id", _show),
)
def create_streaming_session_stream(
    context: Context, request: shapes.CreateStreamingSessionStreamRequest
) -> shapes.CreateStreamingSessionStreamResponse:
    """A new stream of a READY session, CREATE_IN_PROGRESS and without URL until the control loop has looked at it."""
    session = find_session(context, request.studio_id, request.session_id)
    stream = new_stream(
        session,
        new_id(),
        by=context.principal.principal_id,
        now=context.now,
        expires_in=timedelta(seconds=request.expiration_in_seconds or shapes.DEFAULT_EXPIRATION_IN_SECONDS),
    )
    streams.insert(context.connection, stream)
    context.schedule(WORK, stream.stream_id)
    return shapes.CreateStreamingSessionStreamResponse(stream=stream_shape(context, stream))


@handles("GetStreamingSessionStream", touches=touches_session)
def get_streaming_session_stream(
    context: Context, request: shapes.GetStreamingSessionStreamRequest
) -> shapes.GetStreamingSessionStreamResponse:
    """One stream of that session; an expired one too, for a day."""
    session = find_session(context, request.studio_id, request.session_id)
    stream = streams.get(context.connection, request.stream_id)
    if stream is None or stream.session_id != session.session_id:
        raise NotFound("streaming session stream", request.stream_id)
    return shapes.GetStreamingSessionStreamResponse(stream=stream_shape(context, stream))
