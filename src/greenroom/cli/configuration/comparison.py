"""What differs between two parts of a document, absence and emptiness being the same."""

from typing import Any

import msgspec

from greenroom.cli.configuration.document import ProfilePart, StreamPart
from greenroom.studio.launch_profiles import StreamConfiguration, settle
from greenroom.wire import shapes
from greenroom.wire.shapes.base import Shape


def differing(present: Shape, wanted: Shape) -> list[str]:
    """The members that the two do not have in common, by their Python names, in the order of the part's members."""
    return [
        name for name in present.__struct_fields__ if _plain(getattr(present, name)) != _plain(getattr(wanted, name))
    ]


def stream_configuration(profile: ProfilePart, image_ids: list[str]) -> shapes.StreamConfigurationCreate:
    """The part's stream configuration as the API takes it."""
    part = profile.stream_configuration
    members: dict[str, Any] = {name: getattr(part, name) for name in part.__struct_fields__}
    return shapes.StreamConfigurationCreate(streaming_image_ids=image_ids, **members)


def settled(profile: ProfilePart) -> ProfilePart:
    """The profile as the studio would show it: with what the absence of members means.

    Raises Invalid where members of its stream configuration exclude each other.
    """
    asked = stream_configuration(profile, profile.streaming_images)
    complete = settle(msgspec.convert(asked, StreamConfiguration, from_attributes=True))
    configuration = msgspec.convert(complete, StreamPart, from_attributes=True)
    return msgspec.structs.replace(profile, stream_configuration=configuration)


def _plain(value: Any) -> Any:
    """The value as JSON has it, without members that say nothing."""
    if isinstance(value, Shape):
        value = msgspec.to_builtins(value)
    if isinstance(value, dict):
        kept = {name: plain for name, item in value.items() if (plain := _plain(item)) not in (None, "", [], {})}
        return kept or None
    if isinstance(value, list):
        return [_plain(item) for item in value] or None
    return None if value == "" else value
