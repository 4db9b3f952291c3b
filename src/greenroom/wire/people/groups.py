"""Shapes of groups, and who is in them."""

from typing import Annotated

from greenroom.wire.people.users import UserName
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import String, StringList, Timestamp
from greenroom.wire.traits import Label, ListOf, Text

__all__ = [
    "AddUserToGroupRequest",
    "AddUserToGroupResponse",
    "CreateGroupRequest",
    "CreateGroupResponse",
    "DeleteGroupRequest",
    "DeleteGroupResponse",
    "GroupName",
    "ListGroupsRequest",
    "ListGroupsResponse",
    "RemoveUserFromGroupRequest",
    "RemoveUserFromGroupResponse",
    "StudioGroup",
    "StudioGroupList",
]

GroupName = Annotated[str, Text("GroupName", min_length=1, max_length=64)]


class StudioGroup(Shape):
    """People who share policies."""

    arn: String
    created_at: Timestamp
    group_name: GroupName
    policies: StringList
    users: StringList


StudioGroupList = Annotated[list[StudioGroup], ListOf("StudioGroupList")]


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
