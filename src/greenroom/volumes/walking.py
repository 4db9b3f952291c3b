"""Everything in a volume as it is now, though its owner may be changing it: never led out of it, opening no file."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from greenroom.volumes.beneath import directory, root_directory


def walk(volume: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Every entry's path, relative to the volume, and what it is; each directory before what is in it.

    Bytes of names that are no UTF-8 are surrogates. What goes away meanwhile is left out, and so are sockets.
    """
    with root_directory(volume) as root:
        waiting: list[list[str]] = [[]]
        while waiting:
            names = waiting.pop()
            for name, facts in _entries(root, names):
                yield "/".join([*names, name]), facts
                if stat.S_ISDIR(facts.st_mode):
                    waiting.append([*names, name])


def _entries(root: int, names: list[str]) -> list[tuple[str, os.stat_result]]:
    """What is directly in a directory; nothing where it is none any more."""
    found = []
    try:
        with directory(root, names) as place, os.scandir(place) as entries:
            for entry in entries:
                try:
                    facts = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                if not stat.S_ISSOCK(facts.st_mode):
                    found.append((entry.name, facts))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        if names and error.errno == 40:  # ELOOP: it is a link by now
            return []
        raise
    return found
