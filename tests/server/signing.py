"""Signatures by the official client's own signer, so that the server is not tested against itself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from botocore.auth import SIGV4_TIMESTAMP, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from tests.running import Studio
from tests.server.raw import Request


class _Dated(SigV4Auth):
    """Signs as of a given moment instead of now."""

    moment: datetime

    def add_auth(self, request: AWSRequest) -> None:
        """As the original does, but for the clock."""
        request.context["timestamp"] = self.moment.strftime(SIGV4_TIMESTAMP)
        self._modify_request_before_signing(request)
        text = self.string_to_sign(request, self.canonical_request(request))
        self._inject_signature_to_request(request, self.signature(text, request))


class _InHeader(_Dated):
    pass


class _InQuery(_Dated, SigV4QueryAuth):
    pass


@dataclass(frozen=True)
class Signer:
    """One access key, and what its signatures are scoped to."""

    endpoint: str
    access_key_id: str
    secret_access_key: str
    region: str = "us-west-2"
    service: str = "nimble"

    @classmethod
    def of(cls, studio: Studio, key: Mapping[str, str] | None = None) -> "Signer":
        """The signer of that key, by default of the studio's administrator."""
        key = key or studio.founding
        return cls(studio.endpoint, key["accessKeyId"], key["secretAccessKey"], studio.founding["region"])

    @property
    def host(self) -> str:
        """What the Host header says."""
        return urlsplit(self.endpoint).netloc

    def sign(self, request: Request, at: datetime | None = None) -> Request:
        """The request with a signature in its headers."""
        auth = _InHeader(self._credentials, self.service, self.region)
        auth.moment = at or datetime.now(UTC)
        prepared = self._prepared(request)
        auth.add_auth(prepared)
        return replace(request, headers=(("Host", self.host), *prepared.headers.items()))

    def presign(self, request: Request, at: datetime | None = None, expires: int = 60) -> Request:
        """The request with a signature in its query, good for `expires` seconds."""
        auth = _InQuery(self._credentials, self.service, self.region, expires=expires)
        auth.moment = at or datetime.now(UTC)
        prepared = self._prepared(request)
        auth.add_auth(prepared)
        parts = urlsplit(prepared.url)
        return replace(
            request,
            target=f"{parts.path}?{parts.query}",
            headers=(("Host", self.host), *prepared.headers.items()),
        )

    @property
    def _credentials(self) -> Credentials:
        return Credentials(self.access_key_id, self.secret_access_key)

    def _prepared(self, request: Request) -> AWSRequest:
        return AWSRequest(
            method=request.method,
            url=self.endpoint + request.target,
            data=request.body,
            headers=dict(request.headers),
        )
