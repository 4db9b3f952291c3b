"""Greenroom's own operations on people, groups, access keys and policies: what the original left to IAM and SSO."""

from enum import StrEnum
from typing import Annotated

from greenroom.wire.operations import Operation
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import SensitiveString, String, StringList, Timestamp
from greenroom.wire.traits import Integer, Label, ListOf, MapOf, Text

_PREFIX = "/greenroom/v1"

UserName = Annotated[str, Text("UserName", min_length=1, max_length=64)]
GroupName = Annotated[str, Text("GroupName", min_length=1, max_length=64)]
PolicyName = Annotated[str, Text("PolicyName", min_length=1, max_length=128)]
PolicyDocument = Annotated[str, Text("PolicyDocument", min_length=2, max_length=65_536)]
AccessKeyName = Annotated[str, Text("AccessKeyName", min_length=0, max_length=128)]
ActionName = Annotated[str, Text("ActionName", min_length=3, max_length=128)]
ResourceArn = Annotated[str, Text("SimulatedResourceArn", min_length=1, max_length=2048)]
ConditionKeys = Annotated[
    dict[String, String], MapOf("ConditionKeys", documentation="Values of condition keys, by key.")
]


class Status(StrEnum):
    """Whether a person or a key is let in."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"


class UserPersona(StrEnum):
    """What everybody of a kind may do."""

    ADMINISTRATOR = "ADMINISTRATOR"
    USER = "USER"


class AttachmentTarget(StrEnum):
    """What a policy is attached to."""

    USER = "user"
    GROUP = "group"
    ROLE = "role"


class PolicyOrigin(StrEnum):
    """Who wrote a policy."""

    MANAGED = "MANAGED"
    CUSTOMER = "CUSTOMER"


class StatementVerdict(StrEnum):
    """Whether a statement applies to a request, and if not, what stands against it first."""

    APPLIES = "APPLIES"
    OTHER_ACTION = "OTHER_ACTION"
    OTHER_RESOURCE = "OTHER_RESOURCE"
    CONDITION_FAILS = "CONDITION_FAILS"


class StudioUser(Shape):
    """A person of the studio."""

    arn: String
    created_at: Timestamp
    groups: StringList
    persona: UserPersona
    policies: StringList
    principal_id: String
    status: Status
    user_name: UserName


StudioUserList = Annotated[list[StudioUser], ListOf("StudioUserList")]


class StudioGroup(Shape):
    """People who share policies."""

    arn: String
    created_at: Timestamp
    group_name: GroupName
    policies: StringList
    users: StringList


StudioGroupList = Annotated[list[StudioGroup], ListOf("StudioGroupList")]


class AccessKey(Shape):
    """A key pair without its secret."""

    access_key_id: String
    created_at: Timestamp
    name: AccessKeyName
    status: Status
    user_name: UserName
    expires_at: Timestamp | None = None
    last_used_at: Timestamp | None = None


AccessKeyList = Annotated[list[AccessKey], ListOf("AccessKeyList")]


class AccessPolicy(Shape):
    """A policy; its document where one policy is asked for."""

    arn: String
    origin: PolicyOrigin
    policy_name: PolicyName
    attached_to: StringList | None = None
    document: PolicyDocument | None = None
    updated_at: Timestamp | None = None
    updated_by: String | None = None


AccessPolicyList = Annotated[list[AccessPolicy], ListOf("AccessPolicyList")]


class StatementExplanation(Shape):
    """What one statement says to a simulated request."""

    effect: String
    failed_conditions: StringList
    statement: String
    verdict: StatementVerdict


StatementExplanationList = Annotated[list[StatementExplanation], ListOf("StatementExplanationList")]


class CreateUserRequest(Shape):
    """The name to sign in with, and whether it is an administrator's."""

    user_name: UserName
    persona: UserPersona | None = None


class CreateUserResponse(Shape):
    """The person, with a password that is shown this once."""

    password: SensitiveString
    user: StudioUser


class ListUsersRequest(Shape):
    """Nothing to say."""


class ListUsersResponse(Shape):
    """Everybody, in one page."""

    users: StudioUserList


