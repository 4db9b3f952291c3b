"""The forms in which a setting's value is written: durations, sizes, one of several words, and so on."""

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from greenroom.server.throttling import Rate
from greenroom.studio.hours import Hours

T = TypeVar("T")


class UnreadableError(ValueError):
    """The text is not of the form; the message says in which way, where the form alone does not."""


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """How a value is read from text, and how it is shown."""

    accepts: str
    """What may be written, for people: completes "Accepted: …"."""
    read: Callable[[str], T]
    """Raises UnreadableError."""
    show: Callable[[T], str] = str
    """The value as it would be written, without anything secret."""
    anchor: Callable[[T, Path], T] = lambda value, _data: value
    """The value with its relative path made absolute from the data directory, whatever the current directory."""
    structured: bool = False
    """Whether the file may have a table for it, which is read as JSON."""


_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+")
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)")
_LONGEST_DURATION = timedelta(days=36500)

_SIZE = re.compile(r"(\d+)\s*(B|KiB|MiB|GiB|TiB)?", re.IGNORECASE)
_SIZE_UNITS = {"b": 1, "kib": 1024, "mib": 1024**2, "gib": 1024**3, "tib": 1024**4}


def read_duration(text: str) -> timedelta:
    """`4h`, `1h30m`, `250ms`; `0` is none at all. Raises UnreadableError."""
    if text == "0":
        return timedelta()
    if len(text) > 40 or not _DURATION.fullmatch(text):
        raise UnreadableError("not a duration")
    seconds = sum(float(number) * _UNITS[unit] for number, unit in _DURATION_PART.findall(text))
    if seconds > _LONGEST_DURATION.total_seconds():
        raise UnreadableError("longer than a hundred years")
    return timedelta(seconds=seconds)


def show_duration(value: timedelta) -> str:
    """The duration in its largest units: `1h30m`."""
    rest = round(value.total_seconds() * 1000)
    parts = []
    for unit in ("d", "h", "m", "s", "ms"):
        count, rest = divmod(rest, round(_UNITS[unit] * 1000))
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0"


def _read_size(text: str) -> int:
    match = _SIZE.fullmatch(text)
    if match is None or len(text) > 30:
        raise UnreadableError("not a size")
    return int(match[1]) * _SIZE_UNITS[(match[2] or "B").lower()]


def show_size(value: int) -> str:
    """The size in the largest unit that divides it: `10GiB`."""
    for unit in ("TiB", "GiB", "MiB", "KiB"):
        if value and value % _SIZE_UNITS[unit.lower()] == 0:
            return f"{value // _SIZE_UNITS[unit.lower()]}{unit}"
    return str(value)


_PASSWORD = re.compile(r"(://[^/:@\s]*):.*@|([?&]password)=[^&]*", re.DOTALL)


def hide_password(address: str) -> str:
    """The address with a password in it replaced by `***`."""
    return _PASSWORD.sub(lambda found: f"{found[1]}:***@" if found[1] else f"{found[2]}=***", address)


