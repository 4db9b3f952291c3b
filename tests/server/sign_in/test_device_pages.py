"""A program's way to its keys, page by page; the whole way with a browser is in tests/cli/test_login.py."""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from tests.running import Studio
from tests.server.simulated import copied, house_of

from greenroom.access.origin import Origin
from greenroom.cli.client import Answer
from greenroom.cli.in_process import InProcessChannel
from greenroom.server.app import create_app
from greenroom.server.audit import reading
from greenroom.server.founding import add_user
from greenroom.server.house import House
from greenroom.store import people, studios


class Door:
    """The application in this process, and its people's browsers."""

    def __init__(self, house: House, channel: InProcessChannel) -> None:
        self.house = house
        self._channel = channel

    def post(self, path: str, content: Any = None, cookie: str = "") -> Answer:
        headers = {"host": self._channel.host, "x-greenroom-request": "1", "cookie": cookie}
        return self._channel.exchange("POST", f"/auth/device{path}", headers, json.dumps(content or {}).encode())

    def sign_in(self, name: str) -> str:
        """The cookie of a browser that somebody new is signed in with."""
        added = add_user(self.house, name, administrator=False)
        with self.house.database.read() as connection:
            user = studios.user(connection, added.principal_id)
        assert user is not None
        begun = self.house.sign_ins.begin(user, "password", Origin())
        assert begun is not None
        return f"greenroom-sign-in={begun.token}"

    def begin(self) -> dict[str, str]:
        begun: dict[str, str] = json.loads(self.post("").body)
        return begun

    def keys(self, begun: dict[str, str]) -> Answer:
        return self.post("/credentials", {"deviceCode": begun["deviceCode"]})


@pytest.fixture(scope="module")
def door(founded: Studio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    studio = copied(founded, tmp_path_factory.mktemp("devices") / "data")
    with house_of(studio) as house, closing(InProcessChannel(create_app(house))) as channel:
        yield Door(house, channel)


def test_a_program_gets_keys_once_and_only_after_somebody_said_yes(door: Door) -> None:
    cookie, begun = door.sign_in("ana"), door.begin()
    assert begun["verificationUri"].endswith(f"/device?code={begun['userCode']}")
    assert door.keys(begun).status == 409
    # What a person types comes in any case and without the dash.
    code = begun["userCode"].replace("-", "").lower()
    shown = json.loads(door.post("/show", {"userCode": code}, cookie).body)
    assert shown["userCode"] == begun["userCode"]
    assert door.post("/approve", {"userCode": code}, cookie).status == 200
    assert door.post("/approve", {"userCode": code}, cookie).status == 404
    keys = json.loads(door.keys(begun).body)
    assert keys["accessKeyId"].startswith("ASIA")
    assert door.keys(begun).status == 404
    event = next(each for each in reading.events(door.house.settings.data / "audit") if "errorCode" not in each)
    assert (event["eventName"], event["userIdentity"]["userName"]) == ("GetDeviceCredentials", "ana")
    assert keys["secretAccessKey"] not in json.dumps(event)
    assert begun["deviceCode"] not in json.dumps(event)


@pytest.mark.parametrize("path", ["/show", "/approve"])
def test_nobody_looks_or_says_yes_who_is_not_signed_in(door: Door, path: str) -> None:
    begun = door.begin()
    assert door.post(path, {"userCode": begun["userCode"]}).status == 401
    assert door.post(path, {"userCode": begun["userCode"]}, "greenroom-sign-in=forged").status == 401
    assert door.keys(begun).status == 409


def test_the_code_that_is_shown_gives_nobody_keys(door: Door) -> None:
    cookie, begun = door.sign_in("bo"), door.begin()
    door.post("/approve", {"userCode": begun["userCode"]}, cookie)
    assert door.post("/credentials", {"deviceCode": begun["userCode"]}).status == 404


def test_who_was_shut_out_since_they_said_yes_gives_no_keys(door: Door) -> None:
    cookie, begun = door.sign_in("cleo"), door.begin()
    assert door.post("/approve", {"userCode": begun["userCode"]}, cookie).status == 200
    with door.house.database.write() as connection:
        cleo = studios.user_named(connection, "cleo")
        assert cleo is not None
        people.set_disabled(connection, cleo.principal_id, door.house.clock())
    assert door.keys(begun).status == 404
