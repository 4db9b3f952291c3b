"""What the wire hands to the HTTP server for one answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from greenroom.wire.shapes.base import Shape

JSON_CONTENT_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class EncodedResponse:
    """An answer ready to be sent; the header names are as the service spells them."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class RepeatedOutput:
    """An operation's output that is answered again and again: its encoding is kept beside it.

    Thread-safe: two that encode it at once write the same. The output must not be changed from here on.
    """

    output: Shape
    encoded: EncodedResponse | None = field(default=None, compare=False)
