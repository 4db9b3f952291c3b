"""Greenroom's own operations on the audit, the settings and the machine: administrators alone have them."""

from datetime import datetime
from typing import Any

import msgspec

from greenroom.access.actions import Action, Level, register
from greenroom.api.context import Context
from greenroom.api.inspection import Audited, Wanted
from greenroom.api.operation import Later, handles
from greenroom.api.paging import PAGE_SIZE
from greenroom.api.users import touches_none
from greenroom.wire import administration as wire

for _name in ("ListAuditEvents", "ListSettings", "ListFindings", "ListRegisteredImages"):
    register(Action(f"greenroom:{_name}", Level.READ, {}))


@handles("ListAuditEvents", touches=touches_none)
def list_audit_events(context: Context, request: wire.ListAuditEventsRequest) -> Later:
    """A page of 100, newest first."""
    house, now = context.house, context.now
    wanted = Wanted(
        user_name=request.user_name or None,
        event_name=request.event_name or None,
        resource=request.resource or None,
        read_only=None if request.kind is None else request.kind is wire.AuditKind.READ,
        outcome=request.outcome,
        since=request.since,
    )
    scope = {
        "operation": "ListAuditEvents",
        **{name: str(getattr(wanted, name)) for name in Wanted.__slots__ if getattr(wanted, name) is not None},
    }
    before = int(house.pages.open(request.next_token, scope, now)[0]) if request.next_token else None

    def answer() -> wire.ListAuditEventsResponse:
        page = house.inspection.audit(wanted, before, PAGE_SIZE)
        return wire.ListAuditEventsResponse(
            events=[_event(each) for each in page.events],
            next_token=None if page.before is None else house.pages.seal(scope, [str(page.before)], now),
        )

    return Later(answer)


def _event(audited: Audited) -> wire.AuditEvent:
    event = audited.event
    identity, decided = event["userIdentity"], event.get("additionalEventData") or {}
    return wire.AuditEvent(
        sequence=audited.sequence,
        event_time=datetime.fromisoformat(event["eventTime"]),
        event_name=event["eventName"],
        kind=wire.AuditKind.READ if event["readOnly"] else wire.AuditKind.WRITE,
        outcome=wire.AuditOutcome(outcome(event)),
        user_name=identity.get("userName") or _issuer(identity),
        access_key_id=identity.get("accessKeyId"),
        source_ip=event.get("sourceIPAddress"),
        request_id=event.get("requestID"),
        error_code=event.get("errorCode"),
        error_message=event.get("errorMessage"),
        resources=[each["ARN"] for each in event.get("resources") or ()],
        decision=decided.get("decision"),
        statements=list(decided.get("statements") or ()),
        document=msgspec.json.encode(event).decode(),
    )


def _issuer(identity: dict[str, Any]) -> str | None:
    """The role that somebody has taken on."""
    name: str | None = identity.get("sessionContext", {}).get("sessionIssuer", {}).get("userName")
    return name


def outcome(event: dict[str, Any]) -> str:
    """How a call ended: `OK`, `DENIED` or `ERROR`."""
    code = event.get("errorCode")
    if code is None:
        return "OK"
    return "DENIED" if code == "AccessDeniedException" else "ERROR"


@handles("ListSettings", touches=touches_none)
def list_settings(context: Context, _request: wire.ListSettingsRequest) -> wire.ListSettingsResponse:
    """Every setting, in the order of the manual."""
    shown = context.house.inspection.settings()
    return wire.ListSettingsResponse(
        settings=[msgspec.convert(each, wire.SettingForm, from_attributes=True) for each in shown]
    )


@handles("ListFindings", touches=touches_none)
def list_findings(context: Context, _request: wire.ListFindingsRequest) -> Later:
    """The machine's parts first."""
    inspection = context.house.inspection
    return Later(
        lambda: wire.ListFindingsResponse(
            findings=[
                wire.HealthFinding(
                    part=each.part,
                    state=wire.FindingState(each.state.upper()),
                    meaning=each.meaning,
                    remedy=each.remedy,
                    need=wire.FindingNeed.NEEDED if each.needed else wire.FindingNeed.OPTIONAL,
                )
                for each in inspection.findings()
            ]
        )
    )


@handles("ListRegisteredImages", touches=touches_none)
def list_registered_images(context: Context, _request: wire.ListRegisteredImagesRequest) -> Later:
    """Read off the disk, and so after the transaction."""
    inspection = context.house.inspection
    return Later(
        lambda: wire.ListRegisteredImagesResponse(
            images=[msgspec.convert(each, wire.RegisteredImage, from_attributes=True) for each in inspection.images()]
        )
    )
