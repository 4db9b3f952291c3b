"""`greenroom user`, `group`, `key`, `policy`: an administrator's work, and that it is in the audit."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.running import Studio

POLICY = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "nimble:GetStudio", "Resource": "*"}}


def run(studio: Studio, *arguments: str, check: bool = True) -> Any:
    """What the command prints as JSON."""
    done = studio.command(*arguments, "--data", str(studio.data), "--json", check=False)
    assert not check or done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def do(studio: Studio, *arguments: str) -> str:
    """What the command says."""
    done = studio.command(*arguments, "--data", str(studio.data), check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.fixture(scope="module")
def ana(unserved: Studio) -> str:
    run(unserved, "user", "add", "ana-of-people")
    return "ana-of-people"


def test_a_policy_by_way_of_a_group_is_simulated_and_taken_away_again(
    unserved: Studio, ana: str, tmp_path: Path
) -> None:
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(POLICY))
    do(unserved, "policy", "put", "SeeTheStudio", str(file))
    do(unserved, "group", "create", "light")
    do(unserved, "policy", "attach", "SeeTheStudio", "--group", "light")
    assert run(unserved, "policy", "simulate", ana, "nimble:GetStudio", check=False)["decision"] == "implicitDeny"
    do(unserved, "group", "add", "light", ana)
    assert run(unserved, "policy", "simulate", ana, "nimble:GetStudio")["decision"] == "allowed"
    (group,) = run(unserved, "group", "list")
    assert (group["users"], group["policies"]) == ([ana], ["SeeTheStudio"])
    assert json.loads(do(unserved, "policy", "show", "SeeTheStudio")) == POLICY
    do(unserved, "group", "remove", "light", ana)
    do(unserved, "policy", "detach", "SeeTheStudio", "--group", "light")
    do(unserved, "group", "delete", "light")
    do(unserved, "policy", "delete", "SeeTheStudio")
    assert "SeeTheStudio" not in {policy["policyName"] for policy in run(unserved, "policy", "list")}


def test_a_simulation_takes_condition_keys(unserved: Studio, ana: str) -> None:
    owner = run(unserved, "user", "show", ana)["user"]["principalId"]
    simulate = ("policy", "simulate", ana, "nimble:GetStreamingSession", "--key")
    assert run(unserved, *simulate, f"nimble:ownedBy={owner}")["decision"] == "allowed"
    assert run(unserved, *simulate, "nimble:ownedBy=other", check=False)["decision"] == "implicitDeny"


def test_a_key_is_rotated_switched_and_deleted(unserved: Studio, ana: str) -> None:
    old = run(unserved, "key", "create", ana)["accessKeyId"]
    new = run(unserved, "key", "rotate", ana, old)["accessKeyId"]
    assert {key["accessKeyId"]: key["status"] for key in run(unserved, "key", "list", ana)} == {
        old: "INACTIVE",
        new: "ACTIVE",
    }
    do(unserved, "key", "disable", ana, new)
    do(unserved, "key", "enable", ana, new)
    do(unserved, "key", "delete", ana, old)
    assert [key["status"] for key in run(unserved, "key", "list", ana)] == ["ACTIVE"]


def test_a_person_is_shut_out_and_let_in_again(unserved: Studio, ana: str) -> None:
    do(unserved, "user", "disable", ana)
    assert run(unserved, "user", "show", ana)["user"]["status"] == "INACTIVE"
    do(unserved, "user", "enable", ana)
    listed = {user["userName"]: user["status"] for user in run(unserved, "user", "list")}
    assert listed[ana] == "ACTIVE"
    assert run(unserved, "user", "reset-password", ana)["password"]


def test_what_was_done_is_in_the_audit_and_the_secrets_are_not(unserved: Studio, ana: str) -> None:
    password = run(unserved, "user", "reset-password", ana)["password"]
    secret = run(unserved, "key", "create", ana)["secretAccessKey"]
    old = run(unserved, "key", "list", ana)[-1]["accessKeyId"]
    rotated = run(unserved, "key", "rotate", ana, old)["secretAccessKey"]
    events = run(unserved, "audit", "list", "--limit", "500")
    names = [event["eventName"] for event in events]
    assert {"CreateUser", "CreateAccessKey", "ResetUserPassword", "RotateAccessKey"} <= set(names)
    kept = "".join(file.read_text() for file in (unserved.data / "audit").glob("*.jsonl"))
    for text in (password, secret, rotated):
        assert text not in kept
    assert run(unserved, "audit", "verify")["holds"] is True


@pytest.mark.parametrize("targets", [(), ("--user", "a", "--group", "b")])
def test_attaching_needs_one_target(unserved: Studio, targets: tuple[str, ...]) -> None:
    done = unserved.command("policy", "attach", "P", *targets, "--data", str(unserved.data), check=False)
    assert done.returncode == 2
    for option in (b"--user", b"--group", b"--role"):
        assert option in done.stderr
