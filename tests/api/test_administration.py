"""The audit, the settings and the findings, told to administrators."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.api.calling import Api, refused

from greenroom.api.inspection import Audited, AuditPage, Finding, RegisteredImage, ShownSetting, Wanted
from greenroom.wire import administration as wire
from greenroom.wire import errors

EVENT: dict[str, Any] = {
    "eventTime": "2026-11-27T10:00:00Z",
    "eventName": "StartStreamingSession",
    "readOnly": False,
    "userIdentity": {"type": "IAMUser", "userName": "mia", "accessKeyId": "AKIA"},
    "sourceIPAddress": "127.0.0.1",
    "resources": [{"ARN": "arn:aws:nimble:us-west-2:1:streaming-session/s", "accountId": "1", "type": "session"}],
    "additionalEventData": {"decision": "allowed", "statements": ["P/S"]},
}


class Told:
    """A server with three calls in its audit, of which a page holds two."""

    def __init__(self) -> None:
        self.asked: list[tuple[Wanted, int | None]] = []

    def audit(self, wanted: Wanted, before: int | None, limit: int) -> AuditPage:
        self.asked.append((wanted, before))
        if before is None:
            return AuditPage([Audited(3, EVENT), Audited(2, EVENT | {"errorCode": "AccessDeniedException"})], 2)
        return AuditPage([Audited(1, EVENT | {"errorCode": "ConflictException", "readOnly": True})], None)

    def settings(self) -> Sequence[ShownSetting]:
        return [ShownSetting("port", "1", "8420", "greenroom.toml:1", "Port.", "a number", "GREENROOM_PORT")]

    def findings(self) -> Sequence[Finding]:
        return [Finding("space", "limited", "little", "free some"), Finding("lxd", "missing", "none", needed=False)]

    def images(self) -> Sequence[RegisteredImage]:
        return [
            RegisteredImage("ami-0maya2024", "maya.tar.zst", datetime(2026, 11, 27, tzinfo=UTC), "ab" * 32, 1, 4096)
        ]


@pytest.fixture
def told(api: Api) -> Told:
    """What the house's server tells."""
    told = Told()
    api.house = replace(api.house, inspection=told)
    return told


def page(api: Api, **members: Any) -> wire.ListAuditEventsResponse:
    return api.call(wire.ListAuditEventsRequest(**members), wire.ListAuditEventsResponse)


def test_the_audit_is_told_in_pages_with_who_did_what_and_what_came_of_it(api: Api, told: Told) -> None:
    first = page(api, user_name="mia", kind=wire.AuditKind.WRITE)
    assert [(each.sequence, each.outcome) for each in first.events] == [(3, "OK"), (2, "DENIED")]
    event = first.events[0]
    assert (event.user_name, event.access_key_id, event.source_ip, event.kind) == ("mia", "AKIA", "127.0.0.1", "WRITE")
    assert (event.resources, event.statements) == (["arn:aws:nimble:us-west-2:1:streaming-session/s"], ["P/S"])
    assert '"userName":"mia"' in event.document
    last = page(api, user_name="mia", kind=wire.AuditKind.WRITE, next_token=first.next_token)
    assert [(each.sequence, each.outcome, each.kind) for each in last.events] == [(1, "ERROR", "READ")]
    assert last.next_token is None
    assert told.asked == [(Wanted(user_name="mia", read_only=False), before) for before in (None, 2)]


def test_a_token_is_good_for_the_listing_that_it_is_of_alone(api: Api, told: Told) -> None:
    with refused(errors.ValidationException):
        page(api, user_name="ada", next_token=page(api, user_name="mia").next_token)


def test_settings_and_findings_are_told_as_the_server_has_them(api: Api, told: Told) -> None:
    (setting,) = api.call(wire.ListSettingsRequest(), wire.ListSettingsResponse).settings
    assert (setting.name, setting.value, setting.source) == ("port", "1", "greenroom.toml:1")
    findings = api.call(wire.ListFindingsRequest(), wire.ListFindingsResponse).findings
    assert [(each.part, each.state, each.need) for each in findings] == [
        ("space", "LIMITED", "NEEDED"),
        ("lxd", "MISSING", "OPTIONAL"),
    ]


def test_registered_images_are_told_with_their_checksums(api: Api, told: Told) -> None:
    (image,) = api.call(wire.ListRegisteredImagesRequest(), wire.ListRegisteredImagesResponse).images
    assert (image.ec2_image_id, image.sha256, image.size_bytes) == ("ami-0maya2024", "ab" * 32, 4096)


def test_nobody_but_an_administrator_is_told(api: Api, told: Told) -> None:
    for request, response in (
        (wire.ListAuditEventsRequest(), wire.ListAuditEventsResponse),
        (wire.ListSettingsRequest(), wire.ListSettingsResponse),
        (wire.ListFindingsRequest(), wire.ListFindingsResponse),
        (wire.ListRegisteredImagesRequest(), wire.ListRegisteredImagesResponse),
    ):
        with refused(errors.AccessDeniedException):
            api.call(request, response, by=api.artist)
    assert told.asked == []
