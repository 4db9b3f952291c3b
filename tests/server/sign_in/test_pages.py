"""Signing in by a password with a browser, against a real server."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from tests.running import Studio
from tests.server.browser import Browser
from tests.server.test_sts import client
from tests.support import wait_until

from greenroom.server.audit import reading
from greenroom.server.founding import NewUser

Open = Callable[..., Browser]
Add = Callable[[str], NewUser]


def signs(studio: Studio, keys: Mapping[str, str]) -> bool:
    try:
        client(studio, "sts", keys).get_caller_identity()
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidClientTokenId":
            raise
        return False
    return True


def ended(studio: Studio, keys: Mapping[str, str]) -> None:
    wait_until(lambda: not signs(studio, keys), what="the end of the temporary key")


def run(studio: Studio, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return studio.command(*arguments, "--data", str(studio.data))


def test_who_is_not_signed_in_is_told_where_they_are(house: Studio, browse: Open) -> None:
    state = browse().state()
    assert state == {
        "signedIn": False,
        "studioName": "Test Studio",
        "region": house.founding["region"],
        "accountId": house.founding["accountId"],
        "studioId": house.studio_id,
        "providers": [],
        "user": None,
    }


def test_a_password_signs_in_and_the_cookie_is_exchanged_for_keys_of_that_person(
    house: Studio, browse: Open, add: Add
) -> None:
    ana, browser = add("ana"), browse()
    answer = browser.sign_in("ana", ana.password)
    assert answer.status_code == 200
    user = answer.json()["user"]
    assert (user["userName"], user["principalId"], user["persona"]) == ("ana", ana.principal_id, "USER")
    assert answer.json() == browser.state()
    keys = browser.keys()
    identity = client(house, "sts", keys).get_caller_identity()
    assert (identity["Arn"], identity["UserId"]) == (user["arn"], ana.principal_id)
    client(house, "nimble", keys).list_streaming_sessions(studioId=house.studio_id, ownedBy=ana.principal_id)
    with pytest.raises(ClientError):
        client(house, "nimble", keys).get_studio(studioId=house.studio_id)


def test_the_cookie_is_the_browsers_alone(browse: Open, add: Add) -> None:
    password = add("ben").password
    plain = browse().sign_in("ben", password).headers["set-cookie"]
    assert plain.startswith("greenroom-sign-in=")
    assert "HttpOnly" in plain
    assert "SameSite=strict" in plain
    assert "Secure" not in plain
    over_tls = browse().sign_in("ben", password, origin="", x_forwarded_proto="https").headers["set-cookie"]
    assert over_tls.startswith("__Host-greenroom-sign-in=")
    assert "Secure" in over_tls
    assert "Domain" not in over_tls


@pytest.mark.parametrize(("name", "password"), [("admin", "wrong-password"), ("nobody", "wrong-password"), ("", "")])
def test_what_is_wrong_is_not_told(browse: Open, name: str, password: str) -> None:
    browser = browse("192.0.2.9")
    answer = browser.sign_in(name, password)
    assert answer.status_code == 401
    assert answer.json() == {"code": "SignInFailed", "message": "The user name or the password is wrong."}
    assert browser.cookie is None


def test_each_sign_in_has_a_token_of_its_own_and_ends_the_one_before(browse: Open, add: Add) -> None:
    password, browser = add("cleo").password, browse()
    browser.http.cookies.set("greenroom-sign-in", "planted-by-somebody")
    browser.sign_in("cleo", password).raise_for_status()
    browser.http.cookies.delete("greenroom-sign-in", domain="")
    first = browser.cookie
    assert first not in (None, "planted-by-somebody")
    browser.sign_in("cleo", password).raise_for_status()
    assert browser.cookie != first
    other = browse()
    other.http.cookies.set("greenroom-sign-in", str(first))
    assert not other.state()["signedIn"]
    assert browser.state()["signedIn"]


def test_signing_out_ends_the_sign_in_and_its_keys(house: Studio, browse: Open, add: Add) -> None:
    password, browser, other = add("dora").password, browse(), browse()
    browser.sign_in("dora", password)
    other.sign_in("dora", password)
    keys, others, token = browser.keys(), other.keys(), browser.cookie
    assert signs(house, keys)
    assert browser.post("/auth/sign-out").json()["signedIn"] is False
    assert browser.cookie is None
    browser.http.cookies.set("greenroom-sign-in", str(token))
    assert not browser.state()["signedIn"]
    assert browser.post("/auth/credentials").status_code == 401
    ended(house, keys)
    assert signs(house, others)
    assert browse().post("/auth/sign-out").status_code == 200


@pytest.mark.parametrize(
    "command",
    [("user", "sign-out", "{}"), ("user", "disable", "{}"), ("user", "reset-password", "{}")],
    ids=lambda command: command[1],
)
def test_an_administrator_ends_the_sign_ins_of_a_person(
    house: Studio, browse: Open, add: Add, command: tuple[str, ...]
) -> None:
    name = f"eva-{command[1]}"
    password, browser = add(name).password, browse()
    browser.sign_in(name, password).raise_for_status()
    keys = browser.keys()
    run(house, *(part.format(name) for part in command))
    assert not browser.state()["signedIn"]
    ended(house, keys)
    assert browser.sign_in(name, password).status_code == (200 if command[1] == "sign-out" else 401)


def test_a_person_changes_their_own_password_which_ends_their_other_sign_ins(browse: Open, add: Add) -> None:
    password, browser, other = add("finn").password, browse(), browse()
    change = {"password": password, "newPassword": "a password of my own"}
    assert browser.post("/auth/password", change).status_code == 401
    browser.sign_in("finn", password)
    other.sign_in("finn", password)
    assert browser.post("/auth/password", change | {"password": "wrong-password"}).status_code == 401
    assert browser.post("/auth/password", change | {"newPassword": "short"}).status_code == 400
    assert browser.post("/auth/password", change).status_code == 200
    assert browser.state()["user"]["userName"] == "finn"
    assert not other.state()["signedIn"]
    assert other.sign_in("finn", password).status_code == 401
    assert other.sign_in("finn", "a password of my own").status_code == 200


def test_guessing_is_slowed_for_an_account_whether_it_is_there_or_not(browse: Open, add: Add) -> None:
    password = add("gwen").password
    for name in ("gwen", "no-such-gwen"):
        answers = [browse(f"198.51.100.{at}").sign_in(name, "wrong-password") for at in range(5)]
        assert [answer.status_code for answer in answers] == [401] * 4 + [429]
        assert 3000 < int(answers[-1].headers["retry-after"]) <= 3600
    # The right one is as good as a guess then: otherwise the answer would tell.
    assert browse().sign_in("gwen", password).status_code == 429


def test_signing_in_rightly_is_not_slowed(browse: Open, add: Add) -> None:
    password = add("hugo").password
    assert {browse("203.0.113.7").sign_in("hugo", password).status_code for _ in range(6)} == {200}


def test_another_sites_page_gets_nothing(browse: Open, house: Studio) -> None:
    browser = browse()
    admin = {"userName": "admin", "password": house.founding["password"]}
    browser.post("/auth/sign-in", admin).raise_for_status()
    foreign = [
        {"x_greenroom_request": ""},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ]
    for path in ("sign-in", "sign-out", "credentials", "password"):
        for headers in foreign:
            answer = browser.post(f"/auth/{path}", admin, **headers)
            assert answer.status_code == 403, (path, headers)
            assert "set-cookie" not in answer.headers
            assert "access-control-allow-origin" not in answer.headers
    assert browser.state()["signedIn"]


def test_a_preflight_is_not_answered(browse: Open) -> None:
    answer = browse().http.options(
        "/auth/credentials",
        headers={"origin": "https://evil.example", "access-control-request-headers": "x-greenroom-request"},
    )
    assert answer.status_code == 405
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("body", [b"", b"[]", b'{"userName": 1}', b"\xff", b"x" * 20_000, b'{"userName":"a"}'])
def test_what_is_no_request_is_refused(browse: Open, body: bytes) -> None:
    headers = {"x-greenroom-request": "1"}
    answer = browse().http.post("/auth/sign-in", content=body, headers=headers)
    assert answer.status_code in (400, 413)
    assert set(answer.json()) == {"code", "message"}


def test_the_audit_tells_of_it_and_keeps_no_secret(house: Studio, browse: Open, add: Add) -> None:
    ida, browser = add("ida"), browse("198.51.100.77")
    browser.sign_in("ida", "a-wrong-password")
    browser.sign_in("the-password-by-mistake", "x")
    browser.sign_in("ida", ida.password)
    keys, token = browser.keys(), browser.cookie
    browser.post("/auth/sign-out")

    def events() -> list[dict[str, object]]:
        found = reading.events(house.data / "audit")
        return [event for event in found if event.get("sourceIPAddress") == "198.51.100.77"]

    wait_until(lambda: len(events()) == 5, what="the records of the calls")
    failed, unknown, signed_in, credentials, signed_out = found = events()[::-1]
    assert [event["eventName"] for event in found] == ["SignIn", "SignIn", "SignIn", "GetCredentials", "SignOut"]
    assert {event["eventSource"] for event in found} == {"signin.amazonaws.com"}
    assert failed["errorCode"] == "SignInFailed"
    assert failed["requestParameters"]["userName"] == "ida"  # type: ignore[index]
    assert unknown["requestParameters"]["userName"] == "HIDDEN_DUE_TO_SECURITY_REASONS"  # type: ignore[index]
    for event in (signed_in, credentials, signed_out):
        assert event["userIdentity"]["principalId"] == ida.principal_id  # type: ignore[index]
    kept = "".join(file.read_text() for file in Path(house.data / "audit").glob("*.jsonl"))
    for secret in (ida.password, str(token), keys["SecretAccessKey"], keys["SessionToken"], "the-password-by-mistake"):
        assert secret not in kept
