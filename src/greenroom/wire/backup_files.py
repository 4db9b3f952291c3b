"""Greenroom's own operations on what backups hold: looking, taking files out."""

from enum import StrEnum
from typing import Annotated

from greenroom.wire.operations import Operation, addition
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import IdempotencyToken, String, Timestamp
from greenroom.wire.traits import Integer, Label, ListOf, Query, Text

BackupFilePath = Annotated[
    str,
    Text(
        "BackupFilePath",
        min_length=0,
        max_length=4096,  # the longest path that Linux knows, and short enough for a request's head
        documentation="Relative to the session's volume: names separated by single slashes, none of them `.` or `..`. "
        "Empty: the volume itself. Bytes of a name that are no UTF-8 are written `\\xff`, as listings show them.",
    ),
]
FileSize = Annotated[int, Integer("FileSize", minimum=0, maximum=2**63 - 1)]
FileNamePattern = Annotated[
    str,
    Text(
        "FileNamePattern",
        min_length=1,
        max_length=256,
        documentation="Of a whole name: `*` for anything, `?` for one character, `[a-z]` for one of those; A to Z in "
        "either case.",
    ),
]
FileMode = Annotated[str, Text("FileMode", min_length=4, max_length=4, documentation="Permissions, octal: `0644`.")]


class BackupFileType(StrEnum):
    """What an entry of a backup is; content can be had of files, directories and what is in them."""

    FILE = "file"
    DIRECTORY = "dir"
    SYMLINK = "symlink"
    OTHER = "other"


class ArchiveForm(StrEnum):
    """How a directory is put together for download."""

    TAR_ZST = "tar.zst"
    ZIP = "zip"


class BackupFile(Shape):
    """An entry of a backup."""

    mode: FileMode
    modified_at: Timestamp
    name: String
    path: BackupFilePath
    size: FileSize
    type: BackupFileType


BackupFileList = Annotated[list[BackupFile], ListOf("BackupFileList")]


class ListStreamingSessionBackupFilesRequest(Shape):
    """The backup, and a directory in it."""

    backup_id: Label[String]
    studio_id: Label[String]
    next_token: Query[String] | None = None
    path: Query[BackupFilePath] | None = None


class ListStreamingSessionBackupFilesResponse(Shape):
    """What is directly in that directory, in the order of names."""

    files: BackupFileList
    next_token: String | None = None


class DownloadStreamingSessionBackupFilesRequest(Shape):
    """The backup, a file or directory in it, and for a directory the form of its archive (`tar.zst`)."""

    backup_id: Label[String]
    studio_id: Label[String]
    form: Query[ArchiveForm] | None = None
    path: Query[BackupFilePath] | None = None


class DownloadStreamingSessionBackupFilesResponse(Shape):
    """The file's content; of a directory, an archive of what is in it."""


class SearchStreamingSessionBackupFilesRequest(Shape):
    """Names to look for (`*.exr`), in whose backups, in those of which session."""

    pattern: Query[FileNamePattern]
    studio_id: Label[String]
    next_token: Query[String] | None = None
    owned_by: Query[String] | None = None
    session_id: Query[String] | None = None


class FoundBackupFile(Shape):
    """An entry, and the backup that it is in."""

    backup_created_at: Timestamp
    backup_id: String
    file: BackupFile
    session_id: String


FoundBackupFileList = Annotated[list[FoundBackupFile], ListOf("FoundBackupFileList")]


class SearchStreamingSessionBackupFilesResponse(Shape):
    """What was found, the newest backup's first. A page may be empty and yet be followed by others."""

    files: FoundBackupFileList
    next_token: String | None = None


class BackupFileChangeType(StrEnum):
    """What became of an entry."""

    ADDED = "ADDED"
    CHANGED = "CHANGED"
    REMOVED = "REMOVED"


class BackupFileChange(Shape):
    """An entry that is not as it was."""

    change: BackupFileChangeType
    path: BackupFilePath
    after: BackupFile | None = None
    before: BackupFile | None = None


