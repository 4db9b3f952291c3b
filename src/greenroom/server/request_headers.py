"""The headers of a request, as ASGI has them: pairs of bytes, the names in lower case."""

from collections.abc import MutableMapping
from typing import Any


def first_header(scope: MutableMapping[str, Any], name: bytes) -> bytes:
    """The value of the first header of that name (lower case); empty where there is none."""
    return next((bytes(value) for key, value in scope["headers"] if key == name), b"")
