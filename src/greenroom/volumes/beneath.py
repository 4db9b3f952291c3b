"""Opening what lies in a tree that somebody hostile owns, without ever being led out of it.

Every name is opened by itself, relative to its open directory, and never through a symbolic link: whatever is renamed
or swapped meanwhile, one stays beneath the root, at any depth.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def open_directory(root: int, names: Sequence[str] = ()) -> int:
    """A new descriptor of the directory at root/names…; raises OSError where a name is gone or is no directory."""
    descriptor = os.open(".", _DIRECTORY, dir_fd=root)
    for name in names:
        try:
            below = os.open(name, _DIRECTORY, dir_fd=descriptor)
        finally:
            os.close(descriptor)
        descriptor = below
    return descriptor


@contextmanager
def directory(root: int, names: Sequence[str] = ()) -> Iterator[int]:
    """As `open_directory`, closed at the end."""
    descriptor = open_directory(root, names)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def root_directory(path: Path) -> Iterator[int]:
    """An open descriptor of a directory of ours, from which `directory` starts."""
    descriptor = os.open(path, _DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
