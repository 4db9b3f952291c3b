"""`greenroom backup files` and its like: what is in a backup, and taking it out."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from greenroom.cli.options import BackupId, Data, Json

if TYPE_CHECKING:
    from greenroom.cli.client import Client
    from greenroom.wire import backup_files as wire

_ARCHIVES = {".zip": "zip", ".tar.zst": "tar.zst"}
"""What the name of an output ends with, where a directory is to stay an archive."""


def list_files(
    backup_id: BackupId,
    data: Data,
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
    data: Data,
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
    """A new private file beside `output`, and what gives it that name; it is gone otherwise."""
    descriptor, name = tempfile.mkstemp(prefix=f".{output.name[:100]}.", dir=output.parent)

    def keep() -> None:
        os.fsync(descriptor)
        Path(name).replace(output)

    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file, keep
    finally:
        Path(name).unlink(missing_ok=True)
