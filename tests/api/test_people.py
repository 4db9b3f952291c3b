"""People, groups, keys and policies: what administrators do with them, and what nobody else may."""

import dataclasses
import json
from datetime import timedelta
from typing import Any

import pytest
from tests.api.calling import ACCOUNT, Api, refused
from tests.records import STUDIO_ID

from greenroom.access.keyring import Keyring
from greenroom.access.secret_box import SecretBox
from greenroom.store import people as queries
from greenroom.wire import errors, shapes
from greenroom.wire import people as wire
from greenroom.wire.people import PEOPLE
from greenroom.wire.roles import CreateRoleRequest, CreateRoleResponse

TARGET = wire.AttachmentTarget


@pytest.fixture
def keyring(api: Api) -> Keyring:
    """The keyring of the studio, whose house can make keys."""
    keyring = Keyring(api.database, SecretBox(bytes(32)), ACCOUNT)
    api.house = dataclasses.replace(api.house, seal_key=keyring.seal)
    return keyring


def document(**members: Any) -> str:
    statement = {"Effect": "Allow", "Action": "nimble:GetStudio", "Resource": "*"} | members
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def put(api: Api, name: str = "SeeTheStudio", **members: Any) -> None:
    api.call(wire.PutPolicyRequest(policy_name=name, document=document(**members)), wire.PutPolicyResponse)


def attach(api: Api, target: TARGET, name: str, policy: str = "SeeTheStudio") -> None:
    request = wire.AttachPolicyRequest(policy_name=policy, target_type=target, target_name=name)
    api.call(request, wire.AttachPolicyResponse)


def sees_the_studio(api: Api) -> bool:
    artist = api.principal(api.artist.principal_id)
    try:
        api.call(shapes.GetStudioRequest(studio_id=STUDIO_ID), shapes.GetStudioResponse, by=artist)
    except errors.AccessDeniedException:
        return False
    return True


def make_key(api: Api, **members: Any) -> wire.CreateAccessKeyResponse:
    return api.call(wire.CreateAccessKeyRequest(user_name="artist", **members), wire.CreateAccessKeyResponse)


def test_a_policy_attached_to_a_person_decides_for_them_until_it_is_detached(api: Api) -> None:
    assert not sees_the_studio(api)
    put(api)
    attach(api, TARGET.USER, "artist")
    assert sees_the_studio(api)
    request = wire.DetachPolicyRequest(policy_name="SeeTheStudio", target_type=TARGET.USER, target_name="artist")
    api.call(request, wire.DetachPolicyResponse)
    assert not sees_the_studio(api)


def test_a_policy_attached_to_a_group_decides_for_its_people(api: Api) -> None:
    put(api)
    api.call(wire.CreateGroupRequest(group_name="light"), wire.CreateGroupResponse)
    attach(api, TARGET.GROUP, "light")
    assert not sees_the_studio(api)
    added = api.call(
        wire.AddUserToGroupRequest(group_name="light", user_name="artist"), wire.AddUserToGroupResponse
    ).group
    assert (added.users, added.policies) == (["artist"], ["SeeTheStudio"])
    assert sees_the_studio(api)
    api.call(wire.RemoveUserFromGroupRequest(group_name="light", user_name="artist"), wire.RemoveUserFromGroupResponse)
    assert not sees_the_studio(api)


def test_a_group_that_goes_takes_what_was_attached_with_it(api: Api) -> None:
    put(api)
    for _ in range(2):
        api.call(wire.CreateGroupRequest(group_name="light"), wire.CreateGroupResponse)
        api.call(wire.AddUserToGroupRequest(group_name="light", user_name="artist"), wire.AddUserToGroupResponse)
        attach(api, TARGET.GROUP, "light")
        assert sees_the_studio(api)
        api.call(wire.DeleteGroupRequest(group_name="light"), wire.DeleteGroupResponse)
        assert not sees_the_studio(api)
    # A policy is free again once nothing has it.
    api.call(wire.DeletePolicyRequest(policy_name="SeeTheStudio"), wire.DeletePolicyResponse)


def test_a_policy_that_was_changed_decides_as_it_says_now(api: Api) -> None:
    put(api)
    attach(api, TARGET.USER, "artist")
    put(api, Action="nimble:GetEula")
    assert not sees_the_studio(api)


