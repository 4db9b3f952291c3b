"""Bad input of every kind: what cannot be read, what is not allowed, what is too large, what was cut off."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.running import Studio
from tests.server.conftest import Ask
from tests.server.raw import Request, connected, posted
from tests.server.signing import Signer
from tests.support import wait_until

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def profile(studio: Studio) -> dict[str, Any]:
    """The members of a launch profile that could be created."""
    founding = studio.founding
    shown = studio.client().get_launch_profile(studioId=studio.studio_id, launchProfileId=founding["launchProfileId"])[
        "launchProfile"
    ]
    return {
        "name": "Night shift",
        "ec2SubnetIds": [],
        "launchProfileProtocolVersions": ["2021-03-31"],
        "studioComponentIds": shown["studioComponentIds"],
        "streamConfiguration": {
            "clipboardMode": "ENABLED",
            "ec2InstanceTypes": ["g4dn.xlarge"],
            "streamingImageIds": [founding["streamingImageId"]],
        },
    }


@pytest.mark.parametrize(
    "body",
    [b"{", b"nonsense", b'{"a": 1}}', b'{"a": NaN}', b"\xff\xfe", b"{'a': 1}", b'{"a": "\xff"}', b"[" * 100_000],
    ids=["cut", "word", "more", "nan", "utf-16", "single quotes", "latin-1", "deep"],
)
def test_malformed_json_is_refused(call: Ask, sessions: str, body: bytes) -> None:
    answer = call(posted(sessions, body))
    assert (answer.status, answer.error) == (400, "SerializationException")
    assert answer.json() == {"message": "The request body is not valid JSON."}


@pytest.mark.parametrize("content", [[], "text", 1, None, True])
def test_json_that_is_no_object_is_refused(call: Ask, sessions: str, content: Any) -> None:
    answer = call(posted(sessions, content))
    assert (answer.status, answer.error) == (400, "SerializationException")
    assert answer.json() == {"message": "The request body must be a JSON object."}


@pytest.mark.parametrize(
    ("member", "value", "expected"),
    [
        ("name", 7, "The value at 'name' must be a string."),
        ("name", ["a"], "The value at 'name' must be a string."),
        ("studioComponentIds", "a", "The value at 'studioComponentIds' must be a list."),
        ("studioComponentIds", [1], "The value at 'studioComponentIds.1.member' must be a string."),
        ("streamConfiguration", [], "The value at 'streamConfiguration' must be an object."),
        ("tags", ["a"], "The value at 'tags' must be an object."),
        ("tags", {"a": 1}, "The value at 'tags.a.member' must be a string."),
    ],
)
def test_a_value_of_another_type_is_named(
    call: Ask, profiles: str, profile: dict[str, Any], member: str, value: Any, expected: str
) -> None:
    answer = call(posted(profiles, {**profile, member: value}))
    assert (answer.status, answer.error, answer.json()) == (400, "SerializationException", {"message": expected})


@pytest.mark.parametrize("minutes", [True, 1.5, "60", 1e3, 10**30])
def test_a_number_must_be_a_whole_one(call: Ask, profiles: str, profile: dict[str, Any], minutes: Any) -> None:
    configuration = {**profile["streamConfiguration"], "maxSessionLengthInMinutes": minutes}
    answer = call(posted(profiles, {**profile, "streamConfiguration": configuration}))
    assert (answer.status, answer.error) == (400, "SerializationException")
    assert answer.message == "The value at 'streamConfiguration.maxSessionLengthInMinutes' must be a whole number."


def test_every_violation_is_told_at_once_and_nothing_sensitive(
    call: Ask, profiles: str, profile: dict[str, Any]
) -> None:
    answer = call(
        posted(
            profiles,
            {
                **profile,
                "name": "secret project " * 5,
                "description": "",
                "launchProfileProtocolVersions": ["2021"],
                "studioComponentIds": [],
                "streamConfiguration": {**profile["streamConfiguration"], "clipboardMode": "SOMETIMES"},
            },
        )
    )
    assert (answer.status, answer.error) == (400, "ValidationException")
    assert answer.message.startswith("4 validation errors detected: ") or answer.message.startswith(
        "5 validation errors detected: "
    )
    assert (
        "Value at 'name' failed to satisfy constraint: Member must have length less than or equal to 64"
        in answer.message
    )
    assert (
        "Value 'SOMETIMES' at 'streamConfiguration.clipboardMode' failed to satisfy constraint: "
        "Member must satisfy enum value set: [ENABLED, DISABLED]" in answer.message
    )
    assert "secret project" not in answer.body.decode()


def test_missing_members_are_named(call: Ask, profiles: str) -> None:
    answer = call(posted(profiles, {}))
    assert answer.error == "ValidationException"
    for member in ("name", "ec2SubnetIds", "streamConfiguration", "studioComponentIds"):
        assert f"Value null at '{member}' failed to satisfy constraint: Member must not be null" in answer.message


def test_an_empty_id_in_the_path_is_named(call: Ask) -> None:
    answer = call(Request("/2020-08-01/studios/"))
    assert (answer.status, answer.error) == (400, "ValidationException")
    assert "'studioId'" in answer.message


def test_an_empty_id_between_slashes_is_named(send: Ask, signer: Signer) -> None:
    answer = send(signer.sign(Request("/2020-08-01/studios//launch-profiles")))
    assert answer.status in (400, 403)


def test_a_thousand_tags_are_refused(call: Ask, profiles: str, profile: dict[str, Any]) -> None:
    tags = {f"tag-{number}": "value" for number in range(1000)}
    answer = call(posted(profiles, {**profile, "tags": tags}))
    assert (answer.status, answer.error) == (400, "ValidationException")
    assert answer.json()["code"] == "TOO_MANY_TAGS"
    assert "1000 tags are more than the 50" in answer.message


def test_a_client_token_that_is_too_long_is_refused(call: Ask, profiles: str, profile: dict[str, Any]) -> None:
    answer = call(posted(profiles, profile).adding("X-Amz-Client-Token", "t" * 65))
    assert (answer.status, answer.error) == (400, "ValidationException")
    assert "'clientToken'" in answer.message


def test_a_parameter_that_is_given_twice_is_refused(call: Ask, sessions: str) -> None:
    answer = call(Request(f"{sessions}?ownedBy=a&ownedBy=b"))
    assert (answer.status, answer.error) == (400, "SerializationException")
    assert answer.message == "The query parameter 'ownedBy' is given more than once."


@contextmanager
def peak_of(studio: Studio) -> Iterator[Callable[[], int]]:
    """Bytes by which the server's resident memory was larger, at its largest, than at the beginning."""
    assert studio.process is not None
    proc = Path("/proc") / str(studio.process.pid)
    (proc / "clear_refs").write_text("5")

    def status(name: str) -> int:
        found = re.search(rf"{name}:\s+(\d+) kB", (proc / "status").read_text())
        assert found is not None
        return int(found[1]) * 1024

    before = status("VmRSS")
    yield lambda: status("VmHWM") - before


