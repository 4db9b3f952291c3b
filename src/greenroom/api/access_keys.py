"""Operations on access keys. A secret is in the answer that made it, and nowhere after."""

from dataclasses import replace
from datetime import datetime

from greenroom.access.actions import Action, Level, register
from greenroom.access.keys import new_access_key
from greenroom.api.context import Context
from greenroom.api.operation import handles
from greenroom.api.users import find_user, touches_credentials, touches_user
from greenroom.store import people, studios
from greenroom.studio.errors import Invalid, NotFound, QuotaExceeded
from greenroom.studio.studios import AccessKey, User
from greenroom.wire import people as shapes

MOST_KEYS = 20
"""Keys that one person may have, switched-off ones included."""

for _name, _level in (
    ("CreateAccessKey", Level.WRITE),
    ("ListAccessKeys", Level.READ),
    ("RotateAccessKey", Level.WRITE),
    ("UpdateAccessKey", Level.WRITE),
    ("DeleteAccessKey", Level.WRITE),
):
    register(Action(f"greenroom:{_name}", _level, {"user": True}))


@handles("CreateAccessKey", touches=touches_credentials)
def create_access_key(context: Context, request: shapes.CreateAccessKeyRequest) -> shapes.CreateAccessKeyResponse:
    """A new key, beside those that are there."""
    if request.expires_at is not None and request.expires_at <= context.now:
        raise Invalid("expiresAt: that is past already.", code="EXPIRED")
    user = find_user(context, request.user_name)
    key, secret = _make(context, user, request.name or "", request.expires_at)
    return shapes.CreateAccessKeyResponse(access_key=_shape(user, key), secret_access_key=secret)


@handles("RotateAccessKey", touches=touches_credentials)
def rotate_access_key(context: Context, request: shapes.RotateAccessKeyRequest) -> shapes.RotateAccessKeyResponse:
    """A new key of the same name; the old one is INACTIVE, to be switched on again should something still need it."""
    user = find_user(context, request.user_name)
    old = _find(context, user, request.access_key_id)
    lifetime = old.expires_at - old.created_at if old.expires_at else None
    key, secret = _make(context, user, old.name, context.now + lifetime if lifetime else None)
    people.save_key(context.connection, old, replace(old, disabled_at=old.disabled_at or context.now))
    return shapes.RotateAccessKeyResponse(access_key=_shape(user, key), secret_access_key=secret)


@handles("ListAccessKeys", touches=touches_user)
def list_access_keys(context: Context, request: shapes.ListAccessKeysRequest) -> shapes.ListAccessKeysResponse:
    """All keys of one person."""
    user = find_user(context, request.user_name)
    found = people.keys_of(context.connection, user.principal_id)
    return shapes.ListAccessKeysResponse(access_keys=[_shape(user, key) for key in found])


@handles("UpdateAccessKey", touches=touches_user)
def update_access_key(context: Context, request: shapes.UpdateAccessKeyRequest) -> shapes.UpdateAccessKeyResponse:
    """Off, or on again."""
    user = find_user(context, request.user_name)
    before = _find(context, user, request.access_key_id)
    off = request.status is shapes.Status.INACTIVE
    after = replace(before, disabled_at=(before.disabled_at or context.now) if off else None)
    people.save_key(context.connection, before, after)
    return shapes.UpdateAccessKeyResponse(access_key=_shape(user, after))


@handles("DeleteAccessKey", touches=touches_user)
def delete_access_key(context: Context, request: shapes.DeleteAccessKeyRequest) -> shapes.DeleteAccessKeyResponse:
    """Gone for good."""
    key = _find(context, find_user(context, request.user_name), request.access_key_id)
    people.delete_key(context.connection, key.access_key_id)
    return shapes.DeleteAccessKeyResponse()


def _find(context: Context, user: User, access_key_id: str) -> AccessKey:
    key = people.key(context.connection, access_key_id, for_update=True)
    # Another person's key is as good as none: who may manage one person's keys learns nothing of others'.
    if key is None or key.principal_id != user.principal_id:
        raise NotFound("access key", access_key_id)
    return key


def _make(context: Context, user: User, name: str, expires_at: datetime | None) -> tuple[AccessKey, str]:
    if len(people.keys_of(context.connection, user.principal_id)) >= MOST_KEYS:
        raise QuotaExceeded(
            f"{user.user_name} has {MOST_KEYS} access keys, as many as one may have. Delete one first.",
            code="ACCESS_KEYS",
        )
    new = new_access_key()
    key = AccessKey(
        access_key_id=new.access_key_id,
        principal_id=user.principal_id,
        sealed_secret=context.house.seal_key(new.access_key_id, new.secret_access_key),
        created_at=context.now,
        name=name,
        expires_at=expires_at,
    )
    studios.insert_key(context.connection, key)
    return key, new.secret_access_key


def _shape(user: User, key: AccessKey) -> shapes.AccessKey:
    return shapes.AccessKey(
        access_key_id=key.access_key_id,
        created_at=key.created_at,
        name=key.name,
        status=shapes.Status.ACTIVE if key.disabled_at is None else shapes.Status.INACTIVE,
        user_name=user.user_name,
        expires_at=key.expires_at,
        last_used_at=key.last_used_at,
    )
