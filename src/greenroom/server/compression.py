"""Which of the API's answers are compressed, and for whom."""

from collections.abc import MutableMapping
from typing import Any

from greenroom.server.request_headers import first_header
from greenroom.wire.content_encodings import accepts
from greenroom.wire.operations import Operation
from greenroom.wire.response import EncodedResponse

LEAST = 1400
"""Bytes of a body below which a compressed one saves no packet."""
VARY = (b"vary", b"accept-encoding")

_OF_MANY = ("List", "Search", "Compare")


def may_compress(operation: Operation) -> bool:
    """Whether answers of the operation are compressed at all.

    Those of many things are. An answer of one thing may hold a key or a ticket beside text that somebody else chose,
    and its length, once compressed, would tell of them; it is small anyway.
    """
    return operation.read_only and not operation.streamed and operation.name.startswith(_OF_MANY)


def compressed(operation: Operation, answer: EncodedResponse, scope: MutableMapping[str, Any]) -> EncodedResponse:
    """The answer as the sender of the request is to get it: compressed, where they take that and it is worth it."""
    if len(answer.body) < LEAST or not may_compress(operation):
        return answer
    accepted = first_header(scope, b"accept-encoding")
    return answer.gzipped if accepts(accepted.decode("latin-1"), "gzip") else answer
