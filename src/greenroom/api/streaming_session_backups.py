"""Operations on streaming session backups: the main job."""

from typing import Any

from greenroom.api.context import Context
from greenroom.api.operation import Touched, handles, resource, touches_studio
from greenroom.api.paging import open_token, page_after
from greenroom.store import backups
from greenroom.store.backups import ListedBackup
from greenroom.store.pages import Position
from greenroom.studio.backups import StreamingSessionBackup
from greenroom.studio.errors import NotFound
from greenroom.wire import shapes
from greenroom.wire.response import RepeatedOutput

_STATES = {state.value: state for state in shapes.StreamingSessionState}
_CODES = {code.value: code for code in shapes.StreamingSessionStatusCode}


def backup_shape(context: Context, backup: StreamingSessionBackup | ListedBackup) -> shapes.StreamingSessionBackup:
    """The backup as the API shows it. Written out, for a page has a hundred of them."""
    return shapes.StreamingSessionBackup(
        arn=context.arn("streaming-session-backup", backup.backup_id),
        backup_id=backup.backup_id,
        created_at=backup.created_at,
        launch_profile_id=backup.launch_profile_id,
        owned_by=backup.owned_by,
        session_id=backup.session_id,
        state=_STATES[backup.state],
        status_code=_CODES[backup.status_code],
        status_message=backup.status_message,
        tags=dict(backup.tags),
    )


def find(context: Context, studio_id: str, backup_id: str, *, for_update: bool = False) -> StreamingSessionBackup:
    """The studio's backup. Raises NotFound."""
    backup = backups.get(context.connection, backup_id, for_update=for_update)
    if backup is None or backup.studio_id != studio_id:
        raise NotFound("streaming session backup", backup_id)
    return backup


def touches_backup(context: Context, request: Any) -> Touched:
    """A call on the backup of its path."""
    backup = backups.get(context.connection, request.backup_id)
    if backup is None or backup.studio_id != request.studio_id:
        return Touched([resource(context, "streaming-session-backup", request.backup_id, request.studio_id, None)])
    return Touched(
        [
            resource(
                context,
                "streaming-session-backup",
                backup.backup_id,
                backup.studio_id,
                backup.tags,
                ownedBy=backup.owned_by,
            )
        ]
    )


def _touches_list(context: Context, request: shapes.ListStreamingSessionBackupsRequest) -> Touched:
    return touches_studio(context, request, **{"nimble:ownedBy": request.owned_by})


@handles("GetStreamingSessionBackup", touches=touches_backup)
def get_streaming_session_backup(
    context: Context, request: shapes.GetStreamingSessionBackupRequest
) -> shapes.GetStreamingSessionBackupResponse:
    """One backup; a DELETED one too, for a day."""
    backup = find(context, request.studio_id, request.backup_id)
    return shapes.GetStreamingSessionBackupResponse(streaming_session_backup=backup_shape(context, backup))


@handles("ListStreamingSessionBackups", touches=_touches_list)
def list_streaming_session_backups(
    context: Context, request: shapes.ListStreamingSessionBackupsRequest
) -> RepeatedOutput:
    """A page of 100, newest first, without the DELETED ones (DESIGN 5.1.7)."""
    scope = {"operation": "ListStreamingSessionBackups", "studio": request.studio_id, "owner": request.owned_by}
    after = open_token(context, request.next_token, scope)
    key = (request.studio_id, request.owned_by, after)
    pages, mark = context.house.backup_pages, context.change_mark
    if (remembered := pages.unchanged(key, mark, context.now)) is not None:
        return remembered
    version = backups.listing_version(context.connection, request.studio_id)
    if (remembered := pages.find(key, version, mark, context.now)) is not None:
        return remembered
    context.studio(request.studio_id)

    def fetch(after: Position | None, limit: int) -> list[ListedBackup]:
        return backups.page(context.connection, request.studio_id, owned_by=request.owned_by, after=after, limit=limit)

    found, next_token = page_after(context, after, scope, fetch, lambda backup: (backup.created_at, backup.backup_id))
    response = RepeatedOutput(
        shapes.ListStreamingSessionBackupsResponse(
            streaming_session_backups=[backup_shape(context, backup) for backup in found], next_token=next_token
        )
    )
    pages.keep(key, version, mark, context.now, response)
    return response
