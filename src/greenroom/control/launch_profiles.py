"""Steps of launch profiles: their asynchronous states end here."""

from dataclasses import replace
from datetime import datetime

from greenroom.control.loop import Held
from greenroom.control.world import World
from greenroom.store import launch_profiles, sessions
from greenroom.studio.launch_profiles import LaunchProfile
from greenroom.studio.status import ResourceState as State

WORK = "launch-profile"

_SETTLED = {
    State.CREATE_IN_PROGRESS: (State.READY, "LAUNCH_PROFILE_CREATED", "Launch Profile has been created"),
    State.UPDATE_IN_PROGRESS: (State.READY, "LAUNCH_PROFILE_UPDATED", "Launch Profile has been updated"),
    State.DELETE_IN_PROGRESS: (State.DELETED, "LAUNCH_PROFILE_DELETED", "Launch Profile has been deleted"),
}


class LaunchProfileSteps:
    """Settle a profile that is on its way between states."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(self, launch_profile_id: str, held: Held) -> datetime | None:
        with held.write() as connection:
            before = launch_profiles.get(connection, launch_profile_id, for_update=True)
            if before is None or before.state not in _SETTLED:
                return None
            after = self._settle(before, sessions.count_live_of_profile(connection, launch_profile_id))
            launch_profiles.save(connection, before, after)
            if after.state is State.DELETED:
                launch_profiles.drop_members(connection, launch_profile_id)
        return None

    def _settle(self, before: LaunchProfile, live_sessions: int) -> LaunchProfile:
        state, code, message = _SETTLED[before.state]
        if before.state is State.DELETE_IN_PROGRESS and live_sessions:
            state, code = State.DELETE_FAILED, "LAUNCH_PROFILE_WITH_STREAM_SESSIONS_NOT_DELETED"
            message = f"The launch profile has {live_sessions} streaming sessions. Delete them first."
        return replace(before, state=state, status_code=code, status_message=message, updated_at=self._world.clock())
