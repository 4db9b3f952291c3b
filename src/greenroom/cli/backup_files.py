"""`greenroom backup files` and its like: what is in a backup, and taking it out."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from greenroom.cli.failures import FULL
from greenroom.cli.options import BackupId, Json, Studio, Wait

if TYPE_CHECKING:
    from greenroom.cli.client import Client
    from greenroom.wire import backup_files as wire

_ARCHIVES = {".zip": "zip", ".tar.zst": "tar.zst"}
"""What the name of an output ends with, where a directory is to stay an archive."""


def list_files(
    backup_id: BackupId,
    data: Studio = None,
    path: Annotated[str, typer.Argument(metavar="[PATH]", help="A directory in the backup.", show_default=False)] = "",
    json: Json = False,
) -> None:
    """List what a directory of a backup holds."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_json
    from greenroom.wire import backup_files as wire

    with connect(data) as connection:
        client = connection.client
        request = wire.ListStreamingSessionBackupFilesRequest(
            studio_id=client.studio_id, backup_id=backup_id, path=path.strip("/")
        )
        pages = client.pages(request, wire.ListStreamingSessionBackupFilesResponse)
        files = [file for page in pages for file in page.files]
    if json:
        print_json(files)
    else:
        print_files(files)


def get_files(
    backup_id: BackupId,
    path: Annotated[
        str,
        typer.Argument(metavar="PATH", help="A file or directory in the backup; / is all of it.", show_default=False),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="Where to write it: for a directory, a new one, or a file that ends in .tar.zst or .zip.",
            show_default=False,
        ),
    ],
    data: Studio = None,
    json: Json = False,
) -> None:
    """Take a file or a directory out of a backup."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_json, say, show_bytes

    form = next((form for ending, form in _ARCHIVES.items() if output.name.endswith(ending)), None)
    path = path.strip("/")
    with connect(data) as connection, _beside(output) as (file, keep):
        if _download(connection.client, backup_id, path, form or "tar.zst", file) and form is None:
            from greenroom.cli.unpacking import unpack

            size = unpack(file, output)
        else:
            size = file.tell()
            keep()
    if json:
        print_json({"backupId": backup_id, "path": path, "file": str(output), "size": size})
    else:
        say(f"{output}: {show_bytes(size)}")


def restore_files(
    backup_id: BackupId,
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Files and directories in the backup.", show_default=False)
    ],
    data: Studio = None,
    over: Annotated[
        bool, typer.Option("--over", help="Over the present ones; without it beside them, under a name that says so.")
    ] = False,
    wait: Wait = True,
    json: Json = False,
) -> None:
    """Put files of a backup into its running session."""
    from greenroom.cli.connection import connect
    from greenroom.cli.failures import CommandError
    from greenroom.cli.output import print_json, say
    from greenroom.wire import backup_files as wire

    with connect(data) as connection:
        client = connection.client
        request = wire.RestoreStreamingSessionBackupFilesRequest(
            studio_id=client.studio_id,
            backup_id=backup_id,
            paths=[path.strip("/") for path in paths],
            place=wire.FileRestorePlace.OVER if over else wire.FileRestorePlace.BESIDE,
        )
        restore = client.call(request, wire.RestoreStreamingSessionBackupFilesResponse).restore
        connection.remark_if_not_served(data)
        if wait and connection.served:
            from greenroom.cli.waiting import wait_for_file_restore

            restore = wait_for_file_restore(client, restore)
    if json:
        print_json(restore)
    else:
        for each in restore.paths:
            say(f"{each.path} -> {each.target}  {restore.state}")
    if restore.state is wire.FileRestoreState.FAILED:
        raise CommandError(restore.status_message or "The files could not be restored.")


def search_files(
    pattern: Annotated[str, typer.Argument(metavar="PATTERN", help="Names, such as '*.exr'.", show_default=False)],
    data: Studio = None,
    session: Annotated[
        str | None, typer.Option("--session", metavar="SESSION_ID", help="Only in this session's backups.")
    ] = None,
    owner: Annotated[
        str | None, typer.Option("--owner", metavar="PRINCIPAL_ID", help="Only in backups of this person's sessions.")
    ] = None,
    json: Json = False,
) -> None:
    """Look for files by name in all backups, the newest first."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_json, print_table, show_bytes, show_time
    from greenroom.wire import backup_files as wire

    with connect(data) as connection:
        client = connection.client
        request = wire.SearchStreamingSessionBackupFilesRequest(
            studio_id=client.studio_id, pattern=pattern, session_id=session, owned_by=owner
        )
        pages = client.pages(request, wire.SearchStreamingSessionBackupFilesResponse)
        found = [each for page in pages for each in page.files]
    if json:
        print_json(found)
        return
    print_table(
        ("Backup", "Created", "Path", "Size", "Modified"),
        [
            (
                each.backup_id,
                show_time(each.backup_created_at),
                each.file.path,
                show_bytes(each.file.size) if each.file.type == "file" else "",
                show_time(each.file.modified_at),
            )
            for each in found
        ],
        empty="Nothing has such a name.",
    )


