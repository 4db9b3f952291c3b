"""STS on the same endpoint, called by the official client: who am I, and temporary keys."""

import base64
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import boto3
import botocore.config
import pytest
from botocore.exceptions import ClientError
from tests.running import Studio
from tests.server.raw import Request, ask
from tests.server.signing import Signer
from tests.server.simulated import house_of
from tests.support import wait_until

from greenroom.access.secret_box import SecretBox
from greenroom.access.session_tokens import OnKey, SessionTokens
from greenroom.server.audit import reading
from greenroom.server.founding import add_user, create_key
from greenroom.wire import people

Keys = Mapping[str, str]


def client(studio: Studio, service: str, keys: Keys) -> Any:
    """A client of boto3, with a session token where the keys have one."""
    return boto3.client(
        service,
        endpoint_url=studio.endpoint,
        region_name=studio.founding["region"],
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys.get("SessionToken"),
        config=botocore.config.Config(retries={"max_attempts": 1}, parameter_validation=False),
    )


@pytest.fixture
def keys(studio: Studio) -> Keys:
    """The administrator's long-term keys."""
    return {"AccessKeyId": studio.founding["accessKeyId"], "SecretAccessKey": studio.founding["secretAccessKey"]}


@pytest.fixture
def temporary(studio: Studio, keys: Keys) -> Keys:
    """A temporary key of the administrator's."""
    found: Keys = client(studio, "sts", keys).get_session_token(DurationSeconds=900)["Credentials"]
    return found


def code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


def test_the_caller_is_told_who_they_are(studio: Studio, keys: Keys) -> None:
    identity = client(studio, "sts", keys).get_caller_identity()
    assert identity["Arn"].endswith(":user/admin")
    assert identity["Arn"].split(":")[4] == identity["Account"]
    assert identity["UserId"]


def test_a_temporary_key_signs_as_its_user(studio: Studio, keys: Keys, temporary: Keys) -> None:
    assert temporary["AccessKeyId"].startswith("ASIA")
    ours = client(studio, "sts", keys).get_caller_identity()
    assert client(studio, "sts", temporary).get_caller_identity()["Arn"] == ours["Arn"]
    client(studio, "nimble", temporary).get_studio(studioId=studio.studio_id)


def test_a_temporary_key_gets_no_further_one(studio: Studio, temporary: Keys) -> None:
    with pytest.raises(ClientError) as refused:
        client(studio, "sts", temporary).get_session_token()
    assert code(refused.value) == "AccessDenied"


@pytest.mark.parametrize("change", ["no token", "another key's token", "a changed token", "nonsense", "another secret"])
def test_a_temporary_key_needs_its_own_token_and_secret(
    studio: Studio, keys: Keys, temporary: Keys, change: str
) -> None:
    forged = dict(temporary)
    match change:
        case "no token":
            del forged["SessionToken"]
        case "another key's token":
            forged["SessionToken"] = client(studio, "sts", keys).get_session_token()["Credentials"]["SessionToken"]
        case "a changed token":
            sealed = bytearray(base64.b64decode(forged["SessionToken"]))
            sealed[-1] ^= 1
            forged["SessionToken"] = base64.b64encode(sealed).decode()
        case "nonsense":
            forged["SessionToken"] = "sesame"
        case "another secret":
            forged["SecretAccessKey"] = "x" * 40
    with pytest.raises(ClientError) as refused:
        client(studio, "nimble", forged).get_studio(studioId=studio.studio_id)
    expected = "InvalidSignatureException" if change == "another secret" else "UnrecognizedClientException"
    assert code(refused.value) == expected


def test_a_long_term_key_with_a_token_of_another_is_refused(studio: Studio, keys: Keys, temporary: Keys) -> None:
    with pytest.raises(ClientError) as refused:
        client(studio, "nimble", {**keys, "SessionToken": temporary["SessionToken"]}).list_studios()
    assert code(refused.value) == "UnrecognizedClientException"


