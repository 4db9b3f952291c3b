"""Where backups are kept: the contract that every vault keeps."""

import tarfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, NamedTuple, Protocol, TypeVar

T = TypeVar("T")


class VaultError(Exception):
    """The vault could not do it now; trying again later may help.

    The text is for a person and names the vault, what is wrong and what to do; `reason` is for logs and metrics.
    Never carries a password.
    """

    def __init__(self, message: str, *, reason: str = "vault") -> None:
        super().__init__(message)
        self.reason = reason


class VaultUnavailableError(VaultError):
    """The repository cannot be reached or is not there."""

    def __init__(self, message: str) -> None:
        super().__init__(message, reason="vault-unavailable")


class RepositoryAbsentError(VaultUnavailableError):
    """There is no repository, and none was ever expected there."""


class VaultLockedError(VaultError):
    """Somebody else holds the repository's lock."""

    def __init__(self, message: str) -> None:
        super().__init__(message, reason="vault-locked")


class VaultFullError(VaultError):
    """No space left where the repository lies."""

    def __init__(self, message: str) -> None:
        super().__init__(message, reason="vault-full")


class VaultPasswordError(VaultError):
    """The password does not open the repository."""

    def __init__(self, message: str) -> None:
        super().__init__(message, reason="vault-password")


class BackupMissingError(VaultError):
    """The vault does not hold that backup."""

    def __init__(self, message: str) -> None:
        super().__init__(message, reason="backup-missing")


class BackupBrokenError(VaultError):
    """The vault's copy is not what it should be: it must never say READY."""

    def __init__(self, message: str) -> None:
        super().__init__(message, reason="backup-broken")


@dataclass(frozen=True, slots=True)
class BackupLabel:
    """What travels with the data, so that the vault alone tells whose backup it is."""

    backup_id: str
    session_id: str
    studio_id: str
    created_at: datetime
    """UTC."""


@dataclass(frozen=True, slots=True)
class StoredBackup:
    """A backup as the vault holds it."""

    label: BackupLabel
    snapshot: str
    """The vault's own name of it (restic: the full snapshot id)."""
    files: int
    """Entries that are not directories."""
    size_bytes: int
    """Sum of the sizes of the regular files, each once however many names it has."""
    added_bytes: int
    """What this backup added to the vault, after deduplication."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One entry of a backup."""

    path: str
    """Relative to the volume, `/`-separated, without a leading `/`."""
    type: str
    """`file`, `dir`, `symlink` or restic's other words."""
    size: int
    mode: int
    """Permission bits."""
    modified_at: datetime


class TreeEntry(NamedTuple):
    """One entry of a backup's whole tree, as an index keeps it."""

    path: str
    """Relative to the volume. Bytes of a name that are no UTF-8 are written `\\xff`, or as U+FFFD where the vault does
    not tell them."""
    type: str
    size: int
    mode: int
    """Permission bits."""
    modified_ns: int
    """Nanoseconds since 1970 UTC."""
    raw: bytes | None
    """The path as the file system has it; None where the vault does not tell it."""


Member = tuple[tarfile.TarInfo, IO[bytes] | None]
"""An entry on its way out of a backup, without owner and special permissions, and the content of one that is a file;
bytes of names that are no UTF-8 are surrogates."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long step has come."""

    done_bytes: int
    total_bytes: int


ProgressCallback = Callable[[Progress], None]


class Vault(Protocol):
    """Thread-safe; several processes may use one vault. Every call is idempotent and safe to repeat after a crash."""

    name: str

    def open(self, *, create: bool = True) -> None:
        """Check that the password opens the repository; where there never was one, make it if `create`.

        One that was there and is gone is VaultUnavailableError: a disk that is not mounted must not become a new,
        empty vault.
        """

    def store(self, label: BackupLabel, source: Path, *, trust_parent: bool = True) -> StoredBackup:
        """Keep the tree at `source` whole. Stored already under this backup id: that one is returned.

        `trust_parent`: files whose size and times equal the session's last backup need not be read again.
        Raises VaultError kinds; a file that cannot be read is an error, never left out silently.
        """

    def verify(self, backup_id: str, source: Path | None = None) -> None:
        """Read the backup back. With `source`, compare it with that tree: every entry's path, type, mode, owner,
        size and time, and the content of whatever the vault had not proven before; without, read all its content.
        Raises BackupMissingError, BackupBrokenError, and VaultError where the vault cannot be read now.
        """

    def restore(
        self, backup_id: str, target: Path, progress: ProgressCallback | None = None, *, size_bytes: int = 0
    ) -> None:
        """Fill the empty directory `target` with the backup's tree, owners, modes and times included.

        `size_bytes`: what `store` told, where that is known: the vault need not ask how much it will be.
        """

    def forget(self, backup_id: str) -> None:
        """Drop the backup; its space comes back at the next `prune`. Not there: nothing happens."""

    def prune(self) -> None:
        """Free the space that no backup needs any more."""

    def backups(self) -> list[StoredBackup]:
        """All backups of Greenroom in the vault, oldest first (sizes may be 0 where the vault does not tell)."""

    def files(self, backup_id: str, path: str = "") -> Iterator[FileEntry]:
        """Entries directly in the directory `path` of the backup. Raises BackupMissingError."""

    def read(self, backup_id: str, path: str, target: Path) -> None:
        """Write one file of the backup to `target`. Raises BackupMissingError, VaultError (`no-such-file`)."""

    def tree(self, backup_id: str, take: Callable[[Iterator[TreeEntry]], T]) -> T:
        """What `take` makes of all entries of the backup, each directory before what is in it.

        `take` may be called again, from the beginning, where listing was disturbed. Raises BackupMissingError.
        """

    def stream(self, backup_id: str, path: bytes) -> AbstractContextManager[IO[bytes]]:
        """The content of the file at `path`.

        Leaving the `with` before the end stops reading; leaving it at the end raises VaultError where the content is
        not whole. It keeps nobody from the vault: disturbed by a prune, it fails. Raises BackupMissingError.
        """

    def members(self, backup_id: str, path: bytes) -> AbstractContextManager[Iterator[Member]]:
        """All that is below the directory at `path` (empty: the volume), names relative to it, as `stream` gives it.

        What is neither file, directory nor link comes as an empty file: the tree tells which those are.
        """

    def doubt(self) -> None:
        """Believe nothing that was proven before: each session's next backup is read back whole before it is READY."""

    def mend(self) -> int:
        """Take out what is damaged, so far as that can be done here, so that what is stored next brings it anew; how
        many damaged or missing files there were. Nothing that can still be read goes. Raises VaultError.
        """

    def unlock(self) -> None:
        """Remove locks whose holder is dead."""

    def keep_records(self, document: bytes, studio_id: str = "") -> None:
        """Keep that studio's records beside the backups, and the last few of earlier ones."""

    def record_studios(self) -> list[str]:
        """The studios whose records were kept."""

    def records(self, studio_id: str = "") -> bytes | None:
        """The newest records of that studio, or of any, that were kept; None where none ever were."""
