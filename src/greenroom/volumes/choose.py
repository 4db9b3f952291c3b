"""Which kind of volumes a directory gets, found out by trying."""

import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from greenroom.volumes import marker
from greenroom.volumes.backing_file import MIB, BackingFile, Growth
from greenroom.volumes.base import Volumes, VolumesError
from greenroom.volumes.btrfs import BtrfsVolumes, Limits, may_delete_at_once, try_subvolumes
from greenroom.volumes.btrfs_file import FILE, BtrfsFileVolumes
from greenroom.volumes.copy import CopyVolumes
from greenroom.volumes.errors import storage_errors
from greenroom.volumes.reflink import ReflinkVolumes, try_sharing

logger = logging.getLogger(__name__)

AUTO: Final = "auto"

_KINDS: dict[str, Callable[[Path], Volumes]] = {
    "btrfs": BtrfsVolumes,
    "reflink": ReflinkVolumes,
    "btrfs-file": BtrfsFileVolumes,
    "copy": CopyVolumes,
}
"""From the best to the last resort: `auto` takes the first that works."""

LIMITED: dict[str, Callable[..., Volumes]] = {"btrfs": BtrfsVolumes, "btrfs-file": BtrfsFileVolumes}
"""Those that can keep volumes to their sizes."""

KINDS: Final = (AUTO, *_KINDS)
"""What the setting may say."""


_TRIAL_SIZE = 128 * MIB


