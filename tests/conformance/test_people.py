"""The additions for people, groups, keys and policies, called over a real connection by an administrator."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.conformance.coverage import proves
from tests.running import Studio
from tests.server.browser import Browser
from tests.server.raw import Request, ask
from tests.server.signing import Signer

Call = Callable[..., Any]


@pytest.fixture
def call(studio: Studio) -> Call:
    """Calls an addition by method and path; the answer's content."""
    signer = Signer.of(studio)

    def send(method: str, path: str, content: Any = None) -> Any:
        body = b"" if content is None else json.dumps(content).encode()
        answer = ask(studio.endpoint, signer.sign(Request(f"/greenroom/v1/{path}", method, body)))
        assert answer.status == 200, answer.body
        return answer.json()

    return send


@proves("CreateUser", "ListUsers", "GetUser", "UpdateUser", "ResetUserPassword")
def test_a_person_is_added_shut_out_and_given_another_password(call: Call) -> None:
    made = call("POST", "users", {"userName": "mia"})
    assert made["password"]
    assert made["user"] in call("GET", "users")["users"]
    assert call("PATCH", "users/mia", {"status": "INACTIVE"})["user"]["status"] == "INACTIVE"
    assert call("GET", "users/mia")["user"]["status"] == "INACTIVE"
    assert call("POST", "users/mia/password", {})["password"] != made["password"]


@proves("SignOutUser")
def test_a_person_is_signed_out_of_their_browsers(studio: Studio, call: Call) -> None:
    made = call("POST", "users", {"userName": "uma"})
    browser = Browser(studio.endpoint)
    browser.sign_in("uma", made["password"]).raise_for_status()
    assert call("POST", "users/uma/sign-out", {}) == {"ended": 1}
    assert not browser.state()["signedIn"]
    browser.close()


@proves("CreateAccessKey", "ListAccessKeys", "RotateAccessKey", "UpdateAccessKey", "DeleteAccessKey")
def test_keys_sign_as_long_as_they_are_switched_on(studio: Studio, call: Call) -> None:
    call("POST", "users", {"userName": "leo", "persona": "ADMINISTRATOR"})
    first = call("POST", "users/leo/access-keys", {"name": "farm"})
    assert _signs(studio, first)
    first_id = first["accessKey"]["accessKeyId"]
    second = call("POST", f"users/leo/access-keys/{first_id}/rotate", {})
    assert _signs(studio, second)
    second_id = second["accessKey"]["accessKeyId"]
    call("DELETE", f"users/leo/access-keys/{first_id}")
    call("PATCH", f"users/leo/access-keys/{second_id}", {"status": "INACTIVE"})
    (left,) = call("GET", "users/leo/access-keys")["accessKeys"]
    assert (left["accessKeyId"], left["name"], left["status"]) == (second_id, "farm", "INACTIVE")
    third = call("POST", "users/leo/access-keys", {})
    call("PATCH", f"users/leo/access-keys/{third['accessKey']['accessKeyId']}", {"status": "INACTIVE"})
    assert not _signs(studio, third)


@proves("CreateGroup", "ListGroups", "AddUserToGroup", "RemoveUserFromGroup", "DeleteGroup")
def test_a_group_is_filled_emptied_and_removed(call: Call) -> None:
    call("POST", "users", {"userName": "ida"})
    call("POST", "groups", {"groupName": "paint"})
    assert call("PUT", "groups/paint/users/ida", {})["group"]["users"] == ["ida"]
    assert [group["users"] for group in call("GET", "groups")["groups"] if group["groupName"] == "paint"] == [["ida"]]
    assert call("DELETE", "groups/paint/users/ida")["group"]["users"] == []
    call("DELETE", "groups/paint")
    assert "paint" not in {group["groupName"] for group in call("GET", "groups")["groups"]}


@proves("PutPolicy", "ListPolicies", "GetPolicy", "AttachPolicy", "SimulatePolicy", "DetachPolicy", "DeletePolicy")
def test_a_policy_is_written_attached_explained_and_removed(call: Call) -> None:
    call("POST", "users", {"userName": "pia"})
    statement = {"Sid": "See", "Effect": "Allow", "Action": "nimble:GetStudio", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    call("PUT", "policies/See", {"document": document})
    assert "See" in {policy["policyName"] for policy in call("GET", "policies")["policies"]}
    call("PUT", "policies/See/attachments/user/pia", {})
    shown = call("GET", "policies/See")["policy"]
    assert (shown["document"], shown["attachedTo"]) == (document, ["user/pia"])
    simulated = call("POST", "users/pia/simulate", {"action": "nimble:GetStudio"})
    assert simulated["decision"] == "allowed"
    applying = [each["statement"] for each in simulated["statements"] if each["verdict"] == "APPLIES"]
    assert applying == ["See/See"]
    call("DELETE", "policies/See/attachments/user/pia")
    assert call("POST", "users/pia/simulate", {"action": "nimble:GetStudio"})["decision"] == "implicitDeny"
    call("DELETE", "policies/See")


@proves("CreateRole", "ListRoles", "GetRole", "UpdateRole", "EndRoleSessions", "DeleteRole")
def test_a_role_is_made_changed_ended_and_removed(call: Call) -> None:
    trust = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": trust})
    made = call("POST", "roles", {"roleName": "night", "trustPolicy": document})["role"]
    assert made in call("GET", "roles")["roles"]
    changed = call("PATCH", "roles/night", {"maxSessionDuration": 7200})["role"]
    assert (changed["roleId"], changed["maxSessionDuration"]) == (made["roleId"], 7200)
    assert call("GET", "roles/night")["role"] == changed
    call("POST", "roles/night/end-sessions", {})
    call("DELETE", "roles/night")
    assert "night" not in {role["roleName"] for role in call("GET", "roles")["roles"]}


def _signs(studio: Studio, made: Any) -> bool:
    key = {"accessKeyId": made["accessKey"]["accessKeyId"], "secretAccessKey": made["secretAccessKey"]}
    answer = ask(studio.endpoint, Signer.of(studio, key).sign(Request("/2020-08-01/studios")))
    return answer.status == 200