def test_ten_megabytes_are_refused_and_the_connection_goes_on(
    studio: Studio, signer: Signer, sessions: str, path: str
) -> None:
    with connected(studio.endpoint) as connection:
        answer = connection.ask(signer.sign(posted(sessions, b"x" * 10 * MIB)))
        assert (answer.status, answer.error) == (413, "RequestEntityTooLargeException")
        assert answer.json() == {"message": f"The body is larger than {MIB} bytes."}
        assert connection.ask(signer.sign(Request(path))).status == 200


def test_a_body_that_does_not_say_its_size_is_refused_when_it_is_too_large(studio: Studio, sessions: str) -> None:
    chunk = b"%x\r\n" % MIB + b"x" * MIB + b"\r\n"
    head = Request(sessions, "POST", headers=(("Host", "a"), ("Transfer-Encoding", "chunked")))
    with connected(studio.endpoint) as connection:
        connection.send(head.encoded() + chunk * 10 + b"0\r\n\r\n")
        assert connection.receive().status == 413
        assert connection.ask(Request("/healthz", headers=(("Host", "a"),))).body == b"ok\n"


def test_what_is_too_large_is_not_kept_in_memory(studio: Studio, sessions: str) -> None:
    head = Request(sessions, "POST", headers=(("Host", "a"), ("Content-Length", str(200 * MIB))))
    with connected(studio.endpoint) as connection, peak_of(studio) as peak:
        connection.send(head.encoded())
        for _ in range(200):
            connection.send(b"x" * MIB)
        assert connection.receive().status == 413
    assert peak() < 40 * MIB


def test_a_sender_who_asks_first_is_refused_before_sending(studio: Studio, sessions: str) -> None:
    head = Request(
        sessions, "POST", headers=(("Host", "a"), ("Content-Length", str(2 * MIB)), ("Expect", "100-continue"))
    )
    with connected(studio.endpoint) as connection:
        connection.send(head.encoded())
        assert connection.receive().status == 413


def test_a_request_that_was_cut_off_does_nothing(
    studio: Studio, signer: Signer, profiles: str, profile: dict[str, Any], call: Ask
) -> None:
    whole = signer.sign(
        posted(profiles, {**profile, "name": "Half a request"}).adding("X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD")
    )
    cut = Request(whole.target, whole.method, b"", (*whole.headers, ("Content-Length", str(len(whole.body)))))
    with connected(studio.endpoint) as connection:
        connection.send(cut.encoded())
    # What the server has begun before this it has also ended: a second request after the first one's end.
    wait_until(lambda: call(Request(profiles)).status == 200)
    assert "Half a request" not in call(Request(profiles)).body.decode()
    assert "Half a request" not in studio.log
    assert '"event": "fault"' not in studio.log
