"""Greenroom's own operations on backups: one on demand, and what is known of one beyond the API."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from greenroom.access.actions import Action, Level, register
from greenroom.api.context import Context
from greenroom.api.operation import Repeat, Touched, handles, touches_studio
from greenroom.api.paging import page
from greenroom.api.streaming_session_backups import backup_shape, find, touches_backup
from greenroom.api.streaming_sessions import find as find_session
from greenroom.api.streaming_sessions import touches_session
from greenroom.store import backups, copies, work
from greenroom.store.pages import Position
from greenroom.studio.backups import Cause, StreamingSessionBackup, new_backup
from greenroom.studio.errors import Conflict, NotFound
from greenroom.studio.ids import new_id
from greenroom.studio.status import SessionState
from greenroom.wire import additions
from greenroom.wire.vault_copies import BackupCopy

WORK = work.BACKUP

register(Action("greenroom:CreateStreamingSessionBackup", Level.WRITE, {"streaming-session": True}))
register(Action("greenroom:GetStreamingSessionBackupDetails", Level.READ, {"streaming-session-backup": True}))
register(Action("greenroom:ListStreamingSessionBackupDetails", Level.READ, {"studio": True}))


def _repeat(context: Context, backup_id: str) -> additions.CreateStreamingSessionBackupResponse:
    backup = backups.get(context.connection, backup_id)
    if backup is None:
        raise NotFound("streaming session backup", backup_id)
    return additions.CreateStreamingSessionBackupResponse(streaming_session_backup=backup_shape(context, backup))


@handles(
    "CreateStreamingSessionBackup",
    touches=touches_session,
    repeat=Repeat(made=lambda response: str(response.streaming_session_backup.backup_id), answer=_repeat),
)
def create_streaming_session_backup(
    context: Context, request: additions.CreateStreamingSessionBackupRequest
) -> additions.CreateStreamingSessionBackupResponse:
    """A backup of a READY session now, whatever its profile's mode; it counts in the rotation as every other."""
    session = find_session(context, request.studio_id, request.session_id, for_update=True)
    if session.state is not SessionState.READY:
        raise Conflict(
            f"The streaming session {session.session_id} is {session.state}; only a READY one is backed up on demand "
            "(a stop makes a backup by itself).",
            code=session.state,
            resourceId=session.session_id,
        )
    made_at = backups.next_moment(context.connection, session.session_id, context.now)
    backup = new_backup(session, new_id(), cause=Cause.REQUEST, now=made_at, note=request.note)
    backups.insert(context.connection, backup)
    context.schedule(WORK, backup.backup_id)
    return additions.CreateStreamingSessionBackupResponse(streaming_session_backup=backup_shape(context, backup))


@handles("GetStreamingSessionBackupDetails", touches=touches_backup)
def get_streaming_session_backup_details(
    context: Context, request: additions.GetStreamingSessionBackupDetailsRequest
) -> additions.GetStreamingSessionBackupDetailsResponse:
    """Cause, note, consistency, sizes, and when it was last read back."""
    backup = find(context, request.studio_id, request.backup_id)
    return additions.GetStreamingSessionBackupDetailsResponse(details=_shapes(context, [backup])[0])


def _touches_list(context: Context, request: additions.ListStreamingSessionBackupDetailsRequest) -> Touched:
    return touches_studio(context, request, **{"nimble:ownedBy": request.owned_by})


@handles("ListStreamingSessionBackupDetails", touches=_touches_list)
def list_streaming_session_backup_details(
    context: Context, request: additions.ListStreamingSessionBackupDetailsRequest
) -> additions.ListStreamingSessionBackupDetailsResponse:
    """A page of the same backups as ListStreamingSessionBackups', in the same order."""
    context.studio(request.studio_id)
    scope = {
        "operation": "ListStreamingSessionBackupDetails",
        "studio": request.studio_id,
        "owner": request.owned_by,
        "session": request.session_id,
    }

    def fetch(after: Position | None, limit: int) -> list[StreamingSessionBackup]:
        return backups.whole_page(
            context.connection,
            request.studio_id,
            owned_by=request.owned_by,
            session_id=request.session_id,
            after=after,
            limit=limit,
        )

    found, next_token = page(
        context, request.next_token, scope, fetch, lambda backup: (backup.created_at, backup.backup_id)
    )
    return additions.ListStreamingSessionBackupDetailsResponse(details=_shapes(context, found), next_token=next_token)


def _shapes(context: Context, found: Sequence[StreamingSessionBackup]) -> list[additions.StreamingSessionBackupDetails]:
    copied = copies.of_backups(context.connection, [backup.backup_id for backup in found])
    shown = []
    for backup in found:
        details = msgspec.convert(backup, additions.StreamingSessionBackupDetails, from_attributes=True)
        where = [BackupCopy(vault=each.vault, copied_at=each.copied_at) for each in copied.get(backup.backup_id, ())]
        due = _proof_due_at(context, backup)
        shown.append(msgspec.structs.replace(details, copies=where or None, proof_due_at=due))
    return shown


def _proof_due_at(context: Context, backup: StreamingSessionBackup) -> datetime | None:
    """Until when the backup's proof holds; None where it has none, or holds for ever."""
    within = context.house.verify_within
    return backup.verified_at + within if backup.verified_at is not None and within else None
