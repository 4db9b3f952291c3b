"""Greenroom's own operations on restores: into a new session, undone, and what a session was started from."""

from greenroom.access.actions import Action, Level, register
from greenroom.api import launch_profiles as profile_operations
from greenroom.api.context import Context
from greenroom.api.operation import Repeat, Touched, handles, repeats
from greenroom.api.streaming_session_backups import find as find_backup
from greenroom.api.streaming_session_backups import touches_backup
from greenroom.api.streaming_sessions import (
    depends_on_profile,
    find,
    open_session,
    session_shape,
    show,
    touches_session,
)
from greenroom.store import backups, restores, sessions
from greenroom.studio.backups import newest_ready, refuse_unready
from greenroom.studio.restores import choose_kept, started_from, undo
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState
from greenroom.wire import restores as wire
from greenroom.wire import shapes

register(Action("greenroom:RestoreStreamingSessionBackup", Level.WRITE, {"streaming-session-backup": True}))
register(Action("greenroom:UndoStreamingSessionRestore", Level.WRITE, {"streaming-session": True}))
register(Action("greenroom:GetStreamingSessionDetails", Level.READ, {"streaming-session": True}))


def _touches_restore(context: Context, request: wire.RestoreStreamingSessionBackupRequest) -> Touched:
    """A call on the backup that makes a session: whoever may not make that session may not restore into it either."""
    touched = touches_backup(context, request)
    backup = backups.get(context.connection, request.backup_id)
    if backup is None or backup.studio_id != request.studio_id:
        return touched
    profile_id = request.launch_profile_id or backup.launch_profile_id
    profile = profile_operations.resource_of(context, request.studio_id, profile_id)
    mine = (request.owned_by or backup.owned_by) == context.principal.principal_id
    return Touched(
        touched.resources,
        # Membership lets people make sessions of their own; one for somebody else needs a policy that says so.
        member_of=profile_id if mine else None,
        dependents=[
            ("nimble:CreateStreamingSession", profile),
            *depends_on_profile(context, request.studio_id, profile),
        ],
    )


@handles(
    "RestoreStreamingSessionBackup",
    touches=_touches_restore,
    repeat=repeats(wire.RestoreStreamingSessionBackupResponse, "session", "session_id", show),
)
def restore_streaming_session_backup(
    context: Context, request: wire.RestoreStreamingSessionBackupRequest
) -> wire.RestoreStreamingSessionBackupResponse:
    """A new session with the backup's files, its owner's and of its launch profile unless told otherwise."""
    backup = find_backup(context, request.studio_id, request.backup_id, for_update=True)
    refuse_unready(backup)
    asked = shapes.CreateStreamingSessionRequest(
        studio_id=request.studio_id,
        launch_profile_id=request.launch_profile_id or backup.launch_profile_id,
        owned_by=request.owned_by or backup.owned_by,
        ec2_instance_type=request.ec2_instance_type,
        streaming_image_id=request.streaming_image_id,
        tags=request.tags,
    )
    session = open_session(context, asked, backup_id=backup.backup_id)
    return wire.RestoreStreamingSessionBackupResponse(session=session_shape(context, session))


def _undone(context: Context, session_id: str) -> wire.UndoStreamingSessionRestoreResponse:
    session = sessions.get(context.connection, session_id)
    return wire.UndoStreamingSessionRestoreResponse(
        details=_details(context, session) if session else None, session=show(context, session_id)
    )


@handles(
    "UndoStreamingSessionRestore",
    touches=touches_session,
    repeat=Repeat(made=lambda response: str(response.session.session_id), answer=_undone),
)
def undo_streaming_session_restore(
    context: Context, request: wire.UndoStreamingSessionRestoreRequest
) -> wire.UndoStreamingSessionRestoreResponse:
    """The session back on the volume that a restore had replaced; its present one is kept, to undo this too."""
    before = find(context, request.studio_id, request.session_id, for_update=True)
    kept = choose_kept(before, sessions.kept_volumes_of(context.connection, before.session_id), request.volume_id)
    after, replaced = undo(
        before, kept, by=context.principal.principal_id, now=context.now, undo=context.house.restore_undo
    )
    sessions.forget_kept_volume(context.connection, kept.volume_id)
    if replaced is not None:
        sessions.keep_volume(context.connection, replaced)
    sessions.save(context.connection, before, after)
    return wire.UndoStreamingSessionRestoreResponse(
        details=_details(context, after), session=session_shape(context, after)
    )


@handles("GetStreamingSessionDetails", touches=touches_session)
def get_streaming_session_details(
    context: Context, request: wire.GetStreamingSessionDetailsRequest
) -> wire.GetStreamingSessionDetailsResponse:
    """Where its files came from, what can be undone, how far a restore has come, and how it is backed up."""
    session = find(context, request.studio_id, request.session_id)
    return wire.GetStreamingSessionDetailsResponse(details=_details(context, session))


def _details(context: Context, session: StreamingSession) -> wire.StreamingSessionDetails:
    kept = sessions.kept_volumes_of(context.connection, session.session_id)
    proven = newest_ready(backups.of_session(context.connection, session.session_id))
    return wire.StreamingSessionDetails(
        session_id=session.session_id,
        started_from=wire.StartOrigin(started_from(session)),
        kept_volumes=[
            wire.KeptStreamingSessionVolume(
                volume_id=each.volume_id,
                kept_at=each.kept_at,
                until=each.until,
                backup_id=each.volume_backup_id,
                origin=wire.VolumeOrigin(each.volume_origin) if each.volume_origin else None,
            )
            for each in reversed(kept)
        ],
        last_proven_backup_id=proven.backup_id if proven else None,
        last_proven_backup_at=proven.verified_at if proven else None,
        next_backup_due_at=session.backup_due_at if session.state is SessionState.READY else None,
        restore=_progress(context, session),
        volume=_volume(context, session),
    )


def _volume(context: Context, session: StreamingSession) -> wire.StreamingSessionVolume | None:
    if session.volume_id is None or not session.volume_filled:
        return None
    backup_id = session.volume_backup_id
    backup = backups.get(context.connection, backup_id) if backup_id else None
    return wire.StreamingSessionVolume(
        volume_id=session.volume_id,
        backup_created_at=backup.created_at if backup else None,
        backup_id=backup_id,
        origin=wire.VolumeOrigin(session.volume_origin),
        since=session.volume_since,
    )


def _progress(context: Context, session: StreamingSession) -> wire.StreamingSessionRestoreProgress | None:
    restore = restores.get(context.connection, session.session_id)
    if restore is None or restore.backup_id != session.restore_backup_id:
        return None
    return wire.StreamingSessionRestoreProgress(
        backup_id=restore.backup_id,
        done_bytes=restore.done_bytes,
        percent=restore.percent,
        started_at=restore.started_at,
        total_bytes=restore.total_bytes,
        seconds_left=None if restore.left is None else round(restore.left.total_seconds()),
    )
