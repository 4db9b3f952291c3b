"""Greenroom's own operations on what backups hold: looking, taking files out."""

from enum import StrEnum
from typing import Annotated

from greenroom.wire.operations import Operation
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import String, Timestamp
from greenroom.wire.traits import Integer, Label, ListOf, Query, Text

_PREFIX = "/greenroom/v1"

BackupFilePath = Annotated[
    str,
    Text(
        "BackupFilePath",
        min_length=0,
        max_length=16_384,
        documentation="Relative to the session's volume: names separated by single slashes, none of them `.` or `..`. "
        "Empty: the volume itself. Bytes of a name that are no UTF-8 are written `\\xff`, as listings show them.",
    ),
]
FileSize = Annotated[int, Integer("FileSize", minimum=0, maximum=2**63 - 1)]
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


_BACKUP = _PREFIX + "/studios/{studioId}/streaming-session-backups/{backupId}"

BACKUP_FILES: tuple[Operation, ...] = (
    Operation(
        name="ListStreamingSessionBackupFiles",
        method="GET",
        uri=_BACKUP + "/files",
        input=ListStreamingSessionBackupFilesRequest,
        output=ListStreamingSessionBackupFilesResponse,
        documentation="List what a directory of a backup holds.",
        service="greenroom",
        slow=True,
    ),
    Operation(
        name="DownloadStreamingSessionBackupFiles",
        method="GET",
        uri=_BACKUP + "/download",
        input=DownloadStreamingSessionBackupFilesRequest,
        output=DownloadStreamingSessionBackupFilesResponse,
        documentation="Take a file out of a backup, or a directory as an archive.",
        service="greenroom",
        slow=True,
        streamed=True,
    ),
)
"""Greenroom's operations on the files in backups."""
