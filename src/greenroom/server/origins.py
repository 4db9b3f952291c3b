"""From an HTTP request to where it comes from: the connection's own word, and a trusted proxy's."""

from collections.abc import Iterable, MutableMapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from greenroom.access.origin import MAX_USER_AGENT, Origin

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


class Origins:
    """Tells the origin of requests. Forwarded headers count only from the networks that it is made with."""

    def __init__(self, region: str, trusted_proxies: Sequence[Network] = ()) -> None:
        self._region = region
        self._trusted = tuple(trusted_proxies)

    def of(self, scope: MutableMapping[str, Any]) -> Origin:
        """The origin of an ASGI request."""
        headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
        agent = host = b""
        for name, value in headers:
            if name == b"user-agent":
                agent = value
            elif name == b"host":
                host = value
        client = scope.get("client")
        peer = client[0] if client else None
        secure = scope.get("scheme") in ("https", "wss")
        if self._trusted and self._is_trusted(_address(peer)):
            peer, secure = self._forwarded(headers, peer, secure=secure)
        return Origin(peer, secure, agent.decode("latin-1")[:MAX_USER_AGENT], self._region, host.decode("latin-1"))

    def _is_trusted(self, address: Address | None) -> bool:
        return address is not None and any(
            address.version == network.version and address in network for network in self._trusted
        )

    def _forwarded(
        self, headers: Iterable[tuple[bytes, bytes]], peer: str | None, *, secure: bool
    ) -> tuple[str | None, bool]:
        """Who stands behind the proxies, and whether they came over TLS.

        Each proxy adds to the right what it saw itself: read from there, the first address that is no trusted
        proxy's is the caller; everything left of it is the caller's own claim.
        """
        chain: list[str] = []
        protocols: list[str] = []
        for name, value in headers:
            if name == b"x-forwarded-for":
                chain += value.decode("latin-1").split(",")
            elif name == b"x-forwarded-proto":
                protocols += value.decode("latin-1").split(",")
        for claimed in reversed(chain):
            address = _address(claimed.strip().strip("[]"))
            if address is None:
                break
            peer = str(address)
            if not self._is_trusted(address):
                break
        if protocols:
            secure = protocols[-1].strip().lower() == "https"
        return peer, secure


def _address(text: str | None) -> Address | None:
    """The address; an IPv4 one in IPv6 clothes is that IPv4 address. None for what is no address."""
    if text is None:
        return None
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
