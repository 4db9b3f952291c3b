"""A start on a full disk: waited for, told once, and no cover for any other failure."""

import errno
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from greenroom.server.room import PAUSE, is_full, once_there_is_room
from greenroom.store.database import DatabaseFullError, DatabaseUnavailableError
from greenroom.vaults.base import VaultFullError, VaultUnavailableError
from greenroom.volumes.base import VolumesError, VolumesFullError

FULL = OSError(errno.ENOSPC, "No space left on device", "/srv/studio/run/serve.lock")


def failing(*errors: Exception) -> Callable[[], None]:
    """A start that fails with each of these, and then does not."""
    left = list(errors)

    def start() -> None:
        if left:
            raise left.pop(0)

    return start


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (FULL, True),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), True),
        (DatabaseFullError("full"), True),
        (VolumesFullError("full"), True),
        (VaultFullError("full"), True),
        (OSError(errno.EACCES, "Permission denied"), False),
        (DatabaseUnavailableError("away"), False),
        (VolumesError("away"), False),
        (VaultUnavailableError("away"), False),
        (ValueError("a defect"), False),
    ],
    ids=lambda value: f"{type(value).__name__}-{value}",
)
def test_what_says_that_a_disk_is_full(error: Exception, full: bool) -> None:
    assert is_full(error) is full


def test_a_full_disk_is_waited_for_and_each_reason_told_once() -> None:
    waits: list[float] = []
    start = failing(FULL, FULL, DatabaseFullError("The database sqlite:///x cannot be written."))
    with capture_logs() as told:
        once_there_is_room(start, begun=lambda: False, wait=waits.append)
    assert waits == [PAUSE] * 3
    assert [(line["event"], line["log_level"]) for line in told] == [("disk-full", "warning")] * 2
    assert told[0]["error"] == "/srv/studio/run/serve.lock: No space left on device. Free some space there."
    assert told[1]["error"] == "The database sqlite:///x cannot be written."


@pytest.mark.parametrize("error", [SystemExit(0), ValueError("a defect"), DatabaseUnavailableError("away")])
def test_what_is_no_full_disk_ends_it(error: BaseException) -> None:
    def start() -> None:
        raise error

    with pytest.raises(type(error)):
        once_there_is_room(start, begun=lambda: False, wait=lambda _seconds: pytest.fail("it waits"))


def test_a_server_that_ran_is_not_started_again() -> None:
    with pytest.raises(OSError, match="No space"):
        once_there_is_room(failing(FULL), begun=lambda: True, wait=lambda _seconds: pytest.fail("it waits"))
