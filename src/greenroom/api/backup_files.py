"""Operations on what backups hold: listing a directory, taking a file or a directory out."""

from greenroom.access.actions import Action, Level, register
from greenroom.api.contents import Entry
from greenroom.api.context import Context
from greenroom.api.operation import Later, handles
from greenroom.api.streaming_session_backups import find, touches_backup
from greenroom.studio.backups import StreamingSessionBackup
from greenroom.studio.errors import Conflict, Invalid
from greenroom.studio.status import SessionState
from greenroom.wire import backup_files as wire

FILES_PER_PAGE = 1000

register(Action("greenroom:ListStreamingSessionBackupFiles", Level.READ, {"streaming-session-backup": True}))
register(Action("greenroom:DownloadStreamingSessionBackupFiles", Level.READ, {"streaming-session-backup": True}))


@handles("ListStreamingSessionBackupFiles", touches=touches_backup)
def list_streaming_session_backup_files(
    context: Context, request: wire.ListStreamingSessionBackupFilesRequest
) -> Later:
    """A page of a thousand, in the order of names."""
    backup = _readable(context, request.studio_id, request.backup_id)
    directory = checked_path(request.path or "")
    house, now = context.house, context.now
    scope = {"operation": "ListStreamingSessionBackupFiles", "backup": backup.backup_id, "path": directory}
    after = house.pages.open(request.next_token, scope, now)[0] if request.next_token else ""

    def make() -> wire.ListStreamingSessionBackupFilesResponse:
        found = house.contents.page(backup, directory, after, FILES_PER_PAGE + 1)
        more = len(found) > FILES_PER_PAGE
        found = found[:FILES_PER_PAGE]
        return wire.ListStreamingSessionBackupFilesResponse(
            files=[file_shape(entry) for entry in found],
            next_token=house.pages.seal(scope, [found[-1].name], now) if more else None,
        )

    return Later(make)


@handles("DownloadStreamingSessionBackupFiles", touches=touches_backup)
def download_streaming_session_backup_files(
    context: Context, request: wire.DownloadStreamingSessionBackupFilesRequest
) -> Later:
    """A file as it is, a directory as an archive."""
    backup = _readable(context, request.studio_id, request.backup_id)
    path = checked_path(request.path or "")
    contents, form = context.house.contents, request.form or wire.ArchiveForm.TAR_ZST
    return Later(lambda: contents.download(backup, path, form))


def file_shape(entry: Entry) -> wire.BackupFile:
    """An entry as the API shows it."""
    return wire.BackupFile(
        mode=f"{entry.mode & 0o7777:04o}",
        modified_at=entry.modified_at,
        name=entry.name,
        path=entry.path,
        size=entry.size,
        type=wire.BackupFileType(entry.type),
    )


def checked_path(path: str) -> str:
    """The path, if it is one in a backup. Raises Invalid."""
    if path and ("\0" in path or any(part in ("", ".", "..") for part in path.split("/"))):
        raise Invalid(
            f"{path[:256]!r} is no path in a backup: names separated by single slashes, none of them . or ..",
            code="INVALID_PATH",
        )
    return path


def _readable(context: Context, studio_id: str, backup_id: str) -> StreamingSessionBackup:
    """The backup, which is READY. Raises NotFound, Conflict."""
    backup = find(context, studio_id, backup_id)
    if backup.state is not SessionState.READY:
        raise Conflict(
            f"The backup {backup_id} is {backup.state}; the files of a READY one can be looked at.",
            code=backup.state,
            resourceId=backup_id,
        )
    return backup
