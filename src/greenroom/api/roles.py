"""Operations on roles."""

from dataclasses import replace
from typing import Any

from greenroom.access.actions import Action, Level, register
from greenroom.access.authorise import Resource
from greenroom.access.policies import PolicyError
from greenroom.access.principals import role_arn
from greenroom.access.roles import trust_policy
from greenroom.api.context import Context
from greenroom.api.operation import Touched, handles
from greenroom.api.users import touches_none
from greenroom.store import people, roles
from greenroom.studio.errors import Conflict, Invalid, NotFound
from greenroom.studio.people import TargetType, check_name
from greenroom.studio.roles import ROLE_NAME, USUAL_SESSION, Role, check_session_length, new_role_id
from greenroom.wire import roles as shapes

register(Action("greenroom:ListRoles", Level.READ, {}))
for _name, _level in (
    ("CreateRole", Level.WRITE),
    ("GetRole", Level.READ),
    ("UpdateRole", Level.WRITE),
    ("EndRoleSessions", Level.WRITE),
    ("DeleteRole", Level.WRITE),
):
    register(Action(f"greenroom:{_name}", _level, {"role": True}))


def role_resource(context: Context, role_name: str) -> Resource:
    """A role as policies see it, also where there is none of that name."""
    return Resource(arn=role_arn(context.house.account_id, role_name), type="role")


def find_role(context: Context, role_name: str) -> Role:
    """The role, held until the transaction ends. Raises NotFound."""
    role = roles.named(context.connection, role_name, for_update=True)
    if role is None:
        raise NotFound("role", role_name)
    return role


def _touches_role(context: Context, request: Any) -> Touched:
    return Touched([role_resource(context, request.role_name)])


@handles("CreateRole", touches=_touches_role)
def create_role(context: Context, request: shapes.CreateRoleRequest) -> shapes.CreateRoleResponse:
    """A role without any policy: whoever takes it on may do nothing yet."""
    name = check_name("role", request.role_name, ROLE_NAME)
    if roles.named(context.connection, name) is not None:
        raise Conflict(f"There is a role {name} already.", code="ROLE_EXISTS", resourceId=name)
    who = context.principal.principal_id
    role = Role(
        role_name=name,
        role_id=new_role_id(),
        trust_policy=_checked(request.trust_policy),
        max_session_seconds=check_session_length(request.max_session_duration or USUAL_SESSION),
        sessions_since=context.now,
        created_at=context.now,
        created_by=who,
        updated_at=context.now,
        updated_by=who,
    )
    roles.insert(context.connection, role)
    return shapes.CreateRoleResponse(role=_shape(context, role))


@handles("ListRoles", touches=touches_none)
def list_roles(context: Context, _request: shapes.ListRolesRequest) -> shapes.ListRolesResponse:
    """All roles."""
    return shapes.ListRolesResponse(roles=[_shape(context, role) for role in roles.every(context.connection)])


@handles("GetRole", touches=_touches_role)
def get_role(context: Context, request: shapes.GetRoleRequest) -> shapes.GetRoleResponse:
    """One role."""
    role = roles.named(context.connection, request.role_name)
    if role is None:
        raise NotFound("role", request.role_name)
    return shapes.GetRoleResponse(role=_shape(context, role))


@handles("UpdateRole", touches=_touches_role)
def update_role(context: Context, request: shapes.UpdateRoleRequest) -> shapes.UpdateRoleResponse:
    """Sessions that have begun go on under what is attached to the role."""
    before = find_role(context, request.role_name)
    after = replace(before, updated_at=context.now, updated_by=context.principal.principal_id)
    if request.trust_policy is not None:
        after = replace(after, trust_policy=_checked(request.trust_policy))
    if request.max_session_duration is not None:
        after = replace(after, max_session_seconds=check_session_length(request.max_session_duration))
    roles.save(context.connection, before, after)
    return shapes.UpdateRoleResponse(role=_shape(context, after))


@handles("EndRoleSessions", touches=_touches_role)
def end_role_sessions(context: Context, request: shapes.EndRoleSessionsRequest) -> shapes.EndRoleSessionsResponse:
    """Their keys sign nothing any more; who may, takes the role on again."""
    roles.end_sessions(context.connection, find_role(context, request.role_name).role_name, context.now)
    return shapes.EndRoleSessionsResponse()


@handles("DeleteRole", touches=_touches_role)
def delete_role(context: Context, request: shapes.DeleteRoleRequest) -> shapes.DeleteRoleResponse:
    """Gone, with its sessions; another one of the same name knows nothing of them."""
    roles.remove(context.connection, find_role(context, request.role_name).role_name)
    return shapes.DeleteRoleResponse()


def _checked(document: str) -> str:
    try:
        trust_policy(document)
    except PolicyError as error:
        raise Invalid(f"trustPolicy: {error}.", code="MALFORMED_POLICY_DOCUMENT") from error
    return document


def _shape(context: Context, role: Role) -> shapes.AccessRole:
    attached = people.attachments_to(context.connection, TargetType.ROLE, role.role_name)
    return shapes.AccessRole(
        arn=role_arn(context.house.account_id, role.role_name),
        created_at=role.created_at,
        created_by=role.created_by,
        max_session_duration=role.max_session_seconds,
        policies=[attachment.policy_name for attachment in attached],
        role_id=role.role_id,
        role_name=role.role_name,
        trust_policy=role.trust_policy,
        updated_at=role.updated_at,
        updated_by=role.updated_by,
    )
