"""What becomes of records that outlived the machine that they were made on: only the vault's backups are left.

Pure: given the records, what the vault holds and the time, these functions decide.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from greenroom.studio.backups import Cause, StreamingSessionBackup, broken, deleted, new_backup
from greenroom.studio.launch_profiles import Switch
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState as State
from greenroom.studio.status import SessionStatusCode as Code

_GONE = frozenset({State.DELETED, State.DELETE_IN_PROGRESS})


def recovered_session(
    session: StreamingSession, newest: StreamingSessionBackup | None, now: datetime
) -> StreamingSession:
    """STOPPED, without a volume: its next start comes from its newest READY backup, which is `newest`.

    One that was on its way out, or can never be STOPPED, is DELETED. The time that it may be stopped begins anew, so
    that nothing is terminated for having waited for its recovery.
    """
    without = replace(
        session,
        volume_id=None,
        volume_filled=False,
        restore_backup_id=None,
        replaced_volume_id=None,
        last_backup_id=None,
        backup_due_at=None,
        stop_at=None,
        terminate_at=None,
    )
    if session.state is State.DELETED:
        return without
    without = replace(without, updated_at=now)
    if session.state in _GONE or not session.stoppable:
        message = "It was lost with its machine, and could not be stopped and started again."
        return replace(without, state=State.DELETED, status_code=Code.DELETED, status_message=message)
    message = "Recovered from the vault, which has no backup of it that is READY: its files are lost."
    if newest is not None:
        made = newest.created_at.strftime("%Y-%m-%d %H:%M:%S")
        message = f"Recovered from the vault. It starts from the backup {newest.backup_id} of {made} UTC."
    ends = session.automatic_termination_mode is Switch.ACTIVATED
    return replace(
        without,
        state=State.STOPPED,
        status_code=Code.STOPPED,
        status_message=message,
        stopped_at=now,
        terminate_at=now + session.max_stopped_session_length if ends else None,
    )


def recovered_backup(
    backup: StreamingSessionBackup,
    held: str | None,
    now: datetime,
    why_not: str = "The vault that the studio was recovered from does not hold it.",
) -> tuple[StreamingSessionBackup, bool]:
    """The backup as the vault, which knows it as `held`, leaves it; and whether it must be proven to be READY.

    `why_not`: what one that the vault does not hold says.

    What was READY stays so where the vault holds it; what was being made is READY only when it is proven.
    """
    kept = replace(backup, snapshot_at=None, vault_snapshot=held)
    if backup.state is State.DELETED:
        return kept, False
    if held is None:
        if backup.state in (State.DELETE_IN_PROGRESS, State.DELETE_FAILED):
            return deleted(kept, now), False
        return broken(kept, why_not), False
    return kept, backup.state in (State.CREATE_IN_PROGRESS, State.CREATE_FAILED)


def unrecorded_backup(
    session: StreamingSession, backup_id: str, held: str, created_at: datetime
) -> StreamingSessionBackup:
    """The record of a backup that is in the vault and was made after the records were kept there."""
    made = new_backup(session, backup_id, cause=Cause.STOP, now=created_at, note="Found in the vault by its label.")
    return replace(made, vault_snapshot=held)


def by_session(backups: Mapping[str, StreamingSessionBackup]) -> Mapping[str, StreamingSessionBackup]:
    """The newest READY backup of each session."""
    newest: dict[str, StreamingSessionBackup] = {}
    for backup in sorted(backups.values(), key=lambda each: (each.created_at, each.backup_id)):
        if backup.state is State.READY:
            newest[backup.session_id] = backup
    return newest
