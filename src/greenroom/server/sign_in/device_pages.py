"""The pages under /auth/device: a program asks, a person looks at it and says yes, the program gets its keys."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from greenroom.access.session_tokens import OnSignIn
from greenroom.server.audit.event import Call
from greenroom.server.house import House
from greenroom.server.sign_in import cookie
from greenroom.server.sign_in.calls import Calls, read_json
from greenroom.server.sign_in.devices import INTERVAL_SECONDS, LASTS_SECONDS, Devices
from greenroom.server.sign_in.refusals import DeviceCodeUnknown, DevicePending, SignInRequired
from greenroom.server.throttling import Throttle
from greenroom.studio.studios import User
from greenroom.wire.errors import ThrottlingException
from greenroom.wire.response import JSON_CONTENT_TYPE
from greenroom.wire.sign_in import (
    SIGN_IN,
    ApproveDeviceRequest,
    ApproveDeviceResponse,
    BeginDeviceRequest,
    BeginDeviceResponse,
    GetCredentialsResponse,
    GetDeviceCredentialsRequest,
    ShowDeviceRequest,
    ShowDeviceResponse,
)

KEYS_HOLD = timedelta(hours=12)
"""How long a program's keys hold, within its sign-in's time."""
METHOD = "device"


class DevicePages:
    """Serves /auth/device."""

    def __init__(self, house: House, throttle: Throttle, calls: Calls, pool: ThreadPoolExecutor) -> None:
        self._house = house
        self._throttle = throttle
        self._calls = calls
        self._pool = pool
        self._devices = Devices()

    def routes(self) -> list[BaseRoute]:
        """Each as docs/reference/routes.md says who may call it."""

        async def begin(request: Request) -> Response:
            return await self._calls.answer(SIGN_IN["BeginDevice"], request, self._begin, self._pool)

        async def show(request: Request) -> Response:
            return await self._calls.answer(SIGN_IN["ShowDevice"], request, self._show, self._pool)

        async def approve(request: Request) -> Response:
            return await self._calls.answer(SIGN_IN["ApproveDevice"], request, self._approve, self._pool)

        async def credentials(request: Request) -> Response:
            return await self._calls.answer(SIGN_IN["GetDeviceCredentials"], request, self._credentials, self._pool)

        return [
            Route(SIGN_IN["BeginDevice"].uri, begin, methods=["POST"]),
            Route(SIGN_IN["ShowDevice"].uri, show, methods=["POST"]),
            Route(SIGN_IN["ApproveDevice"].uri, approve, methods=["POST"]),
            Route(SIGN_IN["GetDeviceCredentials"].uri, credentials, methods=["POST"]),
        ]

    def _begin(self, call: Call, _request: Request, _body: bytes) -> Response:
        call.request = BeginDeviceRequest()
        self._slow_down(f"device {call.origin.source_ip}")
        device_code, asking = self._devices.begin(call.origin.source_ip, call.origin.user_agent)
        call.response = BeginDeviceResponse(
            device_code=device_code,
            expires_in=int(LASTS_SECONDS),
            interval=INTERVAL_SECONDS,
            user_code=asking.user_code,
            verification_uri=f"{call.origin.endpoint}/device?code={asking.user_code}",
        )
        return _answer(call)

    def _show(self, call: Call, request: Request, body: bytes) -> Response:
        self._signed_in(call, request)
        asked = call.request = read_json(body, ShowDeviceRequest)
        asking = self._devices.shown(asked.user_code)
        if asking is None:
            raise DeviceCodeUnknown
        call.response = ShowDeviceResponse(
            source_ip=asking.source_ip or "", user_agent=asking.user_agent, user_code=asking.user_code
        )
        return _answer(call)

    def _approve(self, call: Call, request: Request, body: bytes) -> Response:
        user = self._signed_in(call, request)
        asked = call.request = read_json(body, ApproveDeviceRequest)
        if self._devices.approve(asked.user_code, user) is None:
            raise DeviceCodeUnknown
        call.response = ApproveDeviceResponse()
        return _answer(call)

    def _credentials(self, call: Call, _request: Request, body: bytes) -> Response:
        asked = call.request = read_json(body, GetDeviceCredentialsRequest)
        self._slow_down(f"device {call.origin.source_ip}")
        asking = self._devices.take(asked.device_code)
        if asking is None:
            raise DeviceCodeUnknown
        if asking.approved_by is None:
            raise DevicePending
        begun = self._house.sign_ins.begin(asking.approved_by, METHOD, call.origin)
        if begun is None:
            raise DeviceCodeUnknown
        call.principal = self._house.keyring.principal(begun.user)
        now, settings = self._house.clock(), self._house.settings
        duration = min(KEYS_HOLD, settings.sign_in_idle, begun.sign_in.ends_at - now)
        key = self._house.session_tokens.issue(OnSignIn(begun.sign_in.sign_in_id), now=now, duration=duration)
        call.response = GetCredentialsResponse(
            access_key_id=key.access_key_id,
            expiration=key.expires_at,
            secret_access_key=key.secret_access_key,
            session_token=key.session_token,
        )
        return _answer(call)

    def _signed_in(self, call: Call, request: Request) -> User:
        """Whose browser this is. Raises SignInRequired, ThrottlingException."""
        found = self._house.sign_ins.find(cookie.read(request, secure=call.origin.secure_transport))
        if found is None:
            raise SignInRequired
        call.principal = self._house.keyring.principal(found[1])
        self._slow_down(found[1].principal_id)
        return found[1]

    def _slow_down(self, who: str) -> None:
        if wait := self._throttle.wait_for(who, read_only=False):
            raise ThrottlingException(retry_after=wait)


def _answer(call: Call) -> Response:
    return Response(msgspec.json.encode(call.response), media_type=JSON_CONTENT_TYPE)
