"""Where a session sees the directories that it shares with others."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from greenroom.engines.base import SessionSpec, SharedDirectory

_RESERVED = frozenset(
    ("bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "root", "run", "sbin", "sys", "usr")
)
"""Of the system, or made anew for each session: nothing is mounted over these or in them."""
_HOME = "$HOME"


class SharingError(Exception):
    """A shared directory cannot be had where it is wanted; the text says of which component and why."""


def targets(spec: SessionSpec, home: str) -> list[PurePosixPath]:
    """Where each of the shared directories is to be seen, in their order. Raises SharingError."""
    found = [_target(shared, home) for shared in spec.shared]
    for number, (shared, target) in enumerate(zip(spec.shared, found, strict=True)):
        for other, earlier in zip(spec.shared[:number], found[:number], strict=True):
            if target.is_relative_to(earlier) or earlier.is_relative_to(target):
                raise _refusal(shared, f"its mount point and that of {other.name} lie in one another")
    return found


def check(spec: SessionSpec, home: str) -> None:
    """Raises SharingError for a directory that is not there, or that has no place in the session."""
    for shared, target in zip(spec.shared, targets(spec, home), strict=True):
        if not shared.source.is_dir():
            raise _refusal(
                shared,
                f"there is no directory {shared.source} on the server; an administrator makes it, mounts the "
                "file system there, or links it to where that is mounted",
            )
        _refuse_within_system(spec.image_root, shared, target)


def arguments(spec: SessionSpec, sources: Sequence[Path], home: str) -> Iterator[str]:
    """Bubblewrap's, for what is found at `sources`. Raises SharingError."""
    for source, target in zip(sources, targets(spec, home), strict=True):
        yield from ("--bind", str(source), str(target))


def _target(shared: SharedDirectory, home: str) -> PurePosixPath:
    text = home + shared.target.removeprefix(_HOME) if shared.target.startswith(_HOME) else shared.target
    target = PurePosixPath(text)
    if not target.is_absolute() or ".." in target.parts or len(target.parts) < 2:
        raise _refusal(shared, f"its mount point {shared.target} is not an absolute path to a directory")
    if target.parts[1] in _RESERVED:
        raise _refusal(shared, f"its mount point {shared.target} is within the session's own system")
    if PurePosixPath(home).is_relative_to(target):
        raise _refusal(shared, f"its mount point {shared.target} would cover the home of the session's user")
    return target


def _refuse_within_system(root: Path, shared: SharedDirectory, target: PurePosixPath) -> None:
    """A directory that the image has is read-only: no mount point can be made there."""
    first = target.parts[1]
    if first in ("home", "media", "mnt", "tmp") or (root == Path("/") and first not in ("opt", "nix")):
        return
    inside = root / target.relative_to("/")
    if os.path.lexists(root / first) and not inside.is_dir():
        raise _refusal(
            shared,
            f"its mount point {shared.target} is not in the image, whose /{first} is read-only; "
            "make the directory in the image, or mount below /mnt or $HOME",
        )


def _refusal(shared: SharedDirectory, why: str) -> SharingError:
    return SharingError(f"The shared file system of the studio component {shared.name} cannot be mounted: {why}.")
