"""One provider of OpenID Connect: what it says of itself, its keys as they come and go, and what its tokens say."""

import base64
import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
import structlog
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from greenroom.server.identity_providers import OidcProvider, read_secret
from greenroom.server.sign_in.errands import Errand
from greenroom.server.sign_in.fetching import Fetcher, ProviderUnavailableError
from greenroom.server.sign_in.refusals import TokenRefused

log = structlog.get_logger("greenroom.oidc")

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Of signatures: none by a secret that is shared, and never none."""
LEEWAY_SECONDS = 60
"""So far may the provider's clock be off."""
METADATA_SECONDS = 3600.0
"""How long what the provider says of itself is taken for true."""
KEYS_SECONDS = 10.0
"""So long at least lies between two looks for a key that is not known: a stranger's made-up token costs no more."""
LONGEST_TOKEN = 32_768
"""Characters of a token that are looked at."""


class _Metadata(msgspec.Struct):
    """What is looked at of the provider's document (OpenID Connect Discovery 1.0)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


def issuer_of(token: str) -> str | None:
    """Whose token it claims to be; not yet that it is."""
    if len(token) > LONGEST_TOKEN:
        return None
    try:
        payload = base64.urlsafe_b64decode(token.split(".")[1] + "==")
        issuer = msgspec.json.decode(payload, type=dict[str, Any]).get("iss")
    except (ValueError, IndexError):
        return None
    return issuer if isinstance(issuer, str) else None


class Provider:
    """Thread-safe."""

    def __init__(
        self,
        name: str,
        settings: OidcProvider,
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        fetcher: Fetcher | None = None,
    ) -> None:
        self.name = name
        self.settings = settings
        self._clock = clock
        self._monotonic = monotonic
        self._fetcher = fetcher or Fetcher(settings.issuer)
        self._lock = Lock()
        self._metadata: tuple[float, _Metadata] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._looked_again: float | None = None
        """When keys were last fetched because a token was of none that was known."""

    def authorisation_url(self, errand: Errand) -> str:
        """Where to send the browser. Raises ProviderUnavailableError."""
        address = self._fetcher.checked(self._discovered().authorization_endpoint).geturl()
        query = urlencode(
            {
                "response_type": "code",
                "client_id": self.settings.client_id,
                "redirect_uri": errand.redirect_uri,
                "scope": " ".join(self.settings.scopes),
                "state": errand.state,
                "nonce": errand.nonce,
                "code_challenge": create_s256_code_challenge(errand.verifier),
                "code_challenge_method": "S256",
            }
        )
        return f"{address}{'&' if '?' in address else '?'}{query}"

    def redeem(self, code: str, errand: Errand, *, issuer: str | None) -> Mapping[str, Any]:
        """What the provider says of whoever brought that code. Raises ProviderUnavailableError, TokenRefused.

        `issuer` is what the browser brought as such (RFC 9207): a code of another provider is not sent to this one.
        """
        metadata = self._discovered()
        told = issuer is not None or metadata.authorization_response_iss_parameter_supported
        if told and issuer != metadata.issuer:
            raise TokenRefused("the answer is of another issuer")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": errand.redirect_uri,
            "code_verifier": errand.verifier,
        }
        answer = self._fetcher.post(metadata.token_endpoint, *self._identified(form, metadata))
        token = answer.get("id_token") if isinstance(answer, dict) else None
        if not isinstance(token, str):
            raise ProviderUnavailableError(f"{self.settings.host} gives no id_token for the code")
        access_token = answer.get("access_token")
        return self.claims(token, nonce=errand.nonce, access_token=access_token)

    def claims(
        self, token: str, *, nonce: str | None = None, access_token: object = None, audiences: tuple[str, ...] = ()
    ) -> Mapping[str, Any]:
        """What a token says whose signature, issuer, audience and time are right.

        Without `audiences` it must be for this client. Raises TokenRefused, ProviderUnavailableError.
        """
        if len(token) > LONGEST_TOKEN:
            raise TokenRefused("it is too long")
        decoded = self._decoded(token)
        options: Any = {
            "iss": {"essential": True, "value": self._discovered().issuer},
            "sub": {"essential": True},
            "exp": {"essential": True},
            "aud": {"essential": True, "values": list(audiences or (self.settings.client_id,))},
        }
        params = {"nonce": nonce, "access_token": access_token if isinstance(access_token, str) else None}
        if not audiences:
            params["client_id"] = self.settings.client_id
        checked = CodeIDToken(decoded.claims, decoded.header, options, params)
        try:
            checked.validate(now=int(self._clock()), leeway=LEEWAY_SECONDS)
        except JoseError as error:
            raise TokenRefused(f"{error.error}: {error.description or 'a claim of it is wrong'}") from error
        if not checked.get("sub") or len(str(checked["sub"])) > 255:
            raise TokenRefused("it does not say whom it is about")
        return dict(checked)

    def _decoded(self, token: str) -> jwt.Token:
        """The token, its signature checked by the keys that are known, or else by those of now."""
        keys = self._known_keys()
        try:
            return jwt.decode(token, keys, algorithms=list(ALGORITHMS))
        except (JoseError, ValueError) as error:
            fresh = self._fresh_keys(keys)
            if fresh is None:
                raise TokenRefused(f"its signature is not right ({type(error).__name__})") from error
        try:
            return jwt.decode(token, fresh, algorithms=list(ALGORITHMS))
        except (JoseError, ValueError) as error:
            raise TokenRefused(f"its signature is not right ({type(error).__name__})") from error

    def _identified(self, form: Mapping[str, str], metadata: _Metadata) -> tuple[dict[str, str], dict[str, str]]:
        """The form and the headers by which this client shows who it is."""
        client_id = self.settings.client_id
        try:
            secret = read_secret(self.settings)
        except OSError as error:
            log.error("client-secret-missing", provider=self.name, error=str(error))  # noqa: TRY400
            raise ProviderUnavailableError(f"the client's secret for {self.name} cannot be read here") from error
        if secret is None:
            return {**form, "client_id": client_id}, {}
        if "client_secret_basic" not in metadata.token_endpoint_auth_methods_supported:
            return {**form, "client_id": client_id, "client_secret": secret}, {}
        pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}".encode()
        return dict(form), {"authorization": f"Basic {base64.b64encode(pair).decode()}"}

    def _discovered(self) -> _Metadata:
        now = self._monotonic()
        with self._lock:
            if self._metadata is not None and now - self._metadata[0] < METADATA_SECONDS:
                return self._metadata[1]
        found = self._fetcher.get(get_well_known_url(self.settings.issuer, external=True))
        try:
            metadata = msgspec.convert(found, _Metadata)
        except msgspec.ValidationError as error:
            raise ProviderUnavailableError(f"{self.settings.host} does not describe itself: {error}") from error
        if metadata.issuer != self.settings.issuer:
            raise ProviderUnavailableError(f"{self.settings.host} is the issuer {metadata.issuer[:200]!r}, not as set")
        for address in (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri):
            self._fetcher.checked(address)
        with self._lock:
            self._metadata = now, metadata
        return metadata

    def _known_keys(self) -> KeySet:
        with self._lock:
            if self._keys is not None and self._monotonic() - self._keys[0] < METADATA_SECONDS:
                return self._keys[1]
        return self._fetch_keys()

    def _fresh_keys(self, known: KeySet) -> KeySet | None:
        """The keys as they are now; None where they were looked at a moment ago."""
        with self._lock:
            if self._keys is not None and self._keys[1] is not known:
                return self._keys[1]
            now = self._monotonic()
            if self._looked_again is not None and now - self._looked_again < KEYS_SECONDS:
                return None
            self._looked_again = now
        return self._fetch_keys()

    def _fetch_keys(self) -> KeySet:
        document = self._fetcher.get(self._discovered().jwks_uri)
        try:
            keys = KeySet.import_key_set(document)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderUnavailableError(f"the keys of {self.settings.host} cannot be read") from error
        with self._lock:
            self._keys = self._monotonic(), keys
        return keys
