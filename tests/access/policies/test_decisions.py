"""Every decision of the tables in `decisions/`: policies, a request, the decision, and where that is known from.

A table is a list of groups: what the group is `about`, its `source`, its `policies` (documents, or names of
managed ones) or the `statements` of one policy, and its `decisions`: action, resource, keys, the decision, and why
where the row does not say so itself. A text that begins with `~` begins with the ARN of this test's account.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from greenroom.access import actions
from greenroom.access.managed import managed_policy
from greenroom.access.policies import AccessRequest, PolicySet, decide, explain, parse_policy

TABLES = sorted((Path(__file__).parent / "decisions").glob("*.json"))
ACCOUNT = "arn:aws:nimble:us-west-2:111122223333:"


def groups() -> Iterator[tuple[str, dict[str, Any]]]:
    for table in TABLES:
        for number, group in enumerate(json.loads(table.read_text().replace('"~', f'"{ACCOUNT}'))):
            yield f"{table.stem}-{number}", group


GROUPS = dict(groups())
DECISIONS = [
    pytest.param(name, row, id=f"{name}-{number}-{row[0].partition(':')[2]}-{row[3]}")
    for name, group in GROUPS.items()
    for number, row in enumerate(group["decisions"])
]


def policies_of(group: dict[str, Any]) -> PolicySet:
    documents = group.get("policies")
    if documents is None:
        statements = group["statements"]
        documents = [{"Version": "2012-10-17", "Statement": statements}] if statements else []
    return PolicySet.compile(
        managed_policy(document) if isinstance(document, str) else parse_policy(document, name=f"policy-{index}")
        for index, document in enumerate(documents)
    )


@pytest.fixture(scope="module")
def compiled() -> dict[str, PolicySet]:
    return {name: policies_of(group) for name, group in GROUPS.items()}


@pytest.mark.parametrize(("name", "row"), DECISIONS)
def test_the_decision_is_the_one_of_the_table(name: str, row: list[Any], compiled: dict[str, PolicySet]) -> None:
    action, resource, keys, expected, *why = row
    request = AccessRequest(action, resource, keys)
    decision = decide(compiled[name], request)
    assert decision.reason == expected, f"{GROUPS[name]['about']} {why} ({GROUPS[name]['source']})"
    assert decision.allowed is (expected == "allowed")
    assert bool(decision.statements) is (expected != "implicitDeny")


@pytest.mark.parametrize(("name", "row"), DECISIONS)
def test_the_explanation_agrees_with_the_decision(name: str, row: list[Any], compiled: dict[str, PolicySet]) -> None:
    action, resource, keys, expected, *_ = row
    explanation = explain(compiled[name], AccessRequest(action, resource, keys))
    effects = {explained.effect.value for explained in explanation.applying}
    grounds = "explicitDeny" if "Deny" in effects else "allowed" if "Allow" in effects else "implicitDeny"
    assert grounds == expected == explanation.decision.reason
    applying = [explained.statement for explained in explanation.applying]
    assert set(explanation.decision.statements) <= set(applying)


def test_the_tables_hold_at_least_three_hundred_different_decisions() -> None:
    different = {(name, json.dumps(row[:3])) for name, group in GROUPS.items() for row in group["decisions"]}
    assert len(different) == len(DECISIONS)
    assert len(DECISIONS) >= 300


def test_every_group_names_its_source() -> None:
    assert all(group["source"] and group["about"] for group in GROUPS.values())


def test_the_tables_decide_every_action_of_the_service() -> None:
    decided = {row[0].lower() for group in GROUPS.values() for row in group["decisions"]}
    assert {action.name.lower() for action in actions.all_actions() if action.name.startswith("nimble:")} <= decided
