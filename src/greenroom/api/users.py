"""Operations on people and their groups."""

from typing import Any

from greenroom.access.actions import Action, Level, ResourceType, register, register_resource_type
from greenroom.access.authorise import Resource
from greenroom.access.managed import OF_A_USER, OF_AN_ADMINISTRATOR
from greenroom.access.passwords import generate_password
from greenroom.access.principals import group_arn, user_arn
from greenroom.access.revocation import end_all_of
from greenroom.api.context import Context
from greenroom.api.operation import Touched, handles
from greenroom.store import members, people, studios
from greenroom.studio.errors import Conflict, NotFound
from greenroom.studio.ids import new_principal_id
from greenroom.studio.members import IDENTITY_STORE, StudioMember
from greenroom.studio.people import Group, TargetType, check_name
from greenroom.studio.studios import User
from greenroom.wire import people as shapes

register_resource_type(ResourceType("user"))
register_resource_type(ResourceType("group"))
for _name, _level, _types in (
    ("CreateUser", Level.WRITE, ("user",)),
    ("ListUsers", Level.READ, ()),
    ("GetUser", Level.READ, ("user",)),
    ("UpdateUser", Level.WRITE, ("user",)),
    ("ResetUserPassword", Level.WRITE, ("user",)),
    ("SignOutUser", Level.WRITE, ("user",)),
    ("CreateGroup", Level.WRITE, ("group",)),
    ("ListGroups", Level.READ, ()),
    ("DeleteGroup", Level.WRITE, ("group",)),
    ("AddUserToGroup", Level.WRITE, ("group", "user")),
    ("RemoveUserFromGroup", Level.WRITE, ("group", "user")),
):
    register(Action(f"greenroom:{_name}", _level, dict.fromkeys(_types, True)))

_MAKES_ADMINISTRATORS = "nimble:PutStudioMembers"


def user_resource(context: Context, user_name: str) -> Resource:
    """A person as policies see them, also where there is none of that name."""
    return Resource(arn=user_arn(context.house.account_id, user_name), type="user")


def group_resource(context: Context, group_name: str) -> Resource:
    """A group as policies see it, also where there is none of that name."""
    return Resource(arn=group_arn(context.house.account_id, group_name), type="group")


def touches_user(context: Context, request: Any) -> Touched:
    """A call on the person of its path."""
    return Touched([user_resource(context, request.user_name)])


def touches_credentials(context: Context, request: Any) -> Touched:
    """A call that gives a new password or key of the person of its path, for whoever asks to be them.

    Nobody becomes an administrator by it: those of another who is one are given by who may make administrators.
    """
    user = studios.user_named(context.connection, request.user_name)
    of_an_administrator = (
        user is not None and user.administrator and user.principal_id != context.principal.principal_id
    )
    return _touched_user(context, request, user.studio_id if user and of_an_administrator else None)


def _touches_new_user(context: Context, request: Any) -> Touched:
    administrator = request.persona is shapes.UserPersona.ADMINISTRATOR
    return _touched_user(context, request, _studio_of_new_users(context) if administrator else None)


def _touched_user(context: Context, request: Any, administers: str | None) -> Touched:
    """`administers`: the studio of which somebody would get to be an administrator by this."""
    dependents = []
    if administers is not None:
        arn = context.arn("studio", administers)
        dependents.append((_MAKES_ADMINISTRATORS, Resource(arn=arn, type="studio", keys={"nimble:studioId": arn})))
    return Touched([user_resource(context, request.user_name)], dependents=dependents)


def _studio_of_new_users(context: Context) -> str:
    """That of whoever adds them; a role is of no studio."""
    caller = studios.user(context.connection, context.principal.principal_id)
    return caller.studio_id if caller else studios.every(context.connection)[0].studio_id


def touches_none(_context: Context, _request: Any) -> Touched:
    """A call on nothing in particular."""
    return Touched([])


