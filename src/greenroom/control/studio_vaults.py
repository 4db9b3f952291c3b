"""Of each studio its own vault: which of a place's repositories a studio's backups are in."""

from collections.abc import Callable, Mapping
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from greenroom.store import studios
from greenroom.store.database import Database
from greenroom.vaults.base import VaultError

if TYPE_CHECKING:
    from greenroom.vaults.restic import ResticVault


class StudioVaults:
    """The repositories of one place: the founding studio's, which is the place itself, and below it one for each
    further studio. Thread-safe.

    A vault is made when it is first asked for, its repository when something is first to be kept in it.
    """

    def __init__(self, database: Database, make: "Callable[[str], ResticVault]") -> None:
        """`make`: the vault in that folder of the place, not opened; the empty one is the place itself."""
        self._database = database
        self._make = make
        self._paths: dict[str, str] = {}
        self._vaults: dict[str, ResticVault] = {}
        self._open: set[str] = set()
        self._lock = Lock()

    @cached_property
    def founding(self) -> "ResticVault":
        """The place itself: the founding studio's backups, and the records of the whole house."""
        return self.at("")

    def at(self, path: str) -> "ResticVault":
        """The vault in that folder of the place."""
        with self._lock:
            if path not in self._vaults:
                self._vaults[path] = self._make(path)
            return self._vaults[path]

    def of(self, studio_id: str) -> "ResticVault":
        """That studio's. Raises VaultError (`no-such-studio`): without its record nobody knows where it is."""
        path = self._paths.get(studio_id)
        if path is None:
            with self._database.read() as connection:
                studio = studios.get(connection, studio_id)
            if studio is None:
                raise VaultError(
                    f"There is no studio {studio_id} on record, so that where its backups are is not known.",
                    reason="no-such-studio",
                )
            path = self._paths[studio_id] = studio.vault_path
        return self.at(path)

    def opened(self, studio_id: str) -> "ResticVault":
        """The same, its repository made where there never was one. Raises VaultError."""
        vault = self.of(studio_id)
        self.open(self._paths[studio_id])
        return vault

    def open(self, path: str) -> None:
        """Open the vault in that folder, once in the life of this object. Raises VaultError."""
        if path not in self._open:
            if path:
                # Where the place's own repository is gone, a disk is not mounted: nothing is begun beside it.
                self.open("")
            self.at(path).open()
            self._open.add(path)

    def every(self) -> "Mapping[str, ResticVault]":
        """All of them by their folders, the founding studio's first; those of DELETED studios on record, too."""
        with self._database.read() as connection:
            paths = studios.vault_paths(connection)
        return {path: self.at(path) for path in ("", *sorted(paths - {""}))}

    def there(self) -> "Mapping[str, ResticVault]":
        """Those whose repositories have been made. Raises VaultError where one cannot be reached or is gone."""
        return {path: vault for path, vault in self.every().items() if not path or vault.exists()}
