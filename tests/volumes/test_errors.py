"""What the system refused, as errors of volumes: which kind, why, and what to do."""

import errno

import pytest

from greenroom.volumes.base import VolumesError, VolumesFullError
from greenroom.volumes.errors import storage_errors, translated


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_as_such_and_that_nothing_is_lost(number: int) -> None:
    error = translated(OSError(number, "whatever", "/srv/volumes/vol-1"), "make volume vol-1")
    assert type(error) is VolumesFullError
    assert str(error).startswith("Could not make volume vol-1 ('/srv/volumes/vol-1'): no space left")
    assert "nothing was lost" in str(error)


@pytest.mark.parametrize(
    ("number", "reason", "advice"),
    [
        (errno.EROFS, "volumes-read-only", "dmesg"),
        (errno.EIO, "volumes-io", "check the disk"),
        (errno.EACCES, "volumes-denied", "run the server as root"),
        (errno.EPERM, "volumes-denied", "run the server as root"),
        (errno.ENOTDIR, "volumes", "Not a directory"),
    ],
)
def test_each_refusal_has_its_reason_and_its_advice(number: int, reason: str, advice: str) -> None:
    error = translated(OSError(number, "Not a directory"), "flush volume vol-1")
    assert (type(error), error.reason) == (VolumesError, reason)
    assert str(error).startswith("Could not flush volume vol-1: ")
    assert advice in str(error)


def test_in_a_block_the_systems_errors_alone_are_translated() -> None:
    with pytest.raises(VolumesFullError) as caught, storage_errors("flush it"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert isinstance(caught.value.__cause__, OSError)
    with pytest.raises(KeyError), storage_errors("flush it"):
        raise KeyError("a defect")
