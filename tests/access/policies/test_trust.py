"""Trust policies: whom they let take on a role."""

import json
from typing import Any

import pytest

from greenroom.access import roles  # noqa: F401  registers the action
from greenroom.access.policies import PolicyError
from greenroom.access.policies.trust import Caller, TrustPolicy, parse_trust_policy

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/farm"
ANA, BEN = (f"arn:aws:iam::{ACCOUNT}:user/{name}" for name in ("ana", "ben"))
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/id.example.com/realms/studio"


def trust(*statements: dict[str, Any]) -> TrustPolicy:
    filled = [{"Effect": "Allow", "Action": "sts:AssumeRole", **statement} for statement in statements]
    return parse_trust_policy(json.dumps({"Version": "2012-10-17", "Statement": filled}))


def leave(policy: TrustPolicy, arn: str = ANA, **keys: str) -> str:
    caller = Caller(frozenset({arn}), ACCOUNT)
    return policy.leave(caller, "sts:AssumeRole", ROLE, {name.replace("_", ":"): value for name, value in keys.items()})


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ({"AWS": ANA}, "granted"),
        ({"AWS": [BEN, ANA]}, "granted"),
        ({"AWS": BEN}, "none"),
        ({"AWS": ACCOUNT}, "own policies"),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "own policies"),
        ({"AWS": "999988887777"}, "none"),
        ({"AWS": "*"}, "own policies"),
        ("*", "own policies"),
        ({"Service": "identity.nimble.amazonaws.com"}, "none"),
        ({"Federated": PROVIDER}, "none"),
    ],
    ids=str,
)
def test_whom_it_names(principal: Any, expected: str) -> None:
    assert leave(trust({"Principal": principal})) == expected


def test_a_deny_wins_and_being_named_counts_more_than_the_account() -> None:
    account, named = {"Principal": {"AWS": ACCOUNT}}, {"Principal": {"AWS": ANA}}
    assert leave(trust(account, named)) == leave(trust(named, account)) == "granted"
    assert leave(trust(named, {"Effect": "Deny", "Principal": "*"})) == "denied"
    assert leave(trust(named, {"Effect": "Deny", "Principal": {"AWS": BEN}})) == "granted"


def test_its_conditions_are_looked_at() -> None:
    policy = trust({"Principal": {"AWS": ANA}, "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}})
    assert leave(policy, aws_sourceip="192.0.2.7") == "granted"
    assert leave(policy, aws_sourceip="198.51.100.7") == "none"
    assert leave(policy) == "none"


def test_whom_a_provider_vouches_for_is_nobody_of_the_account() -> None:
    stranger = Caller(frozenset({PROVIDER}), None)
    action = "sts:AssumeRoleWithWebIdentity"
    for principal in ("*", {"AWS": "*"}, {"AWS": ACCOUNT}):
        assert trust({"Principal": principal, "Action": "sts:*"}).leave(stranger, action, ROLE, {}) == "none"
    policy = trust(
        {
            "Principal": {"Federated": PROVIDER},
            "Action": action,
            "Condition": {"StringEquals": {"id.example.com/realms/studio:sub": "farm"}},
        }
    )
    assert policy.leave(stranger, action, ROLE, {"id.example.com/realms/studio:sub": "farm"}) == "granted"
    assert policy.leave(stranger, action, ROLE, {"id.example.com/realms/studio:sub": "other"}) == "none"
    assert policy.leave(stranger, "sts:AssumeRole", ROLE, {"id.example.com/realms/studio:sub": "farm"}) == "none"


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ({}, "Principal"),
        ({"Principal": {}}, "Principal"),
        ({"Principal": {"AWS": "arn:aws:iam::111122223333:user/*"}}, "Principal.AWS"),
        ({"Principal": {"AWS": "ana"}}, "Principal.AWS"),
        ({"Principal": {"AWS": 5}}, "Principal.AWS"),
        ({"Principal": {"Federated": "accounts.google.com"}}, "Principal.Federated"),
        ({"Principal": {"Magic": "x"}}, "Principal.Magic"),
        ({"Principal": "*", "Resource": "*"}, "Resource"),
        ({"Principal": "*", "NotPrincipal": {"AWS": ANA}}, "NotPrincipal"),
        ({"Principal": "*", "NotAction": "sts:AssumeRole"}, "NotAction"),
        ({"Principal": "*", "Action": "nimble:GetStudio"}, "Action"),
        ({"Principal": "*", "Effect": "Maybe"}, "Effect"),
        ({"Principal": "*", "Condition": {"Magic": {}}}, "Condition.Magic"),
    ],
    ids=str,
)
def test_mistakes_are_named_with_their_place(statement: dict[str, Any], where: str) -> None:
    with pytest.raises(PolicyError, match=rf"Statement\[0\]\.{where}"):
        trust(statement)


@pytest.mark.parametrize("document", ["", "[]", "{}", '{"Statement": []}', '{"Statement": ["x"]}', "x" * 70_000])
def test_what_is_no_policy_is_refused(document: str) -> None:
    with pytest.raises(PolicyError):
        parse_trust_policy(document)
