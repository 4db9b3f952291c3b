"""AWS Signature Version 4 in both directions: verifying what clients signed, signing what our own client sends.

A server reads the claim, checks its time and scope, looks up the key's secret, and verifies:

    claim = read_claim(request)
    check_scope(claim, region=region, service=service, now=now)
    verify(request, claim, secret_key_of(claim.access_key_id), region=region, service=service, now=now)
"""

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import quote

from greenroom.wire.canonical import (
    ALGORITHM,
    SIGNATURE_PARAMETER,
    UNSIGNED_PAYLOAD,
    SignedRequest,
    canonical_query,
    canonical_request,
    string_to_sign,
)
from greenroom.wire.claims import MAX_PRESIGNED_SECONDS, Claim, format_timestamp, read_claim
from greenroom.wire.errors import InvalidSignatureException
from greenroom.wire.routing import parse_query

__all__ = [
    "MAX_CLOCK_SKEW",
    "MAX_PRESIGNED_SECONDS",
    "Claim",
    "SignedRequest",
    "check_scope",
    "presign",
    "read_claim",
    "sign",
    "verify",
    "verify_signature",
]

MAX_CLOCK_SKEW = timedelta(minutes=15)
"""How far a client's clock may be from ours, either way."""

_TERMINATOR = "aws4_request"
_CONTENT_HASH = "x-amz-content-sha256"
_CACHED_KEYS = 4096
_ECHO = 64


class SigningKeys:
    """Derived keys of the day, the least lately used forgotten first. Thread-safe.

    Looked up by a digest, so that the cache holds no secret key.
    """

    def __init__(self, capacity: int = _CACHED_KEYS) -> None:
        self._capacity = capacity
        self._keys: OrderedDict[bytes, hmac.HMAC] = OrderedDict()
        self._lock = Lock()

    def derive(self, secret_key: str, date: str, region: str, service: str) -> hmac.HMAC:
        """What signs for that date, region and service, once it is copied: half of an HMAC is its key's."""
        digest = hashlib.sha256("\0".join((secret_key, date, region, service)).encode()).digest()
        with self._lock:
            known = self._keys.get(digest)
            if known is not None:
                self._keys.move_to_end(digest)
                return known
        key = f"AWS4{secret_key}".encode()
        for part in (date, region, service, _TERMINATOR):
            key = hmac.digest(key, part.encode(), "sha256")
        signer = hmac.new(key, digestmod="sha256")
        with self._lock:
            self._keys[digest] = signer
            if len(self._keys) > self._capacity:
                self._keys.popitem(last=False)
        return signer


_signing_keys = SigningKeys()


def check_scope(
    claim: Claim, *, region: str, service: str, now: datetime, max_skew: timedelta = MAX_CLOCK_SKEW
) -> None:
    """Raises InvalidSignatureException where the claim's time has passed or not yet come, or its scope is not ours."""
    _check_time(claim, now, max_skew)
    faults = []
    if claim.region != region:
        faults.append(f"Credential should be scoped to a valid region, not '{claim.region[:_ECHO]}'.")
    if claim.service != service:
        faults.append(f"Credential should be scoped to correct service: '{service}'.")
    if claim.terminator != _TERMINATOR:
        faults.append(
            f"Credential should be scoped with a valid terminator: '{_TERMINATOR}', not '{claim.terminator[:_ECHO]}'."
        )
    if claim.date != claim.amz_date[:8]:
        faults.append(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{claim.date[:_ECHO]}' != '{claim.amz_date[:8]}', from '{claim.amz_date}'."
        )
    if faults:
        raise InvalidSignatureException(" ".join(faults))


def verify(
    request: SignedRequest,
    claim: Claim,
    secret_key: str,
    *,
    region: str,
    service: str,
    now: datetime,
    max_skew: timedelta = MAX_CLOCK_SKEW,
) -> None:
    """Raises InvalidSignatureException unless the holder of the secret key signed this very request for us, lately."""
    check_scope(claim, region=region, service=service, now=now, max_skew=max_skew)
    verify_signature(request, claim, secret_key)


def verify_signature(request: SignedRequest, claim: Claim, secret_key: str) -> None:
    """The same for a claim whose time and scope were checked."""
    headers = request.values
    canonical = canonical_request(
        request, headers, claim.signed_headers, _payload_hash(request, claim, headers), presigned=claim.presigned
    )
    if canonical is None:
        raise InvalidSignatureException
    expected = _signature(secret_key, canonical, claim)
    if not hmac.compare_digest(expected.encode(), claim.signature.encode("utf-8", "surrogatepass")):
        raise InvalidSignatureException


def sign(
    request: SignedRequest,
    access_key_id: str,
    secret_key: str,
    *,
    region: str,
    service: str,
    now: datetime,
    session_token: str | None = None,
) -> dict[str, str]:
    """The headers to add to a request, so that it is signed. The request must have its host header (ValueError).

    Host, content type and every x-amz- header are signed, and so is the body.
    """
    timestamp = format_timestamp(now)
    added = {"x-amz-date": timestamp, _CONTENT_HASH: hashlib.sha256(request.body).hexdigest()}
    if session_token is not None:
        added["x-amz-security-token"] = session_token
    headers = dict(request.values)
    headers.update((name.encode(), [value.encode()]) for name, value in added.items())
    claim = _own_claim(access_key_id, headers, region=region, service=service, now=now, expires=None)
    canonical = canonical_request(request, headers, claim.signed_headers, added[_CONTENT_HASH])
    signature = _signature(secret_key, canonical or b"", claim)
    return {
        **added,
        "authorization": f"{ALGORITHM} Credential={access_key_id}/{claim.scope}, "
        f"SignedHeaders={';'.join(claim.signed_headers)}, Signature={signature}",
    }


