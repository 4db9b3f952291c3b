"""Greenroom's own operations on sessions that nobody uses: after how long those of a launch profile stop."""

from typing import Any

import msgspec

from greenroom.access.actions import Action, Level, register
from greenroom.api.context import Context
from greenroom.api.launch_profiles import find, resource_of
from greenroom.api.operation import DONE_AGAIN, Touched, handles
from greenroom.store import endings
from greenroom.studio.endings import IdleStop
from greenroom.wire import idle_stops as wire

register(Action("greenroom:GetLaunchProfileIdleStop", Level.READ, {"launch-profile": True}))
register(Action("greenroom:PutLaunchProfileIdleStop", Level.WRITE, {"launch-profile": True}))


def _touches_profile(context: Context, request: Any) -> Touched:
    return Touched([resource_of(context, request.studio_id, request.launch_profile_id)])


def _shape(idle_stop: IdleStop | None) -> wire.IdleStop | None:
    return None if idle_stop is None else msgspec.convert(idle_stop, wire.IdleStop, from_attributes=True)


@handles("GetLaunchProfileIdleStop", touches=_touches_profile)
def get_launch_profile_idle_stop(
    context: Context, request: wire.GetLaunchProfileIdleStopRequest
) -> wire.GetLaunchProfileIdleStopResponse:
    """The profile's own, where it has one."""
    profile = find(context, request.studio_id, request.launch_profile_id)
    found = endings.idle_stop_of(context.connection, profile.launch_profile_id)
    return wire.GetLaunchProfileIdleStopResponse(idle_stop=_shape(found))


@handles("PutLaunchProfileIdleStop", touches=_touches_profile, repeat=DONE_AGAIN)
def put_launch_profile_idle_stop(
    context: Context, request: wire.PutLaunchProfileIdleStopRequest
) -> wire.PutLaunchProfileIdleStopResponse:
    """Of its running sessions too, at once."""
    profile = find(context, request.studio_id, request.launch_profile_id, for_update=True)
    if request.minutes is None:
        kept = None
        endings.drop_idle_stop(context.connection, profile.launch_profile_id)
    else:
        kept = IdleStop(
            launch_profile_id=profile.launch_profile_id,
            minutes=request.minutes,
            updated_at=context.now,
            updated_by=context.principal.principal_id,
        )
        endings.put_idle_stop(context.connection, kept)
    endings.look_again(context.connection, context.now, launch_profile_id=profile.launch_profile_id)
    context.scheduled = True
    return wire.PutLaunchProfileIdleStopResponse(idle_stop=_shape(kept))
