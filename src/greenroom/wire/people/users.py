"""Shapes of people: added, shut out, given passwords, signed out."""

from enum import StrEnum
from typing import Annotated

from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import SensitiveString, String, StringList, Timestamp
from greenroom.wire.traits import Integer, Label, ListOf, Text

__all__ = [
    "CreateUserRequest",
    "CreateUserResponse",
    "GetUserRequest",
    "GetUserResponse",
    "ListUsersRequest",
    "ListUsersResponse",
    "ResetUserPasswordRequest",
    "ResetUserPasswordResponse",
    "SignOutUserRequest",
    "SignOutUserResponse",
    "Status",
    "StudioUser",
    "StudioUserList",
    "UpdateUserRequest",
    "UpdateUserResponse",
    "UserName",
    "UserPersona",
]

UserName = Annotated[str, Text("UserName", min_length=1, max_length=64)]


class Status(StrEnum):
    """Whether a person or a key is let in."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"


class UserPersona(StrEnum):
    """What everybody of a kind may do."""

    ADMINISTRATOR = "ADMINISTRATOR"
    USER = "USER"


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
