"""The web client that shows a desktop: Selkies' own, as this installation has it.

It is served from here, never by the session: whoever controls a session must not choose what a browser runs on the
portal's origin.
"""

import gzip
import importlib.util
import mimetypes
from functools import cache
from pathlib import Path

from starlette.responses import Response

from greenroom.streaming.tickets import PREFIX

ASSETS = f"{PREFIX}assets/"
"""Where the client's files with a fingerprint in their name are served for all streams, so that browsers keep them."""
SWITCHES = "?offscreen_worker=false&socket_worker=false"
"""What the client is told by its page's address: to have its socket and its pictures in the page itself.

Each of its workers passes a frame on to the next and to the browser's compositor: half of the time from a key press to
the changed pixel went there (benchmarks/README.md).
"""
# Its sound comes from a worklet, and its pictures from workers, that it makes of texts of its own.
POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' blob: data:; worker-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-frame-options": "SAMEORIGIN",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
_FOREVER = "public, max-age=31536000, immutable"
_WORTH_COMPRESSING = 1024
"""Bytes."""


@cache
def root() -> Path | None:
    """Where the client's files are; None where Selkies is not installed."""
    found = importlib.util.find_spec("selkies")
    return Path(found.origin).parent / "selkies_web" if found is not None and found.origin else None


def page() -> Response | None:
    """The client's page; None where there is no client."""
    content = _page()
    if content is None:
        return None
    return Response(content, media_type="text/html", headers={**_HEADERS, "cache-control": "no-cache"})


def file(name: str, *, compressed: bool) -> Response | None:
    """A file of the client; None for what is none. `compressed`: the browser takes gzip."""
    found = _file(name)
    if found is None:
        return None
    content, squeezed, kind = found
    headers = {**_HEADERS, "cache-control": _FOREVER if name.startswith("assets/") else "public, max-age=3600"}
    if squeezed is not None:
        headers["vary"] = "accept-encoding"
        if compressed:
            headers["content-encoding"] = "gzip"
            content = squeezed
    return Response(content, media_type=kind, headers=headers)


@cache
def _page() -> bytes | None:
    where = root()
    if where is None:
        return None
    text = (where / "index.html").read_text(encoding="utf-8")
    return (
        text.replace('"./assets/', f'"{ASSETS}').replace("<title>Selkies</title>", "<title>Greenroom</title>").encode()
    )


@cache
def _names() -> frozenset[str]:
    where = root()
    if where is None:
        return frozenset()
    return frozenset(
        str(path.relative_to(where))
        for path in where.rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    )


@cache
def _file(name: str) -> tuple[bytes, bytes | None, str] | None:
    """Content, the same compressed where that pays, and media type."""
    where = root()
    if where is None or name not in _names() or name == "index.html":
        return None
    content = (where / name).read_bytes()
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    squeezed = gzip.compress(content, 6) if len(content) > _WORTH_COMPRESSING else None
    if squeezed is not None and len(squeezed) > len(content) * 0.9:
        squeezed = None
    return content, squeezed, kind
