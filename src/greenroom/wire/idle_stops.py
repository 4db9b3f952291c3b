"""Greenroom's own operations on sessions that nobody uses: after how long those of a launch profile stop."""

from typing import Annotated

from greenroom.wire.operations import Operation, addition
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import IdempotencyToken, String, Timestamp
from greenroom.wire.traits import Integer, Label

_URI = "/studios/{studioId}/launch-profiles/{launchProfileId}/idle-stop"

IdleMinutes = Annotated[int, Integer("IdleMinutes", minimum=0, maximum=43_200)]


class IdleStop(Shape):
    """After how many minutes without use a launch profile's sessions stop; 0: never."""

    minutes: IdleMinutes
    updated_at: Timestamp
    updated_by: String


class GetLaunchProfileIdleStopRequest(Shape):
    """The launch profile to look at."""

    launch_profile_id: Label[String]
    studio_id: Label[String]


class GetLaunchProfileIdleStopResponse(Shape):
    """Its own; none where the setting `idle_stop` counts."""

    idle_stop: IdleStop | None = None


class PutLaunchProfileIdleStopRequest(Shape):
    """After how many minutes its sessions stop from now on; without a number the setting `idle_stop` counts."""

    launch_profile_id: Label[String]
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None
    minutes: IdleMinutes | None = None


class PutLaunchProfileIdleStopResponse(Shape):
    """Its own as it is kept."""

    idle_stop: IdleStop | None = None


_operation = addition(globals())

IDLE_STOPS: tuple[Operation, ...] = (
    _operation(
        "GetLaunchProfileIdleStop", "GET", _URI, "Read after how long without use a launch profile's sessions stop."
    ),
    _operation(
        "PutLaunchProfileIdleStop",
        "PUT",
        _URI,
        "Have a launch profile's sessions stop, with their backup, when nobody uses them.",
        idempotent=True,
    ),
)
