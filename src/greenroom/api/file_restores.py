"""Operations that put chosen files of a backup into its running session; `control/` carries them out."""

from dataclasses import replace

from greenroom.access.actions import Action, Level, register
from greenroom.api.backup_files import checked_path
from greenroom.api.context import Context
from greenroom.api.operation import Repeat, Touched, handles
from greenroom.api.streaming_session_backups import find, touches_backup
from greenroom.api.streaming_sessions import touches_session
from greenroom.store import backups, file_restores, sessions, work
from greenroom.studio.errors import Conflict, Invalid, NotFound
from greenroom.studio.file_restores import FileRestore, FileRestoreState, beside
from greenroom.studio.ids import new_id
from greenroom.studio.status import SessionState
from greenroom.wire import backup_files as wire
from greenroom.wire import shapes

_BOTH = {"streaming-session-backup": True, "streaming-session": False}
register(Action("greenroom:RestoreStreamingSessionBackupFiles", Level.WRITE, _BOTH))
register(Action("greenroom:GetStreamingSessionFileRestore", Level.READ, {"streaming-session-backup": True}))


def _touches(context: Context, request: wire.RestoreStreamingSessionBackupFilesRequest) -> Touched:
    """The backup, and the session that it goes into."""
    touched = touches_backup(context, request)
    backup = backups.get(context.connection, request.backup_id)
    if backup is None or backup.studio_id != request.studio_id:
        return touched
    session = shapes.GetStreamingSessionRequest(studio_id=request.studio_id, session_id=backup.session_id)
    return replace(touched, resources=[*touched.resources, *touches_session(context, session).resources])


def _repeat(context: Context, restore_id: str) -> wire.RestoreStreamingSessionBackupFilesResponse:
    return wire.RestoreStreamingSessionBackupFilesResponse(restore=_shape(_find(context, restore_id)))


@handles(
    "RestoreStreamingSessionBackupFiles",
    touches=_touches,
    repeat=Repeat(made=lambda response: str(response.restore.restore_id), answer=_repeat),
)
def restore_streaming_session_backup_files(
    context: Context, request: wire.RestoreStreamingSessionBackupFilesRequest
) -> wire.RestoreStreamingSessionBackupFilesResponse:
    """From a READY backup into its own session, which is READY. What is in the way is told by the restore itself."""
    backup = find(context, request.studio_id, request.backup_id)
    session = sessions.get(context.connection, backup.session_id)
    for what, kind, thing_id in ((backup, "backup", backup.backup_id), (session, "session", backup.session_id)):
        if what is None or what.state is not SessionState.READY:
            state = what.state if what else SessionState.DELETED
            raise Conflict(
                f"The {kind} {thing_id} is {state}; files go from a READY backup into its READY session.",
                code=state,
                resourceId=thing_id,
            )
    paths = [checked_path(path) for path in request.paths]
    if not all(paths) or len(set(paths)) != len(paths):
        raise Invalid("paths must be of files and directories in the backup, each once.", code="INVALID_PATH")
    over = request.place is wire.FileRestorePlace.OVER
    restore = FileRestore(
        restore_id=new_id(),
        studio_id=backup.studio_id,
        session_id=backup.session_id,
        backup_id=backup.backup_id,
        owned_by=backup.owned_by,
        created_by=context.principal.principal_id,
        created_at=context.now,
        state=FileRestoreState.IN_PROGRESS,
        paths=paths,
        targets=[path if over else beside(path, backup.created_at) for path in paths],
    )
    file_restores.insert(context.connection, restore)
    context.schedule(work.FILE_RESTORE, restore.restore_id)
    return wire.RestoreStreamingSessionBackupFilesResponse(restore=_shape(restore))


@handles("GetStreamingSessionFileRestore", touches=touches_backup)
def get_streaming_session_file_restore(
    context: Context, request: wire.GetStreamingSessionFileRestoreRequest
) -> wire.GetStreamingSessionFileRestoreResponse:
    """State, progress and, where it failed, why."""
    find(context, request.studio_id, request.backup_id)
    restore = _find(context, request.restore_id)
    if restore.backup_id != request.backup_id:
        raise NotFound("file restore", request.restore_id)
    return wire.GetStreamingSessionFileRestoreResponse(restore=_shape(restore))


def _find(context: Context, restore_id: str) -> FileRestore:
    restore = file_restores.get(context.connection, restore_id)
    if restore is None:
        raise NotFound("file restore", restore_id)
    return restore


def _shape(restore: FileRestore) -> wire.StreamingSessionFileRestore:
    return wire.StreamingSessionFileRestore(
        backup_id=restore.backup_id,
        created_at=restore.created_at,
        created_by=restore.created_by,
        done_bytes=restore.done_bytes,
        owned_by=restore.owned_by,
        paths=[
            wire.RestoredPath(path=path, target=target)
            for path, target in zip(restore.paths, restore.targets, strict=True)
        ],
        restore_id=restore.restore_id,
        session_id=restore.session_id,
        state=wire.FileRestoreState(restore.state),
        ended_at=restore.ended_at,
        status_message=restore.status_message,
        total_bytes=restore.total_bytes,
    )
