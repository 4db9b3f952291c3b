"""`greenroom credentials`: what it asks of STS, and what becomes of the answer. The way there is in test_login.py."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import pytest

from greenroom.cli.client import Answer
from greenroom.cli.credentials import StsRefusedError, ask_sts
from greenroom.cli.profile import Profile

PROFILE = Profile(
    access_key_id="ASIA0",
    secret_access_key="a secret",
    region="us-west-2",
    endpoint="https://studio.example.com",
    studio_id="us-west-2:stid-0",
    session_token="a token",
)
GRANTED = (
    b'<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>'
    b"<AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
    b"<Expiration>2026-11-27T12:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
)
REFUSED = (
    b'<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
    b"<Code>AccessDenied</Code><Message>Not yours.</Message></Error></ErrorResponse>"
)


@dataclass
class Sts:
    """Answers with what it is given, and keeps what was asked."""

    status: int
    body: bytes
    host: str = "studio.example.com"
    asked: list[tuple[str, str, Mapping[str, str], bytes]] = field(default_factory=list)

    def exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        self.asked.append((method, target, headers, body))
        return Answer(self.status, {}, self.body)

    def fetch(self, method: str, target: str, headers: Mapping[str, str], write: Callable[[bytes], object]) -> Answer:
        raise AssertionError("nothing is downloaded here")


def test_it_is_signed_for_sts_with_the_token_of_the_temporary_key() -> None:
    sts = Sts(200, GRANTED)
    found = ask_sts(sts, PROFILE, {"Action": "AssumeRole", "RoleArn": "arn:aws:iam::1:role/a b"})
    assert (found["AccessKeyId"], found["SessionToken"]) == ("ASIA1", "t")
    ((method, target, headers, body),) = sts.asked
    assert (method, target) == ("POST", "/")
    assert "/us-west-2/sts/aws4_request" in headers["authorization"]
    assert headers["x-amz-security-token"] == "a token"
    assert "x-amz-security-token" in headers["authorization"]
    assert parse_qs(body.decode()) == {"Action": ["AssumeRole"], "RoleArn": ["arn:aws:iam::1:role/a b"]}


def test_a_refusal_tells_its_code_and_reason() -> None:
    with pytest.raises(StsRefusedError, match=r"AccessDenied: Not yours\.") as refused:
        ask_sts(Sts(403, REFUSED), PROFILE, {"Action": "AssumeRole"})
    assert refused.value.code == "AccessDenied"
