"""Who may use the repository beside whom, among the threads and processes of this machine.

restic's own lock refuses at once where two commands exclude each other. Most commands may run side by side; `forget`
and `prune` need the repository alone. Waiting here first lets them take turns; restic's lock remains for other
machines.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from greenroom.vaults.base import VaultLockedError

_PAUSE = 0.02


class Guard:
    """A lock shared by many or held alone, over files in `directory`; one who waits to be alone is not starved."""

    def __init__(self, directory: Path, vault: str, *, patience: float) -> None:
        self._directory = directory
        self._vault = vault
        self._patience = patience
        # Newcomers wait behind the one who wants to be alone, so that one must give up well before they do.
        self._patience_alone = patience / 4

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Beside others. Raises VaultLockedError after `patience` seconds."""
        with self._held(fcntl.LOCK_SH, self._patience):
            yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Beside nobody. Raises VaultLockedError after a quarter of `patience`."""
        with self._held(fcntl.LOCK_EX, self._patience_alone):
            yield

    @contextmanager
    def _held(self, kind: int, patience: float) -> Iterator[None]:
        """The lock, in the order of those who came; `patience` counts from when it is one's turn."""
        gate = self._take("gate", fcntl.LOCK_EX, self._patience)
        try:
            lock = self._take("lock", kind, patience)
        finally:
            os.close(gate)
        try:
            yield
        finally:
            os.close(lock)

    def _take(self, name: str, kind: int, patience: float) -> int:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._directory / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        give_up = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() < give_up:
                    time.sleep(_PAUSE)
                    continue
                os.close(descriptor)
                raise VaultLockedError(
                    f"vault {self._vault}: another command of this machine has had it for {patience:.0f} s; it is"
                    " tried again later"
                ) from None
            return descriptor
