"""The cookie that tells whose browser this is."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

_NAME = "greenroom-sign-in"
_SECURE_NAME = f"__Host-{_NAME}"
"""Over TLS: a browser takes a cookie of such a name from this very host alone, not from its neighbours."""


def read(request: Request, *, secure: bool) -> str | None:
    """The token that the browser sent."""
    return request.cookies.get(_SECURE_NAME if secure else _NAME) or None


def put(response: Response, token: str, *, secure: bool, lifetime: timedelta) -> None:
    """Give the browser the token, in the place of any that it had."""
    response.set_cookie(
        _SECURE_NAME if secure else _NAME,
        token,
        max_age=int(lifetime.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def remove(response: Response, *, secure: bool) -> None:
    """Have the browser forget it."""
    name = _SECURE_NAME if secure else _NAME
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="strict")
