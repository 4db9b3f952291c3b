"""Locks by name, held against other threads and other processes alike, and gone with the process that held them."""

import fcntl
import hashlib
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FLOCK = "hhqqi4x"
"""struct flock of fcntl(2) on 64-bit Linux: type, whence, start, length, pid."""


class Locks:
    """Each name locks one byte of a file with an open file description lock.

    Such a lock belongs to the open file, so that two threads of one process exclude each other as two processes do.
    The file itself stays empty.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def exclusive(self, name: str) -> Iterator[None]:
        """Wait until nobody else holds `name`, then hold it alone."""
        with self._opened() as descriptor:
            _lock(descriptor, fcntl.F_OFD_SETLKW, fcntl.F_WRLCK, name)
            yield

    @contextmanager
    def shared(self, name: str) -> Iterator[None]:
        """Wait until nobody holds `name` alone, then hold it among others."""
        with self._opened() as descriptor:
            _lock(descriptor, fcntl.F_OFD_SETLKW, fcntl.F_RDLCK, name)
            yield

    def presence(self, name: str) -> "Presence":
        """A long-held share of `name`: see Presence."""
        return Presence(self._open(), name)

    @contextmanager
    def _opened(self) -> Iterator[int]:
        descriptor = self._open()
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _open(self) -> int:
        return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


class Presence:
    """Shows other processes that this one is there, until `leave` or death."""

    def __init__(self, descriptor: int, name: str) -> None:
        self._descriptor = descriptor
        self._name = name

    def alone(self) -> bool:
        """Whether nobody else is present. While the answer is True nobody can arrive, until `share`."""
        try:
            _lock(self._descriptor, fcntl.F_OFD_SETLK, fcntl.F_WRLCK, self._name)
        except BlockingIOError:
            return False
        return True

    def share(self) -> None:
        """Be present, together with whoever else is; waits while somebody is `alone`."""
        _lock(self._descriptor, fcntl.F_OFD_SETLKW, fcntl.F_RDLCK, self._name)

    def leave(self) -> None:
        """Be gone."""
        os.close(self._descriptor)


def _lock(descriptor: int, command: int, kind: int, name: str) -> None:
    start = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest()) >> 2
    fcntl.fcntl(descriptor, command, struct.pack(_FLOCK, kind, os.SEEK_SET, start, 1, 0))
