"""The typed values that condition operators compare: numbers, dates, booleans, binary, IP addresses.

Each reader takes the text of a policy or of a request and raises ValueError with a sentence for a person
where the text is no such value.
"""

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?")
_EPOCH = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
_DATE = re.compile(
    r"(?P<year>[0-9]{4})"
    r"(-(?P<month>[0-9]{2})"
    r"(-(?P<day>[0-9]{2})"
    r"(T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(:(?P<second>[0-9]{2})(\.(?P<fraction>[0-9]{1,9}))?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2}))?)?)?"
)
_EPOCH_START = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 64
"""No value of these types is longer; what is longer is not looked at."""


def read_number(text: str) -> Decimal:
    """A decimal number of up to 40 digits on each side of the point."""
    if not _NUMBER.fullmatch(text.strip()):
        raise ValueError(f"{text[:_LONGEST]!r} is no number; write digits such as 12 or 12.5")
    return Decimal(text.strip())


def read_date(text: str) -> datetime:
    """A W3C date (year, to the month, to the day, or a time with its zone) or seconds since 1970 (Unix time).

    Four digits alone are a year.
    """
    refusal = f"{text[:_LONGEST]!r} is no date; write 2026-03-01T08:00:00Z, 2026-03-01, or seconds since 1970"
    stripped = text.strip()
    if len(stripped) > _LONGEST:
        raise ValueError(refusal)
    if found := _DATE.fullmatch(stripped):
        try:
            return _calendar_date(found)
        except (ValueError, OverflowError) as error:
            raise ValueError(f"{refusal} ({error})") from error
    if _EPOCH.fullmatch(stripped):
        try:
            return _EPOCH_START + timedelta(seconds=float(stripped))
        except OverflowError as error:
            raise ValueError(refusal) from error
    raise ValueError(refusal)


def _calendar_date(found: re.Match[str]) -> datetime:
    zone = found["zone"]
    offset = timedelta(0)
    if zone and zone != "Z":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6])) * (-1 if zone[0] == "-" else 1)
    microseconds = int((found["fraction"] or "0").ljust(6, "0")[:6])
    moment = datetime(
        int(found["year"]),
        int(found["month"] or 1),
        int(found["day"] or 1),
        int(found["hour"] or 0),
        int(found["minute"] or 0),
        int(found["second"] or 0),
        microseconds,
        tzinfo=timezone(offset),
    )
    return moment.astimezone(UTC)


def read_bool(text: str) -> bool:
    """true or false, in any case."""
    lowered = text.strip().lower()
    if lowered not in ("true", "false"):
        raise ValueError(f"{text[:_LONGEST]!r} is neither true nor false")
    return lowered == "true"


def read_binary(text: str) -> bytes:
    """Base64 with its padding."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"{text[:_LONGEST]!r} is no base64 text ({error})") from error


def read_network(text: str) -> Network:
    """An IPv4 or IPv6 range in CIDR form; an address alone is the range of that one address."""
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise ValueError(f"{text[:_LONGEST]!r} is no IP range; write 203.0.113.0/24 or 2001:db8::/32") from error
    return network


def read_address(text: str) -> Address:
    """An IP address; an IPv4 address in IPv6 clothes (::ffff:192.0.2.1) is that IPv4 address.

    A server that listens on both families sees IPv4 clients so, and a policy on their range must still hold.
    """
    try:
        address = ip_address(text.strip())
    except ValueError as error:
        raise ValueError(f"{text[:_LONGEST]!r} is no IP address") from error
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address
    return address
