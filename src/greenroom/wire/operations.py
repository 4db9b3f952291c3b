"""The operations of the API: method, path, shapes, errors, a sentence each. Everything about HTTP follows from here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from greenroom.wire import errors as wire_errors
from greenroom.wire import shapes
from greenroom.wire.shapes.base import Shape

API_VERSION = "2020-08-01"
"""The first segment of every path of the Nimble API."""
ADDITIONS_PREFIX = "/greenroom/v1"
"""What every path of Greenroom's own operations begins with."""

ERRORS: tuple[str, ...] = tuple(error.__name__ for error in wire_errors.MODELLED_ERRORS)
"""The errors that an operation may answer with, as the model lists them."""
BACKUP_ERRORS: tuple[str, ...] = tuple(name for name in ERRORS if name != "ServiceQuotaExceededException")
"""The two readers of backups are the only operations without a quota error."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `uri` is the path with its labels in braces; `service` is the action's prefix in policies."""

    name: str
    method: str
    uri: str
    input: type[Shape]
    output: type[Shape]
    documentation: str
    errors: tuple[str, ...] = ERRORS
    status: int = 200
    idempotent: bool = False
    service: str = "nimble"
    slow: bool = False
    """Whether it may wait for more than the database."""
    streamed: bool = False
    """Whether the answer is bytes of any number instead of its shape in JSON."""

    @property
    def action(self) -> str:
        """The action in policies: `nimble:GetStudio`."""
        return f"{self.service}:{self.name}"

    @property
    def read_only(self) -> bool:
        """Whether it changes nothing."""
        return self.method == "GET"


def operation_map(operations: Iterable[Operation]) -> Mapping[str, Operation]:
    """The operations by name. Raises ValueError where two have the same name."""
    by_name: dict[str, Operation] = {}
    for operation in operations:
        if operation.name in by_name:
            raise ValueError(f"two operations are named {operation.name}")
        by_name[operation.name] = operation
    return MappingProxyType(by_name)


@dataclass(frozen=True, slots=True)
class Declaring:
    """Declares operations under one prefix, whose shapes are named after them."""

    prefix: str
    shapes: Mapping[str, Any]
    """By name, where those of an operation are looked up."""
    service: str

    def __call__(
        self,
        name: str,
        method: str,
        path: str,
        documentation: str,
        *,
        output: type[Shape] | None = None,
        errors: tuple[str, ...] = ERRORS,
        status: int = 200,
        idempotent: bool = False,
        slow: bool = False,
        streamed: bool = False,
    ) -> Operation:
        """`output`: the answer's shape, where it is another one's."""
        return Operation(
            name=name,
            method=method,
            uri=self.prefix + path,
            input=self.shapes[f"{name}Request"],
            output=output or self.shapes[f"{name}Response"],
            documentation=documentation,
            errors=errors,
            status=status,
            idempotent=idempotent,
            service=self.service,
            slow=slow,
            streamed=streamed,
        )


def addition(shapes: Mapping[str, Any]) -> Declaring:
    """Declares what Nimble never had: Greenroom's own operations, beside the API, signed and authorised as it is."""
    return Declaring(ADDITIONS_PREFIX, shapes, "greenroom")


_nimble = Declaring(f"/{API_VERSION}", vars(shapes), "nimble")
_STUDIO = "/studios/{studioId}"
_LAUNCH_PROFILE = _STUDIO + "/launch-profiles/{launchProfileId}"
_LAUNCH_PROFILE_MEMBER = _LAUNCH_PROFILE + "/membership/{principalId}"
_STUDIO_COMPONENT = _STUDIO + "/studio-components/{studioComponentId}"
_STREAMING_IMAGE = _STUDIO + "/streaming-images/{streamingImageId}"
_STREAMING_SESSION = _STUDIO + "/streaming-sessions/{sessionId}"

