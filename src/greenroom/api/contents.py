"""What operations ask of those who can look into backups. They are slow: ask after the transaction."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from greenroom.studio.backups import StreamingSessionBackup


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a backup."""

    path: str
    type: str
    """`file`, `dir`, `symlink`, or `other` for what has no content."""
    size: int
    mode: int
    """Permission bits."""
    modified_at: datetime

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Download:
    """Bytes on their way to the caller."""

    file_name: str
    """For whoever saves them; of any characters that names of files have."""
    media_type: str
    size: int | None
    """Bytes; None where it shows only at the end."""
    chunks: Generator[bytes, None, None]
    """To be closed by whoever stops before the end. Raises Unavailable where the rest cannot be had."""


class Contents(Protocol):
    """Looks into READY backups. Thread-safe.

    Raises NotFound for a path that is not in the backup, Unavailable where the vault cannot be read now.
    """

    def page(self, backup: StreamingSessionBackup, directory: str, after: str, limit: int) -> Sequence[Entry]:
        """Entries directly in a directory, in the order of their names, those after the name `after`."""

    def download(self, backup: StreamingSessionBackup, path: str, form: str) -> Download:
        """A file's content; of a directory, an archive of the form `tar.zst` or `zip`. Raises Invalid for the rest."""
