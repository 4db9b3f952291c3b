"""Restores: how far one has come, how one is undone, and what a run of a session began with.

Pure: given records and the time, these functions decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from greenroom.studio.errors import Conflict, NotFound
from greenroom.studio.origins import KeptVolume, StartOrigin, VolumeOrigin
from greenroom.studio.sessions import StreamingSession, VolumeRetentionMode
from greenroom.studio.status import SessionState as State


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """A restore out of the vault that is under way."""

    session_id: str
    backup_id: str
    started_at: datetime
    updated_at: datetime
    done_bytes: int
    total_bytes: int

    @property
    def percent(self) -> int:
        """From 0 to 100; a restore that is under way never says 100 before all is written."""
        if self.total_bytes <= 0:
            return 0
        return min(100, self.done_bytes * 100 // self.total_bytes)

    @property
    def left(self) -> timedelta | None:
        """How long the rest takes at the pace so far; None while that cannot be told."""
        spent = self.updated_at - self.started_at
        if self.done_bytes <= 0 or spent <= timedelta(0):
            return None
        return spent * (max(0, self.total_bytes - self.done_bytes) / self.done_bytes)


def set_aside(session: StreamingSession, volume_id: str, *, now: datetime, undo: timedelta) -> KeptVolume:
    """The record of the session's volume as it is kept, while the session still tells where it came from."""
    return KeptVolume(
        volume_id=volume_id,
        session_id=session.session_id,
        kept_at=now,
        until=now + undo,
        volume_origin=session.volume_origin,
        volume_backup_id=session.volume_backup_id,
        volume_since=session.volume_since,
    )


def choose_kept(session: StreamingSession, kept: Sequence[KeptVolume], volume_id: str | None) -> KeptVolume:
    """The kept volume to go back to: the one asked for, else the newest. Raises NotFound, Conflict."""
    if volume_id is not None:
        chosen = next((each for each in kept if each.volume_id == volume_id), None)
        if chosen is None:
            raise NotFound("kept volume", volume_id)
        return chosen
    if not kept:
        raise Conflict(
            f"The streaming session {session.session_id} has no volume kept aside: nothing was restored over one, "
            "or the time for undoing it is over.",
            code="NOTHING_TO_UNDO",
            resourceId=session.session_id,
        )
    return max(kept, key=lambda each: (each.kept_at, each.volume_id))


def undo(
    session: StreamingSession, kept: KeptVolume, *, by: str, now: datetime, undo: timedelta
) -> tuple[StreamingSession, KeptVolume | None]:
    """A STOPPED session back on a volume kept aside, and its present one kept in turn (None: it has none).

    The volume is retained whatever the last stop said: no backup is known to hold it. Raises Conflict.
    """
    if session.state is not State.STOPPED:
        raise Conflict(
            f"The streaming session {session.session_id} is {session.state}; a restore is undone while it is STOPPED.",
            code=session.state,
            resourceId=session.session_id,
        )
    replaced = None if session.volume_id is None else set_aside(session, session.volume_id, now=now, undo=undo)
    after = replace(
        session,
        volume_id=kept.volume_id,
        volume_filled=True,
        volume_retention_mode=VolumeRetentionMode.RETAIN,
        volume_origin=VolumeOrigin.UNDONE,
        volume_backup_id=kept.volume_backup_id,
        volume_since=now,
        started_from_backup_id=None,
        updated_by=by,
        updated_at=now,
    )
    return after, replaced


def started_from(session: StreamingSession) -> StartOrigin:
    """What the present or last run began with: what its volume held at first, or what the stop before left on it."""
    if session.restore_backup_id is not None or session.started_from_backup_id is not None:
        return StartOrigin.BACKUP
    begun = session.started_at or session.created_at
    stopped = session.stopped_at if session.stopped_at is not None and session.stopped_at <= begun else None
    since = session.volume_since
    if stopped is not None and session.volume_filled and (since is None or since < stopped):
        return StartOrigin.VOLUME
    return StartOrigin(session.volume_origin)
