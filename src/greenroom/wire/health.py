"""Greenroom's own operation on how a studio is."""

from enum import StrEnum
from typing import Annotated

from greenroom.wire.operations import Operation, addition
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import String, Timestamp
from greenroom.wire.shapes.streaming_sessions import StreamingSessionState
from greenroom.wire.traits import Integer, Label, ListOf, Query

Figure = Annotated[int, Integer("Figure", minimum=0, maximum=2**63 - 1)]
HistoryDays = Annotated[
    int, Integer("HistoryDays", minimum=1, maximum=90, default=7, documentation="How far back the history goes.")
]


class VaultState(StrEnum):
    """Whether the vault took what it was last given."""

    UP = "UP"
    UNREACHABLE = "UNREACHABLE"


class SessionDanger(StrEnum):
    """Why the work of a session is not safe: its newest backup failed, or waits for the vault; it is STOPPED and no
    READY backup holds its last work; it runs, and none was made for twice the backup interval.
    """

    FAILING = "FAILING"
    WAITING = "WAITING"
    UNPROTECTED = "UNPROTECTED"
    LATE = "LATE"


class StateCount(Shape):
    """How many are in a state."""

    count: Figure
    state: StreamingSessionState


StateCountList = Annotated[list[StateCount], ListOf("StateCountList")]


class SessionProtection(Shape):
    """A session whose work is to be backed up, and what became of that."""

    launch_profile_id: String
    owned_by: String
    session_id: String
    state: StreamingSessionState
    danger: SessionDanger | None = None
    message: String | None = None
    newest_backup_at: Timestamp | None = None
    proven_at: Timestamp | None = None
    since: Timestamp | None = None


SessionProtectionList = Annotated[list[SessionProtection], ListOf("SessionProtectionList")]


class HealthSample(Shape):
    """Figures of a studio at one moment."""

    backup_bytes: Figure
    backups_failed: Figure
    backups_ready: Figure
    backups_unproven: Figure
    people_at_work: Figure
    sampled_at: Timestamp
    sessions_changing: Figure
    sessions_endangered: Figure
    sessions_failed: Figure
    sessions_ready: Figure
    sessions_stopped: Figure
    vault: VaultState
    vault_bytes: Figure
    space_free: Figure | None = None
    space_total: Figure | None = None


HealthSampleList = Annotated[list[HealthSample], ListOf("HealthSampleList")]


class StudioHealth(Shape):
    """How a studio is: its figures now, whose work is not safe, and how it came to be so."""

    backup_bytes: Figure
    backups: StateCountList
    backups_unproven: Figure
    backup_interval_seconds: Figure
    endangered: SessionProtectionList
    endangered_count: Figure
    history: HealthSampleList
    people: Figure
    people_at_work: Figure
    people_with_sessions: Figure
    protected: SessionProtectionList
    protected_count: Figure
    sessions: StateCountList
    vault: VaultState
    vault_bytes: Figure
    newest_backup_at: Timestamp | None = None
    oldest_proof_at: Timestamp | None = None
    vault_message: String | None = None
    vault_since: Timestamp | None = None


class GetStudioHealthRequest(Shape):
    """The studio, and how many days its history goes back."""

    studio_id: Label[String]
    days: Query[HistoryDays] | None = None


class GetStudioHealthResponse(Shape):
    """Its health."""

    health: StudioHealth


_operation = addition(globals())

HEALTH: tuple[Operation, ...] = (
    _operation(
        "GetStudioHealth",
        "GET",
        "/studios/{studioId}/health",
        "Read how a studio is: sessions, people, space, backups, the vault, and their history.",
        slow=True,
    ),
)
"""The operation."""