OPERATIONS: Mapping[str, Operation] = operation_map(
    (
        _nimble("AcceptEulas", "POST", _STUDIO + "/eula-acceptances", "Accept licence agreements for a studio."),
        _nimble("CreateLaunchProfile", "POST", _STUDIO + "/launch-profiles", "Create a launch profile."),
        _nimble(
            "CreateStreamingImage",
            "POST",
            _STUDIO + "/streaming-images",
            "Register an image that sessions can boot from.",
        ),
        _nimble(
            "CreateStreamingSession", "POST", _STUDIO + "/streaming-sessions", "Create a session from a launch profile."
        ),
        _nimble(
            "CreateStreamingSessionStream",
            "POST",
            _STREAMING_SESSION + "/streams",
            "Open a way into a session for its owner, for a short time.",
            idempotent=True,
        ),
        _nimble("CreateStudio", "POST", "/studios", "Create a studio."),
        _nimble("CreateStudioComponent", "POST", _STUDIO + "/studio-components", "Create a studio component."),
        _nimble("DeleteLaunchProfile", "DELETE", _LAUNCH_PROFILE, "Delete a launch profile.", idempotent=True),
        _nimble(
            "DeleteLaunchProfileMember",
            "DELETE",
            _LAUNCH_PROFILE_MEMBER,
            "Take a member off a launch profile.",
            idempotent=True,
        ),
        _nimble("DeleteStreamingImage", "DELETE", _STREAMING_IMAGE, "Delete an image.", idempotent=True),
        _nimble("DeleteStreamingSession", "DELETE", _STREAMING_SESSION, "End a session for good.", idempotent=True),
        _nimble("DeleteStudio", "DELETE", _STUDIO, "Delete a studio that has nothing left in it.", idempotent=True),
        _nimble("DeleteStudioComponent", "DELETE", _STUDIO_COMPONENT, "Delete a studio component.", idempotent=True),
        _nimble(
            "DeleteStudioMember",
            "DELETE",
            _STUDIO + "/membership/{principalId}",
            "Take a member off a studio.",
            idempotent=True,
        ),
        _nimble("GetEula", "GET", "/eulas/{eulaId}", "Read a licence agreement."),
        _nimble("GetLaunchProfile", "GET", _LAUNCH_PROFILE, "Read a launch profile."),
        _nimble(
            "GetLaunchProfileDetails",
            "GET",
            _LAUNCH_PROFILE + "/details",
            "Read a launch profile with the images and components that it refers to.",
        ),
        _nimble(
            "GetLaunchProfileInitialization",
            "GET",
            _LAUNCH_PROFILE + "/init",
            "Read all that a machine needs to become a session of a launch profile.",
        ),
        _nimble("GetLaunchProfileMember", "GET", _LAUNCH_PROFILE_MEMBER, "Read a member of a launch profile."),
        _nimble("GetStreamingImage", "GET", _STREAMING_IMAGE, "Read an image."),
        _nimble("GetStreamingSession", "GET", _STREAMING_SESSION, "Read a session, for example while it is created."),
        _nimble(
            "GetStreamingSessionBackup",
            "GET",
            _STUDIO + "/streaming-session-backups/{backupId}",
            "Read a backup of a session, for example while the session stops.",
            errors=BACKUP_ERRORS,
        ),
        _nimble(
            "GetStreamingSessionStream",
            "GET",
            _STREAMING_SESSION + "/streams/{streamId}",
            "Read a stream, for example until it has its URL.",
        ),
        _nimble("GetStudio", "GET", _STUDIO, "Read a studio."),
        _nimble("GetStudioComponent", "GET", _STUDIO_COMPONENT, "Read a studio component."),
        _nimble("GetStudioMember", "GET", _STUDIO + "/membership/{principalId}", "Read a member of a studio."),
        _nimble(
            "ListEulaAcceptances",
            "GET",
            _STUDIO + "/eula-acceptances",
            "List the licence agreements that a studio has accepted.",
        ),
        _nimble("ListEulas", "GET", "/eulas", "List the licence agreements."),
        _nimble(
            "ListLaunchProfileMembers", "GET", _LAUNCH_PROFILE + "/membership", "List the members of a launch profile."
        ),
        _nimble("ListLaunchProfiles", "GET", _STUDIO + "/launch-profiles", "List the launch profiles of a studio."),
        _nimble("ListStreamingImages", "GET", _STUDIO + "/streaming-images", "List the images of a studio."),
        _nimble(
            "ListStreamingSessionBackups",
            "GET",
            _STUDIO + "/streaming-session-backups",
            "List the backups of sessions in a studio, newest first.",
            errors=BACKUP_ERRORS,
        ),
        _nimble("ListStreamingSessions", "GET", _STUDIO + "/streaming-sessions", "List the sessions of a studio."),
        _nimble("ListStudioComponents", "GET", _STUDIO + "/studio-components", "List the components of a studio."),
        _nimble("ListStudioMembers", "GET", _STUDIO + "/membership", "List the administrators of a studio."),
        _nimble("ListStudios", "GET", "/studios", "List the studios of this account in this region."),
        _nimble("ListTagsForResource", "GET", "/tags/{resourceArn}", "List the tags of a resource."),
        _nimble("PutLaunchProfileMembers", "POST", _LAUNCH_PROFILE + "/membership", "Let people use a launch profile."),
        _nimble("PutStudioMembers", "POST", _STUDIO + "/membership", "Make people administrators of a studio."),
        _nimble(
            "StartStreamingSession",
            "POST",
            _STREAMING_SESSION + "/start",
            "Start a stopped session, from its volume or from one of its backups.",
            idempotent=True,
        ),
        _nimble(
            "StartStudioSSOConfigurationRepair",
            "PUT",
            _STUDIO + "/sso-configuration",
            "Repair the sign-in of a studio.",
            idempotent=True,
        ),
        _nimble(
            "StopStreamingSession",
            "POST",
            _STREAMING_SESSION + "/stop",
            "Stop a session, and back it up where its launch profile says so.",
            idempotent=True,
        ),
        _nimble("TagResource", "POST", "/tags/{resourceArn}", "Set tags on a resource.", status=204),
        _nimble(
            "UntagResource", "DELETE", "/tags/{resourceArn}", "Take tags off a resource.", status=204, idempotent=True
        ),
        _nimble("UpdateLaunchProfile", "PATCH", _LAUNCH_PROFILE, "Change a launch profile."),
        _nimble(
            "UpdateLaunchProfileMember", "PATCH", _LAUNCH_PROFILE_MEMBER, "Change what a member is to a launch profile."
        ),
        _nimble("UpdateStreamingImage", "PATCH", _STREAMING_IMAGE, "Change the name or the description of an image."),
        _nimble("UpdateStudio", "PATCH", _STUDIO, "Change a studio's name or roles."),
        _nimble("UpdateStudioComponent", "PATCH", _STUDIO_COMPONENT, "Change a studio component."),
    )
)
"""The 49 operations of the Nimble API, by name."""
