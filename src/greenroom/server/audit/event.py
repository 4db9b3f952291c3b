"""One call as an event in CloudTrail's form, so that what people have for CloudTrail reads it.

Beyond CloudTrail's own members, `additionalEventData` tells the decision and the statements that made it.
"""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from greenroom.access.origin import Origin
from greenroom.access.principals import Principal
from greenroom.api.context import Trail
from greenroom.server.audit.masking import masked
from greenroom.wire.errors import ApiError
from greenroom.wire.operations import Operation
from greenroom.wire.shapes.base import Shape

EVENT_VERSION = "1.08"
LARGEST_PARAMETERS = 100_000
"""Bytes of a request or an answer that an event holds; of a larger one it tells the size alone."""
_SOURCES = {"nimble": "nimble.amazonaws.com", "sts": "sts.amazonaws.com", "signin": "signin.amazonaws.com"}
_MAX_MESSAGE = 1024


@dataclass(slots=True)
class Call:
    """One call while it is under way: what is known of it so far."""

    operation: Operation
    origin: Origin
    at: datetime
    request_id: str
    access_key_id: str | None = None
    """As the signature claims it: true only where there is a principal."""
    principal: Principal | None = None
    request: Shape | None = None
    response: Shape | None = None
    trail: Trail = field(default_factory=Trail)
    error: ApiError | None = None


class _Issuer(msgspec.Struct, rename="camel"):
    type: str
    principal_id: str
    arn: str
    account_id: str
    user_name: str


class _SessionContext(msgspec.Struct, rename="camel"):
    session_issuer: _Issuer


class _Identity(msgspec.Struct, rename="camel", omit_defaults=True):
    type: str
    principal_id: str | None = None
    arn: str | None = None
    account_id: str | None = None
    access_key_id: str | None = None
    user_name: str | None = None
    session_context: _SessionContext | None = None


class _Resource(msgspec.Struct, rename="camel", omit_defaults=True):
    arn: str = msgspec.field(name="ARN")
    account_id: str
    type: str


class _Decision(msgspec.Struct, rename="camel", omit_defaults=True):
    decision: str | None = None
    statements: tuple[str, ...] = ()
    launch_profile_member: bool = False


class _Event(msgspec.Struct, rename="camel", omit_defaults=True):
    user_identity: _Identity
    event_time: str
    event_source: str
    event_name: str
    aws_region: str
    request_id: str = msgspec.field(name="requestID")
    event_id: str = msgspec.field(name="eventID")
    recipient_account_id: str
    read_only: bool
    event_version: str = msgspec.field(default_factory=lambda: EVENT_VERSION)
    source_ip_address: str | None = msgspec.field(name="sourceIPAddress", default=None)
    user_agent: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    request_parameters: Any = None
    response_elements: Any = None
    additional_event_data: _Decision | None = None
    resources: list[_Resource] | None = None
    event_type: str = msgspec.field(default_factory=lambda: "AwsApiCall")
    event_category: str = msgspec.field(default_factory=lambda: "Management")


_encoder = msgspec.json.Encoder()


def encode_event(call: Call, *, region: str, account_id: str) -> bytes:
    """The event of a call that has ended, as JSON on one line."""
    error, trail, read_only = call.error, call.trail, call.operation.read_only
    event = _Event(
        user_identity=_identity(call),
        event_time=_written(call.at),
        event_source=_SOURCES.get(call.operation.service, call.operation.service),
        event_name=call.operation.name,
        aws_region=region,
        request_id=call.request_id,
        # One request is one event: its id serves for both.
        event_id=call.request_id,
        recipient_account_id=account_id,
        read_only=read_only,
        source_ip_address=call.origin.source_ip,
        user_agent=call.origin.user_agent or None,
        error_code=error.name if error else None,
        error_message=error.message[:_MAX_MESSAGE] if error else None,
        request_parameters=_parameters(call.request),
        # As CloudTrail: what a read shows is not kept again.
        response_elements=None if read_only else _parameters(call.response),
        additional_event_data=_Decision(trail.decision, trail.statements, trail.launch_profile_member)
        if trail.decision
        else None,
        resources=[_Resource(arn=each.arn, account_id=account_id, type=each.type) for each in trail.resources] or None,
    )
    return _encoder.encode(event)


def encode_local_event(
    name: str, *, user: str, parameters: dict[str, Any], at: datetime, region: str, account_id: str
) -> bytes:
    """The event of what somebody with the data directory at hand did without the API."""
    return _encoder.encode(
        _Event(
            user_identity=_Identity(type="DataDirectory", user_name=user),
            event_time=_written(at),
            event_source="greenroom",
            event_name=name,
            aws_region=region,
            request_id=str(uuid.uuid4()),
            event_id=str(uuid.uuid4()),
            recipient_account_id=account_id,
            read_only=False,
            request_parameters=parameters,
            event_type="GreenroomCommand",
        )
    )


def _identity(call: Call) -> _Identity:
    principal = call.principal
    if principal is None:
        return _Identity(type="Unknown", access_key_id=call.access_key_id)
    if principal.role_arn is not None:
        role_id, role_name = principal.principal_id.partition(":")[0], principal.role_arn.partition("/")[2]
        issuer = _Issuer("Role", role_id, principal.role_arn, principal.account_id, user_name=role_name)
        return _Identity(
            type="AssumedRole",
            principal_id=principal.principal_id,
            arn=principal.arn,
            account_id=principal.account_id,
            access_key_id=call.access_key_id,
            session_context=_SessionContext(issuer),
        )
    return _Identity(
        type="IAMUser",
        principal_id=principal.principal_id,
        arn=principal.arn,
        account_id=principal.account_id,
        access_key_id=call.access_key_id,
        user_name=principal.user_name,
    )


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()[:19] + "Z"


def _parameters(shape: Shape | None) -> Any:
    """What the event tells of a request or an answer; None for one without members."""
    if shape is None:
        return None
    encoded = _encoder.encode(masked(shape))
    if len(encoded) > LARGEST_PARAMETERS:
        return {"omitted": f"{len(encoded)} bytes"}
    return None if encoded == b"{}" else msgspec.Raw(encoded)
