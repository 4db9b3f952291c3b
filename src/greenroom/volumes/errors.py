"""What the operating system refused, said as errors of volumes."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from greenroom.volumes.base import VolumesError, VolumesFullError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

_ADVICE = {
    errno.EROFS: (
        "volumes-read-only",
        "the file system is read-only, most often after a disk error: read `dmesg`, mend the disk, mount it again",
    ),
    errno.EIO: ("volumes-io", "the disk reported an error: read `dmesg` and check the disk"),
    errno.EPERM: ("volumes-denied", "not permitted: run the server as root or as the owner of these files"),
    errno.EACCES: ("volumes-denied", "not permitted: run the server as root or as the owner of these files"),
}


def translated(error: OSError, action: str) -> VolumesError:
    """The error of volumes that says `action` ("make volume vol-1") could not be done, why, and what to do."""
    where = f" ({error.filename!r})" if error.filename else ""
    if error.errno in _FULL:
        return VolumesFullError(
            f"Could not {action}{where}: no space left on the storage of the volumes. "
            "Free some or add some; nothing was lost, and it can be tried again."
        )
    reason, advice = _ADVICE.get(error.errno or 0, ("volumes", error.strerror or str(error)))
    return VolumesError(f"Could not {action}{where}: {advice}.", reason=reason)


@contextmanager
def storage_errors(action: str) -> Iterator[None]:
    """Raises VolumesError or VolumesFullError in place of every OSError of the block."""
    try:
        yield
    except OSError as error:
        raise translated(error, action) from error
