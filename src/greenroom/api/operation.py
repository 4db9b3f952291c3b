"""How a handler is tied to its operation: what it touches, what it answers, how a repeated call is answered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from greenroom.access import tags
from greenroom.access.authorise import Resource
from greenroom.api.context import Context

Handle = Callable[[Context, Any], Any]


@dataclass(frozen=True, slots=True)
class Later:
    """An answer that is made once the transaction is over: it waits for something slow, and must not hold the database.

    By now the call is allowed; `make` raises Refusals as a handler does.
    """

    make: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Touched:
    """What a call touches, for the decision whether it may."""

    resources: Sequence[Resource]
    request_keys: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    """Condition keys that the request fills (facts sheet 4.2)."""
    member_of: str | None = None
    """The launch profile whose members this call is granted to, where the caller is one of them."""
    dependents: Sequence[tuple[str, Resource]] = ()
    """What the caller must be allowed too: actions that this one depends on, each with what it is done to."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """How a call under a known client token is answered: with the thing that the first one made, as it is now."""

    made: Callable[[Any], str]
    """Id of what the response speaks of."""
    answer: Callable[[Context, str], Any] | None
    """The response for that id; None where doing the call again changes nothing, and answers the same."""


@dataclass(frozen=True, slots=True)
class Handler:
    """One operation's handler."""

    handle: Handle
    touches: Callable[[Context, Any], Touched]
    repeat: Repeat | None = None


HANDLERS: dict[str, Handler] = {}


def handles(
    operation: str, *, touches: Callable[[Context, Any], Touched], repeat: Repeat | None = None
) -> Callable[[Handle], Handle]:
    """Register the function that answers the operation."""

    def register(handle: Handle) -> Handle:
        if operation in HANDLERS:
            raise ValueError(f"two handlers for {operation}")
        HANDLERS[operation] = Handler(handle, touches, repeat)
        return handle

    return register


def touches_studio(context: Context, request: Any, **request_keys: str | Sequence[str] | None) -> Touched:
    """A call on the studio of its path."""
    arn = context.arn("studio", request.studio_id)
    resource = Resource(arn=arn, type="studio", keys={"nimble:studioId": arn})
    return Touched([resource], {name: value for name, value in request_keys.items() if value})


def request_tags(request: Any) -> dict[str, str | Sequence[str]]:
    """The condition keys that the tags of a request fill."""
    return dict(tags.request_tag_keys(request.tags or {}))


def resource(
    context: Context, kind: str, resource_id: str, studio_id: str, tagged: Mapping[str, str] | None, **keys: str
) -> Resource:
    """A record as policies see it; one that is not there has its ARN and studio only."""
    filled: dict[str, str] = {"nimble:studioId": context.arn("studio", studio_id)}
    filled.update({f"nimble:{name}": value for name, value in keys.items()})
    filled.update(tags.resource_tag_keys(tagged or {}))
    return Resource(arn=context.arn(kind, resource_id), type=kind, keys=filled)


def repeats(response_type: type[Any], member: str, id_member: str, show: Callable[[Context, str], Any]) -> Repeat:
    """A repeated call is answered with the record as it is now: `show` gives the shape of the record of an id."""
    return Repeat(
        made=lambda response: str(getattr(getattr(response, member), id_member)),
        answer=lambda context, resource_id: response_type(**{member: show(context, resource_id)}),
    )


def repeats_nothing(response_type: type[Any]) -> Repeat:
    """A repeated call whose answer is empty: it was done, and is not done again."""
    return Repeat(made=lambda _response: "", answer=lambda _context, _resource_id: response_type())


DONE_AGAIN = Repeat(made=lambda _response: "", answer=None)
"""For a call that may be done any number of times."""