def test_a_denial_in_a_group_wins_over_what_an_administrator_has(api: Api) -> None:
    put(api, "NoStudio", Effect="Deny")
    attach(api, TARGET.USER, "admin", "NoStudio")
    admin = api.principal(api.admin.principal_id)
    with refused(errors.AccessDeniedException):
        api.call(shapes.GetStudioRequest(studio_id=STUDIO_ID), shapes.GetStudioResponse, by=admin)


def test_a_policy_with_mistakes_is_refused_with_each_of_them(api: Api) -> None:
    with refused(errors.ValidationException, "MALFORMED_POLICY_DOCUMENT") as caught:
        put(api, Effect="Perhaps", Action="everything")
    assert "Statement" in caught.value.message
    assert "2 mistakes" in caught.value.message


def test_a_policy_beyond_the_limit_is_refused(api: Api) -> None:
    with refused(errors.ValidationException, "MALFORMED_POLICY_DOCUMENT"):
        put(api, Action=["nimble:" + "x" * 100] * 200)


def test_a_policy_that_is_attached_cannot_be_deleted(api: Api) -> None:
    put(api)
    attach(api, TARGET.USER, "artist")
    with refused(errors.ConflictException, "POLICY_ATTACHED") as caught:
        api.call(wire.DeletePolicyRequest(policy_name="SeeTheStudio"), wire.DeletePolicyResponse)
    assert "user/artist" in caught.value.message


def test_managed_policies_can_be_read_and_attached_and_never_changed(api: Api) -> None:
    name = "AmazonNimbleStudio-StudioAdmin"
    shown = api.call(wire.GetPolicyRequest(policy_name=name), wire.GetPolicyResponse).policy
    assert shown.arn == f"arn:aws:iam::aws:policy/{name}"
    assert "nimble:StartStreamingSession" in (shown.document or "")
    attach(api, TARGET.USER, "artist", name)
    with refused(errors.ConflictException, "MANAGED_POLICY"):
        put(api, name)
    with refused(errors.ConflictException, "MANAGED_POLICY"):
        api.call(wire.DeletePolicyRequest(policy_name=name), wire.DeletePolicyResponse)


def test_what_is_not_there_cannot_be_attached(api: Api) -> None:
    with refused(errors.ResourceNotFoundException, "POLICY_NOT_FOUND"):
        attach(api, TARGET.USER, "artist", "None")
    put(api)
    with refused(errors.ResourceNotFoundException, "USER_NOT_FOUND"):
        attach(api, TARGET.USER, "nobody")
    with refused(errors.ResourceNotFoundException, "GROUP_NOT_FOUND"):
        attach(api, TARGET.GROUP, "artist")


def test_a_simulation_tells_why(api: Api) -> None:
    def simulate(owner: str) -> wire.SimulatePolicyResponse:
        return api.call(
            wire.SimulatePolicyRequest(
                user_name="artist",
                action="nimble:StopStreamingSession",
                resource=f"arn:aws:nimble:us-west-2:{ACCOUNT}:streaming-session/s",
                condition_keys={"nimble:ownedBy": owner},
            ),
            wire.SimulatePolicyResponse,
        )

    assert simulate(api.artist.principal_id).decision == "allowed"
    refusal = simulate("somebody-else")
    assert refusal.decision == "implicitDeny"
    failed = [each for each in refusal.statements if each.verdict is wire.StatementVerdict.CONDITION_FAILS]
    assert [each.statement for each in failed] == ["AmazonNimbleStudio-StudioUser/WorkInOwnSessions"]
    assert "somebody-else" in failed[0].failed_conditions[0]


def test_a_new_key_signs_under_its_name_until_it_is_switched_off(api: Api, keyring: Keyring) -> None:
    made = make_key(api, name="render farm")
    key_id = made.access_key.access_key_id
    credential = keyring.credential(key_id)
    assert credential is not None
    assert credential.secret_access_key == made.secret_access_key
    api.call(
        wire.UpdateAccessKeyRequest(user_name="artist", access_key_id=key_id, status=wire.Status.INACTIVE),
        wire.UpdateAccessKeyResponse,
    )
    assert Keyring(api.database, SecretBox(bytes(32)), ACCOUNT).credential(key_id) is None


def test_a_secret_is_never_shown_again(api: Api, keyring: Keyring) -> None:
    made = make_key(api)
    listed = api.call(wire.ListAccessKeysRequest(user_name="artist"), wire.ListAccessKeysResponse)
    assert made.secret_access_key not in str(listed)
    assert len(listed.access_keys) == 1


