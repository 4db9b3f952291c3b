"""Events told as they happen, to whoever may see them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.running import Studio
from tests.server.raw import Connection, Request, ask, connected
from tests.server.signing import Signer
from tests.server.simulated import copied, house_of, serving
from tests.support import wait_until

from greenroom.server.feed import encoded, last_known
from greenroom.server.founding import add_user, create_key
from greenroom.store import events
from greenroom.studio.events import RecordedEvent, StudioEvent

PATH = "/greenroom/v1/events"


@contextmanager
def listening(studio: Studio, signer: Signer, *, after: int | None = None) -> Iterator[Iterator[dict[str, Any]]]:
    """The feed from that event on, else from now; ready to be told."""
    request = Request(PATH).adding("Accept", "text/event-stream")
    if after is not None:
        request = request.adding("Last-Event-ID", str(after))
    with connected(studio.endpoint) as connection:
        answer = connection.ask(signer.sign(request))
        assert (answer.status, answer.header("content-type")) == (200, "text/event-stream")
        chunks = _chunks(connection)
        assert next(chunks) == "retry: 2000"
        yield (json.loads(text.partition("data: ")[2]) for text in chunks if "data: " in text)


def _chunks(connection: Connection) -> Iterator[str]:
    """The stream's blocks; the chunks of HTTP are taken off."""
    text = ""
    while size := int(connection._reader.readline() or b"0", 16):
        text += connection._reader.read(size).decode()
        connection._reader.readline()
        *whole, text = text.split("\n\n")
        yield from whole


def happen(studio: Studio, *given: StudioEvent) -> None:
    """Have that recorded beside the server."""
    with house_of(studio) as house, house.database.write() as connection:
        for event in given:
            events.record(connection, event)


def newest(studio: Studio, signer: Signer) -> int:
    page = ask(studio.endpoint, signer.sign(Request(PATH))).json()
    return int(page["events"][0]["eventId"]) if page["events"] else 0


def test_what_happens_is_told_at_once_and_once(studio: Studio, signer: Signer) -> None:
    with listening(studio, signer) as feed:
        client = studio.client()
        session_id = studio.create_session(client)
        states = [event["state"] for event in (next(feed), next(feed)) if event["sessionId"] == session_id]
    assert states == ["CREATE_IN_PROGRESS", "READY"]


def test_a_reader_that_comes_back_is_told_what_it_missed(studio: Studio, signer: Signer) -> None:
    last = newest(studio, signer)
    happen(studio, *(StudioEvent(type=f"test.{number}") for number in range(150)))
    with listening(studio, signer, after=last) as feed:
        assert [next(feed)["type"] for _ in range(150)] == [f"test.{number}" for number in range(150)]


def test_a_reader_is_told_that_it_missed_what_is_no_longer_kept(studio: Studio, signer: Signer) -> None:
    happen(studio, StudioEvent(type="test.last"))
    with listening(studio, signer, after=newest(studio, signer) + 1000) as feed:
        assert next(feed) == {}
        happen(studio, StudioEvent(type="test.next"))
        assert next(feed)["type"] == "test.next"


def test_plain_users_are_told_of_what_is_theirs_alone(studio: Studio) -> None:
    with house_of(studio) as house:
        user = add_user(house, "feedreader", administrator=False)
        key = create_key(house, "feedreader")
    signer = Signer.of(studio, {"accessKeyId": key.access_key_id, "secretAccessKey": key.secret_access_key})
    with listening(studio, signer) as feed:
        happen(studio, StudioEvent(type="vault.back"), StudioEvent(type="session.ready", owned_by="somebody"))
        happen(studio, StudioEvent(type="session.stopped", owned_by=user.principal_id))
        assert next(feed)["type"] == "session.stopped"


def test_whoever_is_shut_out_is_told_no_more_and_signs_nothing_from_that_moment_on(studio: Studio) -> None:
    with house_of(studio) as house:
        add_user(house, "leaver", administrator=False)
        key = create_key(house, "leaver")
    signer = Signer.of(studio, {"accessKeyId": key.access_key_id, "secretAccessKey": key.secret_access_key})
    with listening(studio, signer) as feed:
        studio.command("user", "disable", "leaver", "--data", str(studio.data))
        assert list(feed) == []
        assert ask(studio.endpoint, signer.sign(Request(PATH))).error == "UnrecognizedClientException"


def test_nobody_is_told_without_a_signature(studio: Studio) -> None:
    answer = ask(studio.endpoint, Request(PATH, headers=(("Host", "x"), ("Accept", "text/event-stream"))))
    assert (answer.status, answer.error) == (403, "MissingAuthenticationTokenException")


def test_the_server_ends_at_once_though_readers_wait(founded: Studio, tmp_path_factory: pytest.TempPathFactory) -> None:
    with serving(copied(founded, tmp_path_factory.mktemp("ending") / "data")) as studio:
        process = studio.process
        assert process is not None
        with listening(studio, Signer.of(studio)) as feed:
            process.terminate()
            assert list(feed) == []
            wait_until(lambda: process.poll() is not None, 8, what="its end")


@pytest.mark.parametrize(("header", "event_id"), [(b"17", 17), (b"", None), (b"-1", None), (b"9" * 40, None)])
def test_what_is_no_id_is_no_last_event(header: bytes, event_id: int | None) -> None:
    assert last_known(header) == event_id


def test_a_message_with_line_breaks_stays_one_line(clock: Any) -> None:
    event = RecordedEvent(type="a", message="one\n\ndata: two", event_id=1, recorded_at=clock())
    assert encoded(event).count(b"\n") == 3
