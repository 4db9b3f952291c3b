"""`greenroom doctor`: what works on this machine, what does not, and what to install for more."""

import os
import sys
from pathlib import Path

import typer

from greenroom.cli.options import Data, Json


def examine(data: Data = Path("data"), json: Json = False) -> None:
    """Look over the machine and the studio. Exit status 1 where something is missing that the settings need."""
    from greenroom.cli.examination import examine as look
    from greenroom.cli.output import print_json, print_table
    from greenroom.server.settings import Settings

    findings = look(Settings.load(data), os.environ)
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
