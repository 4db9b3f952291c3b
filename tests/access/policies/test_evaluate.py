from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.access import actions
from greenroom.access.policies import (
    AccessRequest,
    MatchedStatement,
    Policy,
    PolicySet,
    Statement,
    decide,
    parse_policy,
)

ACCOUNT = "arn:aws:nimble:us-west-2:111122223333:"


def policy(*statements: dict[str, Any], name: str = "p") -> Policy:
    return parse_policy({"Version": "2012-10-17", "Statement": list(statements)}, name=name)


def statement(effect: str = "Allow", action: Any = "nimble:*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


# Small alphabets, so that statements and requests meet often.
NAMES = st.sampled_from(
    ["nimble:GetStudio", "nimble:Get*", "nimble:*", "*", "nimble:ListStudios", "greenroom:Get?tudio"]
)
RESOURCES = st.sampled_from(
    ["*", f"{ACCOUNT}studio/*", f"{ACCOUNT}studio/stid-1", "arn:aws:nimble", f"{ACCOUNT}studio/${{aws:username}}"]
)
CONDITIONS = st.sampled_from(
    [
        {},
        {"StringEquals": {"nimble:ownedBy": "${nimble:requesterPrincipalId}"}},
        {"StringNotEquals": {"nimble:ownedBy": "u-2"}},
        {"ForAllValues:StringLike": {"aws:TagKeys": ["a*"]}},
        {"ForAnyValue:StringNotLike": {"aws:TagKeys": ["a*"]}},
        {"Null": {"nimble:ownedBy": "true"}},
        {"StringLikeIfExists": {"aws:username": "stid-?"}, "Bool": {"aws:SecureTransport": "true"}},
    ]
)
STATEMENTS = st.builds(
    lambda effect, action, resource, condition: statement(effect, action, resource, Condition=condition),
    st.sampled_from(["Allow", "Deny"]),
    NAMES | st.lists(NAMES, min_size=1, max_size=2),
    RESOURCES | st.lists(RESOURCES, min_size=1, max_size=2),
    CONDITIONS,
)
POLICIES = st.lists(STATEMENTS, min_size=1, max_size=5).map(lambda statements: policy(*statements))
REQUESTS = st.builds(
    AccessRequest,
    st.sampled_from(["nimble:GetStudio", "nimble:ListStudios", "greenroom:GetStudio"]),
    st.sampled_from(["*", f"{ACCOUNT}studio/stid-1", f"{ACCOUNT}studio/stid-2"]),
    st.fixed_dictionaries(
        {},
        optional={
            "nimble:ownedBy": st.sampled_from(["u-1", "u-2"]),
            "nimble:requesterPrincipalId": st.sampled_from(["u-1", "u-2"]),
            "aws:TagKeys": st.lists(st.sampled_from(["a", "ab", "b"]), max_size=2),
            "aws:username": st.sampled_from(["stid-1", "ana"]),
            "aws:SecureTransport": st.sampled_from(["true", "false"]),
        },
    ),
)


def applies(found: Statement, request: AccessRequest) -> bool:
    return (
        found.names_action(request.action.lower())
        and found.covers_resource(request.resource, request.values)
        and found.conditions_hold(request.values)
    )


@given(st.lists(POLICIES, max_size=3), POLICIES, REQUESTS)
def test_an_explicit_deny_always_wins(policies: list[Policy], more: Policy, request: AccessRequest) -> None:
    decision = decide(PolicySet.compile([*policies, more]), request)
    if any(found.effect.value == "Deny" and applies(found, request) for found in more.statements):
        assert decision.reason == "explicitDeny"


@given(st.lists(POLICIES, max_size=3), STATEMENTS, REQUESTS)
def test_adding_an_allow_never_takes_access_away(
    policies: list[Policy], added: dict[str, Any], request: AccessRequest
) -> None:
    before = decide(PolicySet.compile(policies), request)
    after = decide(PolicySet.compile([policy(added | {"Effect": "Allow"}), *policies]), request)
    assert after.allowed or not before.allowed
    assert (after.reason == "explicitDeny") is (before.reason == "explicitDeny")


@given(st.lists(POLICIES, max_size=3), STATEMENTS, REQUESTS)
def test_adding_a_deny_never_gives_access(
    policies: list[Policy], added: dict[str, Any], request: AccessRequest
) -> None:
    before = decide(PolicySet.compile(policies), request)
    after = decide(PolicySet.compile([*policies, policy(added | {"Effect": "Deny"})]), request)
    assert before.allowed or not after.allowed


@given(st.lists(POLICIES, max_size=4), REQUESTS)
def test_the_sorted_statements_decide_as_all_of_them_would(policies: list[Policy], request: AccessRequest) -> None:
    applying = [found for one in policies for found in one.statements if applies(found, request)]
    effects = {found.effect.value for found in applying}
    expected = "explicitDeny" if "Deny" in effects else "allowed" if effects else "implicitDeny"
    assert decide(PolicySet.compile(policies), request).reason == expected


@given(st.lists(POLICIES, max_size=3), REQUESTS, st.randoms())
def test_the_order_of_policies_does_not_matter(policies: list[Policy], request: AccessRequest, random: Any) -> None:
    shuffled = random.sample(policies, len(policies))
    assert decide(PolicySet.compile(policies), request).reason == decide(PolicySet.compile(shuffled), request).reason


def test_a_decision_names_the_statement_that_made_it() -> None:
    policies = PolicySet.compile(
        [policy(statement(Sid="First"), name="a"), policy(statement(action="sts:*"), statement("Deny"), name="b")]
    )
    decision = decide(policies, AccessRequest("nimble:GetStudio", "*"))
    assert decision.statements == (MatchedStatement("b", None, 1),)
    assert str(decision.statements[0]) == "b/1"
    assert str(MatchedStatement("a", "First", 0)) == "a/First"


def work(statements: Sequence[dict[str, Any]], resource: str) -> int:
    """How many statements one decision looks at, once the set knows the action."""
    halves = [policy(*statements[start : start + 50], name=f"p{start}") for start in range(0, len(statements), 50)]
    about = PolicySet.compile(halves).about("nimble:GetLaunchProfile")
    return sum(len(list(found._candidates(resource))) for found in (about.denies, about.allows))


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_statements_about_other_actions_cost_nothing(effect: str) -> None:
    others = [statement(effect, f"nimble:Delete{number}*") for number in range(990)]
    ten = [statement(resource=f"{ACCOUNT}launch-profile/lp{number}") for number in range(10)]
    assert work(others + ten, f"{ACCOUNT}launch-profile/lp7") == work(ten, f"{ACCOUNT}launch-profile/lp7") == 1


@pytest.mark.parametrize("ending", ["", "-*"])
def test_statements_about_other_resources_cost_nothing(ending: str) -> None:
    thousand = [statement(resource=f"{ACCOUNT}launch-profile/lp{number:04}{ending}") for number in range(1_000)]
    assert work(thousand, f"{ACCOUNT}launch-profile/lp0007-x" if ending else f"{ACCOUNT}launch-profile/lp0007") == 1


def test_made_up_actions_are_not_remembered() -> None:
    policies = PolicySet.compile([policy(statement(action="*"))])
    for number in range(100):
        assert decide(policies, AccessRequest(f"made:Up{number}", "*")).allowed
    for action in actions.all_actions():
        decide(policies, AccessRequest(action.name.upper(), "*"))
    assert len(policies._by_action) == len(actions.all_actions())


def test_keys_in_two_spellings_have_the_values_of_both() -> None:
    request = AccessRequest("nimble:GetStudio", "*", {"aws:TagKeys": ["a"], "AWS:tagkeys": "b"})
    assert request.values == {"aws:tagkeys": ("a", "b")}
