"""Streaming images: the systems that sessions run (facts sheet 3.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from greenroom.studio.errors import Invalid
from greenroom.studio.ids import new_id
from greenroom.studio.lifecycles import Lifecycle, Resource, changes

VENDOR = "amazon"
"""Owner of the images that come with a studio, as the original wrote it in its answers (facts sheet 3.2)."""
HOST_IMAGE = "ami-host"
"""The image that every studio begins with: the machine's own system, read-only."""
LINUX = "LINUX"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamingImage(Resource):
    """A system that sessions run; `ec2_image_id` names it as the engine knows it."""

    streaming_image_id: str
    studio_id: str
    name: str
    description: str | None
    ec2_image_id: str
    platform: str
    owner: str
    eula_ids: Sequence[str]
    created_at: datetime
    encryption_configuration: Mapping[str, str] | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


STREAMING_IMAGES = Lifecycle(
    "streaming image",
    "streaming_image_id",
    *changes("Streaming Image", "STREAMING_IMAGE", created="STREAMING_IMAGE_READY", updated="STREAMING_IMAGE_READY"),
)


def vendor_image(studio_id: str, now: datetime) -> StreamingImage:
    """The image that a studio begins with."""
    return StreamingImage(
        **STREAMING_IMAGES.creation.done._asdict(),
        streaming_image_id=new_id(),
        studio_id=studio_id,
        name="NimbleStudioLinuxStreamImage",
        description="The system of the machine that Greenroom runs on, read-only.",
        ec2_image_id=HOST_IMAGE,
        platform=LINUX,
        owner=VENDOR,
        eula_ids=(),
        created_at=now,
        updated_at=now,
    )


def refuse_vendors(image: StreamingImage) -> None:
    """Raises Invalid for an image that came with the studio: it is not the studio's to change."""
    if image.owner == VENDOR:
        raise Invalid(
            f"The streaming image {image.streaming_image_id} came with the studio and cannot be changed or deleted. "
            "Create one of your own.",
            code="STREAMING_IMAGE_OF_VENDOR",
            resourceId=image.streaming_image_id,
        )


def check_eulas(image: StreamingImage, accepted: frozenset[str]) -> None:
    """Raises Invalid where the image comes under licence agreements that the studio has not accepted."""
    missing = [eula_id for eula_id in image.eula_ids if eula_id not in accepted]
    if missing:
        raise Invalid(
            f"The streaming image {image.streaming_image_id} comes under licence agreements that the studio has not "
            f"accepted: {', '.join(missing)}. An administrator accepts them with AcceptEulas.",
            code="EULA_NOT_ACCEPTED",
            resourceId=image.streaming_image_id,
        )
