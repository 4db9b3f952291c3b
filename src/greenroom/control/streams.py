"""Steps of streams: they become READY with their session, and end when their time is over."""

from collections.abc import Callable
from datetime import datetime

from greenroom.control.loop import Held
from greenroom.store import sessions, streams
from greenroom.studio.streams import StreamState, next_step

WORK = "stream"


class StreamSteps:
    """One step of a stream; due again when it expires."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def __call__(self, stream_id: str, held: Held) -> datetime | None:
        with held.write() as connection:
            before = streams.get(connection, stream_id, for_update=True)
            if before is None:
                return None
            session = sessions.get(connection, before.session_id)
            after = next_step(before, session, self._clock())
            streams.save(connection, before, after)
        return after.expires_at if after.state is StreamState.READY else None
