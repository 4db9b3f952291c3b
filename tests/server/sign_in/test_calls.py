"""A browser's call: what is taken of its body, and what the audit is told of one that is refused."""

import json
from collections.abc import Iterator
from contextlib import closing

import msgspec
import pytest
from tests.running import Studio
from tests.server.simulated import copied, house_of
from tests.support import wait_until

from greenroom.cli.client import Answer
from greenroom.cli.in_process import InProcessChannel
from greenroom.server.app import create_app
from greenroom.server.audit import reading
from greenroom.server.sign_in.calls import LARGEST_BODY, read_json
from greenroom.wire.errors import SerializationException
from greenroom.wire.sign_in import SignInRequest


class Door:
    """The application in this process, asked as a browser asks."""

    def __init__(self, studio: Studio, channel: InProcessChannel) -> None:
        self.studio = studio
        self._channel = channel

    def post(self, path: str, body: bytes, **headers: str) -> Answer:
        told = {"host": self._channel.host, "x-greenroom-request": "1", "content-length": str(len(body)), **headers}
        return self._channel.exchange("POST", path, told, body)


@pytest.fixture(scope="module")
def door(founded: Studio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    studio = copied(founded, tmp_path_factory.mktemp("calls") / "data")
    with house_of(studio) as house, closing(InProcessChannel(create_app(house))) as channel:
        yield Door(studio, channel)


def test_a_body_that_is_too_large_is_not_read_to_its_end(door: Door) -> None:
    assert door.post("/auth/sign-in", b"x" * (LARGEST_BODY + 1)).status == 413


def test_what_is_no_json_is_refused_without_a_word_of_it(door: Door) -> None:
    answer = door.post("/auth/sign-in", b'{"userName": "ana", "password": "hunter2"')
    assert answer.status == 400
    assert b"hunter2" not in answer.body


def test_a_refused_call_is_in_the_audit(door: Door) -> None:
    answer = door.post("/auth/sign-out", b"", **{"x-greenroom-request": ""})
    assert answer.status == 403

    def told() -> list[tuple[str, str]]:
        events = reading.events(door.studio.data / "audit")
        return [(event["eventName"], event.get("errorCode", "")) for event in events]

    wait_until(lambda: ("SignOut", "AccessDeniedException") in told(), what="the call in the audit")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"{}", json.dumps({"userName": 1}).encode(), b"[" * 10_000])
def test_only_what_is_wanted_is_read(body: bytes) -> None:
    with pytest.raises(SerializationException):
        read_json(body, SignInRequest)
    good = msgspec.json.encode({"userName": "ana", "password": "p"})
    assert read_json(good, SignInRequest).user_name == "ana"
