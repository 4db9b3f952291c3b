"""Operations on what backups hold: listing a directory, taking a file or a directory out."""

from dataclasses import replace
from datetime import datetime

from msgspec import structs

from greenroom.access.actions import Action, Level, register
from greenroom.api.contents import Changed, Entry, VolumeNow
from greenroom.api.context import Context
from greenroom.api.operation import Later, Touched, handles, touches_studio
from greenroom.api.streaming_session_backups import find, touches_backup
from greenroom.api.streaming_sessions import touches_session
from greenroom.store import backups, sessions
from greenroom.store.pages import Position
from greenroom.studio.backups import StreamingSessionBackup
from greenroom.studio.errors import Conflict, Invalid, NotFound
from greenroom.studio.status import SessionState
from greenroom.wire import backup_files as wire
from greenroom.wire import shapes as wire_shapes

FILES_PER_PAGE = 1000
BACKUPS_PER_PAGE = 20
"""That one page of a search looks into."""
_AT_ITS_END = "/"
"""No directory's path: a search has been through all of that backup."""
_OWNED = ("nimble:ownedBy", "nimble:requesterPrincipalId")

register(Action("greenroom:ListStreamingSessionBackupFiles", Level.READ, {"streaming-session-backup": True}))
register(Action("greenroom:DownloadStreamingSessionBackupFiles", Level.READ, {"streaming-session-backup": True}))


register(Action("greenroom:SearchStreamingSessionBackupFiles", Level.READ, {"studio": True}, frozenset(_OWNED)))
register(
    Action(
        "greenroom:CompareStreamingSessionBackups",
        Level.READ,
        {"streaming-session-backup": True, "streaming-session": False},
    )
)


def _touches_search(context: Context, request: wire.SearchStreamingSessionBackupFilesRequest) -> Touched:
    return touches_studio(context, request, **{"nimble:ownedBy": request.owned_by})


def _touches_compared(context: Context, request: wire.CompareStreamingSessionBackupsRequest) -> Touched:
    """Both backups, or the backup and the session whose volume it is compared with."""
    touched = touches_backup(context, request)
    if request.other_backup_id:
        other = structs.replace(request, backup_id=request.other_backup_id)
        return replace(touched, resources=[*touched.resources, *touches_backup(context, other).resources])
    backup = backups.get(context.connection, request.backup_id)
    if backup is None or backup.studio_id != request.studio_id:
        return touched
    session = wire_shapes.GetStreamingSessionRequest(studio_id=request.studio_id, session_id=backup.session_id)
    return replace(touched, resources=[*touched.resources, *touches_session(context, session).resources])


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


@handles("SearchStreamingSessionBackupFiles", touches=_touches_search)
def search_streaming_session_backup_files(
    context: Context, request: wire.SearchStreamingSessionBackupFilesRequest
) -> Later:
    """Up to a thousand found in up to twenty backups: what was never looked into before takes its time."""
    context.studio(request.studio_id)
    scope = {
        "operation": "SearchStreamingSessionBackupFiles",
        "studio": request.studio_id,
        "owner": request.owned_by or "",
        "session": request.session_id or "",
        "pattern": request.pattern,
    }
    house, now = context.house, context.now
    found_before = house.pages.open(request.next_token, scope, now) if request.next_token else None
    candidates, last = _candidates(context, request, found_before)
    begun = (found_before[1], (found_before[2], found_before[3])) if found_before else ("", ("", ""))

    def make() -> wire.SearchStreamingSessionBackupFilesResponse:
        found: list[wire.FoundBackupFile] = []
        for backup in candidates:
            after = begun[1] if backup.backup_id == begun[0] else ("", "")
            room = FILES_PER_PAGE - len(found)
            entries = house.contents.search(backup, request.pattern, after, room)
            found += [_found(backup, entry) for entry in entries]
            if len(entries) == room:
                place = [backup.created_at.isoformat(), backup.backup_id, entries[-1].directory, entries[-1].name]
                return wire.SearchStreamingSessionBackupFilesResponse(
                    files=found, next_token=house.pages.seal(scope, place, now)
                )
        token = house.pages.seal(scope, [*last, _AT_ITS_END, ""], now) if last else None
        return wire.SearchStreamingSessionBackupFilesResponse(files=found, next_token=token)

    return Later(make)


