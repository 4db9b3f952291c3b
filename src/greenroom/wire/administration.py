"""Greenroom's own operations for those who look after a studio: the audit, the settings, what the machine lacks."""

from enum import StrEnum
from typing import Annotated

from greenroom.wire.operations import Operation, addition
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import SensitiveString, String, StringList, Timestamp
from greenroom.wire.traits import Integer, ListOf, Query

AuditSequence = Annotated[
    int, Integer("AuditSequence", minimum=1, maximum=2**53 - 1, documentation="Rises by one from record to record.")
]


class AuditOutcome(StrEnum):
    """How a call ended: done, refused because its caller may not, or with another error."""

    OK = "OK"
    DENIED = "DENIED"
    ERROR = "ERROR"


class AuditKind(StrEnum):
    """Whether a call changes something."""

    READ = "READ"
    WRITE = "WRITE"


class AuditEvent(Shape):
    """One call as the audit has it; `document` is all of it, in CloudTrail's form, as JSON."""

    document: SensitiveString
    event_name: String
    event_time: Timestamp
    kind: AuditKind
    outcome: AuditOutcome
    sequence: AuditSequence
    access_key_id: String | None = None
    decision: String | None = None
    error_code: String | None = None
    error_message: String | None = None
    request_id: String | None = None
    resources: StringList | None = None
    source_ip: String | None = None
    statements: StringList | None = None
    user_name: String | None = None


AuditEventList = Annotated[list[AuditEvent], ListOf("AuditEventList")]


class ListAuditEventsRequest(Shape):
    """Which calls: by a person, of an operation, on an ARN that has this text, of a kind, that ended so, since then."""

    event_name: Query[String] | None = None
    kind: Query[AuditKind] | None = None
    next_token: Query[String] | None = None
    outcome: Query[AuditOutcome] | None = None
    resource: Query[String] | None = None
    since: Query[Timestamp] | None = None
    user_name: Query[String] | None = None


class ListAuditEventsResponse(Shape):
    """At most a hundred, newest first; where many had to be passed over, fewer or none, and a token to go on with."""

    events: AuditEventList
    next_token: String | None = None


class SettingForm(Shape):
    """A setting of the server: its value, where that comes from, what it means. Passwords are hidden."""

    accepts: String
    default: String
    meaning: String
    name: String
    source: String
    value: String
    variable: String


SettingFormList = Annotated[list[SettingForm], ListOf("SettingFormList")]


class ListSettingsRequest(Shape):
    """Nothing to say."""


class ListSettingsResponse(Shape):
    """Every setting of the server that answers, as it was when that started."""

    settings: SettingFormList


class FindingState(StrEnum):
    """How a part of the machine is."""

    OK = "OK"
    LIMITED = "LIMITED"
    MISSING = "MISSING"


class FindingNeed(StrEnum):
    """Whether the settings ask for the part."""

    NEEDED = "NEEDED"
    OPTIONAL = "OPTIONAL"


class HealthFinding(Shape):
    """What a look at one part of the machine and the studio found, and what to do."""

    meaning: String
    need: FindingNeed
    part: String
    remedy: String
    state: FindingState


HealthFindingList = Annotated[list[HealthFinding], ListOf("HealthFindingList")]


class ListFindingsRequest(Shape):
    """Nothing to say."""


class ListFindingsResponse(Shape):
    """As `greenroom doctor` has them."""

    findings: HealthFindingList


ImageCount = Annotated[int, Integer("ImageCount", minimum=0, maximum=2**53 - 1)]


class RegisteredImage(Shape):
    """A root file system that `greenroom image add` registered: its checksum, its size, and where it came from."""

    added_at: Timestamp
    ec2_image_id: String
    files: ImageCount
    sha256: String
    size_bytes: ImageCount
    source: String


RegisteredImageList = Annotated[list[RegisteredImage], ListOf("RegisteredImageList")]


class ListRegisteredImagesRequest(Shape):
    """Nothing to say."""


class ListRegisteredImagesResponse(Shape):
    """Every one, by its id."""

    images: RegisteredImageList


_operation = addition(globals())

ADMINISTRATION: tuple[Operation, ...] = (
    _operation(
        "ListAuditEvents",
        "GET",
        "/audit-events",
        "List who did what here and what came of it, newest first, out of the audit of this server.",
        slow=True,
    ),
    _operation(
        "ListSettings",
        "GET",
        "/settings",
        "List the settings of the server, each with its value and its source; passwords are hidden.",
    ),
    _operation(
        "ListFindings",
        "GET",
        "/findings",
        "Look over the machine and the studio, as `greenroom doctor` does.",
        slow=True,
    ),
    _operation(
        "ListRegisteredImages",
        "GET",
        "/registered-images",
        "List the root file systems that a streaming image's ec2ImageId can name.",
        slow=True,
    ),
)
"""The operations."""
