"""What is taken of a provider's tokens and of what it says of itself; the real provider is in test_oidc."""

import base64
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from greenroom.server.identity_providers import OidcProvider
from greenroom.server.sign_in.errands import Errand
from greenroom.server.sign_in.fetching import Fetcher, ProviderUnavailableError
from greenroom.server.sign_in.provider import KEYS_SECONDS, Provider
from greenroom.server.sign_in.refusals import TokenRefused

ISSUER = "https://id.example.com"
NOW = 1_800_000_000
KEY = RSAKey.generate_key(2048, {"kid": "first"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "second"})
CLAIMS: Mapping[str, Any] = {
    "iss": ISSUER,
    "sub": "ana",
    "aud": "greenroom",
    "exp": NOW + 300,
    "iat": NOW,
    "nonce": "n",
}
ERRAND = Errand("s", "n", "v" * 43, "https://studio.example.com/auth/oidc/company/callback")


@dataclass
class Canned(Fetcher):
    """Answers as a provider would, without a network; addresses are checked as ever."""

    metadata: dict[str, Any] = field(default_factory=dict)
    keys: list[RSAKey] = field(default_factory=lambda: [KEY])
    token: object = ""
    looks: int = 0

    def __post_init__(self) -> None:
        super().__init__(ISSUER)

    def get(self, url: str) -> Any:
        self.checked(url)
        if url.endswith("/.well-known/openid-configuration"):
            return {
                "issuer": ISSUER,
                "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token",
                "jwks_uri": f"{ISSUER}/keys",
            } | self.metadata
        self.looks += 1
        return {"keys": [key.as_dict(private=False) for key in self.keys]}

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Any:
        return {"id_token": self.token, "access_token": "a"}


@dataclass
class Seconds:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def canned() -> Canned:
    return Canned()


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def provider(canned: Canned, seconds: Seconds) -> Provider:
    settings = OidcProvider(issuer=ISSUER, client_id="greenroom")
    return Provider("company", settings, clock=lambda: float(NOW), monotonic=seconds, fetcher=canned)


def token(key: RSAKey = KEY, **claims: Any) -> str:
    given = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": key.kid or ""}, given, key)


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def test_a_right_token_says_who_it_is(provider: Provider) -> None:
    assert provider.claims(token(), nonce="n")["sub"] == "ana"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://another.example.com"},
        {"aud": "another"},
        {"aud": ["greenroom", "another"]},
        {"aud": ["greenroom", "another"], "azp": "another"},
        {"exp": NOW - 61},
        {"exp": None},
        {"iat": None},
        {"iat": NOW + 3600},
        {"nbf": NOW + 3600},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "x" * 256},
    ],
    ids=str,
)
def test_a_token_for_another_time_place_or_person_is_refused(provider: Provider, wrong: Mapping[str, Any]) -> None:
    with pytest.raises(TokenRefused):
        provider.claims(token(**wrong), nonce="n")


def test_a_token_without_a_signature_or_with_one_by_a_public_key_is_refused(provider: Provider) -> None:
    unsigned = ".".join([*token().split(".")[:2], ""])
    content = _encoded(b'{"alg":"HS256","kid":"first"}') + "." + token().split(".")[1]
    digest = hmac.digest(KEY.as_pem(private=False), content.encode(), "sha256")
    by_public_key = f"{content}.{_encoded(digest)}"
    none = "eyJhbGciOiJub25lIn0." + token().split(".")[1] + "."
    for forged in (unsigned, by_public_key, none, "", "a.b.c", "x" * 40_000):
        with pytest.raises(TokenRefused):
            provider.claims(forged, nonce="n")


def test_a_new_key_is_found_and_made_up_ones_cost_one_look(
    provider: Provider, canned: Canned, seconds: Seconds
) -> None:
    provider.claims(token(), nonce="n")
    canned.keys = [OTHER_KEY]
    assert provider.claims(token(OTHER_KEY), nonce="n")["sub"] == "ana"
    looks = canned.looks
    for _ in range(5):
        with pytest.raises(TokenRefused):
            provider.claims(token(), nonce="n")
    assert canned.looks == looks
    seconds.now += KEYS_SECONDS
    canned.keys = [KEY]
    assert provider.claims(token(), nonce="n")["sub"] == "ana"
    assert canned.looks == looks + 1


def test_a_token_for_somebody_elses_program_is_taken_where_that_is_asked_for(provider: Provider) -> None:
    assert provider.claims(token(aud="farm"), audiences=("farm",))["sub"] == "ana"
    with pytest.raises(TokenRefused):
        provider.claims(token(), audiences=("farm",))


def test_a_code_of_another_issuer_is_not_sent(provider: Provider, canned: Canned) -> None:
    canned.token = token()
    assert provider.redeem("c", ERRAND, issuer=ISSUER)["sub"] == "ana"
    assert provider.redeem("c", ERRAND, issuer=None)["sub"] == "ana"
    with pytest.raises(TokenRefused):
        provider.redeem("c", ERRAND, issuer="https://another.example.com")
    canned.token = None
    with pytest.raises(ProviderUnavailableError):
        provider.redeem("c", ERRAND, issuer=None)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://another.example.com"},
        {"token_endpoint": "http://id.example.com/token"},
        {"token_endpoint": "http://127.0.0.1:8420/"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "https://user:password@id.example.com/"},
        {"jwks_uri": "https://id.example.com:0/"},
        {"jwks_uri": "gopher://id.example.com/"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": None},
    ],
    ids=str,
)
def test_a_provider_that_points_elsewhere_is_none(provider: Provider, canned: Canned, metadata: Any) -> None:
    canned.metadata = metadata
    with pytest.raises(ProviderUnavailableError):
        provider.authorisation_url(ERRAND)


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1:1/", "https://[::1]:1/", "https://localhost:1/", "https://10.0.0.1/"]
)
def test_an_address_within_a_network_is_not_asked(url: str) -> None:
    started = time.monotonic()
    with pytest.raises(ProviderUnavailableError, match="within a network"):
        Fetcher(ISSUER).get(url)
    assert time.monotonic() - started < 5
