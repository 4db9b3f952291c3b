"""Who may call what: every route is in docs/reference/routes.md, and the table is true."""

import re
from pathlib import Path

import pytest
from tests.running import Studio
from tests.server.browser import Browser
from tests.server.raw import Request, ask
from tests.server.simulated import house_of

from greenroom.access.authorise import MEMBER_ACTIONS
from greenroom.access.keyring import policy_set
from greenroom.access.policies import AccessRequest, decide
from greenroom.server.app import create_app
from greenroom.streaming import app as streaming_app
from greenroom.wire.additions import ADDITIONS
from greenroom.wire.operations import OPERATIONS, Operation
from greenroom.wire.sts import ACTIONS

TABLE_FILE = Path(__file__).parents[2] / "docs" / "reference" / "routes.md"
ROW = re.compile(r"\| `(\S+) (\S+)` \| (\S*) ?\| ([a-z ]+) \|")
TABLE = {(row[1], row[2]): row[4] for row in map(ROW.fullmatch, TABLE_FILE.read_text().splitlines()) if row}

EVERYBODY = "everybody"
SIGNED_IN = "whoever is signed in"
EVERY_USER = "every user"
OWNER = "every user for what is theirs"
MEMBER = "members of the launch profile"
ADMINISTRATOR = "administrators"

ALL = [*OPERATIONS.values(), *ADDITIONS.values()]
USER = "u-1"


def allowed_to_a_plain_user(operation: Operation, keys: dict[str, str]) -> bool:
    """By the policies that every plain user has."""
    request = AccessRequest(operation.action, "arn:x", {"nimble:requesterPrincipalId": USER} | keys)
    return decide(policy_set(False, ()), request).allowed


def audience(operation: Operation) -> str:
    """Who may call it where no policy was added to those that come with Greenroom."""
    if allowed_to_a_plain_user(operation, {}):
        return EVERY_USER
    if any(allowed_to_a_plain_user(operation, {key: USER}) for key in ("nimble:ownedBy", "nimble:principalId")):
        return OWNER
    return MEMBER if operation.action in MEMBER_ACTIONS else ADMINISTRATOR


@pytest.mark.parametrize("operation", ALL, ids=lambda operation: str(operation.name))
def test_the_table_says_who_may_call_each_operation(operation: Operation) -> None:
    row = (operation.method, operation.uri)
    assert row in TABLE, f"docs/reference/routes.md lacks: | `{row[0]} {row[1]}` | {operation.name} | … |"
    assert TABLE[row] == audience(operation)


@pytest.mark.parametrize("operation", ALL, ids=lambda operation: str(operation.name))
def test_no_operation_answers_without_a_signature(studio: Studio, operation: Operation) -> None:
    target = re.sub(r"\{\w+\}", "x", operation.uri)
    answer = ask(studio.endpoint, Request(target, operation.method, headers=(("Host", "x"),)))
    assert (answer.status, answer.error) == (403, "MissingAuthenticationTokenException")


def test_every_page_beside_the_api_is_in_the_table(studio: Studio) -> None:
    with house_of(studio) as house:
        app = create_app(house)
    served = {("GET", getattr(route, "path", "?")) for route in app.pages}
    served |= {
        (method, getattr(route, "path", "?"))
        for route in app.sign_in
        for method in getattr(route, "methods", ()) - {"HEAD"}
    }
    assert served == {row for row, who in TABLE.items() if who in (EVERYBODY, SIGNED_IN)}


@pytest.mark.parametrize("row", [row for row, who in TABLE.items() if who == SIGNED_IN], ids=" ".join)
def test_what_is_for_the_signed_in_is_for_nobody_else(studio: Studio, row: tuple[str, str]) -> None:
    browser = Browser(studio.endpoint)
    passwords = {"password": "a-password", "newPassword": "another-password"}
    answer = browser.post(row[1], passwords)
    browser.close()
    assert (answer.status_code, answer.json()["code"]) == (401, "SignInRequired")


def test_the_table_has_no_route_that_is_gone() -> None:
    signed = {row for row, who in TABLE.items() if who not in (EVERYBODY, SIGNED_IN)}
    assert signed == {(operation.method, operation.uri) for operation in ALL} | {("POST", "/")}


def test_sts_is_every_users_and_answers_nobody_without_a_signature(studio: Studio) -> None:
    assert TABLE[("POST", "/")] == EVERY_USER
    for action in ACTIONS:
        answer = ask(studio.endpoint, Request("/", "POST", f"Action={action}".encode(), (("Host", "x"),)))
        # The one that is not signed needs a token of a provider of identities.
        by_token = action == "AssumeRoleWithWebIdentity"
        assert answer.status == (400 if by_token else 403)
        code = b"InvalidIdentityToken" if by_token else b"MissingAuthenticationToken"
        assert b"<Code>" + code + b"</Code>" in answer.body


STREAM = "/streams/{streamId}/"
OF_STREAMS = set(re.findall(r"`([A-Z]+) /streams/\{streamId\}/(\S*?)`", TABLE_FILE.read_text()))


def test_every_path_of_a_stream_is_in_the_table() -> None:
    source = Path(streaming_app.__file__).read_text()
    paths = set(re.findall(r'"(api/[\w/]+)"', source))
    assert paths == {path for _, path in OF_STREAMS if path.startswith("api/")}


@pytest.mark.parametrize(("method", "path"), sorted(row for row in OF_STREAMS if not row[1].endswith("…")))
def test_nothing_of_a_stream_answers_without_its_cookie(studio: Studio, method: str, path: str) -> None:
    host = ("Host", studio.endpoint.partition("//")[2])
    upgrade = (
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="),
        ("Origin", studio.endpoint),
    )
    headers = (host, *upgrade) if path == "api/websockets" else (host,)
    assert ask(studio.endpoint, Request(f"/streams/x/{path}", method, headers=headers)).status == 403
