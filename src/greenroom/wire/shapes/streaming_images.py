"""Streaming images: what sessions boot from."""

from enum import StrEnum
from typing import Annotated

from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import IdempotencyToken, String, Tags
from greenroom.wire.traits import Label, ListOf, Query, Text

__all__ = [
    "CreateStreamingImageRequest",
    "CreateStreamingImageResponse",
    "DeleteStreamingImageRequest",
    "DeleteStreamingImageResponse",
    "EC2ImageId",
    "EulaIdList",
    "GetStreamingImageRequest",
    "GetStreamingImageResponse",
    "ListStreamingImagesRequest",
    "ListStreamingImagesResponse",
    "StreamingImage",
    "StreamingImageDescription",
    "StreamingImageEncryptionConfiguration",
    "StreamingImageEncryptionConfigurationKeyArn",
    "StreamingImageEncryptionConfigurationKeyType",
    "StreamingImageId",
    "StreamingImageList",
    "StreamingImageName",
    "StreamingImageOwner",
    "StreamingImagePlatform",
    "StreamingImageState",
    "StreamingImageStatusCode",
    "UpdateStreamingImageRequest",
    "UpdateStreamingImageResponse",
]


EC2ImageId = Annotated[str, Text("EC2ImageId", pattern="^ami-[0-9A-z]+$")]
StreamingImageDescription = Annotated[
    str, Text("StreamingImageDescription", min_length=0, max_length=256, sensitive=True)
]
StreamingImageEncryptionConfigurationKeyArn = Annotated[
    str, Text("StreamingImageEncryptionConfigurationKeyArn", min_length=4, pattern="^arn:.*")
]
StreamingImageId = Annotated[str, Text("StreamingImageId", min_length=0, max_length=22, pattern="^[a-zA-Z0-9-_]*$")]
StreamingImageName = Annotated[str, Text("StreamingImageName", min_length=0, max_length=64, sensitive=True)]
StreamingImageOwner = Annotated[str, Text("StreamingImageOwner")]
StreamingImagePlatform = Annotated[str, Text("StreamingImagePlatform", pattern="^[a-zA-Z]*$")]


class StreamingImageEncryptionConfigurationKeyType(StrEnum):
    """Whose key encrypts an image."""

    CUSTOMER_MANAGED_KEY = "CUSTOMER_MANAGED_KEY"


class StreamingImageState(StrEnum):
    """Where an image is in its life."""

    CREATE_IN_PROGRESS = "CREATE_IN_PROGRESS"
    READY = "READY"
    DELETE_IN_PROGRESS = "DELETE_IN_PROGRESS"
    DELETED = "DELETED"
    UPDATE_IN_PROGRESS = "UPDATE_IN_PROGRESS"
    UPDATE_FAILED = "UPDATE_FAILED"
    CREATE_FAILED = "CREATE_FAILED"
    DELETE_FAILED = "DELETE_FAILED"


class StreamingImageStatusCode(StrEnum):
    """What led to an image's state."""

    STREAMING_IMAGE_CREATE_IN_PROGRESS = "STREAMING_IMAGE_CREATE_IN_PROGRESS"
    STREAMING_IMAGE_READY = "STREAMING_IMAGE_READY"
    STREAMING_IMAGE_DELETE_IN_PROGRESS = "STREAMING_IMAGE_DELETE_IN_PROGRESS"
    STREAMING_IMAGE_DELETED = "STREAMING_IMAGE_DELETED"
    STREAMING_IMAGE_UPDATE_IN_PROGRESS = "STREAMING_IMAGE_UPDATE_IN_PROGRESS"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    ACCESS_DENIED = "ACCESS_DENIED"


EulaIdList = Annotated[list[String], ListOf("EulaIdList")]


class StreamingImageEncryptionConfiguration(Shape):
    """The key that encrypts an image."""

    key_type: StreamingImageEncryptionConfigurationKeyType
    key_arn: StreamingImageEncryptionConfigurationKeyArn | None = None


class StreamingImage(Shape):
    """An image that sessions boot from."""

    arn: String | None = None
    description: StreamingImageDescription | None = None
    ec2_image_id: EC2ImageId | None = None
    encryption_configuration: StreamingImageEncryptionConfiguration | None = None
    eula_ids: EulaIdList | None = None
    name: StreamingImageName | None = None
    owner: StreamingImageOwner | None = None
    platform: StreamingImagePlatform | None = None
    state: StreamingImageState | None = None
    status_code: StreamingImageStatusCode | None = None
    status_message: String | None = None
    streaming_image_id: StreamingImageId | None = None
    tags: Tags | None = None


StreamingImageList = Annotated[list[StreamingImage], ListOf("StreamingImageList")]


class CreateStreamingImageRequest(Shape):
    """An image to register."""

    ec2_image_id: EC2ImageId
    name: StreamingImageName
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None
    description: StreamingImageDescription | None = None
    tags: Tags | None = None


class CreateStreamingImageResponse(Shape):
    """The image as it begins."""

    streaming_image: StreamingImage | None = None


class DeleteStreamingImageRequest(Shape):
    """The image to delete."""

    streaming_image_id: Label[String]
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None


class DeleteStreamingImageResponse(Shape):
    """The image as it goes."""

    streaming_image: StreamingImage | None = None


class GetStreamingImageRequest(Shape):
    """The image to read."""

    streaming_image_id: Label[String]
    studio_id: Label[String]


class GetStreamingImageResponse(Shape):
    """The image."""

    streaming_image: StreamingImage | None = None


class ListStreamingImagesRequest(Shape):
    """Which images, and which page of them."""

    studio_id: Label[String]
    next_token: Query[String] | None = None
    owner: Query[String] | None = None


class ListStreamingImagesResponse(Shape):
    """A page of the images."""

    next_token: String | None = None
    streaming_images: StreamingImageList | None = None


class UpdateStreamingImageRequest(Shape):
    """What to change of an image; what is absent stays."""

    streaming_image_id: Label[String]
    studio_id: Label[String]
    client_token: IdempotencyToken | None = None
    description: StreamingImageDescription | None = None
    name: StreamingImageName | None = None


class UpdateStreamingImageResponse(Shape):
    """The image as its change begins."""

    streaming_image: StreamingImage | None = None
