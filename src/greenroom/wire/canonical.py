"""A request in the one form that its signature covers (AWS Signature Version 4, services other than S3)."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote_from_bytes, unquote_to_bytes

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
SIGNATURE_PARAMETER = b"X-Amz-Signature"

_UNRESERVED = re.compile(rb"[A-Za-z0-9._~-]*")
_RUN_OF_SLASHES = re.compile(rb"/{2,}")
_ORDINARY_PATH = 512
"""Bytes; the encoding of longer paths is not remembered, so that what is remembered stays small."""


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it came off the connection: path and query still encoded, headers in order, repeated ones too."""

    method: str
    raw_path: bytes
    query_string: bytes
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes = b""
    values: Mapping[bytes, list[bytes]] = field(init=False, repr=False, compare=False)
    """All values of each header, by lower-case name."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", header_values(self.headers))


def header_values(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, list[bytes]]:
    """All values of each header, by lower-case name."""
    values: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value)
    return values


def canonical_request(
    request: SignedRequest,
    headers: Mapping[bytes, list[bytes]],
    signed_headers: Iterable[str],
    payload_hash: str,
    *,
    presigned: bool = False,
) -> bytes | None:
    """The canonical form, or None where a signed header is not in the request.

    `headers` are the request's by lower-case name. A presigned request's own signature is left out of its query.
    """
    lines = []
    names = []
    for name in signed_headers:
        raw_name = name.encode("ascii")
        values = headers.get(raw_name)
        if values is None:
            return None
        names.append(raw_name)
        lines.append(raw_name + b":" + b",".join([b" ".join(value.split()) for value in values]) + b"\n")
    return b"\n".join(
        (
            request.method.upper().encode(),
            canonical_uri(request.raw_path),
            canonical_query(request.query_string, presigned=presigned),
            b"".join(lines),
            b";".join(names),
            payload_hash.encode(),
        )
    )


def canonical_uri(raw_path: bytes) -> bytes:
    """The path, encoded once more, with runs of slashes as one, as the official clients do it.

    They drop dot segments too; a server must not, or one signature would hold for two paths. Nothing is lost: a path
    with dot segments names no resource.
    """
    path = _RUN_OF_SLASHES.sub(b"/", raw_path) if b"//" in raw_path else raw_path
    quoted = _quoted_lately if len(path) <= _ORDINARY_PATH else _quoted
    return quoted(path or b"/")


def _quoted(path: bytes) -> bytes:
    return quote_from_bytes(path, safe="/~").encode()


_quoted_lately = lru_cache(maxsize=1024)(_quoted)


def canonical_query(query_string: bytes, *, presigned: bool = False) -> bytes:
    """The parameters, each encoded in the one way, ordered by name and value."""
    if not query_string:
        return b""
    pairs = []
    for pair in query_string.split(b"&"):
        if pair:
            key, _, value = pair.partition(b"=")
            encoded = _encode_once(key)
            if not (presigned and encoded == SIGNATURE_PARAMETER):
                pairs.append((encoded, _encode_once(value)))
    pairs.sort()
    return b"&".join([key + b"=" + value for key, value in pairs])


def string_to_sign(canonical: bytes, timestamp: str, scope: str) -> bytes:
    """What the signing key signs; `timestamp` is ISO 8601 basic, `scope` is date/region/service/aws4_request."""
    return f"{ALGORITHM}\n{timestamp}\n{scope}\n{hashlib.sha256(canonical).hexdigest()}".encode()


def _encode_once(part: bytes) -> bytes:
    if _UNRESERVED.fullmatch(part):
        return part
    return quote_from_bytes(unquote_to_bytes(part), safe="-_.~").encode()