def test_rotation_puts_a_new_key_in_the_place_of_the_old(api: Api, keyring: Keyring) -> None:
    old = make_key(api, name="farm", expires_at=api.clock() + timedelta(days=10)).access_key
    api.clock.advance(timedelta(days=4))
    new = api.call(
        wire.RotateAccessKeyRequest(user_name="artist", access_key_id=old.access_key_id),
        wire.RotateAccessKeyResponse,
    ).access_key
    assert new.name == "farm"
    assert new.expires_at == api.clock() + timedelta(days=10)
    listed = api.call(wire.ListAccessKeysRequest(user_name="artist"), wire.ListAccessKeysResponse).access_keys
    assert {key.access_key_id: key.status for key in listed} == {
        old.access_key_id: wire.Status.INACTIVE,
        new.access_key_id: wire.Status.ACTIVE,
    }


def test_a_key_of_somebody_else_is_as_good_as_none(api: Api, keyring: Keyring) -> None:
    made = make_key(api).access_key
    with refused(errors.ResourceNotFoundException, "ACCESS_KEY_NOT_FOUND"):
        api.call(
            wire.DeleteAccessKeyRequest(user_name="stranger", access_key_id=made.access_key_id),
            wire.DeleteAccessKeyResponse,
        )


def test_a_key_that_would_be_over_at_once_is_refused(api: Api, keyring: Keyring) -> None:
    with refused(errors.ValidationException, "EXPIRED"):
        make_key(api, expires_at=api.clock())


def test_nobody_has_more_keys_than_one_may(api: Api, keyring: Keyring) -> None:
    for _ in range(20):
        make_key(api)
    with refused(errors.ServiceQuotaExceededException, "ACCESS_KEYS"):
        make_key(api)


def test_the_last_use_is_kept_so_exactly_and_no_more(api: Api, keyring: Keyring) -> None:
    made = make_key(api).access_key
    credential = keyring.credential(made.access_key_id)
    assert credential is not None
    assert keyring.use_is_news(credential, api.clock())
    keyring.note_use(credential, api.clock())
    assert not keyring.use_is_news(credential, api.clock.advance(timedelta(minutes=9)))
    assert keyring.use_is_news(credential, api.clock.advance(timedelta(minutes=2)))
    with api.database.read() as connection:
        kept = queries.key(connection, made.access_key_id)
    assert kept is not None
    assert kept.last_used_at == api.clock() - timedelta(minutes=11)


def test_who_is_shut_out_signs_nothing_and_may_come_back(api: Api, keyring: Keyring) -> None:
    made = make_key(api).access_key

    def set_status(status: wire.Status) -> bool:
        api.call(wire.UpdateUserRequest(user_name="artist", status=status), wire.UpdateUserResponse)
        return Keyring(api.database, SecretBox(bytes(32)), ACCOUNT).credential(made.access_key_id) is not None

    assert not set_status(wire.Status.INACTIVE)
    assert set_status(wire.Status.ACTIVE)


def test_the_last_administrator_stays(api: Api) -> None:
    with refused(errors.ConflictException, "LAST_ADMINISTRATOR"):
        api.call(wire.UpdateUserRequest(user_name="admin", status=wire.Status.INACTIVE), wire.UpdateUserResponse)


@pytest.mark.parametrize("name", ["-x", "a b", "../x", "ü", "a\nb"])
def test_names_that_would_confuse_are_refused(api: Api, name: str) -> None:
    with refused(errors.ValidationException, "INVALID_NAME"):
        api.call(wire.CreateUserRequest(user_name=name), wire.CreateUserResponse)
    with refused(errors.ValidationException, "INVALID_NAME"):
        api.call(wire.CreateGroupRequest(group_name=name), wire.CreateGroupResponse)


def test_a_name_is_taken_once(api: Api) -> None:
    with refused(errors.ConflictException, "USER_EXISTS"):
        api.call(wire.CreateUserRequest(user_name="artist"), wire.CreateUserResponse)


def test_a_new_person_is_listed_with_what_decides_for_them(api: Api) -> None:
    made = api.call(wire.CreateUserRequest(user_name="eva"), wire.CreateUserResponse)
    assert made.password
    listed = api.call(wire.ListUsersRequest(), wire.ListUsersResponse).users
    (eva,) = (user for user in listed if user.user_name == "eva")
    assert eva.policies == ["AmazonNimbleStudio-StudioUser", "GreenroomUser"]
    assert eva.arn == f"arn:aws:iam::{ACCOUNT}:user/eva"


