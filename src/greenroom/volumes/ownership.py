"""Handing a whole tree from one owner to another: a backup of one session as the volume of the next."""

import os
import stat
from pathlib import Path

from greenroom.volumes.beneath import directory, root_directory
from greenroom.volumes.durable import sync_file_system
from greenroom.volumes.errors import storage_errors

_SET_IDS = stat.S_ISUID | stat.S_ISGID


def hand_over(volume: Path, uid: int, gid: int) -> None:
    """Give all that the root directory's owner owns in the volume to uid:gid; links are not followed.

    Safe to repeat after a crash or a power cut at any point: the root directory, which tells the old owner, changes
    last, when all else is on the disk.
    Nobody may write to the volume meanwhile. Raises VolumesError.
    """
    with storage_errors(f"give the files of volume {volume.name} to their new owner"), root_directory(volume) as root:
        before = os.fstat(root)
        if (before.st_uid, before.st_gid) == (uid, gid):
            return
        pending: list[tuple[str, ...]] = [()]
        while pending:
            names = pending.pop()
            with directory(root, names) as opened, os.scandir(opened) as entries:
                for entry in entries:
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISDIR(status.st_mode):
                        pending.append((*names, entry.name))
                    if status.st_uid != before.st_uid and status.st_gid != before.st_gid:
                        continue
                    os.chown(
                        entry.name,
                        uid if status.st_uid == before.st_uid else -1,
                        gid if status.st_gid == before.st_gid else -1,
                        dir_fd=opened,
                        follow_symlinks=False,
                    )
                    if stat.S_ISREG(status.st_mode) and status.st_mode & _SET_IDS:
                        # The kernel takes these bits away with the owner.
                        os.chmod(entry.name, stat.S_IMODE(status.st_mode), dir_fd=opened)
        sync_file_system(volume)
        os.fchown(root, uid, gid)
        os.fsync(root)
