"""Greenroom's own operations on roles: what the original left to IAM."""

from typing import Annotated

from greenroom.wire.operations import Operation, addition
from greenroom.wire.people import PolicyDocument
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import String, StringList, Timestamp
from greenroom.wire.traits import Integer, Label, ListOf, Text

RoleName = Annotated[str, Text("RoleName", min_length=1, max_length=64)]
SessionDuration = Annotated[int, Integer("SessionDuration", minimum=0, maximum=2**31 - 1)]


class AccessRole(Shape):
    """A role: policies that somebody takes on for a while."""

    arn: String
    created_at: Timestamp
    created_by: String
    max_session_duration: SessionDuration
    policies: StringList
    role_id: String
    role_name: RoleName
    trust_policy: PolicyDocument
    updated_at: Timestamp
    updated_by: String


AccessRoleList = Annotated[list[AccessRole], ListOf("AccessRoleList")]


class CreateRoleRequest(Shape):
    """The role's name, who may take it on, and for how many seconds at most (3600 to 43200)."""

    role_name: RoleName
    trust_policy: PolicyDocument
    max_session_duration: SessionDuration | None = None


class CreateRoleResponse(Shape):
    """The role, to which nothing is attached yet."""

    role: AccessRole


class ListRolesRequest(Shape):
    """Nothing to say."""


class ListRolesResponse(Shape):
    """All roles, in one page."""

    roles: AccessRoleList


class GetRoleRequest(Shape):
    """The role to look at."""

    role_name: Label[RoleName]


class GetRoleResponse(Shape):
    """The role."""

    role: AccessRole


class UpdateRoleRequest(Shape):
    """What is to be another; what is left out stays."""

    role_name: Label[RoleName]
    max_session_duration: SessionDuration | None = None
    trust_policy: PolicyDocument | None = None


class UpdateRoleResponse(Shape):
    """The role as it is now."""

    role: AccessRole


class EndRoleSessionsRequest(Shape):
    """The role whose sessions are to end."""

    role_name: Label[RoleName]


class EndRoleSessionsResponse(Shape):
    """Nothing."""


class DeleteRoleRequest(Shape):
    """The role to remove; its sessions end."""

    role_name: Label[RoleName]


class DeleteRoleResponse(Shape):
    """Nothing."""


_operation = addition(globals())
_ROLE = "/roles/{roleName}"

ROLES: tuple[Operation, ...] = (
    _operation("CreateRole", "POST", "/roles", "Add a role."),
    _operation("ListRoles", "GET", "/roles", "List the roles."),
    _operation("GetRole", "GET", _ROLE, "Read a role."),
    _operation("UpdateRole", "PATCH", _ROLE, "Change who may take a role on, or for how long."),
    _operation("EndRoleSessions", "POST", _ROLE + "/end-sessions", "End a role's sessions.", idempotent=True),
    _operation("DeleteRole", "DELETE", _ROLE, "Remove a role.", idempotent=True),
)
