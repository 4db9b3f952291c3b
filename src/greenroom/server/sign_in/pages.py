"""The pages under /auth: who is signed in, signing in and out by a password, and keys for the browser."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import BoundedSemaphore

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from greenroom.access.passwords import PasswordRefused
from greenroom.access.principals import user_arn
from greenroom.access.session_tokens import OnSignIn
from greenroom.access.sign_ins import PASSWORD_METHOD, Begun
from greenroom.server.audit.event import Call
from greenroom.server.audit.masking import MASK
from greenroom.server.house import House
from greenroom.server.origins import Origins
from greenroom.server.sign_in import cookie
from greenroom.server.sign_in.attempts import Attempts
from greenroom.server.sign_in.calls import Calls, read_json
from greenroom.server.sign_in.device_pages import DevicePages
from greenroom.server.sign_in.oidc import START, OidcPages
from greenroom.server.sign_in.refusals import SignInFailed, SignInRequired
from greenroom.server.throttling import Throttle
from greenroom.store import studios
from greenroom.studio.sign_ins import SignIn
from greenroom.studio.studios import User
from greenroom.wire.errors import ThrottlingException, ValidationException
from greenroom.wire.people import UserPersona
from greenroom.wire.response import JSON_CONTENT_TYPE
from greenroom.wire.sign_in import (
    PREFIX,
    SIGN_IN,
    ChangePasswordRequest,
    ChangePasswordResponse,
    GetCredentialsRequest,
    GetCredentialsResponse,
    SignedInUser,
    SignInRequest,
    SignInResponse,
    SignOutRequest,
    SignOutResponse,
)

KEYS_HOLD = timedelta(hours=1)
"""How long a browser's temporary key holds, within its sign-in's time."""
CHECKS_AT_ONCE = 2
"""Passwords that are checked at the same time: each takes 64 MiB."""
CHECKS_WAITING = 32
"""Those that may wait for it; beyond that attempts are refused, for whomever."""


class Provider(msgspec.Struct, rename="camel"):
    """Where one may sign in other than by a password."""

    name: str
    display_name: str
    url: str


class _State(msgspec.Struct, rename="camel"):
    """What a page needs to know before it can call the API."""

    signed_in: bool
    studio_name: str
    region: str
    account_id: str
    studio_id: str
    providers: tuple[Provider, ...]
    user: SignedInUser | None


class SignInPages:
    """Serves /auth."""

    def __init__(self, house: House, origins: Origins, throttle: Throttle, pool: ThreadPoolExecutor) -> None:
        self._house = house
        self._origins = origins
        self._throttle = throttle
        self._pool = pool
        self._checking = ThreadPoolExecutor(CHECKS_AT_ONCE, thread_name_prefix="password")
        self._waiting = BoundedSemaphore(CHECKS_AT_ONCE + CHECKS_WAITING)
        settings = house.settings
        self._attempts = Attempts(settings.sign_in_attempts, settings.sign_in_pause.total_seconds())
        self._calls = Calls(house, origins)
        self._providers = tuple(
            Provider(name, provider.display_name or name, START.replace("{provider}", name))
            for name, provider in settings.oidc.items()
        )

    def routes(self) -> list[BaseRoute]:
        """Each as docs/reference/routes.md says who may call it."""

        async def state(request: Request) -> Response:
            """Nothing is recorded of this: it is asked for with every page, by everybody."""
            return await run_in_threadpool(self._state, request)

        async def sign_in(request: Request) -> Response:
            return await self._checked("SignIn", request)

        async def change_password(request: Request) -> Response:
            return await self._checked("ChangePassword", request)

        async def sign_out(request: Request) -> Response:
            return await self._calls.answer(SIGN_IN["SignOut"], request, self._sign_out, self._pool)

        async def credentials(request: Request) -> Response:
            return await self._calls.answer(SIGN_IN["GetCredentials"], request, self._credentials, self._pool)

        return [
            Route(PREFIX, state, methods=["GET"]),
            Route(SIGN_IN["SignIn"].uri, sign_in, methods=["POST"]),
            Route(SIGN_IN["SignOut"].uri, sign_out, methods=["POST"]),
            Route(SIGN_IN["GetCredentials"].uri, credentials, methods=["POST"]),
            Route(SIGN_IN["ChangePassword"].uri, change_password, methods=["POST"]),
            *OidcPages(self._house, self._origins, self._calls).routes(),
            *DevicePages(self._house, self._throttle, self._calls, self._pool).routes(),
        ]

    async def _checked(self, name: str, request: Request) -> Response:
        """A call with a password in it, which is costly to check."""
        if not self._waiting.acquire(blocking=False):
            return await self._calls.answer(SIGN_IN[name], request, _refuse_as_busy, self._pool)
        try:
            work = {"SignIn": self._sign_in, "ChangePassword": self._change_password}[name]
            return await self._calls.answer(SIGN_IN[name], request, work, self._checking)
        finally:
            self._waiting.release()

    def _state(self, request: Request) -> Response:
        secure = self._origins.of(request.scope).secure_transport
        found = self._house.sign_ins.find(cookie.read(request, secure=secure))
        return self._page(found[1] if found else None)

    def _page(self, user: User | None) -> Response:
        """Who is signed in, in which studio."""
        with self._house.database.read() as connection:
            studio = studios.get(connection, user.studio_id) if user else None
            studio = studio or next(iter(studios.every(connection)), None)
        rules = self._house.rules
        state = _State(
            signed_in=user is not None,
            studio_name=studio.display_name if studio else "",
            region=rules.region,
            account_id=rules.account_id,
            studio_id=studio.studio_id if studio else "",
            providers=self._providers,
            user=self._user(user) if user else None,
        )
        return Response(msgspec.json.encode(state), headers={"cache-control": "no-store"}, media_type=JSON_CONTENT_TYPE)

    def _user(self, user: User) -> SignedInUser:
        return SignedInUser(
            arn=user_arn(self._house.rules.account_id, user.user_name),
            persona=UserPersona.ADMINISTRATOR if user.administrator else UserPersona.USER,
            principal_id=user.principal_id,
            user_name=user.user_name,
        )

    def _sign_in(self, call: Call, request: Request, body: bytes) -> Response:
        asked = read_json(body, SignInRequest)
        # People type their password where the name belongs: what is nobody's name is not kept.
        call.request = SignInRequest(user_name=MASK, password=MASK)
        name, address = asked.user_name.strip(), call.origin.source_ip
        if wait := self._attempts.begin(name, address):
            raise ThrottlingException("Too many wrong passwords. Try again later.", retry_after=wait)
        with self._house.database.read() as connection:
            if studios.user_named(connection, name) is not None:
                call.request.user_name = name
        user = self._house.sign_ins.check_password(name, asked.password)
        begun = self._begin(call, request, user)
        self._attempts.succeeded(name, address)
        call.response = SignInResponse(user=self._user(begun.user))
        return self._let_in(call, begun)

    def _change_password(self, call: Call, request: Request, body: bytes) -> Response:
        asked = read_json(body, ChangePasswordRequest)
        call.request = asked
        _, user = self._signed_in(call, request)
        if wait := self._attempts.begin(user.user_name, call.origin.source_ip):
            raise ThrottlingException("Too many wrong passwords. Try again later.", retry_after=wait)
        checked = self._house.sign_ins.check_password(user.user_name, asked.password)
        if checked is None:
            raise SignInFailed("The password is wrong.")
        self._attempts.succeeded(user.user_name, call.origin.source_ip)
        try:
            changed = self._house.sign_ins.change_password(checked, asked.new_password)
        except PasswordRefused as error:
            raise ValidationException(f"newPassword: {error}.") from error
        begun = self._begin(call, request, changed)
        call.response = ChangePasswordResponse(user=self._user(begun.user))
        return self._let_in(call, begun)

    def _begin(self, call: Call, request: Request, user: User | None) -> Begun:
        """A sign-in of that person. Raises SignInFailed where it is nobody, or was shut out meanwhile."""
        before = cookie.read(request, secure=call.origin.secure_transport)
        if user is not None:
            begun = self._house.sign_ins.begin(user, PASSWORD_METHOD, call.origin, instead_of=before)
            if begun is not None:
                call.principal = self._house.keyring.principal(begun.user)
                return begun
        raise SignInFailed

    def _let_in(self, call: Call, begun: Begun) -> Response:
        response = self._page(begun.user)
        lifetime = self._house.settings.sign_in_lifetime
        cookie.put(response, begun.token, secure=call.origin.secure_transport, lifetime=lifetime)
        return response

    def _sign_out(self, call: Call, request: Request, _body: bytes) -> Response:
        call.request = SignOutRequest()
        secure = call.origin.secure_transport
        token = cookie.read(request, secure=secure)
        found = self._house.sign_ins.find(token)
        if token is not None and found is not None:
            call.principal = self._house.keyring.principal(found[1])
            self._house.sign_ins.end(token)
        call.response = SignOutResponse()
        response = self._page(None)
        cookie.remove(response, secure=secure)
        return response

    def _credentials(self, call: Call, request: Request, _body: bytes) -> Response:
        call.request = GetCredentialsRequest()
        sign_in, _ = self._signed_in(call, request)
        now, idle = self._house.clock(), self._house.settings.sign_in_idle
        duration = min(KEYS_HOLD, idle, sign_in.ends_at - now)
        key = self._house.session_tokens.issue(OnSignIn(sign_in.sign_in_id), now=now, duration=duration)
        call.response = GetCredentialsResponse(
            access_key_id=key.access_key_id,
            expiration=key.expires_at,
            secret_access_key=key.secret_access_key,
            session_token=key.session_token,
        )
        return Response(msgspec.json.encode(call.response), media_type=JSON_CONTENT_TYPE)

    def _signed_in(self, call: Call, request: Request) -> tuple[SignIn, User]:
        """Whose browser this is. Raises SignInRequired, and ThrottlingException where they call too often."""
        found = self._house.sign_ins.find(cookie.read(request, secure=call.origin.secure_transport))
        if found is None:
            raise SignInRequired
        principal = call.principal = self._house.keyring.principal(found[1])
        if wait := self._throttle.wait_for(principal.principal_id, read_only=False):
            raise ThrottlingException(retry_after=wait)
        return found


def _refuse_as_busy(_call: Call, _request: Request, _body: bytes) -> Response:
    raise ThrottlingException("Too many people are signing in. Try again in a moment.", retry_after=1)
