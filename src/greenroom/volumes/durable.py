"""Writing that a power cut cannot take back."""

import ctypes
import os
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)


def sync_file_system(path: Path) -> None:
    """Write all dirty pages of the file system of `path` to the disk. Raises OSError (also for an earlier write)."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if _libc.syncfs(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(path))
    finally:
        os.close(descriptor)


def sync_directory(path: Path) -> None:
    """Write the names in a directory to the disk: what was made, renamed or removed there stays so."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_file(path: Path, content: bytes) -> None:
    """Put `content` at `path` (mode 0600), whole or not at all; the name is durable once the directory is synced."""
    making = path.with_name(f".making-{path.name}")
    descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    making.replace(path)


def write_link(path: Path, text: str) -> None:
    """Put a symbolic link whose target is `text` at `path`, in place of one that is there; durable as `write_file`."""
    making = path.with_name(f".making-{path.name}")
    making.unlink(missing_ok=True)
    making.symlink_to(text)
    making.replace(path)
