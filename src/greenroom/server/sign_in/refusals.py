"""Why a browser is not let in, in the words of the API's errors, with a status of the web's; and why a token is not."""

# ruff: noqa: N818  named as the API's own errors are
from collections.abc import Mapping

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from greenroom.access.origin import Origin
from greenroom.wire.errors import AccessDeniedException, ApiError
from greenroom.wire.response import JSON_CONTENT_TYPE

HEADER = "x-greenroom-request"
"""Each POST has it, with the value 1: another site's page cannot send it without asking first, and is told no."""


class TokenRefused(Exception):
    """The token is not the provider's, not for us, or not for now; the text says which."""


class SignInFailed(ApiError):
    """The name and the password do not belong together; which of them is wrong is not told."""

    status = 401
    default_message = "The user name or the password is wrong."


class SignInRequired(ApiError):
    """Nobody is signed in with this browser, or not any more."""

    status = 401
    default_message = "You are not signed in, or your sign-in is over. Sign in."


class UnknownProvider(ApiError):
    """No provider of that name is set up."""

    status = 404
    default_message = "There is no such way to sign in here."


class ProviderUnavailable(ApiError):
    """A provider of identities does not answer as it should; the log says why."""

    status = 503
    fault = True
    default_message = "The provider cannot be reached at present. Try again, or sign in another way."


class DeviceCodeUnknown(ApiError):
    """There is no such code of a program, or it was answered, or its ten minutes are over."""

    status = 404
    default_message = "There is no such code, or its time is over. Begin again."


class DevicePending(ApiError):
    """Nobody has said yes to the program yet."""

    status = 409
    default_message = "Nobody has said yes yet. Ask again in a moment."


def refuse_other_sites(request: Request, origin: Origin) -> None:
    """Raises AccessDeniedException for a request that a page of another site may have had the browser send."""
    if request.headers.get(HEADER) != "1":
        raise AccessDeniedException(f"The request lacks the header {HEADER}: 1.", code="HeaderMissing")
    claimed = request.headers.get("origin")
    if claimed is not None and claimed != origin.endpoint:
        raise AccessDeniedException(
            f"The page is of {claimed[:200]} and this server is {origin.endpoint or 'without a name'}. Behind a proxy "
            "that does TLS, have it pass the Host header on and name it in the setting trusted_proxies.",
            code="OtherOrigin",
        )
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise AccessDeniedException("The request comes from a page of another site.", code="OtherOrigin")


def refusal(error: ApiError) -> Response:
    """The answer for an error."""
    headers: Mapping[str, str] = {} if error.retry_after is None else {"retry-after": str(error.retry_after)}
    body = msgspec.json.encode({"code": error.code, "message": error.message})
    return Response(body, error.status, headers, JSON_CONTENT_TYPE)
