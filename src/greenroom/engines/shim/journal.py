"""A session's log: what its shim did and what its supervised command said, never longer than two pieces."""

import contextlib
import os
from datetime import UTC, datetime
from pathlib import Path

PIECE_BYTES = 1024 * 1024


class Journal:
    """Appends to `path`; a full piece becomes `path`.1, and the one before that is gone."""

    def __init__(self, path: Path, piece_bytes: int = PIECE_BYTES) -> None:
        self._path = path
        self._piece_bytes = piece_bytes
        self._file = self._open()
        self._size = os.fstat(self._file).st_size
        self._stdio: tuple[int, ...] = ()

    def become_output(self) -> None:
        """Have this process's own output and errors go here too."""
        self._stdio = (1, 2)
        self._redirect()

    def _redirect(self) -> None:
        for target in self._stdio:
            os.dup2(self._file, target)

    def note(self, text: str) -> None:
        """Write a line of the shim's own, with the time."""
        self.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {text}\n".encode())

    def write(self, output: bytes) -> None:
        """Append output as it is. A full disk loses it: a session must not end for want of a log."""
        if self._size + len(output) > self._piece_bytes and self._size:
            self._path.replace(self._path.with_name(self._path.name + ".1"))
            os.close(self._file)
            self._file = self._open()
            self._redirect()
            self._size = 0
        try:
            self._size += os.write(self._file, output)
        except OSError:
            return

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def _open(self) -> int:
        return os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)


def tail(path: Path, limit: int) -> str:
    """The last `limit` bytes of a journal at most, from its older piece too; empty where there is none."""
    text = b""
    for piece in (path, path.with_name(path.name + ".1")):
        if len(text) < limit:
            with contextlib.suppress(OSError), piece.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - (limit - len(text))))
                text = file.read() + text
    return text[-limit:].decode(errors="replace")


def last_words(path: Path, lines: int = 5) -> str:
    """The last lines of a log in one, for an error message; empty where there are none."""
    try:
        with path.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 4096))
            tail = log.read().decode(errors="replace")
    except OSError:
        return ""
    return "; ".join(line.strip() for line in tail.splitlines()[-lines:] if line.strip())