class GetUserRequest(Shape):
    """The person to look at."""

    user_name: Label[UserName]


class GetUserResponse(Shape):
    """The person."""

    user: StudioUser


class UpdateUserRequest(Shape):
    """Whether the person is let in."""

    user_name: Label[UserName]
    status: Status


class UpdateUserResponse(Shape):
    """The person as they are now."""

    user: StudioUser


class ResetUserPasswordRequest(Shape):
    """Whose password is to be another."""

    user_name: Label[UserName]


class ResetUserPasswordResponse(Shape):
    """The new password, shown this once."""

    password: SensitiveString


class SignOutUserRequest(Shape):
    """Whose sign-ins are to end."""

    user_name: Label[UserName]


class SignOutUserResponse(Shape):
    """How many there were."""

    ended: Annotated[int, Integer("EndedSignIns", minimum=0, maximum=2**31 - 1)]


class CreateAccessKeyRequest(Shape):
    """Whose key it is, what it is called, and how long it holds."""

    user_name: Label[UserName]
    expires_at: Timestamp | None = None
    name: AccessKeyName | None = None


class CreateAccessKeyResponse(Shape):
    """The key, with its secret, shown this once."""

    access_key: AccessKey
    secret_access_key: SensitiveString


class RotateAccessKeyRequest(Shape):
    """The key to put another in the place of."""

    access_key_id: Label[String]
    user_name: Label[UserName]


class RotateAccessKeyResponse(Shape):
    """The new key, with its secret, shown this once; the old one is INACTIVE."""

    access_key: AccessKey
    secret_access_key: SensitiveString


class ListAccessKeysRequest(Shape):
    """Whose keys."""

    user_name: Label[UserName]


class ListAccessKeysResponse(Shape):
    """All keys of that person, oldest first."""

    access_keys: AccessKeyList


class UpdateAccessKeyRequest(Shape):
    """Whether the key signs."""

    access_key_id: Label[String]
    user_name: Label[UserName]
    status: Status


class UpdateAccessKeyResponse(Shape):
    """The key as it is now."""

    access_key: AccessKey


class DeleteAccessKeyRequest(Shape):
    """The key to remove for good."""

    access_key_id: Label[String]
    user_name: Label[UserName]


class DeleteAccessKeyResponse(Shape):
    """Nothing."""


class CreateGroupRequest(Shape):
    """The group's name."""

    group_name: GroupName


class CreateGroupResponse(Shape):
    """The group."""

    group: StudioGroup


class ListGroupsRequest(Shape):
    """Nothing to say."""


class ListGroupsResponse(Shape):
    """All groups, in one page."""

    groups: StudioGroupList


class DeleteGroupRequest(Shape):
    """The group to remove; its people stay."""

    group_name: Label[GroupName]


class DeleteGroupResponse(Shape):
    """Nothing."""


class AddUserToGroupRequest(Shape):
    """Who, and into which group."""

    group_name: Label[GroupName]
    user_name: Label[UserName]


class AddUserToGroupResponse(Shape):
    """The group as it is now."""

    group: StudioGroup


class RemoveUserFromGroupRequest(Shape):
    """Who, and out of which group."""

    group_name: Label[GroupName]
    user_name: Label[UserName]


class RemoveUserFromGroupResponse(Shape):
    """The group as it is now."""

    group: StudioGroup


class PutPolicyRequest(Shape):
    """A policy in IAM's language; one of the same name is replaced."""

    policy_name: Label[PolicyName]
    document: PolicyDocument


class PutPolicyResponse(Shape):
    """The policy."""

    policy: AccessPolicy


class ListPoliciesRequest(Shape):
    """Nothing to say."""


class ListPoliciesResponse(Shape):
    """The managed policies and the studio's own, without their documents."""

    policies: AccessPolicyList


class GetPolicyRequest(Shape):
    """The policy to read."""

    policy_name: Label[PolicyName]


class GetPolicyResponse(Shape):
    """The policy with its document and what it is attached to."""

    policy: AccessPolicy


