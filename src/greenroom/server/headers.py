"""Headers that keep a browser from doing more with a page than the page was made for."""

from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

STRICT_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The content security policy of a page that says nothing else: it loads nothing and nobody frames it."""

_HEADERS = (
    (b"content-security-policy", STRICT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_OVER_TLS = ((b"strict-transport-security", b"max-age=31536000"),)


class SecurityHeaders:
    """An ASGI application around another: adds the headers to every answer that does not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wanted = _HEADERS + (_OVER_TLS if scope.get("scheme") == "https" else ())

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _completed(message.get("headers", ()), wanted)}
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _completed(given: Any, wanted: tuple[tuple[bytes, bytes], ...]) -> list[tuple[bytes, bytes]]:
    present = {bytes(name).lower() for name, _ in given}
    return [*given, *(pair for pair in wanted if pair[0] not in present)]