def _read_database(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql://")):
        raise UnreadableError("not a database that is known")
    return text


def _read_vault(text: str) -> str:
    kind, _, repository = text.partition(":")
    if kind != "restic" or not repository:
        raise UnreadableError("not a vault that is known")
    return text


def _anchor_database(url: str, data: Path) -> str:
    scheme, separator, file = url.partition(":///")
    return url if scheme != "sqlite" or not file else f"{scheme}{separator}{data / file}"


def _anchor_vault(vault: str, data: Path) -> str:
    kind, _, repository = vault.partition(":")
    return vault if re.match(r"[a-z0-9]+:", repository) else f"{kind}:{data / repository}"


def _read_path(text: str) -> Path:
    if not text:
        raise UnreadableError("empty")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise UnreadableError("there is no such user") from None


def _read_mapping(text: str, read: Callable[[str], T]) -> Mapping[str, T]:
    pairs = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = part.partition("=")
        if not equals:
            raise UnreadableError(f"{part!r} has no =")
        pairs[name.strip()] = read(value.strip())
    return pairs


def _read_probability(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise UnreadableError(f"{text!r} is not a number") from None
    if not 0 <= value <= 1:
        raise UnreadableError(f"{text} is not between 0 and 1")
    return value


def one_of(*words: str) -> Form[str]:
    """One of these words, exactly."""

    def read(text: str) -> str:
        if text not in words:
            raise UnreadableError("not one of the words")
        return text

    return Form(" or ".join((", ".join(words[:-1]), words[-1])), read)


def whole_number(minimum: int, maximum: int) -> Form[int]:
    """A whole number in a range, both ends included."""

    def read(text: str) -> int:
        if not re.fullmatch(r"-?\d{1,18}", text) or not minimum <= int(text) <= maximum:
            raise UnreadableError("not such a number")
        return int(text)

    return Form(f"a whole number from {minimum} to {maximum}", read)


def words_like(pattern: str, accepts: str) -> Form[str]:
    """Text that the whole of the pattern matches."""

    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise UnreadableError("not of that form")
        return text

    return Form(accepts, read)


def duration(*, least: timedelta = timedelta(), off: bool = False) -> Form[timedelta]:
    """A span of time; `off`: 0 turns off what the setting is about."""

    def read(text: str) -> timedelta:
        value = read_duration(text)
        if value < least and not (off and not value):
            raise UnreadableError(f"shorter than {show_duration(least)}")
        return value

    zero = "; 0 is off" if off else ""
    return Form(f"a duration such as 30s, 90m, 4h, 1h30m, 7d{zero}", read, show_duration)


def _read_durations(text: str) -> tuple[timedelta, ...]:
    """The longest first, each once."""
    lengths = {read_duration(part.strip()) for part in text.split(",") if part.strip()}
    if strange := next((length for length in lengths if not timedelta() < length <= timedelta(days=1)), None):
        raise UnreadableError(f"{show_duration(strange)} is not between a second and a day")
    return tuple(sorted(lengths, reverse=True))


DURATIONS: Form[tuple[timedelta, ...]] = Form(
    "durations up to a day, parted by commas, such as 10m,5m,1m; empty is none",
    _read_durations,
    lambda lengths: ",".join(map(show_duration, lengths)),
)


def size(most: int) -> Form[int]:
    """A number of bytes, up to `most`."""

    def read(text: str) -> int:
        value = _read_size(text)
        if value > most:
            raise UnreadableError(f"larger than {show_size(most)}")
        return value

    return Form(f"a number of bytes, or with a unit (512KiB, 10MiB), up to {show_size(most)}", read, show_size)


def _read_rate(text: str) -> Rate:
    if text == "0":
        return Rate(0, 0)
    found = re.fullmatch(r"([1-9]\d{0,5})/([1-9]\d{0,5})", text)
    if found is None:
        raise UnreadableError("not two such numbers")
    return Rate(int(found[1]), int(found[2]))


RATE = Form(
    "calls a second and how many at once, such as 100/200; 0 is no limit",
    _read_rate,
    lambda rate: f"{rate.per_second:g}/{rate.burst}" if rate.per_second else "0",
)
PATH = Form(
    "a path; one that is not absolute starts at the data directory", _read_path, anchor=lambda value, data: data / value
)
OPTIONAL_PATH: Form[Path | None] = Form(
    "a path; one that is not absolute starts at the data directory; empty is none",
    lambda text: _read_path(text) if text else None,
    lambda value: str(value) if value else "",
    lambda value, data: data / value if value else None,
)


Network = IPv4Network | IPv6Network


def _read_networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise UnreadableError(str(error)) from None


NETWORKS: Form[tuple[Network, ...]] = Form(
    "addresses or ranges parted by commas, such as 10.0.0.5,192.168.1.0/24; empty is none",
    _read_networks,
    lambda networks: ",".join(map(str, networks)),
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_PATTERN = re.compile(r"[a-z*][a-z.*-]{0,63}")
_MAILBOX = re.compile(r"[^\s,<>@]+@[^\s,<>@]+")


def _read_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UnreadableError(f"{hide_password(text)!r} is no address of the form https://HOST/PATH")
    return text


def _read_addresses(text: str) -> Mapping[str, str]:
    addresses = _read_mapping(text, _read_address)
    if strange := next((name for name in addresses if not _NAME.fullmatch(name)), None):
        raise UnreadableError(f"{strange!r} is no name: letters, digits, _ and -")
    return addresses


def _show_addresses(addresses: Mapping[str, str]) -> str:
    """Without paths: whoever knows those of a chat may write to it."""
    shown = ((name, urlsplit(url)) for name, url in addresses.items())
    return ",".join(f"{name}={parts.scheme}://{parts.hostname}/***" for name, parts in shown)


def _read_patterns(text: str, separator: str = ",") -> tuple[str, ...]:
    patterns = tuple(part.strip() for part in text.split(separator) if part.strip())
    if strange := next((pattern for pattern in patterns if not _PATTERN.fullmatch(pattern)), None):
        raise UnreadableError(f"{strange!r} is no type of events")
    return patterns


def _read_mailboxes(text: str) -> tuple[str, ...]:
    mailboxes = tuple(part.strip() for part in text.split(",") if part.strip())
    if strange := next((mailbox for mailbox in mailboxes if not _MAILBOX.fullmatch(mailbox)), None):
        raise UnreadableError(f"{strange!r} is no mail address")
    return mailboxes


_MOST_PROGRAMS = 32


def _read_programs(text: str) -> tuple[str, ...]:
    commands = tuple(part.strip() for part in text.split(",") if part.strip())
    if not 0 < len(commands) <= _MOST_PROGRAMS:
        raise UnreadableError(f"not 1 to {_MOST_PROGRAMS} commands")
    for command in commands:
        try:
            shlex.split(command)
        except ValueError as error:
            raise UnreadableError(f"{command!r} is no command: {error}") from None
        if not command.isprintable():
            raise UnreadableError(f"{command!r} is more than one line")
    return commands


PROGRAMS: Form[tuple[str, ...]] = Form(
    "commands that stay in the foreground, parted by commas, such as xfwm4,xfce4-panel,thunar --daemon",
    _read_programs,
    ",".join,
)
ADDRESSES: Form[Mapping[str, str]] = Form(
    "pairs such as ops=https://HOST/PATH, parted by commas; empty is none", _read_addresses, _show_addresses
)
PATTERNS: Form[tuple[str, ...]] = Form(
    "types of events parted by commas, such as backup.create-failed,vault.*; * stands for anything",
    _read_patterns,
    ",".join,
)
NAMED_PATTERNS: Form[Mapping[str, tuple[str, ...]]] = Form(
    "pairs such as ops=*-failed|vault.*, parted by commas; * stands for anything",
    lambda text: _read_mapping(text, lambda value: _read_patterns(value, "|")),
    lambda value: ",".join(f"{name}={'|'.join(patterns)}" for name, patterns in value.items()),
)
MAILBOXES: Form[tuple[str, ...]] = Form("mail addresses parted by commas; empty is none", _read_mailboxes, ",".join)
DATABASE = Form(
    "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME", _read_database, hide_password, _anchor_database
)


def _read_hours(text: str) -> Hours | None:
    found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text)
    if not text:
        return None
    if found is None or int(found[1]) > 23 or int(found[2]) > 24 or int(found[1]) == int(found[2]):
        raise UnreadableError("not two hours of a day")
    return Hours(int(found[1]), int(found[2]))


HOURS: Form[Hours | None] = Form(
    "the first hour and the hour after the last, such as 22-6; empty is all day",
    _read_hours,
    lambda hours: f"{hours.first}-{hours.end}" if hours else "",
)
VAULTS: Form[tuple[str, ...]] = Form(
    "vaults parted by blanks, each as in the setting vault; empty is none",
    lambda text: tuple(_read_vault(part) for part in text.split()),
    lambda vaults: " ".join(map(hide_password, vaults)),
    lambda vaults, data: tuple(_anchor_vault(vault, data) for vault in vaults),
)
VAULT = Form("restic:REPOSITORY, the repository as restic takes it", _read_vault, hide_password, _anchor_vault)
PROBABILITIES: Form[Mapping[str, float]] = Form(
    "pairs such as start=0.1,stop=0.05: a call of the engine and how often of 1 it fails; empty is never",
    lambda text: _read_mapping(text, _read_probability),
    lambda value: ",".join(f"{name}={number:g}" for name, number in value.items()),
)
LATENCIES: Form[Mapping[str, timedelta]] = Form(
    "pairs such as start=2s,stop=500ms: a call of the engine and how long it takes; empty is no time",
    lambda text: _read_mapping(text, read_duration),
    lambda value: ",".join(f"{name}={show_duration(time)}" for name, time in value.items()),
)
