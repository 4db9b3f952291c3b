"""The entries of a snapshot, as restic lists them from the repository."""

import calendar
from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

_SETUID, _SETGID, _STICKY = 1 << 23, 1 << 22, 1 << 20


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a snapshot holds of an entry beside its name and content, as restic writes it in trees and in listings."""

    type: str = ""
    mode: int = 0
    """Go's file mode: the permission bits are the usual ones, the three special bits are elsewhere."""
    uid: int = 0
    gid: int = 0
    size: int = 0
    mtime: str = ""
    links: int = 0
    linktarget: str = ""

    @property
    def permissions(self) -> int:
        """The twelve permission bits, as stat tells them."""
        return _permissions(self.mode)

    @property
    def mtime_ns(self) -> int:
        """Nanoseconds since 1970 UTC."""
        return nanoseconds(self.mtime)


class Node(Facts, frozen=True, gc=False):
    """An entry in `restic find --json` or `restic ls --json`; names that are no UTF-8 come with U+FFFD in them."""

    path: str = ""
    struct_type: str = "node"


class _Found(msgspec.Struct):
    snapshot: str
    matches: list[Node] = []


_FOUND = msgspec.json.Decoder(list[_Found])
_LINE = msgspec.json.Decoder(Node)


def found(output: bytes, snapshot: str) -> list[Node]:
    """The nodes in what `restic find --json --snapshot …` printed."""
    return [node for each in _FOUND.decode(output) if each.snapshot == snapshot for node in each.matches]


def listed(lines: Iterable[bytes]) -> Iterator[Node]:
    """The nodes in what `restic ls --json` printed, a line each."""
    for line in lines:
        node = _LINE.decode(line)
        if node.struct_type == "node":
            yield node


def nanoseconds(time: str) -> int:
    """An RFC 3339 time, with up to nine digits of a second, as nanoseconds since 1970 UTC."""
    rest = time[19:]
    fraction = "0"
    if rest.startswith("."):
        digits = len(rest) - 1 - len(rest[1:].lstrip("0123456789"))
        fraction, rest = rest[1 : 1 + digits], rest[1 + digits :]
    return (_seconds(time[:19]) - _offset(rest)) * 1_000_000_000 + int(fraction.ljust(9, "0"))


@lru_cache(maxsize=4096)
def _permissions(mode: int) -> int:
    special = (0o4000, _SETUID), (0o2000, _SETGID), (0o1000, _STICKY)
    return (mode & 0o777) | sum(bit for bit, go_bit in special if mode & go_bit)


@lru_cache(maxsize=65536)
def _seconds(time: str) -> int:
    """Files of one tree share their seconds: worth remembering."""
    date, clock = time.split("T")
    year, month, day = date.split("-")
    hour, minute, second = clock.split(":")
    return calendar.timegm((int(year), int(month), int(day), int(hour), int(minute), int(second)))


@lru_cache(maxsize=256)
def _offset(zone: str) -> int:
    """Seconds east of UTC."""
    if zone in ("", "Z"):
        return 0
    hours, minutes = zone[1:].split(":")
    seconds = int(hours) * 3600 + int(minutes) * 60
    return -seconds if zone[0] == "-" else seconds
