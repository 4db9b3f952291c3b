"""Who a request says it comes from, before anything is believed: reading the two forms of a signature."""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from greenroom.wire.canonical import ALGORITHM, SignedRequest
from greenroom.wire.errors import (
    IncompleteSignatureException,
    InvalidSignatureException,
    MissingAuthenticationTokenException,
)
from greenroom.wire.routing import parse_query

MAX_PRESIGNED_SECONDS = 604_800
"""The longest that a presigned request may say it holds: seven days."""

_TIMESTAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", re.ASCII)
_CREDENTIAL_PARTS = 5
_HEADER_PARTS = ("Credential", "Signature", "SignedHeaders")
_QUERY_PARTS = ("X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date", "X-Amz-Expires")
_ECHO = 128
_LAST_PART = ", Signature="
_ORDINARY_HEAD = 512
"""Characters; what was read of longer ones is not remembered, so that what is remembered stays small."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a signature says of itself. Nothing in it is true until `verify` has said so."""

    access_key_id: str
    date: str
    """The scope's date, `YYYYMMDD`."""
    region: str
    service: str
    terminator: str
    """`aws4_request` in a valid scope."""
    signed_headers: tuple[str, ...]
    signature: str
    timestamp: datetime
    """When it was signed, UTC, whole seconds."""
    amz_date: str
    """The same as it is signed: ISO 8601 basic."""
    expires: int | None
    """Seconds that a presigned request holds; None where the signature is in a header."""
    session_token: str | None

    @property
    def presigned(self) -> bool:
        """Whether the signature is in the query."""
        return self.expires is not None

    @property
    def scope(self) -> str:
        """The credential's scope as it is signed."""
        return f"{self.date}/{self.region}/{self.service}/{self.terminator}"


def format_timestamp(moment: datetime) -> str:
    """ISO 8601 basic in UTC, as signatures write times."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def read_claim(request: SignedRequest) -> Claim:
    """The claim of a request, in whichever form it carries one.

    Raises MissingAuthenticationTokenException where there is none, IncompleteSignatureException where a part is missing
    or malformed, InvalidSignatureException where the forms are mixed or leave unsigned what must be signed. The time
    and the scope are not judged here.
    """
    headers = request.values
    authorizations = headers.get(b"authorization")
    parameters = _query_parameters(request.query_string)
    if authorizations is None and parameters is None:
        raise MissingAuthenticationTokenException
    if parameters is None:
        return _header_claim(headers, authorizations or [])
    if authorizations is not None:
        raise InvalidSignatureException("Found both 'X-Amz-Algorithm' in the query and an 'Authorization' header.")
    return _query_claim(headers, parameters)


def _header_claim(headers: Mapping[bytes, list[bytes]], authorizations: list[bytes]) -> Claim:
    authorization = _only_value(headers, b"authorization")
    algorithm, parts = _authorization_parts(authorization)
    dated_by = b"x-amz-date" if b"x-amz-date" in headers else b"date"
    written = _only_value(headers, dated_by)
    missing = [f"Authorization header requires '{part}' parameter." for part in _HEADER_PARTS if not parts.get(part)]
    if not written:
        missing.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    if missing:
        digest = _digest(authorizations[0])
        raise IncompleteSignatureException(
            f"{' '.join(missing)} (Hashed with SHA-256 and encoded with Base64) Authorization={digest}"
        )
    timestamp = _timestamp(written)
    signed_headers = _signed_headers(parts["SignedHeaders"])
    _check_algorithm(algorithm)
    credential = _credential(parts["Credential"])
    _check_all_signed(headers, signed_headers, dated_by)
    return Claim(
        *credential,
        signed_headers=signed_headers,
        signature=parts["Signature"],
        timestamp=timestamp,
        # Written so already by nearly all: the same characters need not be made again.
        amz_date=written if _TIMESTAMP.fullmatch(written) else format_timestamp(timestamp),
        expires=None,
        session_token=_only_value(headers, b"x-amz-security-token") or None,
    )


def _query_claim(headers: Mapping[bytes, list[bytes]], parameters: Mapping[str, str]) -> Claim:
    missing = [f"'{part}'" for part in _QUERY_PARTS if not parameters.get(part)]
    if missing:
        raise IncompleteSignatureException(f"The signature in the query requires {', '.join(missing)}.")
    timestamp = _timestamp(parameters["X-Amz-Date"])
    expires = parameters["X-Amz-Expires"]
    if not (expires.isascii() and expires.isdigit() and len(expires) <= len(str(MAX_PRESIGNED_SECONDS))):
        raise IncompleteSignatureException("X-Amz-Expires must be a whole number of seconds.")
    if not 1 <= int(expires) <= MAX_PRESIGNED_SECONDS:
        raise IncompleteSignatureException(f"X-Amz-Expires must be between 1 and {MAX_PRESIGNED_SECONDS} seconds.")
    signed_headers = _signed_headers(parameters["X-Amz-SignedHeaders"])
    _check_algorithm(parameters["X-Amz-Algorithm"])
    credential = _credential(parameters["X-Amz-Credential"])
    _only_value(headers, b"host")
    return Claim(
        *credential,
        signed_headers=signed_headers,
        signature=parameters["X-Amz-Signature"],
        timestamp=timestamp,
        amz_date=format_timestamp(timestamp),
        expires=int(expires),
        session_token=parameters.get("X-Amz-Security-Token") or None,
    )


def _query_parameters(query_string: bytes) -> dict[str, str] | None:
    """The query's X-Amz-… parameters, or None where it is not a presigned one."""
    if b"X-Amz-Algorithm" not in query_string:
        return None
    parameters: dict[str, str] = {}
    for key, value in parse_query(query_string):
        if key.startswith("X-Amz-"):
            if key in parameters:
                raise IncompleteSignatureException(f"'{key[:_ECHO]}' is in the query more than once.")
            parameters[key] = value
    return parameters if "X-Amz-Algorithm" in parameters else None


