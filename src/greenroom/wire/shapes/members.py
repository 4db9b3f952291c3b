"""Who belongs to a studio, and who may use a launch profile."""

from enum import StrEnum
from typing import Annotated

from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import IdempotencyToken, MaxResults, String
from greenroom.wire.traits import Label, ListOf, Query

__all__ = [
    "DeleteLaunchProfileMemberRequest",
    "DeleteLaunchProfileMemberResponse",
    "DeleteStudioMemberRequest",
    "DeleteStudioMemberResponse",
    "GetLaunchProfileMemberRequest",
    "GetLaunchProfileMemberResponse",
    "GetStudioMemberRequest",
    "GetStudioMemberResponse",
    "LaunchProfileMembership",
    "LaunchProfileMembershipList",
    "LaunchProfilePersona",
    "ListLaunchProfileMembersRequest",
    "ListLaunchProfileMembersResponse",
    "ListStudioMembersRequest",
    "ListStudioMembersResponse",
    "NewLaunchProfileMember",
    "NewLaunchProfileMemberList",
    "NewStudioMember",
    "NewStudioMemberList",
    "PutLaunchProfileMembersRequest",
    "PutLaunchProfileMembersResponse",
    "PutStudioMembersRequest",
    "PutStudioMembersResponse",
    "StudioMembership",
    "StudioMembershipList",
    "StudioPersona",
    "UpdateLaunchProfileMemberRequest",
    "UpdateLaunchProfileMemberResponse",
]


class LaunchProfilePersona(StrEnum):
    """What a person is to a launch profile."""

    USER = "USER"


class StudioPersona(StrEnum):
    """What a person is to a studio."""

    ADMINISTRATOR = "ADMINISTRATOR"


class LaunchProfileMembership(Shape):
    """A person who may use a launch profile."""

    identity_store_id: String | None = None
    persona: LaunchProfilePersona | None = None
    principal_id: String | None = None
    sid: String | None = None


LaunchProfileMembershipList = Annotated[
    list[LaunchProfileMembership], ListOf("LaunchProfileMembershipList", min_items=0, max_items=20)
]


class NewLaunchProfileMember(Shape):
    """A person to let use a launch profile."""

    persona: LaunchProfilePersona
    principal_id: String


NewLaunchProfileMemberList = Annotated[
    list[NewLaunchProfileMember], ListOf("NewLaunchProfileMemberList", min_items=1, max_items=20)
]


class NewStudioMember(Shape):
    """A person to make a member of a studio."""

    persona: StudioPersona
    principal_id: String


NewStudioMemberList = Annotated[list[NewStudioMember], ListOf("NewStudioMemberList", min_items=1, max_items=20)]


class StudioMembership(Shape):
    """A person who administers a studio."""

    identity_store_id: String | None = None
    persona: StudioPersona | None = None
    principal_id: String | None = None
    sid: String | None = None


StudioMembershipList = Annotated[list[StudioMembership], ListOf("StudioMembershipList", min_items=0, max_items=20)]


class DeleteLaunchProfileMemberRequest(Shape):
    """The member to take off a launch profile."""

    launch_profile_id: Label[String]
    principal_id: Label[String]
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None


class DeleteLaunchProfileMemberResponse(Shape):
    """Nothing: the member is gone."""


class DeleteStudioMemberRequest(Shape):
    """The member to take off a studio."""

    principal_id: Label[String]
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None


class DeleteStudioMemberResponse(Shape):
    """Nothing: the member is gone."""


class GetLaunchProfileMemberRequest(Shape):
    """The member of a launch profile to read."""

    launch_profile_id: Label[String]
    principal_id: Label[String]
    studio_id: Label[String]


class GetLaunchProfileMemberResponse(Shape):
    """The member."""

    member: LaunchProfileMembership | None = None


class GetStudioMemberRequest(Shape):
    """The member of a studio to read."""

    principal_id: Label[String]
    studio_id: Label[String]


class GetStudioMemberResponse(Shape):
    """The member."""

    member: StudioMembership | None = None


class ListLaunchProfileMembersRequest(Shape):
    """Which page of a launch profile's members."""

    launch_profile_id: Label[String]
    studio_id: Label[String]
    max_results: Query[MaxResults] | None = None
    next_token: Query[String] | None = None


class ListLaunchProfileMembersResponse(Shape):
    """A page of the members."""

    members: LaunchProfileMembershipList | None = None
    next_token: String | None = None


class ListStudioMembersRequest(Shape):
    """Which page of a studio's members."""

    studio_id: Label[String]
    max_results: Query[MaxResults] | None = None
    next_token: Query[String] | None = None


class ListStudioMembersResponse(Shape):
    """A page of the members."""

    members: StudioMembershipList | None = None
    next_token: String | None = None


class PutLaunchProfileMembersRequest(Shape):
    """The people to let use a launch profile."""

    identity_store_id: String
    launch_profile_id: Label[String]
    members: NewLaunchProfileMemberList
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None


class PutLaunchProfileMembersResponse(Shape):
    """Nothing: they are members."""


class PutStudioMembersRequest(Shape):
    """The people to make members of a studio."""

    identity_store_id: String
    members: NewStudioMemberList
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None


class PutStudioMembersResponse(Shape):
    """Nothing: they are members."""


class UpdateLaunchProfileMemberRequest(Shape):
    """What a member is to be to a launch profile."""

    launch_profile_id: Label[String]
    persona: LaunchProfilePersona
    principal_id: Label[String]
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None


class UpdateLaunchProfileMemberResponse(Shape):
    """The member."""

    member: LaunchProfileMembership | None = None
