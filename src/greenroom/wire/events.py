"""Greenroom's own operation on events: what happened, as pages, or as a feed that goes on."""

from typing import Annotated

from greenroom.wire.operations import addition
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import String, Timestamp
from greenroom.wire.traits import Integer, ListOf, Query

EventId = Annotated[
    int,
    Integer("EventId", minimum=0, maximum=2**53 - 1, documentation="Rises from event to event, not without gaps."),
]


class StudioEvent(Shape):
    """Something that happened to a session, to a backup or to the vault."""

    event_id: EventId
    recorded_at: Timestamp
    type: String
    backup_id: String | None = None
    message: String | None = None
    owned_by: String | None = None
    previous_state: String | None = None
    session_id: String | None = None
    state: String | None = None
    studio_id: String | None = None


StudioEventList = Annotated[list[StudioEvent], ListOf("StudioEventList")]


class ListEventsRequest(Shape):
    """Whose events, and from where on; without `ownedBy` all that the caller may see."""

    after_event_id: Query[EventId] | None = None
    next_token: Query[String] | None = None
    owned_by: Query[String] | None = None
    session_id: Query[String] | None = None


class ListEventsResponse(Shape):
    """A page of events, newest first; `ownedBy` says whose they are where they are not everybody's."""

    events: StudioEventList | None = None
    next_token: String | None = None
    owned_by: String | None = None


_operation = addition(globals())

EVENTS = (
    _operation(
        "ListEvents",
        "GET",
        "/events",
        "List what happened to sessions, backups and the vault, newest first; with `Accept: text/event-stream`, "
        "go on telling it as it happens, as server-sent events.",
    ),
)
"""The operations on events."""
