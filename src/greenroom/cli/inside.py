"""Commands inside sessions, by way of the engine alone: neither the server nor the database is asked."""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from greenroom.cli import profile
from greenroom.cli.failures import CommandError
from greenroom.server.parts import engine_of
from greenroom.server.settings import Settings


def run_inside(data: Path, session_id: str, command: Sequence[str]) -> int:
    """Run it with this process's own input and output; returns its exit status. Raises EngineError, CommandError."""
    profile.read(data)
    settings = Settings.load(data)
    return engine_of(settings).execute(session_id, command, stdin=0, stdout=1, stderr=2)


def read_inside(data: Path, session_id: str, command: Sequence[str]) -> str:
    """Run it without input and return what it printed. Raises CommandError where it fails."""
    with (
        tempfile.TemporaryFile() as output,
        Path(os.devnull).open("rb") as nothing,
    ):
        status = engine_of(Settings.load(data)).execute(
            session_id, command, stdin=nothing.fileno(), stdout=output.fileno(), stderr=output.fileno()
        )
        output.seek(0)
        said = output.read().decode(errors="replace")
    if status:
        raise CommandError(f"In session {session_id}, {subprocess.list2cmdline(command)} ended with {status}: {said}")
    return said
