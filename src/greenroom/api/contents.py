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

    @property
    def directory(self) -> str:
        """The path of the directory that it is in."""
        return self.path.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class VolumeNow:
    """A session's volume as it was at a moment; those who ask again with the same mark see the same."""

    session_id: str
    volume_id: str
    mark: str

    @property
    def key(self) -> str:
        """What tells it from others."""
        return f"now {self.session_id} {self.volume_id} {self.mark}"


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


Position = tuple[str, str]
"""Directory and name of the entry before: the order of searches and comparisons. ("", "") is before all."""


@dataclass(frozen=True, slots=True)
class Changed:
    """An entry that differs between two trees."""

    before: Entry | None
    after: Entry | None

    @property
    def path(self) -> str:
        """Of both."""
        entry = self.after or self.before
        return entry.path if entry else ""


class Contents(Protocol):
    """Looks into READY backups. Thread-safe.

    Raises NotFound for a path that is not in the backup, Unavailable where the vault cannot be read now.
    """

    def page(self, backup: StreamingSessionBackup, directory: str, after: str, limit: int) -> Sequence[Entry]:
        """Entries directly in a directory, in the order of their names, those after the name `after`."""

    def search(self, backup: StreamingSessionBackup, pattern: str, after: Position, limit: int) -> Sequence[Entry]:
        """Entries anywhere whose name is like the pattern, by directory and name."""

    def changes(
        self, before: StreamingSessionBackup, other: "StreamingSessionBackup | VolumeNow", after: Position, limit: int
    ) -> Sequence[Changed]:
        """What differs, by directory and name."""

    def download(self, backup: StreamingSessionBackup, path: str, form: str) -> Download:
        """A file's content; of a directory, an archive of the form `tar.zst` or `zip`. Raises Invalid for the rest."""
