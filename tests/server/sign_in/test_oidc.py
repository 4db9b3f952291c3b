"""Signing in by OpenID Connect, against a real provider."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import botocore
import botocore.config
import httpx
import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from botocore.exceptions import ClientError
from tests.running import Studio
from tests.server.browser import Browser
from tests.server.sign_in.providing import SECRET, RunningProvider, go_through, running_provider
from tests.server.simulated import copied, house_of, serving
from tests.server.test_sts import client

from greenroom.server.audit import reading
from greenroom.server.founding import add_user
from greenroom.store import people, studios

GROUPS = {"ana": ["leads", "lighting"], "ben": ["lighting"], "subject-2-of-ben": ["lighting"], "mallory": ["others"]}


@pytest.fixture(scope="module")
def provider() -> Iterator[RunningProvider]:
    with running_provider(GROUPS) as running:
        yield running


@pytest.fixture(scope="module")
def studio(founded: Studio, provider: RunningProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio whose people sign in by the provider, set up in its file as the manual says."""
    studio = copied(founded, tmp_path_factory.mktemp("oidc") / "data")
    (studio.data / "company-secret").write_text(SECRET + "\n")
    with (studio.data / "greenroom.toml").open("a") as file:
        file.write(f"""
[oidc.company]
issuer = "{provider.issuer}"
client_id = "greenroom"
client_secret_file = "company-secret"
display_name = "The Company"
administrators = ["leads"]
allowed_groups = ["leads", "lighting"]
groups = {{ lighting = "light" }}

[oidc.open]
issuer = "{provider.issuer}"
client_id = "public"
link_users = true
""")
    with serving(studio):
        yield studio


@pytest.fixture
def browser(studio: Studio) -> Iterator[Browser]:
    browser = Browser(studio.endpoint)
    yield browser
    browser.close()


def begin(browser: Browser, name: str = "company", return_to: str = "/") -> httpx.Response:
    return browser.http.get(f"/auth/oidc/{name}/start", params={"returnTo": return_to})


def come_back(browser: Browser, login: str, name: str = "company", return_to: str = "/") -> httpx.Response:
    """All of it: out, through the provider's pages, and back in."""
    back = go_through(browser.http, begin(browser, name, return_to), login, stop_before=browser.endpoint)
    return browser.http.get(back)


def test_the_providers_are_offered(browser: Browser) -> None:
    assert browser.state()["providers"] == [
        {"name": "company", "displayName": "The Company", "url": "/auth/oidc/company/start"},
        {"name": "open", "displayName": "open", "url": "/auth/oidc/open/start"},
    ]


def test_somebody_new_is_made_with_the_persona_and_the_groups_that_the_provider_says(
    studio: Studio, browser: Browser
) -> None:
    answer = come_back(browser, "ana", return_to="/sessions?mine=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sessions?mine=1")
    user = browser.state()["user"]
    assert (user["userName"], user["persona"]) == ("ana", "ADMINISTRATOR")
    with house_of(studio) as house, house.database.read() as connection:
        assert people.groups_of(connection, user["principalId"]) == ["light"]
    assert browser.keys()["AccessKeyId"].startswith("ASIA")
    # The second time they are the same person, and the provider's new key is found.
    again = Browser(studio.endpoint)
    come_back(again, "ana")
    assert again.state()["user"] == user
    again.close()


def test_the_providers_next_key_is_found(provider: RunningProvider, studio: Studio, browser: Browser) -> None:
    come_back(browser, "ben")
    assert browser.state()["user"]["persona"] == "USER"
    provider.rotate()
    other = Browser(studio.endpoint)
    come_back(other, "ben")
    assert other.state()["user"] == browser.state()["user"]
    other.close()


def test_who_is_in_no_allowed_group_is_not_let_in(studio: Studio, browser: Browser) -> None:
    answer = come_back(browser, "mallory")
    assert answer.status_code == 401
    assert "none of the groups" in answer.text
    assert not browser.state()["signedIn"]
    with house_of(studio) as house, house.database.read() as connection:
        assert studios.user_named(connection, "mallory") is None


