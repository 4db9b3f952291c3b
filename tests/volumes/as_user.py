"""Run a function of a test as an ordinary user.

python -m tests.volumes.as_user MODULE FUNCTION ARGUMENT…     (as root)
"""

import importlib
import os
import subprocess
import sys
from pathlib import Path

ORDINARY = 4321
"""User and group id of somebody without any right of root."""


def as_user(module: str, function: str, *arguments: object) -> str:
    """What the function printed; fails the test where it raised. Everything is imported while still root."""
    command = [sys.executable, "-m", "tests.volumes.as_user", module, function, *map(str, arguments)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


if __name__ == "__main__":
    asked = getattr(importlib.import_module(sys.argv[1]), sys.argv[2])
    os.setgroups([])
    os.setresgid(ORDINARY, ORDINARY, ORDINARY)
    os.setresuid(ORDINARY, ORDINARY, ORDINARY)
    os.environ["HOME"] = "/"
    asked(*sys.argv[3:])
