"""Reading a backup's content back out of the repository and holding it against the tree that was stored."""

import os
import tarfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, cast

from greenroom.vaults import compare
from greenroom.vaults.base import BackupBrokenError, VaultError
from greenroom.vaults.call import Cache, Call
from greenroom.vaults.command import Restic
from greenroom.vaults.compare import Differences
from greenroom.vaults.manifest import CHUNK, Entry, attributes
from greenroom.vaults.scratch import scratch

_BATCH_FILES = 1000
"""restic holds every entry against every path asked for: 1,000 of 20,000 cost 0.3 s, 2,000 cost 1.3 s."""
_BATCH_BYTES = 1 << 30
_BATCH_NAMES = 1 << 20
"""Bytes of paths on one command line; Linux allows 2 MiB with the environment."""
_LARGE = 256 << 20
"""A file of this size is streamed by itself and takes no scratch space."""
_XATTR = "SCHILY.xattr."


@dataclass(frozen=True, slots=True)
class Held:
    """A backup in the repository."""

    backup_id: str
    snapshot: str
    root: str
    """The tree's directory in the snapshot."""


class ReadBack:
    """Reads one backup's files. Every method returns the SHA-256 of each file whose content it proved, or raises
    BackupBrokenError telling what differs."""

    def __init__(self, restic: Restic, held: Held, scratch_directory: Path) -> None:
        self._restic = restic
        self._held = held
        self._scratch = scratch_directory

    def whole(self, source: Path, entries: Mapping[str, Entry]) -> dict[str, bytes]:
        """Stream everything, and compare content and extended attributes with `source`."""
        differences = Differences()
        proven: dict[str, bytes] = {}

        def visit(path: str, member: tarfile.TarInfo, stream: IO[bytes]) -> None:
            entry = entries.get(path)
            if entry is None or entry.type != "file":  # devices and pipes come as empty files
                return
            if wrong := compare.attribute_names(attributes(source / path), _attributes_of(member)):
                differences.add(path, f"other extended attributes: {wrong}")
            sha256 = compare.content(stream.read, source / path)
            if sha256 is None:
                differences.add(path, "other content")
            else:
                proven[path] = sha256

        self._restic.patiently(lambda: self._stream(visit))
        for path, entry in entries.items():
            if entry.type == "file" and path not in proven and not differences:
                differences.add(path, "content missing")
        self._judge(differences)
        return proven

    def readable(self, sizes: dict[str, int]) -> None:
        """Stream everything, and compare the sizes with what the backup's own list says (by paths as it shows them)."""
        differences = Differences()
        missing = dict(sizes)

        def visit(path: str, member: tarfile.TarInfo, stream: IO[bytes]) -> None:  # noqa: ARG001  one shape for both
            size = missing.pop(compare.shown(path), None)
            read = 0
            while data := stream.read(CHUNK):
                read += len(data)
            if size is not None and size != read:
                differences.add(path, f"{read} bytes instead of {size}")

        self._restic.patiently(lambda: self._stream(visit))
        for path in missing:
            differences.add(path, "content missing")
        self._judge(differences)

    def files(self, source: Path, wanted: Iterable[Entry], *, lock: bool) -> dict[str, bytes]:
        """Restore the `wanted` files aside, or stream them where they are large, and compare them with `source`."""
        proven: dict[str, bytes] = {}
        small: list[Entry] = []
        for entry in wanted:
            if entry.size >= _LARGE:
                proven[entry.path] = self._restic.patiently(partial(self._one, source, entry, lock=lock))
            else:
                small.append(entry)
        for batch in _batches(small):
            proven |= self._batch(source, batch, lock=lock)
        return proven

    def _one(self, source: Path, entry: Entry, *, lock: bool) -> bytes:
        call = self._call("dump", self._held.snapshot, self._inside(entry.path), lock=lock)
        with self._restic.start(call) as running:
            sha256 = compare.content(running.stdout.read, source / entry.path)
            if sha256 is not None:
                return sha256
            running.stdout.read()
        self._judge(Differences([f"{compare.shown(entry.path)}: other content"]))
        raise AssertionError("judged above")

    def _batch(self, source: Path, batch: Sequence[Entry], *, lock: bool) -> dict[str, bytes]:
        with scratch(self._scratch) as directory:
            includes = [f"--include={_literally(self._inside(entry.path))}" for entry in batch]
            trouble: VaultError | None = None
            try:
                call = self._call("restore", self._held.snapshot, f"--target={directory}", *includes, lock=lock)
                self._restic.output(call) if lock else self._restic.attempt(call)
            except VaultError as error:
                trouble = error  # what came back decides: restic also fails over attributes that scratch cannot hold
            restored = directory / self._held.root.lstrip("/")
            differences = Differences()
            proven: dict[str, bytes] = {}
            for entry in batch:
                sha256 = _content(restored / entry.path, source / entry.path)
                if sha256 is None:
                    differences.add(entry.path, "other content" if (restored / entry.path).exists() else "missing")
                elif trouble is None and (wrong := _attributes_differ(source / entry.path, restored / entry.path)):
                    differences.add(entry.path, f"other extended attributes: {wrong}")
                else:
                    proven[entry.path] = sha256
            if differences and trouble is not None:
                raise trouble
            self._judge(differences)
            return proven

    def _stream(self, visit: Callable[[str, tarfile.TarInfo, IO[bytes]], None]) -> None:
        """Show `visit` every regular file of the backup, as it comes out of the repository and out of no cache."""
        call = self._call("dump", "--archive=tar", self._held.snapshot, self._held.root, lock=True, cache=Cache.NONE)
        prefix = f"{self._held.root.strip('/')}/"
        with self._restic.start(call) as running:
            try:
                with tarfile.open(
                    fileobj=running.stdout, mode="r|", bufsize=CHUNK, encoding="utf-8", errors="surrogateescape"
                ) as archive:
                    for member in archive:
                        stream = archive.extractfile(member) if member.isreg() else None
                        if stream is not None:
                            visit(member.name.lstrip("/").removeprefix(prefix), member, stream)
            except tarfile.TarError as error:
                running.finish()  # restic's own account of why the stream broke off tells more
                raise self._broken(f"the stream of its files broke off: {error}") from error

    def _call(self, *arguments: str, lock: bool, cache: Cache = Cache.READING) -> Call:
        return Call(
            arguments,
            doing=f"reading back backup {self._held.backup_id}",
            backup_id=self._held.backup_id,
            cache=cache,
            lock=lock,
            at_ease=True,
        )

    def _inside(self, path: str) -> str:
        return f"{self._held.root}/{path}"

    def _judge(self, differences: Differences) -> None:
        if differences:
            raise self._broken(f"it differs from the snapshot that was stored: {differences}")

    def _broken(self, why: str) -> BackupBrokenError:
        vault = self._restic.repository.name
        return BackupBrokenError(f"backup {self._held.backup_id} in vault {vault} is broken: {why}")


