"""What a browser takes along to a provider and back: sealed in a cookie, so that nothing of it is kept here.

Only the browser that was sent out can come back: what it brings in the address must fit what is in its cookie.
"""

import base64
import binascii
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from greenroom.access.secret_box import SecretBox, SecretBoxError
from greenroom.studio.clock import AHEAD

LASTS = timedelta(minutes=10)
"""How long somebody may take to sign in at the provider."""
_LONGEST = (LASTS + AHEAD).total_seconds()
"""Seconds that one may have left: more has one from before the clock was set back."""
PATH = "/auth/oidc"
_NAME = "greenroom-errand"
_SECURE_NAME = f"__Secure-{_NAME}"
_LOCAL_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]{0,1023}")
"""A path of this server: not `//host`, which is another's, and no backslash, which browsers take for a slash."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What a browser was sent to the provider with, to be compared with what it comes back with."""

    state: str
    nonce: str
    verifier: str = field(repr=False)
    redirect_uri: str


class _Sealed(msgspec.Struct, array_like=True):
    provider: str
    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    return_to: str
    until: int


class Errands:
    """Thread-safe."""

    def __init__(self, box: SecretBox) -> None:
        self._box = box

    def begin(self, provider: str, redirect_uri: str, return_to: str, now: datetime) -> tuple[Errand, str]:
        """A new errand, and what the cookie is to hold."""
        errand = Errand(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), redirect_uri)
        content = _Sealed(
            provider,
            errand.state,
            errand.nonce,
            errand.verifier,
            errand.redirect_uri,
            local_path(return_to),
            int((now + LASTS).timestamp()),
        )
        sealed = self._box.seal(msgspec.json.encode(content), _NAME.encode())
        return errand, base64.urlsafe_b64encode(sealed).decode()

    def end(self, held: str | None, provider: str, state: str | None, now: datetime) -> tuple[Errand, str] | None:
        """The errand that the cookie holds, and where to go then; None where it is another's, or too old."""
        if not held or not state or len(held) > 4096:
            return None
        try:
            sealed = base64.b64decode(held, b"-_", validate=True)
            content = msgspec.json.decode(self._box.open(sealed, _NAME.encode()), type=_Sealed)
        except (binascii.Error, ValueError, SecretBoxError):
            return None
        right = secrets.compare_digest(content.state.encode(), state.encode("utf-8", "surrogatepass"))
        if not right or content.provider != provider or not 0 < content.until - now.timestamp() <= _LONGEST:
            return None
        return Errand(content.state, content.nonce, content.verifier, content.redirect_uri), content.return_to


def local_path(text: str) -> str:
    """The path where it is one of this server's, else the first page."""
    return text if _LOCAL_PATH.fullmatch(text) else "/"


def read_cookie(request: Request, *, secure: bool) -> str | None:
    """What the browser holds."""
    return request.cookies.get(_SECURE_NAME if secure else _NAME)


def put_cookie(response: Response, held: str, *, secure: bool) -> None:
    """Give it to the browser; it comes back also where the provider's page sends the browser here."""
    response.set_cookie(
        _SECURE_NAME if secure else _NAME,
        held,
        max_age=int(LASTS.total_seconds()),
        path=PATH,
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def remove_cookie(response: Response, *, secure: bool) -> None:
    """The errand is over."""
    name = _SECURE_NAME if secure else _NAME
    response.delete_cookie(name, path=PATH, secure=secure, httponly=True, samesite="lax")