SAMPLES: dict[str, Any] = {
    "user_name": "artist",
    "group_name": "light",
    "policy_name": "P",
    "access_key_id": "AKIA",
    "document": "{}",
    "status": wire.Status.ACTIVE,
    "target_type": TARGET.USER,
    "target_name": "artist",
    "action": "nimble:GetStudio",
}


@pytest.mark.parametrize("operation", PEOPLE, ids=lambda operation: str(operation.name))
def test_none_of_it_is_a_plain_users(api: Api, operation: Any) -> None:
    fields = {name: SAMPLES[name] for name in operation.input.__struct_fields__ if name in SAMPLES}
    with refused(errors.AccessDeniedException):
        api.call(operation.input(**fields), operation.output, by=api.artist)


@pytest.mark.parametrize("target", list(TARGET))
def test_who_may_attach_one_policy_may_not_give_themselves_another(api: Api, target: TARGET) -> None:
    put(
        api,
        "AttachSmall",
        Action="greenroom:AttachPolicy",
        Resource=[
            f"arn:aws:iam::{ACCOUNT}:policy/Small",
            f"arn:aws:iam::{ACCOUNT}:user/*",
            f"arn:aws:iam::{ACCOUNT}:group/*",
            f"arn:aws:iam::{ACCOUNT}:role/*",
        ],
    )
    put(api, "Small")
    api.call(wire.CreateGroupRequest(group_name="artist"), wire.CreateGroupResponse)
    nobody = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}}
    api.call(CreateRoleRequest(role_name="artist", trust_policy=json.dumps(nobody)), CreateRoleResponse)
    attach(api, TARGET.USER, "artist", "AttachSmall")
    artist = api.principal(api.artist.principal_id)

    def attach_as_artist(policy: str) -> None:
        request = wire.AttachPolicyRequest(policy_name=policy, target_type=target, target_name="artist")
        api.call(request, wire.AttachPolicyResponse, by=artist)

    attach_as_artist("Small")
    with refused(errors.AccessDeniedException):
        attach_as_artist("GreenroomAdministrator")


def test_who_may_give_passwords_and_keys_becomes_no_administrator_by_it(api: Api, keyring: Keyring) -> None:
    put(api, "HelpDesk", Action=["greenroom:CreateUser", "greenroom:ResetUserPassword", "greenroom:*AccessKey"])
    attach(api, TARGET.USER, "artist", "HelpDesk")
    artist = api.principal(api.artist.principal_id)
    theirs = make_key(api).access_key.access_key_id
    of_admin = api.call(wire.CreateAccessKeyRequest(user_name="admin"), wire.CreateAccessKeyResponse).access_key

    def asked(name: str, key: str, persona: wire.UserPersona) -> list[tuple[Any, Any]]:
        return [
            (wire.CreateUserRequest(user_name=f"new-{name}", persona=persona), wire.CreateUserResponse),
            (wire.ResetUserPasswordRequest(user_name=name), wire.ResetUserPasswordResponse),
            (wire.CreateAccessKeyRequest(user_name=name), wire.CreateAccessKeyResponse),
            (wire.RotateAccessKeyRequest(user_name=name, access_key_id=key), wire.RotateAccessKeyResponse),
        ]

    for request, answer in asked("artist", theirs, wire.UserPersona.USER):
        api.call(request, answer, by=artist)
    for request, answer in asked("admin", of_admin.access_key_id, wire.UserPersona.ADMINISTRATOR):
        with refused(errors.AccessDeniedException) as caught:
            api.call(request, answer, by=artist)
        assert "nimble:PutStudioMembers" in caught.value.message


def test_who_may_fill_one_group_may_not_put_themselves_into_another(api: Api) -> None:
    put(
        api,
        "FillLight",
        Action="greenroom:AddUserToGroup",
        Resource=[f"arn:aws:iam::{ACCOUNT}:group/light", f"arn:aws:iam::{ACCOUNT}:user/*"],
    )
    for name in ("light", "leads"):
        api.call(wire.CreateGroupRequest(group_name=name), wire.CreateGroupResponse)
    attach(api, TARGET.GROUP, "leads", "GreenroomAdministrator")
    attach(api, TARGET.USER, "artist", "FillLight")
    artist = api.principal(api.artist.principal_id)

    def join(group: str) -> None:
        request = wire.AddUserToGroupRequest(group_name=group, user_name="artist")
        api.call(request, wire.AddUserToGroupResponse, by=artist)

    join("light")
    with refused(errors.AccessDeniedException):
        join("leads")
