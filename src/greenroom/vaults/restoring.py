"""Restoring a whole backup into a directory, which becomes the tree that was backed up."""

import contextlib
import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import msgspec

from greenroom.vaults.base import Progress, ProgressCallback, VaultError
from greenroom.vaults.call import Call
from greenroom.vaults.command import Restic
from greenroom.vaults.digging import Digging, look
from greenroom.vaults.direct import Direct
from greenroom.vaults.holes import kept_in
from greenroom.vaults.namespace import RESTORE_ROOT, Mount
from greenroom.vaults.readback import Held

_PACE = 0.5
"""Seconds between two tellings of the progress."""
_QUICK = 0.05
"""Seconds between two times that holes are made in what is being written; no less than making them takes."""
_SPARSE_SINCE = (0, 15)


class _Statistics(msgspec.Struct):
    total_size: int = 0


def restore(
    restic: Restic,
    held: Held,
    target: Path,
    unfinished: Path,
    progress: ProgressCallback | None = None,
    size_bytes: int = 0,
    direct: Direct | None = None,
) -> None:
    """Fill the empty directory `target`, and have it on the disk when this returns.

    `unfinished`: a directory for marks of restores that were begun, so that one that was killed may begin anew.
    `size_bytes`: of all that comes; where that is not known, it is asked for meanwhile. `direct`: where the
    repository's own files can be read.
    """
    mark = unfinished / hashlib.sha256(os.fsencode(target.absolute())).hexdigest()
    with _told(target):
        _empty(target, begun=mark.exists())
        unfinished.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark.touch()
    doing = f"restoring backup {held.backup_id}"
    leaves_holes = restic.version >= _SPARSE_SINCE
    sparse = ("--sparse",) if leaves_holes else ()
    call = Call(
        ("restore", held.snapshot, f"--target={RESTORE_ROOT}", *sparse),
        doing=doing,
        backup_id=held.backup_id,
        mounts=(Mount(target, f"{RESTORE_ROOT}{held.root}", writable=True),),
    )
    with ThreadPoolExecutor(2, "restore") as pool:
        # Each asking takes restic a second of a processor for 20,000 files, which the restore would go without.
        digging = None if leaves_holes or not kept_in(target) else pool.submit(look, restic, held, direct)
        total = _known(size_bytes) if size_bytes or progress is None else pool.submit(_size, restic, held, doing)
        if digging is not None and direct is not None:
            digging.result()  # holes are to be made from the beginning
        restic.patiently(lambda: _watched(restic, call, target, total, progress, digging))
        if digging is not None:
            digging.result().finish(target)
    with _told(target):
        subprocess.run(["sync", "--file-system", str(target)], check=True, capture_output=True)
        mark.unlink()


def _known(size: int) -> Future[int]:
    told = Future[int]()
    told.set_result(size)
    return told


def _size(restic: Restic, held: Held, doing: str) -> int:
    """Bytes of the backup's files, of several names of one file once."""
    call = Call(("stats", "--json", "--mode=restore-size", held.snapshot), doing=doing, backup_id=held.backup_id)
    return msgspec.json.decode(restic.read(call), type=_Statistics).total_size


def _watched(
    restic: Restic,
    call: Call,
    target: Path,
    total: Future[int],
    progress: ProgressCallback | None,
    digging: Future[Digging] | None,
) -> None:
    """Run `call`, telling in the caller's thread how much restic has written of how much, and making holes in it."""

    def tell(written: Callable[[int], int]) -> None:
        size = total.result()
        if progress is not None:
            progress(Progress(min(written(size), size), size))

    pace, told_at = _QUICK, time.monotonic()
    with restic.start(call) as running:
        while not running.ended_within(pace):
            pace, now = _PACE, time.monotonic()
            if total.done() and now - told_at >= _PACE:
                tell(lambda _: running.written())
                told_at = now
            if digging is not None and digging.done():
                now = time.monotonic()
                if digging.result().meanwhile(target):
                    pace = max(_QUICK, time.monotonic() - now)
    tell(lambda size: size)


def _empty(target: Path, *, begun: bool) -> None:
    """Make sure that there is nothing in `target`; only what an unfinished restore left is removed."""
    children = list(target.iterdir())
    if children and not begun:
        raise VaultError(
            f"{target} is not empty, so no backup is restored into it; give an empty directory",
            reason="target-not-empty",
        )
    for child in children:
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child)
        else:
            child.unlink()


@contextlib.contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, subprocess.CalledProcessError) as error:
        raise VaultError(f"the directory {target} to restore into cannot be used: {error}", reason="target") from error