def test_who_is_less_at_the_provider_is_less_here_in_every_browser(
    provider: RunningProvider, studio: Studio, browser: Browser
) -> None:
    provider.regroup(tia=["leads"])
    come_back(browser, "tia")
    assert browser.state()["user"]["persona"] == "ADMINISTRATOR"
    provider.regroup(tia=["lighting"])
    second = Browser(studio.endpoint)
    come_back(second, "tia")
    assert second.state()["user"]["persona"] == "USER"
    assert not browser.state()["signedIn"]
    provider.regroup(tia=["others"])
    third = Browser(studio.endpoint)
    assert come_back(third, "tia").status_code == 401
    assert not second.state()["signedIn"]
    second.close()
    third.close()


def test_another_person_of_the_same_name_is_not_them(studio: Studio, browser: Browser) -> None:
    with house_of(studio) as house:
        add_user(house, "2-of-ben", administrator=False)
    answer = come_back(browser, "subject-2-of-ben")
    assert answer.status_code == 401
    assert "already" in answer.text


def test_a_public_client_links_who_has_the_same_name_where_it_is_told_to(studio: Studio, browser: Browser) -> None:
    with house_of(studio) as house:
        cleo = add_user(house, "cleo", administrator=False)
    come_back(browser, "cleo", "open")
    assert browser.state()["user"]["principalId"] == cleo.principal_id
    with_password = Browser(studio.endpoint)
    assert with_password.sign_in("cleo", cleo.password).status_code == 200
    with_password.close()


def test_who_was_made_by_a_provider_has_no_password(browser: Browser) -> None:
    come_back(browser, "dora", "open")
    assert browser.state()["user"]["userName"] == "dora"
    assert browser.sign_in("dora", "").status_code == 401


@pytest.mark.parametrize(
    "return_to",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/a\nb",
        "",
    ],
)
def test_nobody_is_led_elsewhere_afterwards(browser: Browser, return_to: str) -> None:
    answer = come_back(browser, "eva", "open", return_to)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_only_the_browser_that_was_sent_out_comes_back(studio: Studio, browser: Browser) -> None:
    back = go_through(browser.http, begin(browser), "ana", stop_before=browser.endpoint)
    victim = Browser(studio.endpoint)
    assert victim.http.get(back).status_code == 401
    begin(victim)
    assert victim.http.get(back).status_code == 401
    assert not victim.state()["signedIn"]
    victim.close()
    # By the address of another provider of ours neither.
    assert browser.http.get(back.replace("/company/", "/open/")).status_code == 401
    assert browser.http.get(back).status_code == 303
    # And once only.
    assert browser.http.get(back).status_code == 401


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 401), ("?code=x", 401), ("?state=x", 401), ("?error=access_denied&state=x", 401)],
)
def test_who_comes_back_without_an_errand_is_not_let_in(browser: Browser, query: str, status: int) -> None:
    answer = browser.http.get(f"/auth/oidc/company/callback{query}")
    assert answer.status_code == status
    assert "set-cookie" not in answer.headers


def test_a_provider_that_is_not_set_up_is_none(browser: Browser) -> None:
    assert begin(browser, "other").status_code == 404
    assert browser.http.get("/auth/oidc/other/callback?code=x&state=y").status_code == 404


def test_a_code_that_was_made_up_is_refused(browser: Browser) -> None:
    address = httpx.URL(begin(browser).headers["location"])
    answer = browser.http.get(
        "/auth/oidc/company/callback",
        params={
            "code": "made-up",
            "state": address.params["state"],
            "iss": f"{address.scheme}://{address.netloc.decode()}",
        },
    )
    assert answer.status_code == 503
    other = browser.http.get(
        "/auth/oidc/company/callback",
        params={"code": "made-up", "state": address.params["state"], "iss": "https://another.example"},
    )
    assert other.status_code == 401


def test_the_request_has_all_that_protects_it(browser: Browser) -> None:
    answer = begin(browser)
    sent = httpx.URL(answer.headers["location"]).params
    assert sent["code_challenge_method"] == "S256"
    assert len(sent["state"]) >= 43
    assert len(sent["nonce"]) >= 43
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("greenroom-errand=")
    for part in ("HttpOnly", "SameSite=lax", "Path=/auth/oidc", "Max-Age=600"):
        assert part in cookie
    for secret in (sent["state"], sent["nonce"]):
        assert secret not in cookie