def _authorization_parts(authorization: str) -> tuple[str, Mapping[str, str]]:
    head, comma, signature = authorization.rpartition(_LAST_PART)
    if not comma or "," in signature or len(head) > _ORDINARY_HEAD or not head.startswith(ALGORITHM):
        return _parsed(authorization)
    # All but the signature is the same in each request that a client signs within a day.
    algorithm, parts = _parsed_lately(head)
    if "Signature" in parts:
        return _parsed(authorization)
    return algorithm, {**parts, "Signature": signature.rstrip()}


def _parsed(authorization: str) -> tuple[str, Mapping[str, str]]:
    algorithm, _, rest = authorization.partition(" ")
    parts: dict[str, str] = {}
    for token in rest.split(",") if rest else ():
        key, equal_sign, value = token.strip().partition("=")
        # What is no pair may be a secret of another scheme (Basic, Bearer): it is told by its digest alone.
        if not equal_sign:
            raise IncompleteSignatureException(
                "Invalid key=value pair (missing equal-sign) in Authorization header "
                f"(hashed with SHA-256 and encoded with Base64): '{_digest(authorization.encode('latin-1'))}'."
            )
        if key in parts:
            raise IncompleteSignatureException(f"Authorization header has '{key[:_ECHO]}' more than once.")
        parts[key] = value
    return algorithm, parts


_parsed_lately = lru_cache(maxsize=1024)(_parsed)


def _timestamp(written: str) -> datetime:
    match = _TIMESTAMP.fullmatch(written)
    try:
        if match is not None:
            year, month, day, hour, minute, second = map(int, match.groups())
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        moment = parsedate_to_datetime(written)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        raise IncompleteSignatureException(
            f"Date must be in ISO-8601 'basic format'. Got '{written[:_ECHO]}'. "
            "See http://en.wikipedia.org/wiki/ISO_8601"
        ) from None


@lru_cache(maxsize=1024)
def _names_of(written: str) -> tuple[str, ...]:
    names = written.split(";")
    if not written.isascii() or names != sorted({name.lower() for name in names if name}):
        raise IncompleteSignatureException("SignedHeaders must be names in lower case, sorted, each of them once.")
    if "host" not in names:
        raise InvalidSignatureException("'Host' must be a 'SignedHeader' in the AWS Authorization.")
    return tuple(names)


def _signed_headers(written: str) -> tuple[str, ...]:
    return _names_of(written) if len(written) <= _ORDINARY_HEAD else _names_of.__wrapped__(written)


def _check_algorithm(algorithm: str) -> None:
    if algorithm != ALGORITHM:
        raise IncompleteSignatureException(
            f"Unsupported AWS 'algorithm': '{algorithm[:_ECHO]}' (only {ALGORITHM} for now)."
        )


def _credential(written: str) -> tuple[str, str, str, str, str]:
    parts = written.split("/")
    if len(parts) != _CREDENTIAL_PARTS:
        raise IncompleteSignatureException(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
            f"got '{written[:_ECHO]}'"
        )
    access_key_id, date, region, service, terminator = parts
    return access_key_id, date, region, service, terminator


def _check_all_signed(headers: Mapping[bytes, list[bytes]], signed_headers: tuple[str, ...], dated_by: bytes) -> None:
    """What changes a request's meaning must be signed: every x-amz- header, and Date where it is the timestamp."""
    signed = {name.encode("ascii") for name in signed_headers}
    unsigned = [name for name in headers if (name == dated_by or name.startswith(b"x-amz-")) and name not in signed]
    if unsigned:
        names = b", ".join(unsigned).decode("latin-1")[:_ECHO]
        raise InvalidSignatureException(f"There were headers present in the request which were not signed: {names}")
    for name in (b"host", b"x-amz-content-sha256"):
        _only_value(headers, name)


def _only_value(headers: Mapping[bytes, list[bytes]], name: bytes) -> str:
    """The header's value, or nothing. Two of one that decides who may do what would mean two things."""
    values = headers.get(name)
    if values is None:
        return ""
    if len(values) > 1:
        raise IncompleteSignatureException(f"The header '{name.decode('latin-1')}' is given more than once.")
    return values[0].strip().decode("latin-1")


def _digest(value: bytes) -> str:
    return base64.b64encode(hashlib.sha256(value).digest()).decode("ascii")
