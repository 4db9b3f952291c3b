"""The operations on people, groups, access keys and policies."""

from greenroom.wire.operations import Operation, addition
from greenroom.wire.people import access_keys, groups, policies, users

__all__ = ["PEOPLE"]

_operation = addition({**vars(users), **vars(groups), **vars(access_keys), **vars(policies)})

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
