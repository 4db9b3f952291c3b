"""Temporary keys. What is known of one is in its session token, sealed; nothing of it is stored.

A temporary key stands on something that can be taken away: the long-term key that asked for it, somebody's sign-in, or
a role that was taken on by means of one of these. It signs nothing any more once that key is disabled, deleted or past,
that sign-in over, the user shut out, the role gone or its sessions ended.
"""

import base64
import binascii
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec

from greenroom.access.keys import new_temporary_key
from greenroom.access.secret_box import SecretBox, SecretBoxError

LONGEST_TOKEN = 16_384
"""Characters of a token that are looked at."""


class OnKey(msgspec.Struct, array_like=True, frozen=True, tag="key"):
    """A temporary key stands on that long-term one."""

    access_key_id: str


class OnSignIn(msgspec.Struct, array_like=True, frozen=True, tag="sign-in"):
    """A temporary key stands on that sign-in."""

    sign_in_id: str


class OnRole(msgspec.Struct, array_like=True, frozen=True, tag="role"):
    """A temporary key is of somebody who took on that role."""

    role_id: str
    session_name: str
    source: OnKey | OnSignIn | None
    """What they took it on with; None: what a provider of identities vouches for."""
    begun_at: int
    """Microseconds since 1970."""
    policy: str | None = None
    """What the session was cut down to, as a document."""
    policy_names: tuple[str, ...] = ()
    """And by these policies of the studio's, or those that come with Greenroom."""


Grounds = OnKey | OnSignIn | OnRole
"""What a temporary key stands on."""


class _Content(msgspec.Struct, array_like=True):
    secret_access_key: str
    grounds: Grounds
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
    grounds: Grounds
    expires_at: datetime


class SessionTokens:
    """Issues and opens session tokens; threads may share one."""

    def __init__(self, box: SecretBox) -> None:
        self._box = box

    def issue(self, grounds: Grounds, *, now: datetime, duration: timedelta) -> TemporaryKey:
        """A fresh temporary key that stands on these."""
        key = new_temporary_key()
        expires_at = (now + duration).replace(microsecond=0)
        content = _Content(key.secret_access_key, grounds, int(expires_at.timestamp()))
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
            content.secret_access_key, content.grounds, expires_at=datetime.fromtimestamp(content.expires_at, UTC)
        )
