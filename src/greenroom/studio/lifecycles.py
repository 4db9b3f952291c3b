"""The common life of studios, launch profiles, studio components and streaming images (facts sheet 2.3, 3).

Each change takes time: a call begins it and shows the `*_IN_PROGRESS` state, the control loop ends it. What a state
allows, and what a record says in it, is decided here for all of them.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from greenroom.studio.errors import Conflict
from greenroom.studio.status import RESOURCE_TRANSITIONS, ResourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What every record of such a kind says of its state."""

    state: ResourceState
    status_code: str
    status_message: str
    updated_at: datetime


AnyResource = TypeVar("AnyResource", bound=Resource)


class Status(NamedTuple):
    """A state with its code, and its words for people."""

    state: ResourceState
    status_code: str
    status_message: str


class Change(NamedTuple):
    """What a record says while a change is under way, and once it is done."""

    during: Status
    done: Status


class Changes(NamedTuple):
    """Those that every kind has."""

    creation: Change
    update: Change
    deletion: Change


USABLE = frozenset(
    {
        ResourceState.READY,
        ResourceState.UPDATE_IN_PROGRESS,
        ResourceState.UPDATE_FAILED,
        ResourceState.DELETE_FAILED,
    }
)
"""States in which others may build on a record: a failed change leaves it as it was."""

_CHANGEABLE = frozenset({ResourceState.READY, ResourceState.UPDATE_FAILED, ResourceState.DELETE_FAILED})


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The life of one kind of record."""

    noun: str
    """In sentences: `launch profile`."""
    id_member: str
    creation: Change
    update: Change
    deletion: Change
    others: tuple[Change, ...] = ()
    """Changes that this kind alone has."""

    def begin(self, record: AnyResource, change: Change, *, now: datetime, **members: Any) -> AnyResource:
        """The record as the change begins, with new values of `members`.

        Raises Conflict where its state does not allow that: another change is under way, or it is gone.
        """
        if record.state is ResourceState.DELETED:
            raise self._conflict(record, "and takes no further calls.")
        if record.state in RESOURCE_TRANSITIONS:
            raise self._conflict(record, "now. Try again when that has ended.")
        if record.state not in _CHANGEABLE and change is not self.deletion:
            raise self._conflict(record, "and can only be deleted.")
        return replace(record, **change.during._asdict(), updated_at=now, **members)

    def refuse_unusable(self, record: Resource) -> None:
        """Raises Conflict where nothing new may build on the record: it does not stand yet, or is going."""
        if record.state not in USABLE:
            raise self._conflict(record, "and cannot be used. It must be READY.")

    def refuse_going(self, record: Resource) -> None:
        """Raises Conflict where the record is DELETED or about to be."""
        if record.state in (ResourceState.DELETED, ResourceState.DELETE_IN_PROGRESS):
            raise self._conflict(record, "and takes no further calls.")

    def settle(self, record: AnyResource, *, now: datetime, obstacle: Status | None = None) -> AnyResource | None:
        """The record at the end of the change under way, or stopped by an obstacle; None where none is under way."""
        if record.state not in RESOURCE_TRANSITIONS:
            return None
        known = (self.creation, self.update, self.deletion, *self.others)
        done = next(change.done for change in known if change.during.status_code == record.status_code)
        return replace(record, **(obstacle or done)._asdict(), updated_at=now)

    def _conflict(self, record: Resource, hint: str) -> Conflict:
        resource_id = getattr(record, self.id_member)
        message = f"The {self.noun} {resource_id} is {record.state} {hint}"
        return Conflict(message, code=record.state, resourceId=resource_id)


def changes(title: str, prefix: str, *, created: str | None = None, updated: str | None = None) -> Changes:
    """Creation, update and deletion in the original's manner: `Launch Profile has been created`.

    `created` and `updated` are status codes that differ from the common form.
    """
    state = ResourceState
    return Changes(
        Change(
            Status(state.CREATE_IN_PROGRESS, f"{prefix}_CREATE_IN_PROGRESS", f"{title} is being created"),
            Status(state.READY, created or f"{prefix}_CREATED", f"{title} has been created"),
        ),
        Change(
            Status(state.UPDATE_IN_PROGRESS, f"{prefix}_UPDATE_IN_PROGRESS", f"{title} is being updated"),
            Status(state.READY, updated or f"{prefix}_UPDATED", f"{title} has been updated"),
        ),
        Change(
            Status(state.DELETE_IN_PROGRESS, f"{prefix}_DELETE_IN_PROGRESS", f"{title} is being deleted"),
            Status(state.DELETED, f"{prefix}_DELETED", f"{title} has been deleted"),
        ),
    )