def test_the_audit_tells_of_it_and_keeps_no_code(studio: Studio, browser: Browser) -> None:
    back = go_through(browser.http, begin(browser), "ana", stop_before=browser.endpoint)
    browser.http.get(back)
    event = next(reading.events(studio.data / "audit"))
    assert event["eventName"] == "SignInWithProvider"
    assert event["userIdentity"]["userName"] == "ana"
    assert event["requestParameters"] == {"provider": "company", "subject": "ana"}
    kept = "".join(file.read_text() for file in Path(studio.data / "audit").glob("*.jsonl"))
    assert httpx.URL(back).params["code"] not in kept


def token_of(provider: RunningProvider, studio: Studio, login: str) -> str:
    """What the provider vouches for, as a program gets it that signs people in itself."""
    verifier, back = "v" * 50, f"{studio.endpoint}/auth/oidc/open/callback"
    asked = {
        "client_id": "public",
        "redirect_uri": back,
        "response_type": "code",
        "scope": "openid",
        "code_challenge": create_s256_code_challenge(verifier),
        "code_challenge_method": "S256",
    }
    with httpx.Client(trust_env=False, timeout=30) as http:
        address = go_through(http, http.get(f"{provider.issuer}/auth", params=asked), login, stop_before=back)
        form = {
            "grant_type": "authorization_code",
            "client_id": "public",
            "code": httpx.URL(address).params["code"],
            "redirect_uri": back,
            "code_verifier": verifier,
        }
        return str(http.post(f"{provider.issuer}/token", data=form).raise_for_status().json()["id_token"])


def test_a_providers_token_takes_on_a_role_that_trusts_it(studio: Studio, provider: RunningProvider) -> None:
    name, account = provider.issuer.partition("://")[2], studio.founding["accountId"]
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{account}:oidc-provider/{name}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{name}:sub": "farm", f"{name}:aud": "public"}},
    }
    file = studio.data / "trust.json"
    file.write_text(json.dumps({"Version": "2012-10-17", "Statement": trust}))
    where = ("--data", str(studio.data))
    studio.command("role", "create", "farm", "--trust", str(file), *where)
    studio.command("policy", "attach", "GreenroomAdministrator", "--role", "farm", *where)
    (role,) = json.loads(studio.command("role", "list", "--json", *where).stdout)
    nobody = boto3.client(
        "sts",
        endpoint_url=studio.endpoint,
        region_name=studio.founding["region"],
        config=botocore.config.Config(signature_version=botocore.UNSIGNED, retries={"max_attempts": 1}),
    )
    session: dict[str, Any] = {"RoleArn": role["arn"], "RoleSessionName": "night"}
    token = token_of(provider, studio, "farm")
    assumed = nobody.assume_role_with_web_identity(**session, WebIdentityToken=token)
    assert (assumed["SubjectFromWebIdentityToken"], assumed["Audience"]) == ("farm", "public")
    keys = assumed["Credentials"]
    assert client(studio, "sts", keys).get_caller_identity()["Arn"].endswith(":assumed-role/farm/night")
    client(studio, "nimble", keys).get_studio(studioId=studio.studio_id)
    for wrong, expected in (
        (token_of(provider, studio, "mallory"), "AccessDenied"),
        (token[:-8] + "AAAAAAAA", "InvalidIdentityToken"),
        ("nonsense", "InvalidIdentityToken"),
    ):
        with pytest.raises(ClientError) as refused:
            nobody.assume_role_with_web_identity(**session, WebIdentityToken=wrong)
        assert refused.value.response["Error"]["Code"] == expected
    kept = "".join(file.read_text() for file in Path(studio.data / "audit").glob("*.jsonl"))
    assert token not in kept
    # By its groups as well: of whoever is in one, and nobody else.
    trust["Condition"] = {
        "StringEquals": {f"{name}:aud": "public"},
        "ForAnyValue:StringEquals": {f"{name}:groups": "leads"},
    }
    file.write_text(json.dumps({"Version": "2012-10-17", "Statement": trust}))
    studio.command("role", "update", "farm", "--trust", str(file), *where)
    nobody.assume_role_with_web_identity(**session, WebIdentityToken=token_of(provider, studio, "ana"))
    with pytest.raises(ClientError, match="AccessDenied"):
        nobody.assume_role_with_web_identity(**session, WebIdentityToken=token_of(provider, studio, "ben"))


def test_the_settings_show_no_secret(studio: Studio) -> None:
    shown = studio.command("settings", "--data", str(studio.data), "--json").stdout.decode()
    assert "company" in json.dumps(json.loads(shown))
    assert SECRET not in shown