def _touches_group(context: Context, request: Any) -> Touched:
    return Touched([group_resource(context, request.group_name)])


def _touches_member(context: Context, request: Any) -> Touched:
    return Touched([group_resource(context, request.group_name), user_resource(context, request.user_name)])


def find_user(context: Context, user_name: str) -> User:
    """The person. Raises NotFound."""
    user = studios.user_named(context.connection, user_name)
    if user is None:
        raise NotFound("user", user_name)
    return user


def find_group(context: Context, group_name: str) -> Group:
    """The group. Raises NotFound."""
    group = people.group(context.connection, group_name)
    if group is None:
        raise NotFound("group", group_name)
    return group


def _user_shape(context: Context, user: User) -> shapes.StudioUser:
    attached = people.attachments_to(context.connection, TargetType.USER, user.principal_id)
    return shapes.StudioUser(
        arn=user_arn(context.house.account_id, user.user_name),
        created_at=user.created_at,
        groups=people.groups_of(context.connection, user.principal_id),
        persona=shapes.UserPersona.ADMINISTRATOR if user.administrator else shapes.UserPersona.USER,
        policies=[
            *(OF_AN_ADMINISTRATOR if user.administrator else OF_A_USER),
            *(attachment.policy_name for attachment in attached),
        ],
        principal_id=user.principal_id,
        status=shapes.Status.ACTIVE if user.disabled_at is None else shapes.Status.INACTIVE,
        user_name=user.user_name,
    )


def _group_shape(context: Context, group: Group) -> shapes.StudioGroup:
    attached = people.attachments_to(context.connection, TargetType.GROUP, group.group_name)
    return shapes.StudioGroup(
        arn=group_arn(context.house.account_id, group.group_name),
        created_at=group.created_at,
        group_name=group.group_name,
        policies=[attachment.policy_name for attachment in attached],
        users=[user.user_name for user in people.members_of(context.connection, group.group_name)],
    )


@handles("CreateUser", touches=_touches_new_user)
def create_user(context: Context, request: shapes.CreateUserRequest) -> shapes.CreateUserResponse:
    """A person with a new password, in the studio of whoever adds them; an administrator administers it."""
    name = check_name("user", request.user_name)
    if studios.user_named(context.connection, name) is not None:
        raise Conflict(f"There is a user {name} already.", code="USER_EXISTS", resourceId=name)
    password = generate_password()
    user = User(
        principal_id=new_principal_id(),
        studio_id=_studio_of_new_users(context),
        user_name=name,
        password_hash=context.house.passwords.hash(password),
        administrator=request.persona is shapes.UserPersona.ADMINISTRATOR,
        created_at=context.now,
    )
    studios.insert_user(context.connection, user)
    if user.administrator:
        administers = StudioMember(
            studio_id=user.studio_id,
            principal_id=user.principal_id,
            identity_store_id=IDENTITY_STORE,
            created_at=context.now,
        )
        members.put_studio_member(context.connection, administers)
    return shapes.CreateUserResponse(password=password, user=_user_shape(context, user))


@handles("ListUsers", touches=touches_none)
def list_users(context: Context, _request: shapes.ListUsersRequest) -> shapes.ListUsersResponse:
    """Everybody, whichever studio of this account they were added in."""
    found = [
        user
        for studio in studios.every(context.connection)
        for user in studios.every_user(context.connection, studio.studio_id)
    ]
    return shapes.ListUsersResponse(users=[_user_shape(context, user) for user in found])


@handles("GetUser", touches=touches_user)
def get_user(context: Context, request: shapes.GetUserRequest) -> shapes.GetUserResponse:
    """One person."""
    return shapes.GetUserResponse(user=_user_shape(context, find_user(context, request.user_name)))


