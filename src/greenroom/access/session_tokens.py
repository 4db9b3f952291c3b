"""Temporary keys. What is known of one is in its session token, sealed; nothing of it is stored.

A temporary key stands on the long-term key that asked for it: it may do what that one's user may, and signs nothing
any more once that key is disabled, deleted or past, or its user shut out.
"""

import base64
import binascii
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec

from greenroom.access.keys import new_temporary_key
from greenroom.access.secret_box import SecretBox, SecretBoxError

LONGEST_TOKEN = 4096
"""Characters of a token that are looked at."""


class _Content(msgspec.Struct, array_like=True):
    secret_access_key: str
    parent_access_key_id: str
    expires_at: int
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class TemporaryKey:
    """A temporary key as whoever asked for it gets it."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OpenedToken:
    """What a genuine token says. That it has not expired is for whoever has a clock."""

    secret_access_key: str = field(repr=False)
    parent_access_key_id: str
    expires_at: datetime


class SessionTokens:
    """Issues and opens session tokens; threads may share one."""

    def __init__(self, box: SecretBox) -> None:
        self._box = box

    def issue(self, parent_access_key_id: str, *, now: datetime, duration: timedelta) -> TemporaryKey:
        """A fresh temporary key that stands on that long-term one."""
        key = new_temporary_key()
        expires_at = (now + duration).replace(microsecond=0)
        content = _Content(key.secret_access_key, parent_access_key_id, int(expires_at.timestamp()))
        sealed = self._box.seal(msgspec.json.encode(content), key.access_key_id.encode())
        return TemporaryKey(
            key.access_key_id, key.secret_access_key, base64.b64encode(sealed).decode(), expires_at=expires_at
        )

    def open(self, token: str, access_key_id: str) -> OpenedToken | None:
        """What the token says; None for one that was not issued here, or for another key."""
        if len(token) > LONGEST_TOKEN:
            return None
        try:
            sealed = base64.b64decode(token, validate=True)
            content = msgspec.json.decode(self._box.open(sealed, access_key_id.encode()), type=_Content)
        except (binascii.Error, ValueError, SecretBoxError):
            return None
        return OpenedToken(
            content.secret_access_key,
            content.parent_access_key_id,
            expires_at=datetime.fromtimestamp(content.expires_at, UTC),
        )
