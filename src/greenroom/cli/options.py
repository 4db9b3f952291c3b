"""Options that many commands share."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer


def _known(context: typer.Context, incomplete: str, *, backups: bool) -> Iterable[tuple[str, str]]:
    """For the shell's completion: ids that begin so, each with its state."""
    from greenroom.cli.connection import connect
    from greenroom.cli.failures import explain
    from greenroom.wire import shapes

    data = context.params.get("data") or os.environ.get("GREENROOM_DATA")
    try:
        with connect(Path(data) if data else None) as connection:
            client = connection.client
            if backups:
                listing = shapes.ListStreamingSessionBackupsRequest(studio_id=client.studio_id)
                found = client.call(listing, shapes.ListStreamingSessionBackupsResponse).streaming_session_backups
                known = [(backup.backup_id or "", backup.state or "") for backup in found or []]
            else:
                sessions = shapes.ListStreamingSessionsRequest(studio_id=client.studio_id)
                answer = client.call(sessions, shapes.ListStreamingSessionsResponse)
                known = [(session.session_id or "", session.state or "") for session in answer.sessions or []]
    except Exception as error:
        # In the middle of a line that is being typed there is no place for a complaint.
        if explain(error) is None:
            raise
        return []
    return [(name, state) for name, state in known if name.startswith(incomplete)]


def complete_session(ctx: typer.Context, incomplete: str) -> Iterable[tuple[str, str]]:
    """Ids of sessions."""
    return _known(ctx, incomplete, backups=False)


def complete_backup(ctx: typer.Context, incomplete: str) -> Iterable[tuple[str, str]]:
    """Ids of backups."""
    return _known(ctx, incomplete, backups=True)


Data = Annotated[
    Path,
    typer.Option(
        "--data",
        envvar="GREENROOM_DATA",
        metavar="DIR",
        help="The studio's data directory.",
        file_okay=False,
        show_default=False,
    ),
]
Studio = Annotated[
    Path | None,
    typer.Option(
        "--data",
        envvar="GREENROOM_DATA",
        metavar="DIR",
        help="The studio's data directory; without one, it is the studio of the last `greenroom login`.",
        file_okay=False,
        show_default=False,
    ),
]
"""For commands that ask the API alone, which anybody may do from anywhere."""
Json = Annotated[bool, typer.Option("--json", help="Print JSON, in the API's spelling.")]
UserName = Annotated[str, typer.Argument(metavar="NAME", help="The user's name.", show_default=False)]
Wait = Annotated[
    bool, typer.Option("--wait/--no-wait", help="Wait until it is done, or return as soon as it has begun.")
]
SessionId = Annotated[
    str,
    typer.Argument(metavar="SESSION_ID", help="The session's id.", show_default=False, autocompletion=complete_session),
]
BackupId = Annotated[
    str,
    typer.Argument(metavar="BACKUP_ID", help="The backup's id.", show_default=False, autocompletion=complete_backup),
]
