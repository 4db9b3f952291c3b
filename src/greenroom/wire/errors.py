"""The errors of the API, and their form on the wire.

Two families: the errors that the service model declares (a body of `code`, `context`, `message`), and the refusals of
the front door before a request reaches an operation (API Gateway's form, a body of `message` alone). Clients take the
class of an error from the header `x-amzn-ErrorType`, so that header is always there.
"""

# ruff: noqa: N818  the names are the API's own
from collections.abc import Mapping
from typing import ClassVar

import msgspec

from greenroom.wire.response import JSON_CONTENT_TYPE, EncodedResponse

MAX_MESSAGE_LENGTH = 8192
"""Code points of a message on the wire; a longer one is cut."""
MAX_CONTEXT_LENGTH = 256
"""Code points of a value in an error's context, which may be an id as the caller wrote it; a longer one is cut."""


class ApiError(Exception):
    """An answer that is an error: the one exception that leaves the wire, access and the api.

    `code` says more specifically what happened, for programs; `context` names the things concerned (`resourceId`);
    `retry_after` is in whole seconds and becomes the header of that name. Nothing sensitive belongs in any of them.
    """

    status: ClassVar[int] = 500
    """The HTTP status."""
    fault: ClassVar[bool] = False
    """Whether the service, not the sender, is at fault."""
    retryable: ClassVar[bool] = False
    """Whether the same request may succeed later."""
    modelled: ClassVar[bool] = True
    """Whether the body carries `code` and `context` beside the message."""
    default_message: ClassVar[str] = "An internal error has occurred. Please retry your request."

    def __init__(
        self,
        message: str | None = None,
        *,
        code: str | None = None,
        context: Mapping[str, str] | None = None,
        retry_after: int | None = None,
    ) -> None:
        self.message = self.default_message if message is None else message
        self.code = self.name if code is None else code
        self.context: dict[str, str] = dict(context or {})
        self.retry_after = retry_after
        super().__init__(self.message)

    @property
    def name(self) -> str:
        """The error's name on the wire."""
        return type(self).__name__


class ValidationException(ApiError):
    """Something in the request is not allowed; the message says what."""

    status = 400
    default_message = "One of the parameters in the request is invalid."


class ServiceQuotaExceededException(ApiError):
    """The request would go beyond a quota. Its status is 402, as it always was."""

    status = 402
    default_message = "This request would cause a service quota to be exceeded."


class AccessDeniedException(ApiError):
    """The caller is known, and no policy or membership allows the call."""

    status = 403
    default_message = "You do not have permission to perform this action."


class ResourceNotFoundException(ApiError):
    """There is no such thing, or not for this caller."""

    status = 404
    default_message = "A requested resource was not found."


class ConflictException(ApiError):
    """The thing is in a state, or in the middle of a change, that does not allow the call now."""

    status = 409
    default_message = "Another operation is in progress."


class ThrottlingException(ApiError):
    """Too many requests."""

    status = 429
    retryable = True
    default_message = "The request was denied due to request throttling. Please retry your request."


class InternalServerErrorException(ApiError):
    """A defect or an outage on this side."""

    status = 500
    fault = True
    retryable = True


MODELLED_ERRORS: tuple[type[ApiError], ...] = (
    ResourceNotFoundException,
    ConflictException,
    ThrottlingException,
    ValidationException,
    AccessDeniedException,
    InternalServerErrorException,
    ServiceQuotaExceededException,
)
"""The errors that the service model declares."""


class FrontDoorError(ApiError):
    """Refused before the operation: not in the service model, and the body is the message alone."""

    modelled = False


class SerializationException(FrontDoorError):
    """The request cannot be read: malformed JSON, a value of another type."""

    status = 400
    default_message = "The request could not be read."


class UnknownOperationException(FrontDoorError):
    """No operation has this method and path."""

    status = 404
    default_message = "There is no operation with this method and path."


class RequestEntityTooLargeException(FrontDoorError):
    """The body is larger than the service reads."""

    status = 413
    default_message = "The request body is too large."


class MissingAuthenticationTokenException(FrontDoorError):
    """The request is not signed."""

    status = 403
    default_message = "Missing Authentication Token"


class IncompleteSignatureException(FrontDoorError):
    """A part of the signature is missing or malformed."""

    status = 403
    default_message = "The request signature is incomplete."


class UnrecognizedClientException(FrontDoorError):
    """The access key is not known."""

    status = 403
    default_message = "The security token included in the request is invalid."


class InvalidSignatureException(FrontDoorError):
    """The signature is not the request's, or its time or scope is not acceptable."""

    status = 403
    default_message = (
        "The request signature we calculated does not match the signature you provided. "
        "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
    )


class ExpiredTokenException(FrontDoorError):
    """The session token has expired."""

    status = 403
    default_message = "The security token included in the request is expired"


class InvalidIdentityTokenException(FrontDoorError):
    """A token of a provider of identities is not right, or not for here (STS alone)."""

    status = 400
    default_message = "The web identity token that was passed is not valid."


def encode_error(error: ApiError, request_id: str) -> EncodedResponse:
    """The answer for an error. Never fails: characters that UTF-8 cannot carry are escaped."""
    headers = {
        "content-type": JSON_CONTENT_TYPE,
        "x-amzn-ErrorType": error.name,
        "x-amzn-RequestId": request_id,
    }
    if error.retry_after is not None:
        headers["retry-after"] = str(error.retry_after)
    message = _encodable(error.message[:MAX_MESSAGE_LENGTH])
    body: dict[str, object] = {"message": message}
    if error.modelled:
        context = {_encodable(key): _encodable(value[:MAX_CONTEXT_LENGTH]) for key, value in error.context.items()}
        body = {"code": _encodable(error.code), "context": context, "message": message}
    return EncodedResponse(error.status, headers, msgspec.json.encode(body))


def _encodable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