def compare(
    backup_id: BackupId,
    data: Studio = None,
    other: Annotated[
        str | None, typer.Argument(metavar="[BACKUP_ID]", help="The backup to compare with.", show_default=False)
    ] = None,
    now: Annotated[bool, typer.Option("--now", help="Compare with the session's files as they are now.")] = False,
    json: Json = False,
) -> None:
    """Tell what was added, changed and removed from one backup to another, or to now."""
    from greenroom.cli.connection import connect
    from greenroom.cli.failures import CommandError
    from greenroom.cli.output import print_json, print_table, show_bytes
    from greenroom.wire import backup_files as wire

    if (other is not None) == now:
        raise CommandError("Name another backup to compare with, or give --now.")
    with connect(data) as connection:
        client = connection.client
        request = wire.CompareStreamingSessionBackupsRequest(
            studio_id=client.studio_id, backup_id=backup_id, other_backup_id=other
        )
        pages = client.pages(request, wire.CompareStreamingSessionBackupsResponse)
        changes = [each for page in pages for each in page.changes]
    if json:
        print_json(changes)
        return
    print_table(
        ("Change", "Path", "Size before", "Size"),
        [
            (each.change, each.path, *(show_bytes(side.size) if side else "" for side in (each.before, each.after)))
            for each in changes
        ],
        empty="Nothing differs.",
    )


def print_files(files: "list[wire.BackupFile]") -> None:
    """A table of entries, in the order given."""
    from greenroom.cli.output import print_table, show_bytes, show_time

    print_table(
        ("Path", "Type", "Size", "Modified"),
        [
            (file.path, file.type, show_bytes(file.size) if file.type == "file" else "", show_time(file.modified_at))
            for file in files
        ],
        empty="Nothing is in there.",
    )


def _download(client: "Client", backup_id: str, path: str, form: str, file: IO[bytes]) -> bool:
    """Write it to `file`; whether it is an archive of a directory."""
    from greenroom.wire import backup_files as wire

    request = wire.DownloadStreamingSessionBackupFilesRequest(
        studio_id=client.studio_id, backup_id=backup_id, path=path, form=wire.ArchiveForm(form)
    )
    headers = client.download(request, file.write)
    file.flush()
    return headers.get("content-type") != "application/octet-stream"


@contextmanager
def _beside(output: Path) -> "Iterator[tuple[IO[bytes], Callable[[], None]]]":
    """A new private file beside `output`, and what gives it that name; it is gone otherwise.

    Where the disk is full meanwhile, the error names `output`.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{output.name[:100]}.", dir=output.parent)

    def keep() -> None:
        os.fsync(descriptor)
        Path(name).replace(output)

    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file, keep
    except OSError as error:
        if error.filename is None and error.errno in FULL:
            error.filename = str(output)
        raise
    finally:
        Path(name).unlink(missing_ok=True)
