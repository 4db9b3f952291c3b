"""Directories for what is read back: private, and gone after use even when the process that made them was killed."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "readback-"
_NEW = 60.0
"""Seconds for which a directory may not have got its lock yet."""


@contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """A new directory below `parent`, held by a lock as long as this process lives."""
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    holder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(holder, fcntl.LOCK_SH)
        yield directory
    finally:
        os.close(holder)
        shutil.rmtree(directory, ignore_errors=True)


def sweep(parent: Path) -> None:
    """Remove what killed processes left."""
    for directory in parent.glob(f"{_PREFIX}*"):
        try:
            holder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            if time.time() - os.fstat(holder).st_ctime < _NEW:
                continue
            fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(directory, ignore_errors=True)
        except BlockingIOError:
            continue
        finally:
            os.close(holder)
