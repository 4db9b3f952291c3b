"""Greenroom's own operation that shows what is on a session's desktop."""

from collections.abc import Generator

from greenroom.access.actions import Action, Level, register
from greenroom.api.contents import Download
from greenroom.api.context import Context
from greenroom.api.operation import Later, handles
from greenroom.api.streaming_sessions import find, touches_session
from greenroom.studio.errors import NotFound
from greenroom.studio.status import SessionState
from greenroom.wire.thumbnails import GetStreamingSessionThumbnailRequest

register(Action("greenroom:GetStreamingSessionThumbnail", Level.READ, {"streaming-session": True}))

MEDIA_TYPE = "image/jpeg"


@handles("GetStreamingSessionThumbnail", touches=touches_session)
def get_streaming_session_thumbnail(context: Context, request: GetStreamingSessionThumbnailRequest) -> Later:
    """Of a READY session with a desktop; of every other there is none, which is NotFound."""
    session = find(context, request.studio_id, request.session_id)
    missing = NotFound("thumbnail of the streaming session", session.session_id)
    if session.state is not SessionState.READY:
        raise missing
    picture_of = context.house.picture_of

    def make() -> Download:
        picture = picture_of(session.session_id)
        if picture is None:
            raise missing
        return Download(f"{session.session_id}.jpg", MEDIA_TYPE, len(picture), _whole(picture))

    return Later(make)


def _whole(picture: bytes) -> Generator[bytes, None, None]:
    yield picture