def _batches(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Portions that fit on a command line and into scratch space."""
    batch: list[Entry] = []
    size = names = 0
    for entry in entries:
        if batch and (len(batch) >= _BATCH_FILES or size + entry.size > _BATCH_BYTES or names > _BATCH_NAMES):
            yield batch
            batch, size, names = [], 0, 0
        batch.append(entry)
        size += entry.size
        names += 2 * len(os.fsencode(entry.path)) + 64
    if batch:
        yield batch


def _literally(path: str) -> str:
    """A restic pattern that matches this path only."""
    return "".join(f"\\{character}" if character in "\\*?[" else character for character in path)


def _content(restored: Path, source: Path) -> bytes | None:
    """The SHA-256 of a restored file if it is the source's, else None."""
    try:
        with os.fdopen(os.open(restored, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb", buffering=0) as file:
            return compare.content(file.read, source)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _attributes_differ(source: Path, restored: Path) -> str:
    return compare.attribute_names(attributes(source), attributes(restored))


def _attributes_of(member: tarfile.TarInfo) -> dict[str, bytes]:
    """The extended attributes in a tar header; their values are bytes, whatever tarfile took them for."""
    headers = cast(dict[str, str], member.pax_headers)
    return {
        name.removeprefix(_XATTR): value.encode("utf-8", "surrogateescape")
        for name, value in headers.items()
        if name.startswith(_XATTR)
    }