@handles("UpdateUser", touches=touches_user)
def update_user(context: Context, request: shapes.UpdateUserRequest) -> shapes.UpdateUserResponse:
    """Shut out, keys, streams and all, or let in again; the last administrator who can sign in stays."""
    user = find_user(context, request.user_name)
    if request.status is shapes.Status.INACTIVE:
        if studios.administrators_for_update(context.connection) == {user.principal_id}:
            raise Conflict(
                f"{user.user_name} is the last administrator who can sign in. Make somebody else one first.",
                code="LAST_ADMINISTRATOR",
                resourceId=user.user_name,
            )
        people.set_disabled(context.connection, user.principal_id, user.disabled_at or context.now)
        end_all_of(context.connection, user.principal_id, context.now)
    else:
        people.set_disabled(context.connection, user.principal_id, None)
    return shapes.UpdateUserResponse(user=_user_shape(context, find_user(context, request.user_name)))


@handles("ResetUserPassword", touches=touches_credentials)
def reset_user_password(context: Context, request: shapes.ResetUserPasswordRequest) -> shapes.ResetUserPasswordResponse:
    """A new password in the place of the old one; whoever signed in by that is signed out."""
    user = find_user(context, request.user_name)
    password = generate_password()
    people.set_password_hash(context.connection, user.principal_id, context.house.passwords.hash(password))
    end_all_of(context.connection, user.principal_id, context.now)
    return shapes.ResetUserPasswordResponse(password=password)


@handles("SignOutUser", touches=touches_user)
def sign_out_user(context: Context, request: shapes.SignOutUserRequest) -> shapes.SignOutUserResponse:
    """All their browsers are signed out, the temporary keys of those sign nothing any more, and their streams end."""
    user = find_user(context, request.user_name)
    return shapes.SignOutUserResponse(ended=end_all_of(context.connection, user.principal_id, context.now))


@handles("CreateGroup", touches=_touches_group)
def create_group(context: Context, request: shapes.CreateGroupRequest) -> shapes.CreateGroupResponse:
    """A group with nobody in it."""
    group = Group(group_name=check_name("group", request.group_name), created_at=context.now)
    if people.group(context.connection, group.group_name) is not None:
        raise Conflict(
            f"There is a group {group.group_name} already.", code="GROUP_EXISTS", resourceId=group.group_name
        )
    people.insert_group(context.connection, group)
    return shapes.CreateGroupResponse(group=_group_shape(context, group))


@handles("ListGroups", touches=touches_none)
def list_groups(context: Context, _request: shapes.ListGroupsRequest) -> shapes.ListGroupsResponse:
    """All groups."""
    found = people.every_group(context.connection)
    return shapes.ListGroupsResponse(groups=[_group_shape(context, group) for group in found])


@handles("DeleteGroup", touches=_touches_group)
def delete_group(context: Context, request: shapes.DeleteGroupRequest) -> shapes.DeleteGroupResponse:
    """Its people lose what was attached to it."""
    people.delete_group(context.connection, find_group(context, request.group_name).group_name)
    return shapes.DeleteGroupResponse()


@handles("AddUserToGroup", touches=_touches_member)
def add_user_to_group(context: Context, request: shapes.AddUserToGroupRequest) -> shapes.AddUserToGroupResponse:
    """What is attached to the group decides for the person too from now on."""
    group, user = find_group(context, request.group_name), find_user(context, request.user_name)
    people.add_to_group(context.connection, group.group_name, user.principal_id)
    return shapes.AddUserToGroupResponse(group=_group_shape(context, group))


@handles("RemoveUserFromGroup", touches=_touches_member)
def remove_user_from_group(
    context: Context, request: shapes.RemoveUserFromGroupRequest
) -> shapes.RemoveUserFromGroupResponse:
    """What is attached to the group decides for the person no longer."""
    group, user = find_group(context, request.group_name), find_user(context, request.user_name)
    people.remove_from_group(context.connection, group.group_name, user.principal_id)
    return shapes.RemoveUserFromGroupResponse(group=_group_shape(context, group))
