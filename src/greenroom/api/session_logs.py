"""Greenroom's own operation on what a session said."""

from greenroom.access.actions import Action, Level, register
from greenroom.api.context import Context
from greenroom.api.operation import handles
from greenroom.api.streaming_sessions import find, touches_session
from greenroom.wire import session_logs

register(Action("greenroom:GetStreamingSessionLogs", Level.READ, {"streaming-session": True}))


@handles("GetStreamingSessionLogs", touches=touches_session)
def get_streaming_session_logs(
    context: Context, request: session_logs.GetStreamingSessionLogsRequest
) -> session_logs.GetStreamingSessionLogsResponse:
    """Both texts may be empty; they go with the session when it is deleted."""
    session = find(context, request.studio_id, request.session_id)
    log = context.house.session_log(session.session_id)
    return session_logs.GetStreamingSessionLogsResponse(
        logs=session_logs.StreamingSessionLogs(initialization=log.initialization, session=log.session)
    )
