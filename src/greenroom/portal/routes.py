"""How a browser gets the portal: its files as they were built, and its one page for every address that is no file."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from greenroom.portal.built_files import INDEX, BuiltFile

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""The content security policy of the page: all that it loads is its own; no script or style is written in the page."""
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
"""Kept by the browser, and asked for again each time: a server that was renewed shows its new pages at once."""

PAGES = frozenset({"sessions", "backups", "schedules", "account", "device", "studio"})
"""First segments of the portal's addresses beside `/`, as portal/src/areas has them; elsewhere nothing is found."""
OTHERS = ("2020-08-01", "greenroom", "auth", "streams", "assets")
"""First segments of paths that programs ask for, to whom a page says nothing."""

NOT_BUILT = """\
The portal is not built on this server; the API is served without it.

From a checkout, `scripts/portal` builds it, with nodejs and npm (apt-get install nodejs npm).
Start the server anew after it.
"""


def portal_routes(files: Mapping[str, BuiltFile], *, greeting: str) -> list[Route]:
    """The routes, to come after all others. `greeting` is what the first page says where the portal was not built."""

    async def portal(request: Request) -> Response:
        """The file of that name, else the portal's page, which knows its addresses itself."""
        name = request.url.path.removeprefix("/")
        if (file := files.get(name)) is not None and name != INDEX:
            return _answer(file, request)
        first = name.split("/", 1)[0]
        if first in OTHERS:
            return PlainTextResponse("Nothing is here.\n", status_code=404)
        if (index := files.get(INDEX)) is not None:
            # The page says of an address that it does not know that it knows none; so does the status.
            return _answer(index, request, status=200 if name in ("", INDEX) or first in PAGES else 404)
        if name:
            return PlainTextResponse(NOT_BUILT, status_code=404)
        return PlainTextResponse(f"{greeting}\n\n{NOT_BUILT}")

    return [Route("/{path:path}", portal)]


def _answer(file: BuiltFile, request: Request, *, status: int = 200) -> Response:
    headers = {"vary": "accept-encoding", "cache-control": FOREVER if file.is_hashed else ASK_AGAIN}
    if file.name == INDEX:
        headers["content-security-policy"] = POLICY
    if not file.is_hashed:
        headers["etag"] = file.tag
        if status == 200 and request.headers.get("if-none-match") == file.tag:
            return Response(status_code=304, headers=headers)
    encoding, path = file.form_for(request.headers.get("accept-encoding", ""))
    if encoding is not None:
        headers["content-encoding"] = encoding
    return FileResponse(path, status_code=status, media_type=file.media_type, headers=headers)
