"""Tags of resources."""

from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import String, StringList, Tags
from greenroom.wire.traits import Label, Query

__all__ = [
    "ListTagsForResourceRequest",
    "ListTagsForResourceResponse",
    "TagResourceRequest",
    "TagResourceResponse",
    "UntagResourceRequest",
    "UntagResourceResponse",
]


class ListTagsForResourceRequest(Shape):
    """The resource whose tags to read."""

    resource_arn: Label[String]


class ListTagsForResourceResponse(Shape):
    """Its tags."""

    tags: Tags | None = None


class TagResourceRequest(Shape):
    """The tags to set on a resource."""

    resource_arn: Label[String]
    tags: Tags | None = None


class TagResourceResponse(Shape):
    """Nothing: the tags are set."""


class UntagResourceRequest(Shape):
    """The keys of the tags to take off a resource."""

    resource_arn: Label[String]
    tag_keys: Query[StringList]


class UntagResourceResponse(Shape):
    """Nothing: the tags are gone."""
