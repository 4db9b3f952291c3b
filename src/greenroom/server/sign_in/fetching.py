"""Fetching from a provider of identities, and from nowhere else.

The addresses of its pages come from a document that it serves, so they are not simply believed: only https (plain
http where the issuer itself is on this machine), no redirects, and only public addresses unless the host is the
issuer's own, which whoever runs the studio chose. The name is resolved once, and what was checked is what is
connected to.
"""

import http.client
import socket
import ssl
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from greenroom.server.identity_providers import is_loopback

PATIENCE_SECONDS = 10.0
LARGEST_ANSWER = 1024 * 1024
"""Bytes."""


class ProviderUnavailableError(Exception):
    """The provider does not answer as one does; the text says what is wrong, and holds no secret."""


class Fetcher:
    """Fetches what the provider of one issuer serves. Thread-safe."""

    def __init__(self, issuer: str, *, trust: ssl.SSLContext | None = None) -> None:
        self._issuer = urlsplit(issuer)
        self._plain = is_loopback(issuer) and self._issuer.scheme == "http"
        self._trust = trust

    def get(self, url: str) -> Any:
        """The JSON at that address. Raises ProviderUnavailableError."""
        return self._fetch("GET", url, None, {})

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Any:
        """What that address answers to a form. Raises ProviderUnavailableError."""
        body = urlencode(form).encode()
        return self._fetch("POST", url, body, {"content-type": "application/x-www-form-urlencoded", **headers})

    def _fetch(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Any:
        address = self.checked(url)
        host = address.hostname or ""
        target = (address.path or "/") + (f"?{address.query}" if address.query else "")
        connection: http.client.HTTPConnection | None = None
        try:
            port = address.port or (443 if address.scheme == "https" else 80)
            connection = _Connection(host, port, self._resolve(host, port), self._context(address.scheme))
            connection.request(method, target, body, {"accept": "application/json", **headers})
            answer = connection.getresponse()
            content = answer.read(LARGEST_ANSWER + 1)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ProviderUnavailableError(f"{host} does not answer: {error or type(error).__name__}") from error
        finally:
            if connection is not None:
                connection.close()
        if len(content) > LARGEST_ANSWER:
            raise ProviderUnavailableError(f"{host} answers with more than {LARGEST_ANSWER} bytes")
        if answer.status != http.client.OK:
            raise ProviderUnavailableError(f"{host} answers {method} {address.path} with status {answer.status}")
        try:
            return msgspec.json.decode(content)
        except msgspec.DecodeError as error:
            raise ProviderUnavailableError(f"{host} answers {method} {address.path} with what is no JSON") from error

    def checked(self, url: object) -> Any:
        """The address in parts. Raises ProviderUnavailableError where it is none to fetch from."""
        try:
            address = urlsplit(url if isinstance(url, str) else "")
            port_is_one = address.port is None or address.port > 0
        except ValueError:
            port_is_one = False
            address = urlsplit("")
        schemes = ("https", "http") if self._plain else ("https",)
        if not port_is_one or address.scheme not in schemes or not address.hostname or address.username is not None:
            raise ProviderUnavailableError(f"{str(url)[:200]!r} is no address that a provider's page may have")
        if address.scheme == "http" and not is_loopback(address.geturl()):
            raise ProviderUnavailableError(f"{str(url)[:200]!r} is not reached by https")
        return address

    def _resolve(self, host: str, port: int) -> tuple[Any, ...]:
        """Where to connect to; an address within a network only for the issuer's own host."""
        own = host == self._issuer.hostname
        for family, _, _, _, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            if own or ip_address(str(place[0]).partition("%")[0]).is_global:
                return family, place
        raise OSError("its address is within a network")

    def _context(self, scheme: str) -> ssl.SSLContext | None:
        if scheme != "https":
            return None
        return self._trust or ssl.create_default_context()


class _Connection(http.client.HTTPConnection):
    """To a place that was checked, whatever the name resolves to by now."""

    def __init__(self, host: str, port: int, place: tuple[Any, ...], context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=PATIENCE_SECONDS)
        self.default_port = 80 if context is None else 443
        self._place = place
        self._tls = context

    def connect(self) -> None:
        """As the original does, but without asking for the address again, and never through a proxy."""
        family, place = self._place
        connected = socket.socket(family, socket.SOCK_STREAM)
        try:
            connected.settimeout(PATIENCE_SECONDS)
            connected.connect(place)
            if self._tls is not None:
                connected = self._tls.wrap_socket(connected, server_hostname=self.host)
        except BaseException:
            connected.close()
            raise
        self.sock = connected
