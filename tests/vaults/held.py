"""A `restic` for tests that stands still when a chosen call has done its work, so that all can be killed just then."""

import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support import require

_SCRIPT = """#!{python}
import os, subprocess, sys, time
arguments = sys.argv[1:]
directory = {directory!r}
number = len(os.listdir(directory + "/calls"))
os.close(os.open(f"{{directory}}/calls/{{number}}", os.O_CREAT))
if open(directory + "/hold").read() == str(number):
    subprocess.run([{restic!r}, *arguments])
    open(f"{{directory}}/held", "w").close()
    time.sleep(600)
os.execv({restic!r}, [{restic!r}, *arguments])
"""


@dataclass(frozen=True)
class HeldRestic:
    """The program, first on PATH of whoever runs with `path`."""

    directory: Path

    @property
    def programs(self) -> Path:
        """The folder to put on PATH."""
        return self.directory / "programs"

    def hold_after(self, number: int) -> None:
        """Hold on to the call of that number, counted from 0 and from now, when its work is done."""
        for call in (self.directory / "calls").iterdir():
            call.unlink()
        (self.directory / "held").unlink(missing_ok=True)
        (self.directory / "hold").write_text(str(number))

    def reached(self) -> bool:
        """Whether the moment has come."""
        return (self.directory / "held").exists()


def held_restic(directory: Path) -> HeldRestic:
    """Make one."""
    restic = str(require("restic"))
    made = HeldRestic(directory)
    made.programs.mkdir(parents=True)
    (directory / "calls").mkdir()
    (directory / "hold").touch()
    program = made.programs / "restic"
    program.write_text(_SCRIPT.format(python=sys.executable, directory=str(directory), restic=restic))
    program.chmod(0o755)
    return made
