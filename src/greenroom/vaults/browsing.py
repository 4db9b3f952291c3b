"""Looking into a backup, and taking one file out of it, without restoring it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from greenroom.vaults.base import FileEntry, VaultError
from greenroom.vaults.command import Call, Restic
from greenroom.vaults.manifest import CHUNK
from greenroom.vaults.nodes import Node, listed
from greenroom.vaults.readback import Held

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def entries(restic: Restic, held: Held, path: str) -> list[FileEntry]:
    """The entries directly in the directory `path`. Raises VaultError (`no-such-file`) where that is none."""
    directory = _inside(held, path)
    found = _list(restic, held, directory)
    if not any(node.path == directory and node.type == "dir" for node in found):
        raise _no_such("directory", held, path)
    return [_entry(node, held) for node in found if node.path != directory]


def extract(restic: Restic, held: Held, path: str, target: Path) -> None:
    """Write the regular file `path` to `target`, whole or not at all; links on the way are not followed."""
    location = _inside(held, path)
    if not any(node.path == location and node.type == "file" for node in _list(restic, held, location)):
        raise _no_such("file", held, path)
    call = Call(
        ("dump", held.snapshot, location),
        doing=f"reading {path!r} of backup {held.backup_id}",
        backup_id=held.backup_id,
    )

    def copy() -> None:
        with _replacing(target) as file, restic.start(call) as running:
            while data := running.stdout.read(CHUNK):
                file.write(data)

    try:
        restic.patiently(copy)
    except OSError as error:
        raise VaultError(f"{target} could not be written: {error}", reason="target") from error


def _inside(held: Held, path: str) -> str:
    """The path in the snapshot of a path in the tree, which must not lead out of it."""
    if not path:
        return held.root
    if "\0" in path or any(part in ("", ".", "..") for part in path.split("/")):
        raise VaultError(
            f"{path!r} is no path in a backup: names separated by single slashes, none of them . or ..",
            reason="no-such-file",
        )
    return f"{held.root}/{path}"


def _list(restic: Restic, held: Held, location: str) -> list[Node]:
    doing = f"listing files of backup {held.backup_id}"
    call = Call(("ls", "--json", held.snapshot, location), doing=doing, backup_id=held.backup_id)
    return list(listed(restic.read(call).splitlines()))


def _entry(node: Node, held: Held) -> FileEntry:
    return FileEntry(
        path=node.path.removeprefix(f"{held.root}/"),
        type=node.type,
        size=node.size,
        mode=node.permissions,
        modified_at=_EPOCH + timedelta(microseconds=node.mtime_ns // 1000),
    )


def _no_such(kind: str, held: Held, path: str) -> VaultError:
    return VaultError(f"backup {held.backup_id} has no {kind} {path!r}; its files can be listed", reason="no-such-file")


@contextmanager
def _replacing(target: Path) -> Iterator[IO[bytes]]:
    """A new private file beside `target`, which takes its name once it is whole and on the disk."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(descriptor)
        Path(name).replace(target)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise
