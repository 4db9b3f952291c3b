"""Looking into a backup, and taking one file out of it, without restoring it."""

import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from greenroom.vaults.base import FileEntry, Member, T, TreeEntry, VaultError
from greenroom.vaults.call import Call
from greenroom.vaults.command import Restic
from greenroom.vaults.compare import shown
from greenroom.vaults.manifest import CHUNK
from greenroom.vaults.nodes import Node, listed
from greenroom.vaults.readback import Held
from greenroom.vaults.running import Running

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


class _OddNameError(Exception):
    """A name came that restic's JSON cannot tell."""


def tree(restic: Restic, held: Held, take: Callable[[Iterator[TreeEntry]], T]) -> T:
    """What `take` makes of all entries of the backup. Tried without a lock first, and without odd names first."""
    call = Call(
        ("ls", "--json", held.snapshot),
        doing=f"listing files of backup {held.backup_id}",
        backup_id=held.backup_id,
        lock=False,
    )
    try:
        try:
            return _taken(restic, held, call, take)
        except VaultError:
            call = replace(call, lock=True)
            return restic.patiently(lambda: _taken(restic, held, call, take))
    except _OddNameError:
        return restic.patiently(lambda: _taken_with_odd_names(restic, held, call, take))


def _taken(restic: Restic, held: Held, call: Call, take: Callable[[Iterator[TreeEntry]], T]) -> T:
    def entries() -> Iterator[TreeEntry]:
        for node in _nodes_below(held, listed(running.stdout)):
            if "\ufffd" in node.path:
                raise _OddNameError
            yield _tree_entry(node, held, None)

    with restic.start(call) as running:
        return take(entries())


def _taken_with_odd_names(restic: Restic, held: Held, call: Call, take: Callable[[Iterator[TreeEntry]], T]) -> T:
    """The JSON has U+FFFD for each byte that is no UTF-8; the plain listing, in the same order, has the bytes."""
    plain = replace(call, arguments=("ls", "--quiet", held.snapshot))

    def entries() -> Iterator[TreeEntry]:
        for node in listed(running.stdout):
            lines = [beside.stdout.readline() for _ in range(node.path.count("\n") + 1)]
            raw = b"".join(lines).removesuffix(b"\n")
            if node.path.startswith(f"{held.root}/"):
                known = shown(os.fsdecode(raw)) == node.path
                yield _tree_entry(node, held, raw[len(os.fsencode(held.root)) + 1 :] if known else None)

    with restic.start(call) as running, restic.start(plain) as beside:
        return take(entries())


def _nodes_below(held: Held, nodes: Iterator[Node]) -> Iterator[Node]:
    prefix = f"{held.root}/"
    return (node for node in nodes if node.path.startswith(prefix))


def _tree_entry(node: Node, held: Held, raw: bytes | None) -> TreeEntry:
    path = node.path[len(held.root) + 1 :]
    if raw is not None:
        path = raw.decode("utf-8", "backslashreplace")
    elif "\ufffd" not in path:
        raw = path.encode()
    return TreeEntry(path, node.type, node.size, node.permissions, node.mtime_ns, raw)


@contextmanager
def stream(restic: Restic, held: Held, path: bytes) -> Iterator[IO[bytes]]:
    """The content of a file: see Vault.stream."""
    with restic.start(_dump(held, path)) as running:
        yield running.stdout


@contextmanager
def members(restic: Restic, held: Held, path: bytes) -> Iterator[Iterator[Member]]:
    """All that is below a directory: see Vault.members."""
    prefix = f"{_located(held, path).strip('/')}/"
    with restic.start(_dump(held, path).given("--archive=tar")) as running:
        yield _members(running, prefix)


def _members(running: Running, prefix: str) -> Iterator[Member]:
    """What restic's tar stream holds, made harmless."""
    try:
        with tarfile.open(
            fileobj=running.stdout, mode="r|", bufsize=CHUNK, encoding="utf-8", errors="surrogateescape"
        ) as archive:
            while (member := archive.next()) is not None:
                archive.members.clear()  # type: ignore[attr-defined]  # it would keep all of them
                name = member.name.lstrip("/").removeprefix(prefix)
                if name and (member.isreg() or member.isdir() or member.issym()):
                    yield _harmless(member, name), archive.extractfile(member) if member.isreg() else None
    except tarfile.TarError as error:
        running.finish()  # restic's own account of why the stream broke off tells more
        raise VaultError(f"the stream of the files broke off: {error}", reason="stream") from error


def _harmless(member: tarfile.TarInfo, name: str) -> tarfile.TarInfo:
    clean = tarfile.TarInfo(name)
    clean.type, clean.size, clean.linkname = member.type, member.size, member.linkname
    clean.mode, clean.mtime = member.mode & 0o777, member.mtime
    return clean


def _dump(held: Held, path: bytes) -> Call:
    return Call(
        ("dump", held.snapshot, _located(held, path)),
        doing=f"reading files of backup {held.backup_id}",
        backup_id=held.backup_id,
        lock=False,
    )


def _located(held: Held, path: bytes) -> str:
    return f"{held.root}/{os.fsdecode(path)}" if path else held.root


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
