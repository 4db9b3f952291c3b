"""Shapes of the keys that people sign with."""

from typing import Annotated

from greenroom.wire.people.users import Status, UserName
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import SensitiveString, String, Timestamp
from greenroom.wire.traits import Label, ListOf, Text

__all__ = [
    "AccessKey",
    "AccessKeyList",
    "AccessKeyName",
    "CreateAccessKeyRequest",
    "CreateAccessKeyResponse",
    "DeleteAccessKeyRequest",
    "DeleteAccessKeyResponse",
    "ListAccessKeysRequest",
    "ListAccessKeysResponse",
    "RotateAccessKeyRequest",
    "RotateAccessKeyResponse",
    "UpdateAccessKeyRequest",
    "UpdateAccessKeyResponse",
]

AccessKeyName = Annotated[str, Text("AccessKeyName", min_length=0, max_length=128)]


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
