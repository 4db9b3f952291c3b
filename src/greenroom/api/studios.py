"""Operations on studios (facts sheet 3.1)."""

import uuid
from typing import Any

import msgspec

from greenroom.api.context import Context
from greenroom.api.operation import Repeat, Touched, handles, repeats, request_tags, resource
from greenroom.api.paging import page
from greenroom.store import images, studios
from greenroom.studio.errors import Conflict
from greenroom.studio.ids import new_studio_id
from greenroom.studio.images import vendor_image
from greenroom.studio.studios import (
    AWS_OWNED_KEY,
    SIGN_IN_REPAIR,
    STUDIOS,
    Studio,
    check_encryption,
    check_sign_in_is_broken,
    vault_path,
)
from greenroom.studio.tags import check_tags
from greenroom.wire import shapes

WORK = "studio"


def studio_shape(context: Context, studio: Studio) -> shapes.Studio:
    """The studio as the API shows it."""
    shape = msgspec.convert(studio, shapes.Studio, from_attributes=True)
    shape.arn = context.arn("studio", studio.studio_id)
    shape.home_region = studio.region
    return shape


def _touches_nothing(_context: Context, _request: Any) -> Touched:
    return Touched([])


def _touches_this(context: Context, request: Any) -> Touched:
    studio = studios.get(context.connection, request.studio_id)
    tags = studio.tags if studio else None
    return Touched([resource(context, "studio", request.studio_id, request.studio_id, tags)])


def _touches_new(context: Context, request: Any) -> Touched:
    """One that is not there yet has no id that a policy could name."""
    return Touched([resource(context, "studio", "*", "*", None)], request_tags(request))


def _show(context: Context, studio_id: str) -> shapes.Studio:
    return studio_shape(context, context.studio(studio_id))


def _repeat(response_type: type[Any]) -> Repeat:
    return repeats(response_type, "studio", "studio_id", _show)


@handles("CreateStudio", touches=_touches_new, repeat=_repeat(shapes.CreateStudioResponse))
def create_studio(context: Context, request: shapes.CreateStudioRequest) -> shapes.CreateStudioResponse:
    """Another studio of this house, CREATE_IN_PROGRESS, with the vendor's image in it and no members yet."""
    if studios.named(context.connection, request.studio_name) is not None:
        raise Conflict(
            f"studioName: there is a studio {request.studio_name} already. Take another name.",
            code="STUDIO_NAME_TAKEN",
        )
    encryption = {"keyType": AWS_OWNED_KEY}
    if request.studio_encryption_configuration is not None:
        encryption = msgspec.to_builtins(request.studio_encryption_configuration)
    check_encryption(encryption)
    studio_id = new_studio_id(context.house.region)
    studio = Studio(
        **STUDIOS.creation.during._asdict(),
        studio_id=studio_id,
        vault_path=vault_path(studio_id),
        studio_name=request.studio_name,
        display_name=request.display_name,
        account_id=context.house.account_id,
        region=context.house.region,
        admin_role_arn=request.admin_role_arn,
        user_role_arn=request.user_role_arn,
        studio_url=context.origin.endpoint,
        sso_client_id=str(uuid.uuid4()),
        created_at=context.now,
        updated_at=context.now,
        studio_encryption_configuration=encryption,
        tags=check_tags(request.tags),
    )
    studios.insert(context.connection, studio)
    images.insert(context.connection, vendor_image(studio.studio_id, context.now))
    context.schedule(WORK, studio.studio_id)
    return shapes.CreateStudioResponse(studio=studio_shape(context, studio))


@handles("GetStudio", touches=_touches_this)
def get_studio(context: Context, request: shapes.GetStudioRequest) -> shapes.GetStudioResponse:
    """One studio."""
    return shapes.GetStudioResponse(studio=studio_shape(context, context.studio(request.studio_id)))


@handles("ListStudios", touches=_touches_nothing)
def list_studios(context: Context, request: shapes.ListStudiosRequest) -> shapes.ListStudiosResponse:
    """A page of this account's studios, newest first."""
    found, next_token = page(
        context,
        request.next_token,
        {"operation": "ListStudios"},
        lambda after, limit: studios.page(context.connection, after=after, limit=limit),
        lambda studio: (studio.created_at, studio.studio_id),
    )
    return shapes.ListStudiosResponse(
        studios=[studio_shape(context, studio) for studio in found], next_token=next_token
    )


@handles("UpdateStudio", touches=_touches_this, repeat=_repeat(shapes.UpdateStudioResponse))
def update_studio(context: Context, request: shapes.UpdateStudioRequest) -> shapes.UpdateStudioResponse:
    """Change the display name or the roles, whichever the request names."""
    before = context.studio(request.studio_id, for_update=True)
    changes = {
        name: value
        for name in ("display_name", "admin_role_arn", "user_role_arn")
        if (value := getattr(request, name)) is not None
    }
    after = STUDIOS.begin(before, STUDIOS.update, now=context.now, **changes)
    studios.save(context.connection, before, after)
    context.schedule(WORK, after.studio_id)
    return shapes.UpdateStudioResponse(studio=studio_shape(context, after))


@handles("DeleteStudio", touches=_touches_this, repeat=_repeat(shapes.DeleteStudioResponse))
def delete_studio(context: Context, request: shapes.DeleteStudioRequest) -> shapes.DeleteStudioResponse:
    """Begin to delete a studio; with something of its own left in it, it ends DELETE_FAILED and says what."""
    before = context.studio(request.studio_id, for_update=True)
    after = STUDIOS.begin(before, STUDIOS.deletion, now=context.now)
    studios.save(context.connection, before, after)
    context.schedule(WORK, after.studio_id)
    return shapes.DeleteStudioResponse(studio=studio_shape(context, after))


@handles(
    "StartStudioSSOConfigurationRepair",
    touches=_touches_this,
    repeat=_repeat(shapes.StartStudioSSOConfigurationRepairResponse),
)
def start_studio_sso_configuration_repair(
    context: Context, request: shapes.StartStudioSSOConfigurationRepairRequest
) -> shapes.StartStudioSSOConfigurationRepairResponse:
    """Give a studio that has none a sign-in configuration again; refused where there is nothing to repair."""
    before = context.studio(request.studio_id, for_update=True)
    after = STUDIOS.begin(before, SIGN_IN_REPAIR, now=context.now, sso_client_id=str(uuid.uuid4()))
    check_sign_in_is_broken(before)
    studios.save(context.connection, before, after)
    context.schedule(WORK, after.studio_id)
    return shapes.StartStudioSSOConfigurationRepairResponse(studio=studio_shape(context, after))
