"""One call from its decoded request to its response: may they, was it done before, do it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from greenroom.access.authorise import AccessDenied, authorise
from greenroom.api.context import Context
from greenroom.api.operation import HANDLERS, Handler, Later, Touched
from greenroom.store import client_tokens, launch_profiles
from greenroom.studio import errors as studio_errors
from greenroom.wire import errors
from greenroom.wire.operations import Operation

_KINDS: dict[type[studio_errors.Refusal], type[errors.ApiError]] = {
    studio_errors.Invalid: errors.ValidationException,
    studio_errors.Conflict: errors.ConflictException,
    studio_errors.NotFound: errors.ResourceNotFoundException,
    studio_errors.QuotaExceeded: errors.ServiceQuotaExceededException,
    studio_errors.Unavailable: errors.InternalServerErrorException,
}


def call(context: Context, operation: Operation, request: Any) -> Any:
    """The response to the request, or a Later that makes it; ApiError where it is refused.

    Whether the caller may is decided before anything tells whether the thing is there: to those who may not see
    it, what is absent and what is forbidden look alike.
    """
    handler = HANDLERS.get(operation.name)
    if handler is None:
        raise errors.UnknownOperationException()
    with _refusing():
        touched = handler.touches(context, request)
        _authorise(context, operation.action, touched)
        return _answer(context, handler, operation, request)


def finish(response: Any) -> Any:
    """The response itself, of one that `call` left for later: after the transaction. ApiError where it is refused."""
    if not isinstance(response, Later):
        return response
    with _refusing():
        return response.make()


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except AccessDenied as denied:
        raise errors.AccessDeniedException(denied.message) from denied
    except studio_errors.Refusal as refusal:
        raise _KINDS[type(refusal)](refusal.message, code=refusal.code, context=refusal.context) from refusal


def _authorise(context: Context, action: str, touched: Touched) -> None:
    """Raises AccessDenied. The call itself is decided first: what is forbidden shall not tell what depends on it."""
    origin, trail = context.origin.condition_keys(), context.trail
    member = _is_member(context, touched)
    trail.resources, trail.launch_profile_member = touched.resources, member
    asked = [
        (action, touched.resources, {**touched.request_keys, **origin}),
        *((dependent, [resource], origin) for dependent, resource in touched.dependents),
    ]
    allowed: list[str] = []
    try:
        for name, resources, keys in asked:
            by = authorise(context.principal, name, resources, keys, launch_profile_member=member, now=context.now)
            allowed.extend(map(str, by))
    except AccessDenied as denied:
        trail.decision, trail.statements = denied.decision.reason, tuple(map(str, denied.decision.statements))
        raise
    trail.decision, trail.statements = "allowed", tuple(allowed)


def _is_member(context: Context, touched: Touched) -> bool:
    profile = touched.member_of
    return profile is not None and launch_profiles.is_member(
        context.connection, profile, context.principal.principal_id
    )


def _answer(context: Context, handler: Handler, operation: Operation, request: Any) -> Any:
    token = getattr(request, "client_token", None)
    if handler.repeat is None or token is None:
        return handler.handle(context, request)
    fingerprint = _fingerprint(request)
    owner = context.principal.principal_id
    before = client_tokens.find(context.connection, owner, operation.name, token)
    if before is not None:
        if before.fingerprint != fingerprint:
            raise studio_errors.Invalid(
                "clientToken was used before with other parameters. Send a new token with a new request.",
                code="CLIENT_TOKEN_REUSED",
            )
        answer = handler.repeat.answer
        return handler.handle(context, request) if answer is None else answer(context, before.resource_id)
    response = handler.handle(context, request)
    client_tokens.remember(
        context.connection,
        owner,
        operation.name,
        token,
        fingerprint=fingerprint,
        resource_id=handler.repeat.made(response),
        now=context.now,
    )
    return response


def _fingerprint(request: Any) -> str:
    parameters = msgspec.json.encode(msgspec.structs.replace(request, client_token=None), order="deterministic")
    return hashlib.sha256(parameters).hexdigest()
