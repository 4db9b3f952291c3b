"""What the table of a provider may say, and what is refused before anybody signs in by it."""

import json
from pathlib import Path
from typing import Any

import pytest

from greenroom.server.identity_providers import OIDC, OidcProvider, read_secret
from greenroom.server.setting_forms import UnreadableError


def read(name: str = "company", **members: Any) -> OidcProvider:
    table = {"issuer": "https://id.example.com/realms/studio", "client_id": "greenroom", **members}
    (provider,) = OIDC.read(json.dumps({name: table})).values()
    return provider


def test_what_is_left_out_is_the_cautious_choice() -> None:
    provider = read()
    assert (provider.link_users, provider.create_users, provider.administrators) == (False, True, frozenset())
    assert provider.mapping.lets_in([])
    assert provider.mapping.administrator(["leads"]) is None
    assert provider.host == "id.example.com"


@pytest.mark.parametrize(
    "issuer",
    [
        "http://id.example.com",
        "https://",
        "id.example.com",
        "file:///etc/passwd",
        "https://somebody@id.example.com",
        "https://id.example.com?x=1",
        "https://id.example.com#x",
        "http://127.0.0.1.example.com",
    ],
)
def test_an_issuer_that_is_no_safe_address_is_refused(issuer: str) -> None:
    with pytest.raises(UnreadableError, match="issuer"):
        read(issuer=issuer)


def test_an_issuer_on_this_very_machine_needs_no_tls() -> None:
    assert read(issuer="http://127.0.0.1:9000").host == "127.0.0.1:9000"


@pytest.mark.parametrize("name", ["", "Company", "a/b", "..", "-a", "a" * 33])
def test_a_name_that_would_not_fit_into_an_address_is_refused(name: str) -> None:
    with pytest.raises(UnreadableError, match="no name of a provider"):
        read(name)


@pytest.mark.parametrize(
    "members", [{"client_id": ""}, {"scopes": ["profile"]}, {"clientid": "x"}, {"groups": ["lighting"]}]
)
def test_what_cannot_be_meant_is_refused(members: dict[str, Any]) -> None:
    with pytest.raises(UnreadableError):
        read(**members)


def test_the_secret_is_in_a_file_of_the_data_directory_and_is_shown_nowhere(tmp_path: Path) -> None:
    (tmp_path / "company-secret").write_text("a secret \n")
    providers = OIDC.anchor({"company": read(client_secret_file="company-secret"), "open": read()}, tmp_path)
    assert read_secret(providers["company"]) == "a secret"
    assert read_secret(providers["open"]) is None
    assert OIDC.show(providers) == (
        "company (https://id.example.com/realms/studio), open (https://id.example.com/realms/studio)"
    )
