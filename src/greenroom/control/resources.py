"""Steps of launch profiles, studio components, streaming images and studios: their asynchronous changes end here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from greenroom.control.loop import Held, Step
from greenroom.store import components, eulas, images, launch_profiles, members, sessions, studios
from greenroom.studio.components import STUDIO_COMPONENTS
from greenroom.studio.images import STREAMING_IMAGES
from greenroom.studio.launch_profiles import LAUNCH_PROFILES, still_has_sessions
from greenroom.studio.lifecycles import Lifecycle, Status
from greenroom.studio.members import step_down
from greenroom.studio.status import ResourceState
from greenroom.studio.studios import STUDIOS, what_is_left


def _nothing_left(_connection: Connection, _resource_id: str) -> Status | None:
    return None


def _nothing_goes_along(_connection: Connection, _resource_id: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Kind:
    """How records of one kind are read and written, and what their deletion meets."""

    lifecycle: Lifecycle
    get: Callable[..., Any]
    save: Callable[[Connection, Any, Any], None]
    obstacle: Callable[[Connection, str], Status | None] = _nothing_left
    """What keeps the record of that id from being deleted."""
    take_along: Callable[[Connection, str], None] = _nothing_goes_along
    """Remove what belongs to a record that is DELETED now."""


def _sessions_of_profile(connection: Connection, launch_profile_id: str) -> Status | None:
    return still_has_sessions(sessions.count_live_of_profile(connection, launch_profile_id))


def _records_of_studio(connection: Connection, studio_id: str) -> Status | None:
    return what_is_left(
        launch_profiles=launch_profiles.count_live(connection, studio_id),
        studio_components=components.count_live(connection, studio_id),
        streaming_images=images.count_live_custom(connection, studio_id),
    )


def _leave_studio(connection: Connection, studio_id: str) -> None:
    images.drop_vendors(connection, studio_id)
    eulas.drop_acceptances_of(connection, studio_id)
    leaving = members.administering_none(connection, members.drop_all_of_studio(connection, studio_id))
    stepping_down = step_down(leaving, studios.administrators_for_update(connection))
    studios.set_administrator(connection, stepping_down, administrator=False)


KINDS = {
    "launch-profile": Kind(
        LAUNCH_PROFILES,
        launch_profiles.get,
        launch_profiles.save,
        obstacle=_sessions_of_profile,
        take_along=members.drop_all_of_launch_profile,
    ),
    "studio-component": Kind(STUDIO_COMPONENTS, components.get, components.save),
    "streaming-image": Kind(STREAMING_IMAGES, images.get, images.save),
    "studio": Kind(STUDIOS, studios.get, studios.save, obstacle=_records_of_studio, take_along=_leave_studio),
}
"""By kind of work, which is the type in the record's ARN."""


class ResourceSteps:
    """End the change that a record of one kind is under."""

    def __init__(self, kind: Kind, clock: Callable[[], datetime]) -> None:
        self._kind = kind
        self._clock = clock

    def __call__(self, resource_id: str, held: Held) -> datetime | None:
        kind = self._kind
        with held.write() as connection:
            before = kind.get(connection, resource_id, for_update=True)
            if before is None:
                return None
            deleting = before.state is ResourceState.DELETE_IN_PROGRESS
            obstacle = kind.obstacle(connection, resource_id) if deleting else None
            after = kind.lifecycle.settle(before, now=self._clock(), obstacle=obstacle)
            if after is None:
                return None
            kind.save(connection, before, after)
            if after.state is ResourceState.DELETED:
                kind.take_along(connection, resource_id)
        return None


def resource_steps(clock: Callable[[], datetime]) -> dict[str, Step]:
    """The steps of every such kind."""
    return {name: ResourceSteps(kind, clock) for name, kind in KINDS.items()}
