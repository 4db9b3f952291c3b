"""A start that finds a disk full: that is said, and waited for, so that it goes on by itself once there is room."""

import errno
import threading
from collections.abc import Callable

import structlog

from greenroom.store.database import DatabaseFullError
from greenroom.vaults.base import VaultFullError
from greenroom.volumes.base import VolumesFullError

log = structlog.get_logger("greenroom.server")

PAUSE = 2.0
"""Seconds between two tries to start."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def is_full(error: Exception) -> bool:
    """Whether it says that there is no space left on some disk."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    return isinstance(error, (DatabaseFullError, VolumesFullError, VaultFullError))


def once_there_is_room(
    start: Callable[[], None], *, begun: Callable[[], bool], wait: Callable[[float], object] | None = None
) -> None:
    """Do `start`, again and again while a disk is too full for it to have `begun`; all else that it raises is raised.

    Each reason is logged once. `wait` pauses for so many seconds.
    """
    wait = wait or threading.Event().wait
    told = ""
    while True:
        try:
            start()
        except Exception as error:
            if begun() or not is_full(error):
                raise
            if (reason := _reason(error)) != told:
                log.warning(
                    "disk-full",
                    error=reason,
                    meaning="the server waits and starts by itself once there is room; greenroom doctor names the disk",
                )
                told = reason
        else:
            return
        wait(PAUSE)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename or 'the data directory'}: {error.strerror}. Free some space there."
    return str(error)
