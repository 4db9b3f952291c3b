"""Greenroom's own operations on streams that open a desktop: their owner's own, and everybody's for administrators."""

import msgspec

from greenroom.access.actions import Action, Level, register
from greenroom.api.context import Context
from greenroom.api.operation import DONE_AGAIN, handles
from greenroom.api.paging import page
from greenroom.api.streaming_sessions import find, touches_session
from greenroom.store import streams
from greenroom.studio.errors import NotFound
from greenroom.studio.status import SessionState
from greenroom.studio.streams import StreamingSessionStream, revoked
from greenroom.wire import open_streams as wire

register(Action("greenroom:ListOpenStreams", Level.READ, {"streaming-session": True}))
register(Action("greenroom:RevokeStreamingSessionStream", Level.WRITE, {"streaming-session": True}))


def _shape(stream: StreamingSessionStream) -> wire.OpenStream:
    return msgspec.convert(stream, wire.OpenStream, from_attributes=True)


@handles("ListOpenStreams", touches=touches_session)
def list_open_streams(context: Context, request: wire.ListOpenStreamsRequest) -> wire.ListOpenStreamsResponse:
    """A page of 100, newest first. Whether a browser shows one at this moment is not known of it."""
    session = find(context, request.studio_id, request.session_id)
    if session.state is not SessionState.READY:
        return wire.ListOpenStreamsResponse(streams=[])
    found, next_token = page(
        context,
        request.next_token,
        {"operation": "ListOpenStreams", "studio": request.studio_id, "session": session.session_id},
        lambda after, limit: streams.open_page(
            context.connection, session.session_id, session.started_at, context.now, after=after, limit=limit
        ),
        lambda stream: (stream.created_at, stream.stream_id),
    )
    return wire.ListOpenStreamsResponse(streams=list(map(_shape, found)), next_token=next_token)


@handles("RevokeStreamingSessionStream", touches=touches_session, repeat=DONE_AGAIN)
def revoke_streaming_session_stream(
    context: Context, request: wire.RevokeStreamingSessionStreamRequest
) -> wire.RevokeStreamingSessionStreamResponse:
    """Its link and its cookie open nothing from now on; what shows it is looked at as soon as this is answered."""
    session = find(context, request.studio_id, request.session_id)
    stream = streams.get(context.connection, request.stream_id, for_update=True)
    if stream is None or stream.session_id != session.session_id:
        raise NotFound("streaming session stream", request.stream_id)
    streams.save(context.connection, stream, revoked(stream, context.now))
    return wire.RevokeStreamingSessionStreamResponse()
