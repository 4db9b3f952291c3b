"""The tokens that lead from a page of a listing to the next one."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from greenroom.wire.errors import ValidationException
from greenroom.wire.violations import violation

TOKEN_LIFETIME = timedelta(days=1)
"""How long a token leads on."""
MAX_TOKEN_LENGTH = 2048
"""Characters; a longer one is not looked into."""

_CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far ahead the clock of the replica that sealed a token may be."""
_VERSION = b"\x01"
_MAC_BYTES = 32
_TIME_BYTES = 8
_DOMAIN = b"greenroom page token"

_encoder = msgspec.json.Encoder(order="sorted")
_position_decoder = msgspec.json.Decoder(list[str])


class PageTokens:
    """Seals positions in listings into opaque tokens, and opens them again.

    A token is bound to its scope (operation, studio, filters, caller as the operation sees fit): it opens only with an
    equal one. It says nothing that the page before it did not say, and cannot be made without the key.

    On the wire: base64url without padding of version (1 byte), time sealed (8 bytes, seconds), position (JSON), and
    HMAC-SHA256 (32 bytes) of all that and of the scope.
    """

    def __init__(self, key: bytes) -> None:
        """`key`: 32 secret random bytes or more, the same for all replicas. Raises ValueError where it is short."""
        if len(key) < _MAC_BYTES:
            raise ValueError(f"a key of {len(key)} bytes is too short for page tokens: {_MAC_BYTES} are needed")
        # Derived, so that the same secret can serve other purposes without one's output opening another's door.
        self._key = hmac.digest(key, _DOMAIN, hashlib.sha256)

    def seal(self, scope: Mapping[str, str], position: Sequence[str], now: datetime) -> str:
        """A token for the place after `position` (the sort key of a page's last row)."""
        payload = _VERSION + int(now.timestamp()).to_bytes(_TIME_BYTES) + msgspec.json.encode(list(position))
        token = base64.urlsafe_b64encode(payload + self._mac(scope, payload)).rstrip(b"=").decode("ascii")
        if len(token) > MAX_TOKEN_LENGTH:
            raise ValueError(f"a position of {len(payload)} bytes is too long for a page token")
        return token

    def open(self, token: str, scope: Mapping[str, str], now: datetime) -> list[str]:
        """The position that was sealed. Raises ValidationException, the same for whatever is wrong with the token."""
        raw = _decode(token)
        payload, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(scope, payload)):
            raise _refusal()
        # From here on the token is known to be ours, whole, and for this listing.
        header = len(_VERSION) + _TIME_BYTES
        sealed = datetime.fromtimestamp(int.from_bytes(payload[len(_VERSION) : header]), UTC)
        if payload[: len(_VERSION)] != _VERSION or not -_CLOCK_TOLERANCE <= now - sealed <= TOKEN_LIFETIME:
            raise _refusal()
        return _position_decoder.decode(payload[header:])

    def _mac(self, scope: Mapping[str, str], payload: bytes) -> bytes:
        bound: Any = dict(scope)
        scope_digest = hashlib.sha256(_encoder.encode(bound)).digest()
        return hmac.digest(self._key, scope_digest + payload, hashlib.sha256)


def _decode(token: str) -> bytes:
    if not token or len(token) > MAX_TOKEN_LENGTH or not token.isascii():
        raise _refusal()
    try:
        raw = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise _refusal() from None
    # One token has one spelling: unused bits at its end must be zero.
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii") != token:
        raise _refusal()
    return raw


def _refusal() -> ValidationException:
    return violation("nextToken", "must be a token that this listing gave less than a day ago")
