"""Which kind of volumes a directory holds, remembered in the directory itself."""

from pathlib import Path

from greenroom.volumes.base import VolumesError
from greenroom.volumes.durable import sync_directory, write_file
from greenroom.volumes.errors import storage_errors

MARKER = "kind"
"""Name of the file; its content is the kind's name and a line feed."""


def remembered(directory: Path) -> str | None:
    """Name of the kind whose volumes the directory holds; None where none was ever opened there."""
    with storage_errors(f"read which kind of volumes {directory} holds"):
        try:
            return (directory / MARKER).read_text(encoding="utf-8").strip() or None
        except FileNotFoundError:
            return None


def remember(directory: Path, name: str) -> None:
    """Bind the directory to a kind, durably. Bound to it already: nothing happens; to another: raises VolumesError."""
    before = remembered(directory)
    if before == name:
        return
    if before is not None:
        raise VolumesError(
            f"{directory} holds volumes of the kind {before}, so {name} cannot be opened there: set the kind of "
            f"volumes to {before} or auto, or use another data directory.",
            reason="volumes-kind",
        )
    with storage_errors(f"remember in {directory} that its volumes are of the kind {name}"):
        write_file(directory / MARKER, f"{name}\n".encode())
        sync_directory(directory)


def forget(directory: Path) -> None:
    """Unbind the directory, which holds no volumes any more."""
    with storage_errors(f"forget the kind of volumes of {directory}"):
        (directory / MARKER).unlink(missing_ok=True)
        sync_directory(directory)
