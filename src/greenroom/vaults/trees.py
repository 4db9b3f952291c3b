"""What backups hold, kept on this machine so that looking into one again costs no restic: an index a backup.

An index is a SQLite file. It can be lost at any moment, and is made again from the vault; it says what is there, and
never stands in for the content, which always comes from the vault.
"""

import fcntl
import hashlib
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from greenroom.vaults.base import TreeEntry

FORM = 1
"""Of the files; those of another form are made anew."""
ABANDONED = 3600.0
"""Seconds after which a file that somebody began to write is taken for left behind."""

_SUFFIX, _BEGUN = ".tree", ".begun"
_LARGEST = 2**63 - 1
_SCHEMA = """
CREATE TABLE entries (
    directory TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, size INTEGER NOT NULL, mode INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL, raw BLOB, PRIMARY KEY (directory, name)
) WITHOUT ROWID
"""
_COLUMNS = "directory, name, type, size, mode, modified_ns, raw"
_BOTH = ", ".join(f"{side}.{column.strip()}" for side in "ab" for column in _COLUMNS.split(","))
_CHANGES = f"""
SELECT a.directory AS directory, a.name AS name, {_BOTH}
FROM main.entries a LEFT JOIN other.entries b ON b.directory = a.directory AND b.name = a.name
WHERE (a.directory, a.name) > (?, ?) AND (
    b.name IS NULL OR a.type <> b.type OR (a.type <> 'symlink' AND a.mode <> b.mode)
    OR (a.type = 'file' AND a.size <> b.size)
    OR (a.type IN ('file', 'symlink') AND a.modified_ns <> b.modified_ns)
)
UNION ALL
SELECT b.directory AS directory, b.name AS name, {_BOTH}
FROM other.entries b LEFT JOIN main.entries a ON a.directory = b.directory AND a.name = b.name
WHERE (b.directory, b.name) > (?, ?) AND a.name IS NULL
ORDER BY directory, name LIMIT ?
"""  # noqa: S608  all of it is ours


class IndexedEntry(NamedTuple):
    """An entry as an index has it."""

    directory: str
    """Path of the directory that it is in; empty: the volume itself."""
    name: str
    type: str
    """`file`, `dir`, `symlink` or restic's other words."""
    size: int
    mode: int
    modified_ns: int
    raw: bytes | None
    """The path as the vault takes it; None: the path's own bytes. Empty: it cannot be asked for."""

    @property
    def path(self) -> str:
        """Relative to the volume."""
        return f"{self.directory}/{self.name}" if self.directory else self.name

    @property
    def location(self) -> bytes | None:
        """The path for the vault; None where nobody knows the bytes of its name."""
        return (self.raw or None) if self.raw is not None else self.path.encode()


class Change(NamedTuple):
    """An entry that differs between two trees."""

    before: IndexedEntry | None
    after: IndexedEntry | None


