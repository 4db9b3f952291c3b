"""A small file of ours in a volume, which its owner may have filled with anything."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from greenroom.volumes.beneath import directory, root_directory
from greenroom.volumes.errors import storage_errors

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def leave_note(volume: Path, folder: str, name: str, text: str) -> None:
    """Write `text` to volume/folder/name, as the volume's owner's own, whole or not at all.

    What stands there is replaced, whatever it is; no link is followed. Raises VolumesError, and then the volume is
    as it was (the owner may have put something else in the folder's place).
    """
    with storage_errors(f"leave a note in volume {volume.name}"), root_directory(volume) as root:
        status = os.fstat(root)
        try:
            os.mkdir(folder, 0o700, dir_fd=root)
            os.chown(folder, status.st_uid, status.st_gid, dir_fd=root, follow_symlinks=False)
        except FileExistsError:
            pass
        with directory(root, (folder,)) as opened:
            beside = f".{name}.{secrets.token_hex(4)}"
            descriptor = os.open(beside, _CREATE, 0o644, dir_fd=opened)
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    file.write(text)
                    os.fchown(descriptor, status.st_uid, status.st_gid)
                os.rename(beside, name, src_dir_fd=opened, dst_dir_fd=opened)
            except OSError:
                os.unlink(beside, dir_fd=opened)
                raise


def has_note(volume: Path, names: Sequence[str]) -> bool:
    """Whether something stands at volume/names…, without following links."""
    try:
        with root_directory(volume) as root, directory(root, names[:-1]) as opened:
            os.lstat(names[-1], dir_fd=opened)
    except OSError:
        return False
    return True