def presign(
    request: SignedRequest,
    access_key_id: str,
    secret_key: str,
    *,
    region: str,
    service: str,
    now: datetime,
    expires: int = 3600,
    session_token: str | None = None,
) -> bytes:
    """The query string of a request that anybody may send for `expires` seconds (1 to MAX_PRESIGNED_SECONDS).

    The request must have its host header; that, a content type and x-amz- headers are signed. Raises ValueError.
    """
    if not 1 <= expires <= MAX_PRESIGNED_SECONDS:
        raise ValueError(f"a presigned request holds for 1 to {MAX_PRESIGNED_SECONDS} seconds, not {expires}")
    headers = request.values
    claim = _own_claim(access_key_id, headers, region=region, service=service, now=now, expires=expires)
    parameters = {
        "X-Amz-Algorithm": ALGORITHM,
        "X-Amz-Credential": f"{access_key_id}/{claim.scope}",
        "X-Amz-Date": format_timestamp(now),
        "X-Amz-Expires": str(expires),
        "X-Amz-SignedHeaders": ";".join(claim.signed_headers),
    }
    if session_token is not None:
        parameters["X-Amz-Security-Token"] = session_token
    own = "&".join(f"{key}={quote(value, safe='-_.~')}" for key, value in parameters.items()).encode()
    query_string = canonical_query(b"&".join(part for part in (request.query_string, own) if part))
    presigned = SignedRequest(request.method, request.raw_path, query_string, request.headers, request.body)
    payload_hash = hashlib.sha256(request.body).hexdigest()
    canonical = canonical_request(presigned, headers, claim.signed_headers, payload_hash, presigned=True)
    signature = _signature(secret_key, canonical or b"", claim)
    return query_string + b"&" + SIGNATURE_PARAMETER + b"=" + signature.encode()


def _check_time(claim: Claim, now: datetime, max_skew: timedelta) -> None:
    minutes = max_skew // timedelta(minutes=1)
    if claim.timestamp > now + max_skew:
        raise InvalidSignatureException(
            f"Signature not yet current: {claim.amz_date} is still later than {format_timestamp(now + max_skew)} "
            f"({format_timestamp(now)} + {minutes} min.)"
        )
    if claim.expires is not None:
        if now - claim.timestamp > timedelta(seconds=claim.expires):
            raise InvalidSignatureException(
                f"Signature expired: {claim.amz_date} is more than {claim.expires} seconds earlier than "
                f"{format_timestamp(now)}"
            )
    elif claim.timestamp < now - max_skew:
        raise InvalidSignatureException(
            f"Signature expired: {claim.amz_date} is now earlier than {format_timestamp(now - max_skew)} "
            f"({format_timestamp(now)} - {minutes} min.)"
        )


def _payload_hash(request: SignedRequest, claim: Claim, headers: Mapping[bytes, list[bytes]]) -> str:
    """The payload's hash as it is signed. Where the request states one, it must be its body's."""
    stated = None
    if _CONTENT_HASH in claim.signed_headers:
        values = headers.get(_CONTENT_HASH.encode(), [])
        stated = values[0].strip().decode("latin-1") if len(values) == 1 else ""
    elif claim.presigned:
        named = [value for key, value in parse_query(request.query_string) if key.lower() == _CONTENT_HASH]
        stated = named[0] if len(named) == 1 else "" if named else None
    if stated == UNSIGNED_PAYLOAD:
        return UNSIGNED_PAYLOAD
    actual = hashlib.sha256(request.body).hexdigest()
    if stated is not None and stated != actual:
        raise InvalidSignatureException(f"The {_CONTENT_HASH} that was given is not that of the request's body.")
    return actual


def _signature(secret_key: str, canonical: bytes, claim: Claim) -> str:
    signer = _signing_keys.derive(secret_key, claim.date, claim.region, claim.service).copy()
    signer.update(string_to_sign(canonical, claim.amz_date, claim.scope))
    return signer.hexdigest()


def _own_claim(
    access_key_id: str,
    headers: Mapping[bytes, list[bytes]],
    *,
    region: str,
    service: str,
    now: datetime,
    expires: int | None,
) -> Claim:
    if b"host" not in headers:
        raise ValueError("a request is signed with its host header: give it one")
    amz_date = format_timestamp(now)
    return Claim(
        access_key_id=access_key_id,
        date=amz_date[:8],
        region=region,
        service=service,
        terminator=_TERMINATOR,
        signed_headers=tuple(
            sorted(
                name.decode("latin-1")
                for name in headers
                if name in (b"host", b"content-type") or name.startswith(b"x-amz-")
            )
        ),
        signature="",
        timestamp=now,
        amz_date=amz_date,
        expires=expires,
        session_token=None,
    )
