"""Who may come through to a session's desktop: whoever holds the pass of a stream that still lives."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from greenroom.store import roles, sessions, streams, studios
from greenroom.store.database import Database
from greenroom.streaming.equipment import rules_for
from greenroom.streaming.rules import StreamRules
from greenroom.streaming.tickets import Tickets
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState
from greenroom.studio.streams import StreamingSessionStream, StreamState


class Refusal(StrEnum):
    """Why somebody does not come through, in words for them."""

    TICKET = "This link does not open a stream: it was used before, its time is over, or it is not whole."
    COOKIE = "This stream was not opened in this browser, or its time is over. Ask for a new link to it."
    STOPPED = "The session does not run, or was started anew since. Start it, and ask for a new link."
    UNKNOWN = "There is no such stream any more. Ask for a new link to it."


class RefusedError(Exception):
    """Somebody does not come through."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Passage:
    """What a pass opens now."""

    stream_id: str
    session_id: str
    owned_by: str
    rules: StreamRules


class Gate:
    """Decides by the records, anew each time: what was revoked is closed at the next look. Thread-safe."""

    def __init__(
        self, database: Database, tickets: Tickets, clock: Callable[[], datetime], *, session_user: str
    ) -> None:
        self._database = database
        self._tickets = tickets
        self._clock = clock
        self._session_user = session_user

    def redeem(self, stream_id: str, ticket: str) -> str:
        """Trade a ticket for the stream's pass; it opens once. Raises RefusedError."""
        with self._database.write() as connection:
            if self._tickets.redeem(connection, stream_id, ticket, self._clock()) is None:
                raise RefusedError(Refusal.TICKET)
        return self._tickets.pass_for(stream_id)

    def passage(self, stream_id: str, shown: str | None) -> Passage:
        """What the pass that was shown opens. Raises RefusedError."""
        if shown is None or not self._tickets.is_pass(stream_id, shown):
            raise RefusedError(Refusal.COOKIE)
        with self._database.read() as connection:
            return self._passage(connection, stream_id)

    def still_open(self, passage: Passage) -> bool:
        """Whether it is what it was: the session runs on, nobody was shut out or signed out, the rules are the same."""
        try:
            with self._database.read() as connection:
                return self._passage(connection, passage.stream_id) == passage
        except RefusedError:
            return False

    def _passage(self, connection: Connection, stream_id: str) -> Passage:
        stream = streams.get(connection, stream_id)
        if stream is None or stream.opened_at is None or stream.revoked_at is not None:
            raise RefusedError(Refusal.UNKNOWN)
        if not _creator_stands(connection, stream):
            raise RefusedError(Refusal.UNKNOWN)
        session = sessions.get(connection, stream.session_id)
        if session is None or not _is_of_this_run(stream, session):
            raise RefusedError(Refusal.STOPPED)
        rules = rules_for(connection, session.launch_profile_id, self._session_user)
        return Passage(stream_id, session.session_id, session.owned_by, rules)


def _creator_stands(connection: Connection, stream: StreamingSessionStream) -> bool:
    """Whether who asked for it is not shut out: their key signs for a moment after that, and must open nothing."""
    role_id, of_a_role, _ = stream.created_by.partition(":")
    if of_a_role:
        role = roles.of_id(connection, role_id)
        return role is not None and role.sessions_since <= stream.created_at
    creator = studios.user(connection, stream.created_by)
    return creator is None or creator.disabled_at is None


def _is_of_this_run(stream: StreamingSessionStream, session: StreamingSession) -> bool:
    """Whether the session has run ever since the stream was made."""
    if session.state is not SessionState.READY or stream.state is StreamState.CREATE_FAILED:
        return False
    return session.started_at is None or session.started_at <= stream.created_at
