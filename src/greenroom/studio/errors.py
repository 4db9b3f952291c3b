"""Refusals: what the studio's rules say no to. Each names the thing, what is wrong and what to do."""


class Refusal(Exception):  # noqa: N818  a refusal is an answer, not a fault
    """A request that the rules refuse; `code` is a short machine-readable reason."""

    def __init__(self, message: str, *, code: str, **context: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.context = context


class Invalid(Refusal):
    """A parameter does not fit the rules (ValidationException)."""


class Conflict(Refusal):
    """Not in this state; it may be possible later (ConflictException)."""


class NotFound(Refusal):
    """There is no such thing (ResourceNotFoundException)."""

    def __init__(self, kind: str, resource_id: str) -> None:
        super().__init__(
            f"The {kind} {resource_id} could not be found. Check the id and the studio.",
            code=f"{kind.upper().replace(' ', '_')}_NOT_FOUND",
            resourceId=resource_id,
        )


class QuotaExceeded(Refusal):
    """The studio has as many as its quota allows (ServiceQuotaExceededException)."""


class Unavailable(Refusal):
    """What holds the answer cannot be reached now (InternalServerErrorException)."""
