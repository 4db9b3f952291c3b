"""Operations on the tags of any record that can have them (facts sheet 3.6)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from greenroom.api.context import Context
from greenroom.api.operation import Touched, handles, request_tags, resource
from greenroom.store import backups, components, images, launch_profiles, sessions, studios
from greenroom.studio.arns import Arn, parse_arn
from greenroom.studio.errors import Invalid, NotFound
from greenroom.studio.tags import with_tags, without_tags
from greenroom.wire import shapes


@dataclass(frozen=True, slots=True)
class Taggable:
    """How records of one type are read and written."""

    get: Callable[..., Any]
    save: Callable[..., None]


TAGGABLE: Mapping[str, Taggable] = {
    "studio": Taggable(studios.get, studios.save),
    "launch-profile": Taggable(launch_profiles.get, launch_profiles.save),
    "streaming-session": Taggable(sessions.get, sessions.save),
    "streaming-session-backup": Taggable(backups.get, backups.save),
    "streaming-image": Taggable(images.get, images.save),
    "studio-component": Taggable(components.get, components.save),
}


def _arn(context: Context, text: str) -> Arn:
    arn = parse_arn(text)
    if arn is None or arn.type not in TAGGABLE:
        raise Invalid(
            f"resourceArn: '{text[:256]}' is not the ARN of a record that can have tags.",
            code="INVALID_RESOURCE_ARN",
        )
    if (arn.region, arn.account_id) != (context.house.region, context.house.account_id):
        raise NotFound(arn.type, arn.id)
    return arn


def _record(context: Context, arn: Arn, **options: bool) -> Any:
    # A studio's id begins with its region, which its ARN has elsewhere.
    resource_id = f"{arn.region}:{arn.id}" if arn.type == "studio" else arn.id
    return TAGGABLE[arn.type].get(context.connection, resource_id, **options)


def _found(context: Context, arn: Arn, **options: bool) -> Any:
    record = _record(context, arn, **options)
    if record is None:
        raise NotFound(arn.type, arn.id)
    return record


def _touches(context: Context, request: Any) -> Touched:
    arn = _arn(context, request.resource_arn)
    record = _record(context, arn)
    keys = {
        key: getattr(record, member)
        for key, member in (("ownedBy", "owned_by"), ("createdBy", "created_by"))
        if arn.type.startswith("streaming-session") and getattr(record, member, None)
    }
    studio_id = record.studio_id if record else ""
    touched = resource(context, arn.type, arn.id, studio_id, record.tags if record else None, **keys)
    return Touched([touched])


def _touches_tag(context: Context, request: Any) -> Touched:
    return Touched(_touches(context, request).resources, request_tags(request))


def _touches_untag(context: Context, request: Any) -> Touched:
    return Touched(_touches(context, request).resources, {"aws:TagKeys": list(request.tag_keys)})


@handles("ListTagsForResource", touches=_touches)
def list_tags_for_resource(
    context: Context, request: shapes.ListTagsForResourceRequest
) -> shapes.ListTagsForResourceResponse:
    """The tags of one record."""
    record = _found(context, _arn(context, request.resource_arn))
    return shapes.ListTagsForResourceResponse(tags=dict(record.tags))


@handles("TagResource", touches=_touches_tag)
def tag_resource(context: Context, request: shapes.TagResourceRequest) -> shapes.TagResourceResponse:
    """Add tags, or give present ones a new value."""
    arn = _arn(context, request.resource_arn)
    record = _found(context, arn, for_update=True)
    after = replace(record, tags=with_tags(record.tags, request.tags or {}))
    TAGGABLE[arn.type].save(context.connection, record, after)
    return shapes.TagResourceResponse()


@handles("UntagResource", touches=_touches_untag)
def untag_resource(context: Context, request: shapes.UntagResourceRequest) -> shapes.UntagResourceResponse:
    """Take tags away; one that is not there is no error."""
    arn = _arn(context, request.resource_arn)
    record = _found(context, arn, for_update=True)
    after = replace(record, tags=without_tags(record.tags, request.tag_keys))
    TAGGABLE[arn.type].save(context.connection, record, after)
    return shapes.UntagResourceResponse()