def test_a_temporary_key_ends_with_the_key_that_it_stands_on(studio: Studio) -> None:
    with house_of(studio) as house:
        key = create_key(house, add_user(house, "eva-of-sts", administrator=True).username)
    long_term = {"AccessKeyId": key.access_key_id, "SecretAccessKey": key.secret_access_key}
    temporary = client(studio, "sts", long_term).get_session_token()["Credentials"]
    client(studio, "nimble", temporary).list_studios()
    disabled = studio.command("key", "disable", "eva-of-sts", key.access_key_id, "--data", str(studio.data))
    assert people.Status.INACTIVE in disabled.stdout.decode()

    def refused() -> bool:
        try:
            client(studio, "nimble", temporary).list_studios()
        except ClientError as error:
            return code(error) == "UnrecognizedClientException"
        return False

    wait_until(refused, what="the end of the temporary key")


@pytest.mark.parametrize(
    ("issued", "lasts"),
    [
        (timedelta(hours=-2), timedelta(hours=1)),
        # By a clock that was set back since: it would last longer than any is meant to.
        (timedelta(days=30), timedelta(hours=36)),
    ],
    ids=["past", "to come"],
)
def test_a_token_of_another_time_is_told_to_have_expired(
    studio: Studio, keys: Keys, issued: timedelta, lasts: timedelta
) -> None:
    with house_of(studio) as house:
        then = house.clock() + issued
        key = house.session_tokens.issue(OnKey(keys["AccessKeyId"]), now=then, duration=lasts)
    expired = {
        "AccessKeyId": key.access_key_id,
        "SecretAccessKey": key.secret_access_key,
        "SessionToken": key.session_token,
    }
    with pytest.raises(ClientError) as refused:
        client(studio, "nimble", expired).list_studios()
    assert code(refused.value) == "ExpiredTokenException"
    with pytest.raises(ClientError) as refused:
        client(studio, "sts", expired).get_caller_identity()
    assert code(refused.value) == "ExpiredToken"


@pytest.mark.parametrize("seconds", [899, 129_601])
def test_a_temporary_key_holds_for_so_long_and_no_longer(studio: Studio, keys: Keys, seconds: int) -> None:
    with pytest.raises(ClientError) as refused:
        client(studio, "sts", keys).get_session_token(DurationSeconds=seconds)
    assert code(refused.value) == "ValidationError"


def test_a_signature_for_the_api_is_none_for_sts(studio: Studio) -> None:
    request = Request(
        "/",
        "POST",
        b"Action=GetCallerIdentity&Version=2011-06-15",
        (("Content-Type", "application/x-www-form-urlencoded"),),
    )
    answer = ask(studio.endpoint, Signer.of(studio).sign(request))
    assert answer.status == 403
    assert b"<Code>SignatureDoesNotMatch</Code>" in answer.body


@pytest.mark.parametrize("body", [b"", b"Action=AssumeEverything", b"\xff\xfe", b"Action=" + b"x" * 70_000, b"&" * 500])
def test_what_is_no_request_is_refused(studio: Studio, body: bytes) -> None:
    answer = ask(studio.endpoint, Request("/", "POST", body, (("Host", "x"),)))
    assert answer.status in (400, 413)
    assert b"<ErrorResponse" in answer.body


def test_without_a_signature_nothing_is_told(studio: Studio) -> None:
    answer = ask(studio.endpoint, Request("/", "POST", b"Action=GetCallerIdentity", (("Host", "x"),)))
    assert answer.status == 403
    assert b"<Code>MissingAuthenticationToken</Code>" in answer.body


def test_the_audit_tells_of_it_and_keeps_no_secret(studio: Studio, temporary: Keys) -> None:
    events = list(reading.events(studio.data / "audit"))
    event = next(event for event in events if event["eventName"] == "GetSessionToken" and "errorCode" not in event)
    assert event["eventSource"] == "sts.amazonaws.com"
    assert event["responseElements"]["accessKeyId"].startswith("ASIA")
    kept = "".join(file.read_text() for file in (studio.data / "audit").glob("*.jsonl"))
    assert temporary["SecretAccessKey"] not in kept
    assert temporary["SessionToken"] not in kept


def test_a_token_beyond_any_length_is_not_looked_at() -> None:
    assert SessionTokens(SecretBox(bytes(32))).open("A" * 5000, "ASIA") is None
