"""What the wire hands to the HTTP server for one answer."""

from collections.abc import Mapping
from dataclasses import dataclass

JSON_CONTENT_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class EncodedResponse:
    """An answer ready to be sent; the header names are as the service spells them."""

    status: int
    headers: Mapping[str, str]
    body: bytes