class DeletePolicyRequest(Shape):
    """The policy to remove; it must be attached to nothing."""

    policy_name: Label[PolicyName]


class DeletePolicyResponse(Shape):
    """Nothing."""


class AttachPolicyRequest(Shape):
    """The policy, and the user or group that it shall decide for."""

    policy_name: Label[PolicyName]
    target_name: Label[String]
    target_type: Label[AttachmentTarget]


class AttachPolicyResponse(Shape):
    """Nothing."""


class DetachPolicyRequest(Shape):
    """The policy, and the user or group that it shall decide for no longer."""

    policy_name: Label[PolicyName]
    target_name: Label[String]
    target_type: Label[AttachmentTarget]


class DetachPolicyResponse(Shape):
    """Nothing."""


class SimulatePolicyRequest(Shape):
    """What a person would ask for; without a resource, `*`."""

    user_name: Label[UserName]
    action: ActionName
    condition_keys: ConditionKeys | None = None
    resource: ResourceArn | None = None


class SimulatePolicyResponse(Shape):
    """The decision (allowed, explicitDeny, implicitDeny) and its grounds; memberships do not count."""

    decision: String
    statements: StatementExplanationList


def _operation(name: str, method: str, path: str, documentation: str, *, idempotent: bool = False) -> Operation:
    return Operation(
        name=name,
        method=method,
        uri=_PREFIX + path,
        input=globals()[f"{name}Request"],
        output=globals()[f"{name}Response"],
        documentation=documentation,
        idempotent=idempotent,
        service="greenroom",
    )


_USER = "/users/{userName}"
_KEY = _USER + "/access-keys/{accessKeyId}"
_MEMBER = "/groups/{groupName}/users/{userName}"
_ATTACHMENT = "/policies/{policyName}/attachments/{targetType}/{targetName}"

PEOPLE: tuple[Operation, ...] = (
    _operation("CreateUser", "POST", "/users", "Add a person."),
    _operation("ListUsers", "GET", "/users", "List the people."),
    _operation("GetUser", "GET", _USER, "Read a person."),
    _operation("UpdateUser", "PATCH", _USER, "Shut a person out, or let them in again."),
    _operation("ResetUserPassword", "POST", _USER + "/password", "Give a person a new password."),
    _operation("SignOutUser", "POST", _USER + "/sign-out", "End a person's sign-ins.", idempotent=True),
    _operation("CreateAccessKey", "POST", _USER + "/access-keys", "Make a key pair for a person."),
    _operation("ListAccessKeys", "GET", _USER + "/access-keys", "List a person's keys."),
    _operation("RotateAccessKey", "POST", _KEY + "/rotate", "Make a new key and switch the old one off."),
    _operation("UpdateAccessKey", "PATCH", _KEY, "Switch a key off or on."),
    _operation("DeleteAccessKey", "DELETE", _KEY, "Remove a key.", idempotent=True),
    _operation("CreateGroup", "POST", "/groups", "Add a group."),
    _operation("ListGroups", "GET", "/groups", "List the groups with their people."),
    _operation("DeleteGroup", "DELETE", "/groups/{groupName}", "Remove a group.", idempotent=True),
    _operation("AddUserToGroup", "PUT", _MEMBER, "Put a person into a group.", idempotent=True),
    _operation("RemoveUserFromGroup", "DELETE", _MEMBER, "Take a person out of a group.", idempotent=True),
    _operation("PutPolicy", "PUT", "/policies/{policyName}", "Write a policy.", idempotent=True),
    _operation("ListPolicies", "GET", "/policies", "List the policies."),
    _operation("GetPolicy", "GET", "/policies/{policyName}", "Read a policy."),
    _operation("DeletePolicy", "DELETE", "/policies/{policyName}", "Remove a policy.", idempotent=True),
    _operation("AttachPolicy", "PUT", _ATTACHMENT, "Let a policy decide for a user or group.", idempotent=True),
    _operation("DetachPolicy", "DELETE", _ATTACHMENT, "Let it decide for them no longer.", idempotent=True),
    _operation("SimulatePolicy", "POST", _USER + "/simulate", "Explain what a person's policies say to a request."),
)
