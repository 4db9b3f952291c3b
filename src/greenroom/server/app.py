"""The ASGI application: the API, the portal, the streams, their health and metrics on one port."""

import gzip
import hashlib
from functools import cache

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

import greenroom.api.handlers  # noqa: F401  all are registered by this
from greenroom import __version__
from greenroom.portal.built_files import read_built
from greenroom.portal.routes import portal_routes
from greenroom.server.audit.log import AuditUnavailableError
from greenroom.server.endpoint import ApiEndpoint, Receive, Scope, Send
from greenroom.server.headers import SecurityHeaders
from greenroom.server.house import House
from greenroom.server.metrics import Metrics
from greenroom.server.places import SpaceMetrics
from greenroom.server.sign_in.pages import SignInPages
from greenroom.server.sts import StsEndpoint
from greenroom.store.database import DatabaseUnavailableError
from greenroom.streaming.app import Streams
from greenroom.streaming.gate import Gate
from greenroom.streaming.tickets import PREFIX
from greenroom.wire import additions
from greenroom.wire.content_encodings import accepts
from greenroom.wire.openapi import openapi_document
from greenroom.wire.operations import ADDITIONS_PREFIX, API_VERSION, OPERATIONS
from greenroom.wire.response import JSON_CONTENT_TYPE

_API = (f"/{API_VERSION}/", f"{ADDITIONS_PREFIX}/")


class Application:
    """Sends the API's paths to the API, the others to the pages beside it."""

    def __init__(self, house: House, metrics: Metrics) -> None:
        self._api = ApiEndpoint(house, metrics)
        self._sts = StsEndpoint(house, self._api.pool, self._api.throttle, self._api.origins)
        self.pages = tuple(_routes(house, metrics))
        """What is served beside the API, each as docs/reference/routes.md says who may call it."""
        gate = Gate(house.database, house.rules.tickets, house.clock, session_user=house.settings.session_user)
        origins = self._api.origins
        streams = Streams(gate, lambda: house.engine, lambda scope: origins.of(scope).endpoint)
        house.access_changes.then_streams(streams.look_now)
        house.access_changes.then(self._api.feed.restart)
        self._streams = SecurityHeaders(streams)
        self.sign_in = tuple(SignInPages(house, self._api.origins, self._api.throttle, self._api.pool).routes())
        self._pages = SecurityHeaders(Starlette(routes=[*self.sign_in, *self.pages]))

    def hang_up(self) -> None:
        """End what would go on by itself: the server is to end."""
        self._api.feed.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(_API):
            await self._api(scope, receive, send)
        elif scope["type"] in ("http", "websocket") and scope["path"].startswith(PREFIX):
            await self._streams(scope, receive, send)
        elif scope["type"] == "http" and scope["method"] == "POST" and scope["path"] == "/":
            await self._sts(scope, receive, send)
        else:
            await self._pages(scope, receive, send)


def create_app(house: House, metrics: Metrics | None = None) -> Application:
    """The application of an opened house."""
    metrics = metrics or Metrics()
    metrics.registry.register(SpaceMetrics(house.settings))
    metrics.watch(house.database, house.clock, session_limit=house.settings.metrics_sessions)
    return Application(house, metrics)


def _routes(house: House, metrics: Metrics) -> list[Route]:
    async def healthz(_request: Request) -> Response:
        """The process answers."""
        return PlainTextResponse("ok\n")

    async def readyz(_request: Request) -> Response:
        """The database answers too, and calls are not refused for want of an audit."""
        try:
            await run_in_threadpool(house.database.check)
            house.audit.check()
        except (DatabaseUnavailableError, AuditUnavailableError) as error:
            return PlainTextResponse(f"{error}\n", status_code=503)
        return PlainTextResponse("ready\n")

    async def show_metrics(_request: Request) -> Response:
        return Response(await run_in_threadpool(metrics.text), media_type="text/plain; version=0.0.4")

    async def openapi(request: Request) -> Response:
        """Every operation, for whoever asks: it says nothing of this studio."""
        document, packed, tag = _openapi()
        headers = {
            "cache-control": "public, max-age=3600",
            "etag": tag,
            "access-control-allow-origin": "*",
            "vary": "accept-encoding",
        }
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        if accepts(request.headers.get("accept-encoding", ""), "gzip"):
            document, headers["content-encoding"] = packed, "gzip"
        return Response(document, media_type=JSON_CONTENT_TYPE, headers=headers)

    greeting = f"Greenroom {__version__}: the Amazon Nimble Studio API ({API_VERSION}), region {house.rules.region}."
    return [
        Route("/openapi.json", openapi),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", show_metrics),
        *portal_routes(read_built(), greeting=greeting),
    ]


@cache
def _openapi() -> tuple[bytes, bytes, str]:
    """The OpenAPI document of the API and the additions, the same compressed, and its entity tag."""
    operations = [*OPERATIONS.values(), *additions.ADDITIONS.values()]
    title = "The Nimble Studio API, and what Greenroom adds"
    document = msgspec.json.encode(openapi_document(operations, title=title))
    return document, gzip.compress(document, mtime=0), f'"{hashlib.sha256(document).hexdigest()[:32]}"'
