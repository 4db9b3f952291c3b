"""Greenroom's own operation on events: administrators see all, everybody else what happened to what is theirs."""

from datetime import datetime

import msgspec

from greenroom.access.actions import Action, Level, register
from greenroom.access.authorise import AccessDenied, authorise
from greenroom.api.context import Context
from greenroom.api.operation import Touched, handles
from greenroom.api.paging import page
from greenroom.store import events
from greenroom.store.pages import Position
from greenroom.studio.events import RecordedEvent
from greenroom.wire import events as wire

ACTION = register(Action("greenroom:ListEvents", Level.READ, {}, frozenset({"nimble:ownedBy"})))


def _owner(context: Context, request: wire.ListEventsRequest) -> str | None:
    """Whose events are asked for; None: everybody's. Who may not see all and asks for nobody's asks for their own."""
    if request.owned_by:
        return request.owned_by
    try:
        authorise(context.principal, ACTION.name, (), context.origin.condition_keys(), now=context.now)
    except AccessDenied:
        return context.principal.principal_id
    return None


def _touches(context: Context, request: wire.ListEventsRequest) -> Touched:
    owner = _owner(context, request)
    return Touched([], {"nimble:ownedBy": owner} if owner else {})


@handles("ListEvents", touches=_touches)
def list_events(context: Context, request: wire.ListEventsRequest) -> wire.ListEventsResponse:
    """A page of 100, newest first."""
    owner = _owner(context, request)

    def fetch(after: Position | None, limit: int) -> list[RecordedEvent]:
        return events.page(
            context.connection,
            owned_by=owner,
            session_id=request.session_id or None,
            before=int(after.id) if after else None,
            since=request.after_event_id,
            limit=limit,
        )

    def position(event: RecordedEvent) -> tuple[datetime, str]:
        return event.recorded_at, str(event.event_id)

    scope = {
        "operation": "ListEvents",
        "owner": owner,
        "session": request.session_id,
        "since": None if request.after_event_id is None else str(request.after_event_id),
    }
    found, next_token = page(context, request.next_token, scope, fetch, position)
    return wire.ListEventsResponse(
        events=[msgspec.convert(event, wire.StudioEvent, from_attributes=True) for event in found],
        next_token=next_token,
        owned_by=owner,
    )
