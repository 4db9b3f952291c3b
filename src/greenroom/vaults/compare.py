"""Holding what the vault gives back against the tree that was stored."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from greenroom.vaults.manifest import CHUNK, Entry
from greenroom.vaults.nodes import Facts, Node

_SHOWN = 3
_NAMES = ("type", "mode", "owner", "group", "size", "time", "hard links", "link target")
_Facts = tuple[str, int, int, int, int, int, int, str]


@dataclass(slots=True)
class Differences:
    """What was found to differ, as sentences for a person."""

    found: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.found)

    def add(self, path: str, what: str) -> None:
        """Note that `path` differs in `what`."""
        self.found.append(f"{shown(path) or 'its top directory'}: {what}")

    def __str__(self) -> str:
        more = len(self.found) - _SHOWN
        return "; ".join(self.found[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")


def shown(path: str) -> str:
    """A path as restic's JSON shows it: each byte that is no UTF-8 as U+FFFD."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return "".join("�" if "\udc80" <= character <= "\udcff" else character for character in path)
    return path


def metadata(source: Iterable[Entry], held: Iterable[Node], root: str) -> Differences:
    """Compare every entry's path, type, mode, owner, size, time, link count and link target.

    `root` is the tree's directory in the snapshot; what the snapshot holds beside it is its path's parents.
    """
    wanted, given = _Side(), _Side()
    for entry in source:
        wanted.put(shown(entry.path), _facts_of_entry(entry))
    prefix = f"{root}/"
    for node in held:
        if node.path.startswith(prefix):
            given.put(node.path[len(prefix) :], _facts_of_node(node))
        elif node.path == root:
            given.put("", _facts_of_node(node))
    return _differences(wanted, given)


def agrees(entry: Entry, held: Facts) -> bool:
    """Whether what a snapshot holds of an entry, its content aside, is what the source has."""
    return _facts_of_entry(entry) == _facts_of_node(held)


def content(read: Callable[[int], bytes], source: Path) -> bytes | None:
    """The SHA-256 of what `read` gives if that is exactly the content of the file at `source`, else None."""
    hashed = hashlib.sha256()
    with os.fdopen(os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb", buffering=0) as file:
        while True:
            given = read(CHUNK)
            if given != exactly(file.read, len(given) or 1):
                return None
            if not given:
                return hashed.digest()
            hashed.update(given)


def exactly(read: Callable[[int], bytes], size: int) -> bytes:
    """The next `size` bytes, fewer only at the end."""
    data = read(size)
    while len(data) < size and (more := read(size - len(data))):
        data += more
    return data


class _Side:
    """Entries by path. Names that are no UTF-8 can fall together as restic shows them: those are counted instead."""

    def __init__(self) -> None:
        self.plain: dict[str, _Facts] = {}
        self.odd: Counter[tuple[str, _Facts]] = Counter()

    def put(self, path: str, facts: _Facts) -> None:
        if "�" in path:
            self.odd[(path, facts)] += 1
        else:
            self.plain[path] = facts


def _differences(wanted: _Side, given: _Side) -> Differences:
    differences = Differences()
    if wanted.plain != given.plain:
        for path, facts in wanted.plain.items():
            held = given.plain.get(path)
            if held is None:
                differences.add(path, "missing")
            elif held != facts:
                differences.add(path, _told(facts, held))
        for path in given.plain.keys() - wanted.plain.keys():
            differences.add(path, "not in the snapshot that was stored")
    for (path, _), number in (wanted.odd - given.odd).items():
        differences.add(path, f"missing or different ({number})")
    for (path, _), number in (given.odd - wanted.odd).items():
        differences.add(path, f"not in the snapshot that was stored ({number})")
    return differences


def _told(wanted: _Facts, held: _Facts) -> str:
    pairs: Iterable[tuple[str, int | str, int | str]] = zip(_NAMES, wanted, held, strict=True)
    return ", ".join(
        f"{name} {_value(name, given)} instead of {_value(name, want)}" for name, want, given in pairs if want != given
    )


def _value(name: str, value: int | str) -> str:
    if name == "mode":
        return f"{value:04o}"
    if name == "time" and isinstance(value, int):
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value // 1000)
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{value % 1_000_000_000:09d}Z"
    return str(value)


def _facts_of_entry(entry: Entry) -> _Facts:
    symlink, file = entry.type == "symlink", entry.type == "file"
    return (
        entry.type,
        0 if symlink else entry.permissions,
        entry.uid,
        entry.gid,
        entry.size if file else 0,
        entry.mtime_ns,
        entry.links if file else 0,
        shown(entry.linktarget),
    )


def _facts_of_node(node: Facts) -> _Facts:
    symlink, file = node.type == "symlink", node.type == "file"
    return (
        node.type,
        0 if symlink else node.permissions,
        node.uid,
        node.gid,
        node.size if file else 0,
        node.mtime_ns,
        node.links if file else 0,
        node.linktarget,
    )


def attribute_names(source: Mapping[str, bytes], given: Mapping[str, bytes]) -> str:
    """The names of the extended attributes that differ, in one word each."""
    return ", ".join(sorted(name for name in source.keys() | given.keys() if source.get(name) != given.get(name)))
