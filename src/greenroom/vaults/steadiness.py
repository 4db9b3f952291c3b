"""One password for all repositories of a server: none is made with it while it changes, and would be left behind."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def steady(password_file: Path) -> Iterator[None]:
    """While a repository is made: the password stays what it is."""
    with _locked(password_file, fcntl.LOCK_SH):
        yield


@contextmanager
def changing(password_file: Path) -> Iterator[None]:
    """While the password changes: no repository is made. What is there is to be looked for within this."""
    with _locked(password_file, fcntl.LOCK_EX):
        yield


@contextmanager
def _locked(password_file: Path, kind: int) -> Iterator[None]:
    # Of the directory: the file itself is replaced.
    descriptor = os.open(password_file.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, kind)
        yield
    finally:
        os.close(descriptor)
