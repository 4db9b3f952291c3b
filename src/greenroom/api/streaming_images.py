"""Operations on streaming images (facts sheet 3.4)."""

from typing import Any

import msgspec

from greenroom.api.context import Context
from greenroom.api.operation import Repeat, Touched, handles, repeats, request_tags, resource, touches_studio
from greenroom.api.paging import page
from greenroom.store import images, launch_profiles, sessions
from greenroom.studio.errors import Conflict, Invalid, NotFound
from greenroom.studio.ids import new_id
from greenroom.studio.images import LINUX, STREAMING_IMAGES, StreamingImage, refuse_vendors
from greenroom.studio.studios import CUSTOMER_MANAGED_KEY, Studio
from greenroom.studio.tags import check_tags
from greenroom.wire import shapes

WORK = "streaming-image"
_LONGEST_EC2_IMAGE_ID = 255


def image_shape(context: Context, image: StreamingImage) -> shapes.StreamingImage:
    """The image as the API shows it."""
    shape = msgspec.convert(image, shapes.StreamingImage, from_attributes=True)
    shape.arn = context.arn("streaming-image", image.streaming_image_id)
    return shape


def find(context: Context, studio_id: str, streaming_image_id: str, *, for_update: bool = False) -> StreamingImage:
    """The studio's image. Raises NotFound."""
    image = images.get(context.connection, streaming_image_id, for_update=for_update)
    if image is None or image.studio_id != studio_id:
        raise NotFound("streaming image", streaming_image_id)
    return image


def touches_image(context: Context, request: Any) -> Touched:
    """A call on the image of its path."""
    image = images.get(context.connection, request.streaming_image_id)
    known = image is not None and image.studio_id == request.studio_id
    tags = image.tags if image and known else None
    return Touched([resource(context, "streaming-image", request.streaming_image_id, request.studio_id, tags)])


def _touches_create(context: Context, request: Any) -> Touched:
    return Touched(touches_studio(context, request).resources, request_tags(request))


def _show(context: Context, streaming_image_id: str) -> shapes.StreamingImage:
    image = images.get(context.connection, streaming_image_id)
    if image is None:
        raise NotFound("streaming image", streaming_image_id)
    return image_shape(context, image)


def _repeat(response_type: type[Any]) -> Repeat:
    return repeats(response_type, "streaming_image", "streaming_image_id", _show)


@handles("CreateStreamingImage", touches=_touches_create, repeat=_repeat(shapes.CreateStreamingImageResponse))
def create_streaming_image(
    context: Context, request: shapes.CreateStreamingImageRequest
) -> shapes.CreateStreamingImageResponse:
    """A new image of the studio's own, CREATE_IN_PROGRESS until the control loop has looked at it."""
    studio = context.studio_to_add_to(request.studio_id)
    if len(request.ec2_image_id) > _LONGEST_EC2_IMAGE_ID:
        raise Invalid(
            f"ec2ImageId: it has {len(request.ec2_image_id)} characters; up to {_LONGEST_EC2_IMAGE_ID} are possible.",
            code="INVALID_EC2_IMAGE_ID",
        )
    present = images.count_live_custom(context.connection, request.studio_id)
    context.check_quota("custom_streaming_images", present, "streaming images of its own")
    image = StreamingImage(
        **STREAMING_IMAGES.creation.during._asdict(),
        streaming_image_id=new_id(),
        studio_id=request.studio_id,
        name=request.name,
        description=request.description,
        ec2_image_id=request.ec2_image_id,
        platform=LINUX,
        owner=request.studio_id,
        eula_ids=(),
        created_at=context.now,
        updated_at=context.now,
        encryption_configuration=_encryption(studio),
        tags=check_tags(request.tags),
    )
    images.insert(context.connection, image)
    context.schedule(WORK, image.streaming_image_id)
    return shapes.CreateStreamingImageResponse(streaming_image=image_shape(context, image))


@handles("GetStreamingImage", touches=touches_image)
def get_streaming_image(context: Context, request: shapes.GetStreamingImageRequest) -> shapes.GetStreamingImageResponse:
    """One image."""
    image = find(context, request.studio_id, request.streaming_image_id)
    return shapes.GetStreamingImageResponse(streaming_image=image_shape(context, image))


@handles("ListStreamingImages", touches=touches_studio)
def list_streaming_images(
    context: Context, request: shapes.ListStreamingImagesRequest
) -> shapes.ListStreamingImagesResponse:
    """A page of images, newest first: the studio's own and those that came with it; with `owner` one of the two."""
    context.studio(request.studio_id)
    found, next_token = page(
        context,
        request.next_token,
        {"operation": "ListStreamingImages", "studio": request.studio_id, "owner": request.owner},
        lambda after, limit: images.page(
            context.connection, request.studio_id, owner=request.owner, after=after, limit=limit
        ),
        lambda image: (image.created_at, image.streaming_image_id),
    )
    return shapes.ListStreamingImagesResponse(
        streaming_images=[image_shape(context, image) for image in found], next_token=next_token
    )


@handles("UpdateStreamingImage", touches=touches_image, repeat=_repeat(shapes.UpdateStreamingImageResponse))
def update_streaming_image(
    context: Context, request: shapes.UpdateStreamingImageRequest
) -> shapes.UpdateStreamingImageResponse:
    """Change the name or the description of an image of the studio's own."""
    before = find(context, request.studio_id, request.streaming_image_id, for_update=True)
    refuse_vendors(before)
    changes = {name: value for name in ("name", "description") if (value := getattr(request, name)) is not None}
    after = STREAMING_IMAGES.begin(before, STREAMING_IMAGES.update, now=context.now, **changes)
    images.save(context.connection, before, after)
    context.schedule(WORK, after.streaming_image_id)
    return shapes.UpdateStreamingImageResponse(streaming_image=image_shape(context, after))


@handles("DeleteStreamingImage", touches=touches_image, repeat=_repeat(shapes.DeleteStreamingImageResponse))
def delete_streaming_image(
    context: Context, request: shapes.DeleteStreamingImageRequest
) -> shapes.DeleteStreamingImageResponse:
    """Begin to delete an image of the studio's own that no launch profile offers and no session runs."""
    before = find(context, request.studio_id, request.streaming_image_id, for_update=True)
    refuse_vendors(before)
    after = STREAMING_IMAGES.begin(before, STREAMING_IMAGES.deletion, now=context.now)
    _refuse_in_use(context, before)
    images.save(context.connection, before, after)
    context.schedule(WORK, after.streaming_image_id)
    return shapes.DeleteStreamingImageResponse(streaming_image=image_shape(context, after))


def _refuse_in_use(context: Context, image: StreamingImage) -> None:
    profiles = launch_profiles.using_image(context.connection, image.studio_id, image.streaming_image_id)
    running = sessions.count_live_of_image(context.connection, image.streaming_image_id)
    if profiles or running:
        users = f"launch profiles: {', '.join(profiles)}" if profiles else f"{running} streaming sessions"
        raise Conflict(
            f"The streaming image {image.streaming_image_id} is used by {users}. Take it out of them first.",
            code="STREAMING_IMAGE_IN_USE",
            resourceId=image.streaming_image_id,
        )


def _encryption(studio: Studio) -> dict[str, str] | None:
    """A studio with a key of its own has its images encrypted with it."""
    configuration = dict(studio.studio_encryption_configuration)
    return configuration if configuration["keyType"] == CUSTOMER_MANAGED_KEY else None
