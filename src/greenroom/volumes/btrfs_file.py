"""btrfs on a machine that has none: in a file that grows, mounted by the server.

DIRECTORY/volumes.btrfs   the file
DIRECTORY/mounted         where it is mounted; all volumes and snapshots are in there
"""

import logging
import os
import threading
from pathlib import Path

from greenroom.volumes import marker
from greenroom.volumes.backing_file import BackingFile, Growth
from greenroom.volumes.base import Space, VolumesError
from greenroom.volumes.btrfs import BtrfsVolumes, Limits
from greenroom.volumes.errors import storage_errors

logger = logging.getLogger(__name__)

FILE = "volumes.btrfs"
_STORAGE = "storage"


class BtrfsFileVolumes(BtrfsVolumes):
    """As btrfs in everything inside. Needs root, the kernel's btrfs and loop devices, and btrfs-progs.

    Found unmounted, after a reboot or by anybody's hand, it is mounted again before the next use. While it is open a
    thread looks every `watch_seconds` whether the file must grow.
    """

    name = "btrfs-file"

    def __init__(
        self,
        directory: Path,
        *,
        limits: Limits = Limits.AUTO,
        growth: Growth | None = None,
        watch_seconds: float = 0.5,
    ) -> None:
        """`limits`: whether volumes are kept to their sizes; auto: yes, for this file system is nobody else's."""
        super().__init__(directory, limits=limits)
        self._counts = limits is not Limits.OFF
        self.root = self.directory / "mounted"
        self._file = BackingFile(self.directory / FILE, self.root, growth or Growth())
        self._watch_seconds = watch_seconds
        self._watcher: threading.Thread | None = None
        self._closing = threading.Event()

    def close(self) -> None:
        """Unmounts, unless a session or another process of Greenroom still uses it."""
        if self._watcher is not None:
            self._closing.set()
            self._watcher.join()
            self._watcher = None
        presence, self._presence = self._presence, None
        if presence is None:
            return
        try:
            with storage_errors(f"unmount {self.root}"), self._locks.exclusive(_STORAGE):
                if presence.alone():
                    self._file.unmount()
        finally:
            presence.leave()

    def space(self) -> Space:
        with self._storage("measure the free space"):
            return self._file.space()

    def _prepare(self) -> None:
        if os.geteuid() != 0:
            raise VolumesError(
                f"The kind btrfs-file mounts {self.directory / FILE}, which only root may: run the server as root, or "
                "use another data directory with another kind of volumes.",
                reason="volumes-denied",
            )
        with self._locks.exclusive(_STORAGE):
            if not self._file.path.exists() and marker.remembered(self.directory) is None:
                self._file.create()
            self._file.mount()
            self._file.keep_ahead()
        super()._prepare()
        if self._watcher is None:
            self._closing.clear()
            self._watcher = threading.Thread(target=self._watch, name=f"watch {self.directory / FILE}", daemon=True)
            self._watcher.start()

    def _ready(self) -> None:
        if not self._file.mounted():
            with self._locks.exclusive(_STORAGE):
                logger.warning("%s was found unmounted.", self.root)
                self._file.mount()

    def _watch(self) -> None:
        said = ""
        while not self._closing.wait(self._watch_seconds):
            try:
                with storage_errors(f"let {self._file.path} grow"), self._locks.exclusive(_STORAGE):
                    if self._file.mounted():
                        self._file.keep_ahead()
                said = ""
            except VolumesError as error:
                if str(error) != said:
                    logger.error("%s", error)  # noqa: TRY400  said once, for a person; the next look may find it well
                    said = str(error)
