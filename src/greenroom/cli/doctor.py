"""`greenroom doctor`: what works on this machine, what does not, and what to install for more."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from greenroom.cli.options import Data, Json

if TYPE_CHECKING:
    from greenroom.api.inspection import Finding


def examine(data: Data = Path("data"), json: Json = False) -> None:
    """Look over the machine and the studio. Exit status 1 where something is missing that the settings need."""
    from greenroom.cli import profile
    from greenroom.cli.output import print_json, print_table
    from greenroom.server.examination import examine as look
    from greenroom.server.settings import Settings

    settings = Settings.load(data)
    findings = look(settings, os.environ, founded=profile.exists(settings.data), server=_server(settings.data))
    needed = [finding for finding in findings if finding.needed and finding.state == "missing"]
    if json:
        print_json(
            [
                {
                    "part": finding.part,
                    "state": finding.state,
                    "needed": finding.needed,
                    "meaning": finding.meaning,
                    "remedy": finding.remedy,
                }
                for finding in findings
            ]
        )
    else:
        print_table(
            ("Part", "State", "What it means", "What to do"),
            [(finding.part, finding.state, finding.meaning, finding.remedy) for finding in findings],
        )
        sys.stdout.flush()
    if needed:
        raise typer.Exit(1)


def _server(data: Path) -> "Finding":
    from greenroom.api.inspection import Finding
    from greenroom.cli.connection import find_server

    server = find_server(data)
    if server is None:
        remedy = f"greenroom serve --data {data}"
        return Finding("server", "limited", "None runs: sessions and backups get no further.", remedy, needed=False)
    return Finding("server", "ok", f"Process {server.pid} answers at {server.endpoint}.")