class State(StrEnum):
    """How well a part works here."""

    OK = "ok"
    LIMITED = "limited"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one kind of volumes."""

    part: str
    """For a table: "volumes: btrfs"."""
    state: State
    meaning: str
    """One sentence for a person."""
    remedy: str = ""
    """What to do or install for more; empty: nothing."""
    kind: str = ""


def choose(kind: str, directory: Path, limits: Limits = Limits.AUTO) -> Volumes:
    """The volumes of `directory`, not opened yet; nothing is made there besides the directory.

    `auto` is the kind that the directory has already, else the first of btrfs, reflink, btrfs-file and copy that works
    there. `limits`: whether volumes are kept to their sizes, where the kind can.

    Raises VolumesError where the directory holds volumes of another kind, or where the kind does not work.
    """
    if kind not in KINDS:
        raise VolumesError(
            f"There is no kind of volumes {kind!r}: use one of {', '.join(KINDS)}.", reason="volumes-kind"
        )
    before = marker.remembered(directory)
    if before is not None and before not in _KINDS:
        raise VolumesError(
            f"{directory / marker.MARKER} names {before!r}, a kind of volumes that this version does not know: install "
            "the version that made it.",
            reason="volumes-kind",
        )
    if before is not None and kind in (AUTO, before):
        logger.info("Volumes in %s are of the kind %s, as before.", directory, before)
        return _opened(before, directory, limits)
    if before is not None:
        _release(directory, before, kind)
    chosen = _first_working(directory) if kind == AUTO else _working(directory, kind)
    logger.info("Volumes in %s are of the kind %s. %s", directory, chosen.kind, chosen.meaning)
    return _opened(chosen.kind, directory, limits)


def _opened(kind: str, directory: Path, limits: Limits) -> Volumes:
    if kind in LIMITED:
        return LIMITED[kind](directory, limits=limits)
    return _KINDS[kind](directory)


def sizes(kind: str, limits: Limits) -> Finding:
    """Whether volumes of that kind are kept to the sizes of their launch profiles."""
    part = "volumes: sizes"
    kept = "Volumes are kept to the size that their launch profile says."
    free = "The size of volumes is not limited: a session can fill the disk that all volumes share."
    if os.geteuid() != 0 and kind in LIMITED:
        return Finding(part, State.LIMITED, free, "run the server as root")
    if kind not in LIMITED:
        return Finding(part, State.LIMITED, free, "use volumes of the kind btrfs or btrfs-file")
    if limits is Limits.OFF:
        return Finding(part, State.LIMITED, free, "set volume_limits to auto or on")
    if kind == "btrfs" and limits is Limits.AUTO:
        meaning = "Volumes are kept to their size only where the file system's quotas are on already."
        return Finding(part, State.LIMITED, meaning, "set volume_limits to on: all of that file system is counted then")
    return Finding(part, State.OK, kept)


def probe(directory: Path) -> list[Finding]:
    """How each kind would do in `directory`, found out by doing it there in small; the best kind first.

    Leaves nothing behind. A directory that is not there yet is judged by the first one above it that is.
    """
    place = directory.absolute()
    while not place.is_dir():
        place = place.parent
    return [_probe(kind, place) for kind in _KINDS]


def _probe(kind: str, place: Path) -> Finding:
    try:
        with storage_errors(f"try the kind {kind} in {place}"):
            return _PROBES[kind](place)
    except VolumesError as error:
        return Finding(f"volumes: {kind}", State.MISSING, str(error), _REMEDIES[kind], kind)


def _try_btrfs(place: Path) -> Finding:
    try_subvolumes(place)
    if may_delete_at_once(place):
        return Finding("volumes: btrfs", State.OK, "Snapshots of one moment, in milliseconds.", kind="btrfs")
    return Finding(
        "volumes: btrfs",
        State.LIMITED,
        "Snapshots of one moment, in milliseconds; to delete one takes time by the number of its files.",
        "mount the file system with the option user_subvol_rm_allowed, or run the server as root",
        "btrfs",
    )


def _try_reflink(place: Path) -> Finding:
    try_sharing(place)
    meaning = "Snapshots share blocks with the volume; they take time by the number of files and are not of one moment."
    return Finding("volumes: reflink", State.OK, meaning, kind="reflink")


def _try_btrfs_file(place: Path) -> Finding:
    if os.geteuid() != 0:
        raise VolumesError("Only root may mount a file.", reason="volumes-denied")
    with _trial(place) as trial:
        file = BackingFile(trial / FILE, trial, Growth(initial=_TRIAL_SIZE, least=_TRIAL_SIZE, reserve=0))
        file.create()
        file.try_mount()
    meaning = "Snapshots of one moment, in milliseconds, in a file that grows."
    return Finding("volumes: btrfs-file", State.OK, meaning, kind="btrfs-file")


def _try_copy(place: Path) -> Finding:
    with _trial(place):
        meaning = "Works everywhere; every snapshot takes the time and the space of a full copy."
    return Finding("volumes: copy", State.LIMITED, meaning, "use one of the kinds above", "copy")


_PROBES: dict[str, Callable[[Path], Finding]] = {
    "btrfs": _try_btrfs,
    "reflink": _try_reflink,
    "btrfs-file": _try_btrfs_file,
    "copy": _try_copy,
}

_REMEDIES = {
    "btrfs": "put the data directory on a btrfs file system",
    "reflink": "put the data directory on XFS (made with reflink=1) or btrfs",
    "btrfs-file": "run the server as root on a kernel with btrfs and loop devices, and: apt install btrfs-progs",
    "copy": "let the server's user write to the data directory",
}


@contextmanager
def _trial(place: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=".trying-", dir=place) as trial:
        yield Path(trial)


def _first_working(directory: Path) -> Finding:
    for kind in _KINDS:
        place = _made(directory)
        finding = _probe(kind, place)
        if finding.state is not State.MISSING:
            return finding
        logger.debug("Not %s in %s: %s", kind, directory, finding.meaning)
    raise VolumesError(
        f"No volumes can be kept in {directory}: {finding.meaning} {_REMEDIES['copy'].capitalize()}.",
        reason="volumes-unsupported",
    )


def _working(directory: Path, kind: str) -> Finding:
    finding = _probe(kind, _made(directory))
    if finding.state is State.MISSING:
        raise VolumesError(
            f"The kind {kind} does not work in {directory}: {finding.meaning} To use it, {_REMEDIES[kind]}; "
            "or set the kind of volumes to auto.",
            reason="volumes-unsupported",
        )
    return finding


def _made(directory: Path) -> Path:
    with storage_errors(f"make {directory}"):
        directory.mkdir(mode=0o711, parents=True, exist_ok=True)
    return directory


def _release(directory: Path, before: str, wanted: str) -> None:
    """Free a directory of its kind where no volume or snapshot is in it. Raises VolumesError."""
    held = [directory / name for name in ("volumes", "snapshots", FILE)]
    with storage_errors(f"see whether {directory} holds volumes"):
        if not any(place.is_file() or (place.is_dir() and any(place.iterdir())) for place in held):
            marker.forget(directory)
            return
    raise VolumesError(
        f"{directory} holds volumes of the kind {before}, which {wanted} cannot use: set the kind of volumes to "
        f"{before} or auto, or use another data directory.",
        reason="volumes-kind",
    )
