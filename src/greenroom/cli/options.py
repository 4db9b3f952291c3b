"""Options that many commands share."""

from pathlib import Path
from typing import Annotated

import typer

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
Json = Annotated[bool, typer.Option("--json", help="Print JSON, in the API's spelling.")]
Wait = Annotated[
    bool, typer.Option("--wait/--no-wait", help="Wait until it is done, or return as soon as it has begun.")
]
SessionId = Annotated[str, typer.Argument(metavar="SESSION_ID", help="The session's id.", show_default=False)]
BackupId = Annotated[str, typer.Argument(metavar="BACKUP_ID", help="The backup's id.", show_default=False)]
