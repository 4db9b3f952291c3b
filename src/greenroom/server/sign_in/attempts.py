"""Guessing made slow: wrong passwords are counted for each account and for each address, in bounded memory."""

import math
import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from greenroom.server.throttling import Rate, TokenBuckets

ADDRESSES_SHARE = 10
"""So many times as many attempts from one address as for one account: many people may sit behind one."""
_IPV6_NEIGHBOURHOOD = 64
"""Bits of an IPv6 address: whoever has one has all that begin so."""


class Attempts:
    """What may be tried now. Whether an account exists makes no difference. Thread-safe."""

    def __init__(self, at_once: int, pause_seconds: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """So many wrong ones of an account at once, then one more after each pause."""
        self._accounts = TokenBuckets(Rate(1 / pause_seconds, at_once), monotonic=monotonic)
        self._addresses = TokenBuckets(
            Rate(ADDRESSES_SHARE / pause_seconds, at_once * ADDRESSES_SHARE), monotonic=monotonic
        )

    def begin(self, account: str, address: str | None) -> int:
        """0 where it may be tried, which counts as a wrong one; else after how many whole seconds, at least 1."""
        neighbourhood = _neighbourhood(address)
        if wait := self._addresses.take(neighbourhood):
            return math.ceil(wait)
        if wait := self._accounts.take(account):
            self._addresses.give_back(neighbourhood)
            return math.ceil(wait)
        return 0

    def succeeded(self, account: str, address: str | None) -> None:
        """The attempt that was begun was no guess, and does not count."""
        self._accounts.give_back(account)
        self._addresses.give_back(_neighbourhood(address))


def _neighbourhood(address: str | None) -> str:
    if address is None:
        return ""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return hex(int(parsed) >> (128 - _IPV6_NEIGHBOURHOOD))
    return address
