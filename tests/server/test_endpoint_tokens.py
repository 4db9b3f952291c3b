"""What leads from one page of a listing to the next holds for that listing alone, for a day."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from benchmarks.seed import seed
from tests.running import Studio
from tests.server.conftest import Ask
from tests.server.raw import Answer, Request
from tests.server.simulated import house_of

OWNERS = 2


@pytest.fixture(scope="module", autouse=True)
def backups(studio: Studio) -> None:
    with house_of(studio) as house:
        seed(house, 250, OWNERS)


@pytest.fixture(scope="module")
def listing(path: str) -> str:
    return f"{path}/streaming-session-backups"


@pytest.fixture
def token(call: Ask, listing: str) -> str:
    return str(call(Request(listing)).json()["nextToken"])


def refused(answer: Answer) -> None:
    assert (answer.status, answer.error) == (400, "ValidationException")
    assert answer.message == (
        "1 validation error detected: Value at 'nextToken' failed to satisfy constraint: Member must be a token "
        "that this listing gave less than a day ago"
    )


def test_a_token_leads_to_the_next_page(call: Ask, listing: str, token: str) -> None:
    first = call(Request(listing)).json()["streamingSessionBackups"]
    second = call(Request(f"{listing}?nextToken={token}")).json()["streamingSessionBackups"]
    assert len(first) == len(second) == 100
    assert not {b["backupId"] for b in first} & {b["backupId"] for b in second}
    assert first[-1]["createdAt"] >= second[0]["createdAt"]


def test_a_token_of_another_filter_is_refused(call: Ask, listing: str, token: str) -> None:
    # The studio is shared with other tests: the owner of most has more than a page of them.
    owners = Counter(backup["ownedBy"] for backup in call(Request(listing)).json()["streamingSessionBackups"])
    owner = owners.most_common(1)[0][0]
    refused(call(Request(f"{listing}?ownedBy={owner}&nextToken={token}")))
    filtered = call(Request(f"{listing}?ownedBy={owner}")).json()["nextToken"]
    refused(call(Request(f"{listing}?nextToken={filtered}")))


def test_a_token_of_another_listing_is_refused(call: Ask, sessions: str, profiles: str, token: str) -> None:
    refused(call(Request(f"{sessions}?nextToken={token}")))
    refused(call(Request(f"{profiles}?nextToken={token}")))


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "Q"),
        lambda token: "B" + token[1:],
        lambda token: token[: len(token) // 2],
        lambda token: token + "A",
        lambda token: token + "%3D",
        lambda token: token * 20,
        lambda _: "1",
        lambda _: "%00",
        lambda _: "%FF",
        lambda _: "eyJwYWdlIjogMn0",
    ],
    ids=["end", "start", "cut", "longer", "padded", "long", "short", "null", "bytes", "guessed"],
)
def test_a_tampered_token_is_refused(call: Ask, listing: str, token: str, change: Callable[[str], str]) -> None:
    answer = call(Request(f"{listing}?nextToken={change(token)}"))
    assert (answer.status, answer.error) == (400, "ValidationException")
    assert "'nextToken'" in answer.message


@pytest.mark.parametrize(
    ("scope", "age"),
    [
        ({"studio": "us-west-2:stid-nyoqq12fteqy1x48"}, timedelta()),
        ({}, timedelta(days=1, minutes=1)),
        ({}, timedelta(minutes=-10)),
    ],
    ids=["another studio", "yesterday", "tomorrow"],
)
def test_a_token_of_another_studio_or_day_is_refused(
    studio: Studio, call: Ask, listing: str, scope: dict[str, str], age: timedelta
) -> None:
    bound = {"operation": "ListStreamingSessionBackups", "studio": studio.studio_id, **scope}
    with house_of(studio) as house:
        now = house.clock()
        good = house.rules.pages.seal(bound | {"studio": studio.studio_id}, [now.isoformat(), "z"], now)
        bad = house.rules.pages.seal(bound, [now.isoformat(), "z"], now - age)
    assert call(Request(f"{listing}?nextToken={good}")).status == 200
    refused(call(Request(f"{listing}?nextToken={bad}")))