BackupFileChangeList = Annotated[list[BackupFileChange], ListOf("BackupFileChangeList")]


class CompareStreamingSessionBackupsRequest(Shape):
    """The backup to compare, and the one to compare it with; without that, its session's volume as it is now."""

    backup_id: Label[String]
    studio_id: Label[String]
    next_token: Query[String] | None = None
    other_backup_id: Query[String] | None = None


class CompareStreamingSessionBackupsResponse(Shape):
    """What was added, changed and removed from the one to the other: by size, time and permissions."""

    changes: BackupFileChangeList
    next_token: String | None = None


BackupFilePathList = Annotated[list[BackupFilePath], ListOf("BackupFilePathList", min_items=1, max_items=100)]


class FileRestoreState(StrEnum):
    """How far a restore of files is."""

    IN_PROGRESS = "IN_PROGRESS"
    READY = "READY"
    FAILED = "FAILED"


class RestoredPath(Shape):
    """A path in the backup, and where it arrives in the session's home."""

    path: BackupFilePath
    target: BackupFilePath


RestoredPathList = Annotated[list[RestoredPath], ListOf("RestoredPathList")]


class StreamingSessionFileRestore(Shape):
    """Chosen files on their way from a backup into its running session."""

    backup_id: String
    created_at: Timestamp
    created_by: String
    done_bytes: FileSize
    owned_by: String
    paths: RestoredPathList
    restore_id: String
    session_id: String
    state: FileRestoreState
    ended_at: Timestamp | None = None
    status_message: String | None = None
    total_bytes: FileSize | None = None


class FileRestorePlace(StrEnum):
    """Where restored files go."""

    BESIDE = "BESIDE"
    OVER = "OVER"


class RestoreStreamingSessionBackupFilesRequest(Shape):
    """The files and directories to restore, beside the present ones (`name (from backup 2026-…)`) or over them."""

    backup_id: Label[String]
    studio_id: Label[String]
    paths: BackupFilePathList
    client_token: IdempotencyToken | None = None
    place: FileRestorePlace | None = None


class RestoreStreamingSessionBackupFilesResponse(Shape):
    """The restore, in progress."""

    restore: StreamingSessionFileRestore


class GetStreamingSessionFileRestoreRequest(Shape):
    """The restore to look at."""

    backup_id: Label[String]
    restore_id: Label[String]
    studio_id: Label[String]


class GetStreamingSessionFileRestoreResponse(Shape):
    """The restore, for a week after its end."""

    restore: StreamingSessionFileRestore


_BACKUP = "/studios/{studioId}/streaming-session-backups/{backupId}"

_operation = addition(globals())

BACKUP_FILES: tuple[Operation, ...] = (
    _operation(
        "ListStreamingSessionBackupFiles",
        "GET",
        _BACKUP + "/files",
        "List what a directory of a backup holds.",
        slow=True,
    ),
    _operation(
        "DownloadStreamingSessionBackupFiles",
        "GET",
        _BACKUP + "/download",
        "Take a file out of a backup, or a directory as an archive.",
        slow=True,
        streamed=True,
    ),
    _operation(
        "SearchStreamingSessionBackupFiles",
        "GET",
        "/studios/{studioId}/streaming-session-backup-files",
        "Look for files by name in many backups.",
        slow=True,
    ),
    _operation(
        "CompareStreamingSessionBackups",
        "GET",
        _BACKUP + "/changes",
        "Tell what changed from a backup to another, or to now.",
        slow=True,
    ),
    _operation(
        "RestoreStreamingSessionBackupFiles",
        "POST",
        _BACKUP + "/restores",
        "Put chosen files of a backup into its running session.",
    ),
    _operation(
        "GetStreamingSessionFileRestore",
        "GET",
        _BACKUP + "/restores/{restoreId}",
        "Read how far a restore of files is.",
    ),
)
"""Greenroom's operations on the files in backups."""
