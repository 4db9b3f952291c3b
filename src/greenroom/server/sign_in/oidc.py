"""Signing in by a provider of OpenID Connect: the browser is sent there, and let in when it comes back."""

import asyncio
import html
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, NoReturn

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from greenroom.access.federation import NotLetIn, turn_away, user_of
from greenroom.server.audit.event import Call
from greenroom.server.house import House
from greenroom.server.origins import Origins
from greenroom.server.sign_in import cookie, errands
from greenroom.server.sign_in.calls import Calls
from greenroom.server.sign_in.fetching import ProviderUnavailableError
from greenroom.server.sign_in.refusals import ProviderUnavailable, SignInFailed, TokenRefused, UnknownProvider
from greenroom.store import identities
from greenroom.studio.studios import User
from greenroom.wire.errors import ApiError
from greenroom.wire.people import UserPersona
from greenroom.wire.sign_in import SIGN_IN, SignedInUser, SignInWithProviderRequest, SignInWithProviderResponse

if TYPE_CHECKING:
    from greenroom.server.sign_in.provider import Provider

log = structlog.get_logger("greenroom.oidc")

AT_ONCE = 4
"""Providers' answers that are waited for at the same time."""
START = "/auth/oidc/{provider}/start"
SEE_OTHER = 303


class OidcPages:
    """Serves /auth/oidc."""

    def __init__(self, house: House, origins: Origins, calls: Calls) -> None:
        self._house = house
        self._origins = origins
        self._calls = calls
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="oidc")

    def routes(self) -> list[BaseRoute]:
        """Each as docs/reference/routes.md says who may call it."""

        async def start(request: Request) -> Response:
            """Nothing is recorded of this: nobody has said yet who they are."""
            return await run_in_threadpool(self._start, request)

        async def callback(request: Request) -> Response:
            operation, loop = SIGN_IN["SignInWithProvider"], asyncio.get_running_loop()
            work = partial(self._callback, partial(loop.call_soon_threadsafe, self._house.access_changes.tell))
            return await self._calls.answer(operation, request, work, self._pool, refuse=_page)

        return [
            Route(START, start, methods=["GET"]),
            Route(SIGN_IN["SignInWithProvider"].uri, callback, methods=["GET"]),
        ]

    def _provider(self, request: Request) -> "Provider":
        provider = self._house.identity_providers.get(request.path_params["provider"])
        if provider is None:
            raise UnknownProvider
        return provider

    def _start(self, request: Request) -> Response:
        origin = self._origins.of(request.scope)
        try:
            provider = self._provider(request)
            redirect_uri = f"{origin.endpoint}/auth/oidc/{provider.name}/callback"
            return_to = request.query_params.get("returnTo", "/")
            errand, held = self._house.errands.begin(provider.name, redirect_uri, return_to, self._house.clock())
            address = provider.authorisation_url(errand)
        except ProviderUnavailableError as error:
            return _page(_unavailable(str(error)))
        except ApiError as error:
            return _page(error)
        response = RedirectResponse(address, SEE_OTHER, {"cache-control": "no-store"})
        errands.put_cookie(response, held, secure=origin.secure_transport)
        return response

    def _callback(self, access_changed: Callable[[], object], call: Call, request: Request, _body: bytes) -> Response:
        name, secure = request.path_params["provider"][:64], call.origin.secure_transport
        call.request = SignInWithProviderRequest(provider=name)
        provider = self._provider(request)
        asked = request.query_params
        held = errands.read_cookie(request, secure=secure)
        ended = self._house.errands.end(held, provider.name, asked.get("state"), self._house.clock())
        if ended is None:
            raise SignInFailed("This sign-in was not begun with this browser, or too long ago. Begin again.")
        errand, return_to = ended
        code = asked.get("code")
        if code is None or "error" in asked:
            raise SignInFailed("The provider did not let you in, or you turned back.")
        try:
            claims = provider.redeem(code, errand, issuer=asked.get("iss"))
        except ProviderUnavailableError as error:
            raise _unavailable(str(error)) from error
        except TokenRefused as error:
            _refuse_token(provider, error)
        call.request.subject = str(claims["sub"])
        before, user = self._user(provider, claims, access_changed)
        if before is not None and before.administrator and not user.administrator:
            access_changed()
        begun = self._house.sign_ins.begin(
            user, f"oidc:{provider.name}", call.origin, instead_of=cookie.read(request, secure=secure)
        )
        if begun is None:
            raise SignInFailed("You are shut out here.")
        principal = call.principal = self._house.keyring.principal(begun.user)
        call.response = SignInWithProviderResponse(
            user=SignedInUser(
                arn=principal.arn,
                persona=UserPersona.ADMINISTRATOR if begun.user.administrator else UserPersona.USER,
                principal_id=begun.user.principal_id,
                user_name=begun.user.user_name,
            )
        )
        response = RedirectResponse(return_to, SEE_OTHER)
        cookie.put(response, begun.token, secure=secure, lifetime=self._house.settings.sign_in_lifetime)
        errands.remove_cookie(response, secure=secure)
        return response

    def _user(
        self, provider: "Provider", claims: Mapping[str, object], access_changed: Callable[[], object]
    ) -> tuple[User | None, User]:
        """Who that was here until now, and is from now on. Raises SignInFailed."""
        settings = provider.settings
        try:
            with self._house.database.write() as connection:
                before = identities.user_of(connection, provider.name, str(claims["sub"]))
                return before, user_of(
                    connection,
                    provider.name,
                    claims,
                    settings.mapping,
                    now=self._house.clock(),
                    user_name_claim=settings.user_name_claim,
                    groups_claim=settings.groups_claim,
                    create=settings.create_users,
                    link=settings.link_users,
                )
        except NotLetIn as error:
            with self._house.database.write() as connection:
                ended = turn_away(connection, provider.name, claims, self._house.clock())
            if ended:
                access_changed()
            raise SignInFailed(str(error), code="NotLetIn") from error


def _refuse_token(provider: "Provider", error: TokenRefused) -> NoReturn:
    log.warning("token-refused", provider=provider.name, reason=str(error))
    raise SignInFailed("The provider's answer is not right: begin again. If it stays so, its settings are wrong.")


def _unavailable(reason: str) -> ProviderUnavailable:
    log.warning("provider-unavailable", reason=reason)
    return ProviderUnavailable()


def _page(error: ApiError) -> Response:
    """A page for a person: there is no script yet that would read anything else."""
    headers = {"cache-control": "no-store"}
    if error.retry_after is not None:
        headers["retry-after"] = str(error.retry_after)
    text = (
        '<!doctype html><html lang="en"><title>Sign-in</title>'
        f'<h1>You are not signed in</h1><p>{html.escape(error.message)}</p><p><a href="/">Back</a></p></html>'
    )
    return Response(text, error.status, headers, "text/html; charset=utf-8")