class Tree:
    """One opened index; for one thread."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path

    def find(self, path: str) -> IndexedEntry | None:
        """The entry at that path."""
        directory, _, name = path.rpartition("/")
        return next(self._entries("directory = ? AND name = ?", directory, name), None)

    def children(self, directory: str, *, after: str = "", limit: int = -1) -> list[IndexedEntry]:
        """Entries directly in a directory whose names come after `after`, in the order of their names."""
        return list(self._entries("directory = ? AND name > ? ORDER BY name LIMIT ?", directory, after, limit))

    def search(self, pattern: str, *, after: tuple[str, str] = ("", ""), limit: int = -1) -> list[IndexedEntry]:
        """Entries anywhere whose name is like `pattern` (`*`, `?`, `[…]`; A to Z in either case), in order."""
        where = "(directory, name) > (?, ?) AND lower(name) GLOB lower(?) ORDER BY directory, name LIMIT ?"
        return list(self._entries(where, *after, pattern, limit))

    def changes(self, other: Path, *, after: tuple[str, str] = ("", ""), limit: int = -1) -> list[Change]:
        """How the index in the file `other` differs, by directory and name.

        Files differ in size, time or permissions, links in their time, all else in kind or permissions: a directory's
        time only says that something in it came or went, which is told itself.
        """
        self._connection.execute("ATTACH ? AS other", (_address(other),))
        try:
            rows = self._connection.execute(_CHANGES, (*after, *after, limit)).fetchall()
        finally:
            self._connection.execute("DETACH other")
        half = len(IndexedEntry._fields)
        return [Change(_half(row[2 : 2 + half]), _half(row[2 + half :])) for row in rows]

    def specials(self, directory: str) -> Iterator[IndexedEntry]:
        """Below a directory, at any depth: what is neither file, directory nor link."""
        below = f"{directory}/"
        return self._entries(
            "type NOT IN ('file', 'dir', 'symlink') AND (?1 = '' OR directory = ?1 OR substr(directory, 1, ?2) = ?3)",
            directory,
            len(below),
            below,
        )

    def _entries(self, where: str, *values: str | int) -> Iterator[IndexedEntry]:
        query = f"SELECT {_COLUMNS} FROM entries WHERE {where}"  # noqa: S608  values are bound, the rest is ours
        return map(IndexedEntry._make, self._connection.execute(query, values))


class Trees:
    """The indexes of a directory, together at most `most_bytes` large: the least lately used go first.

    Their files' times, which say what was used lately, are written only when another index is made: a look into one
    that is there writes nothing, and goes on where nothing can be written.

    Safe beside other threads and processes on the same directory; of those who want one index that is not there, one
    makes it.
    """

    def __init__(self, directory: Path, most_bytes: int) -> None:
        self._directory = directory
        self._most_bytes = most_bytes
        self._used: dict[Path, float] = {}
        """When each was last used, as far as its file does not say so yet."""

    @contextmanager
    def opened(self, key: str, fill: Callable[[Callable[[Iterable[TreeEntry]], None]], None]) -> Iterator[Tree]:
        """The index of that key. Where there is none, `fill` is called with a function that takes all its entries."""
        path = self._directory / (hashlib.sha256(key.encode()).hexdigest()[:40] + _SUFFIX)
        connection = _open(path)
        if connection is None:
            self._make(path, fill)
            connection = _open(path)
        if connection is None:
            raise OSError(f"{path} cannot be read though it was just made: is something else writing there?")
        self._used[path] = time.time()
        try:
            yield Tree(connection, path)
        except sqlite3.DatabaseError:
            path.unlink(missing_ok=True)  # it is damaged: whoever looks again has it made anew
            raise
        finally:
            connection.close()

    def _make(self, path: Path, fill: Callable[[Callable[[Iterable[TreeEntry]], None]], None]) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(path.with_suffix(".lock")):
            if (there := _open(path)) is not None:
                there.close()
                return
            descriptor, name = tempfile.mkstemp(suffix=_BEGUN, dir=self._directory)
            os.close(descriptor)
            begun = Path(name)
            try:
                fill(lambda entries: _write(begun, entries))
                self._make_room(begun.stat().st_size)
                begun.replace(path)
            finally:
                begun.unlink(missing_ok=True)

    def _make_room(self, size: int) -> None:
        """Remove what was used least lately until `size` bytes more are within the bound."""
        used, self._used = self._used, {}
        for path, moment in list(used.items()):
            with suppress(FileNotFoundError):
                os.utime(path, (moment, moment))
        kept = self._most_bytes - size
        for path, facts in sorted(self._files(), key=lambda each: -each[1].st_mtime):
            kept -= facts.st_size
            if kept < 0 or (path.suffix == _BEGUN and facts.st_mtime < time.time() - ABANDONED):
                path.unlink(missing_ok=True)

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        for path in self._directory.iterdir():
            if path.suffix == _SUFFIX or path.suffix == _BEGUN:
                with suppress(FileNotFoundError):
                    facts = path.stat()
                    if path.suffix == _SUFFIX or facts.st_mtime < time.time() - ABANDONED:
                        yield path, facts


def _open(path: Path) -> sqlite3.Connection | None:
    """The index there; None where there is none, or none that can be read."""
    try:
        connection = sqlite3.connect(_address(path), uri=True, check_same_thread=False)
    except sqlite3.OperationalError:
        return None
    try:
        (form,) = connection.execute("PRAGMA user_version").fetchone()
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (page_size,) = connection.execute("PRAGMA page_size").fetchone()
        connection.execute("SELECT 1 FROM entries LIMIT 1").fetchone()
        if path.stat().st_size != pages * page_size:
            form = None
    except sqlite3.DatabaseError:
        form = None
    if form == FORM:
        return connection
    connection.close()
    path.unlink(missing_ok=True)
    return None


def _address(path: Path) -> str:
    return f"file:{quote(str(path))}?mode=ro&immutable=1"


def _half(row: tuple[Any, ...]) -> IndexedEntry | None:
    return None if row[0] is None else IndexedEntry._make(row)


def _write(path: Path, entries: Iterable[TreeEntry]) -> None:
    """A new index at `path`; what was there is gone."""
    path.write_bytes(b"")
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # What a power cut leaves is made anew, not recovered.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        connection.execute(_SCHEMA)
        # Two names that are shown alike are one entry: only names whose bytes the vault does not tell can be.
        connection.executemany("INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)", map(_row, entries))
        connection.execute(f"PRAGMA user_version = {FORM}")
        connection.execute("COMMIT")
    finally:
        connection.close()


def _row(entry: TreeEntry) -> tuple[str, str, str, int, int, int, bytes | None]:
    directory, _, name = entry.path.rpartition("/")
    raw = b"" if entry.raw is None else None if entry.raw == entry.path.encode() else entry.raw
    modified_ns = max(-_LARGEST, min(entry.modified_ns, _LARGEST))
    return directory, name, entry.type, min(entry.size, _LARGEST), entry.mode, modified_ns, raw


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Wait until nobody else is in here with that path."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)