@handles("CompareStreamingSessionBackups", touches=_touches_compared)
def compare_streaming_session_backups(context: Context, request: wire.CompareStreamingSessionBackupsRequest) -> Later:
    """A page of a thousand, by directory and name."""
    before = _readable(context, request.studio_id, request.backup_id)
    house, now = context.house, context.now
    scope = {
        "operation": "CompareStreamingSessionBackups",
        "backup": before.backup_id,
        "other": request.other_backup_id or "",
    }
    directory, name, mark = "", "", now.isoformat()
    if request.next_token:
        directory, name, mark = house.pages.open(request.next_token, scope, now)
    other: StreamingSessionBackup | VolumeNow
    if request.other_backup_id:
        other = _readable(context, request.studio_id, request.other_backup_id)
    else:
        other = _volume_now(context, before, mark)

    def make() -> wire.CompareStreamingSessionBackupsResponse:
        found = house.contents.changes(before, other, (directory, name), FILES_PER_PAGE + 1)
        more = len(found) > FILES_PER_PAGE
        found = found[:FILES_PER_PAGE]
        place = [*split(found[-1].path), mark] if more else []
        return wire.CompareStreamingSessionBackupsResponse(
            changes=[_change(each) for each in found],
            next_token=house.pages.seal(scope, place, now) if more else None,
        )

    return Later(make)


def split(path: str) -> tuple[str, str]:
    """Directory and name."""
    directory, _, name = path.rpartition("/")
    return directory, name


def _candidates(
    context: Context, request: wire.SearchStreamingSessionBackupFilesRequest, place: list[str] | None
) -> tuple[list[StreamingSessionBackup], list[str] | None]:
    """The backups that the next page looks into, newest first, and the place after them, if there are more."""
    after = Position(datetime.fromisoformat(place[0]), place[1]) if place else None
    listed = backups.page(
        context.connection, request.studio_id, owned_by=request.owned_by, after=after, limit=BACKUPS_PER_PAGE + 1
    )
    more = len(listed) > BACKUPS_PER_PAGE
    listed = listed[:BACKUPS_PER_PAGE]
    ids = [place[1]] if place and place[2] != _AT_ITS_END else []
    ids += [each.backup_id for each in listed if request.session_id in (None, each.session_id)]
    found = [backups.get(context.connection, backup_id) for backup_id in ids]
    ready = [each for each in found if each is not None and each.state is SessionState.READY]
    return ready, [listed[-1].created_at.isoformat(), listed[-1].backup_id] if more else None


def _volume_now(context: Context, backup: StreamingSessionBackup, mark: str) -> VolumeNow:
    """The volume of the backup's session. Raises NotFound, Conflict."""
    session = sessions.get(context.connection, backup.session_id)
    if session is None:
        raise NotFound("streaming session", backup.session_id)
    if session.volume_id is None or not session.volume_filled:
        raise Conflict(
            f"The streaming session {session.session_id} has no volume now, so nothing can be compared with it. "
            "Compare with another backup.",
            code="NO_VOLUME",
            resourceId=session.session_id,
        )
    return VolumeNow(session.session_id, session.volume_id, mark)


def _found(backup: StreamingSessionBackup, entry: Entry) -> wire.FoundBackupFile:
    return wire.FoundBackupFile(
        backup_created_at=backup.created_at,
        backup_id=backup.backup_id,
        file=file_shape(entry),
        session_id=backup.session_id,
    )


def _change(changed: Changed) -> wire.BackupFileChange:
    kind = wire.BackupFileChangeType
    change = kind.ADDED if changed.before is None else kind.REMOVED if changed.after is None else kind.CHANGED
    return wire.BackupFileChange(
        change=change,
        path=changed.path,
        after=file_shape(changed.after) if changed.after else None,
        before=file_shape(changed.before) if changed.before else None,
    )


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
