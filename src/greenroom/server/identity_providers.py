"""The providers of identities as greenroom.toml names them: a table `[oidc.NAME]` each."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from greenroom.server.setting_forms import Form, UnreadableError
from greenroom.studio.identities import PROVIDER_NAME, GroupMapping

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class OidcProvider(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One provider of OpenID Connect."""

    issuer: str
    client_id: Annotated[str, msgspec.Meta(min_length=1)]
    client_secret_file: str = ""
    """Empty: a public client, which PKCE alone protects."""
    display_name: str = ""
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    user_name_claim: str = "preferred_username"
    groups_claim: str = "groups"
    administrators: frozenset[str] = frozenset()
    groups: dict[str, str] = {}
    allowed_groups: frozenset[str] = frozenset()
    create_users: bool = True
    link_users: bool = False
    audiences: tuple[str, ...] = ()
    """Beside the client id, for whom tokens may be that AssumeRoleWithWebIdentity takes."""

    @property
    def mapping(self) -> GroupMapping:
        """What its groups mean here."""
        return GroupMapping(administrators=self.administrators, groups=self.groups, allowed=self.allowed_groups)

    @property
    def host(self) -> str:
        """The issuer's host and port, without a user or a path."""
        return urlsplit(self.issuer).netloc


Providers = Mapping[str, OidcProvider]


def is_loopback(url: str) -> bool:
    """Whether it is this machine's own address, where TLS protects from nobody."""
    return urlsplit(url).hostname in _LOOPBACK


def _read(text: str) -> Providers:
    try:
        found = msgspec.json.decode(text or "{}", type=dict[str, OidcProvider])
    except msgspec.DecodeError as error:
        raise UnreadableError(str(error)) from None
    for name, provider in found.items():
        if not PROVIDER_NAME.fullmatch(name):
            raise UnreadableError(f"{name!r} is no name of a provider: small letters, digits and dashes")
        address = urlsplit(provider.issuer)
        if not address.hostname or address.username or address.query or address.fragment:
            raise UnreadableError(f"{name}: the issuer is an address such as https://id.example.com")
        if address.scheme != "https" and not (address.scheme == "http" and is_loopback(provider.issuer)):
            raise UnreadableError(f"{name}: the issuer must be reached by https")
        if "openid" not in provider.scopes:
            raise UnreadableError(f"{name}: the scopes must have openid among them")
    return found


def _anchor(providers: Providers, data: Path) -> Providers:
    return {
        name: msgspec.structs.replace(provider, client_secret_file=str(data / provider.client_secret_file))
        if provider.client_secret_file
        else provider
        for name, provider in providers.items()
    }


OIDC: Form[Providers] = Form(
    "a table [oidc.NAME] in greenroom.toml for each, or the same as JSON",
    _read,
    lambda providers: ", ".join(f"{name} ({provider.issuer})" for name, provider in providers.items()),
    _anchor,
    structured=True,
)


def read_secret(provider: OidcProvider) -> str | None:
    """The client's secret; None for a public client. Raises OSError."""
    if not provider.client_secret_file:
        return None
    return re.sub(r"\s+\Z", "", Path(provider.client_secret_file).read_text(encoding="utf-8"))
