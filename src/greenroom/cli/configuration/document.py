"""The form of the file: what a studio is, in the API's spelling, with names in the place of ids.

Names instead of ids make the file readable, comparable between studios, and good for another one.
"""

from typing import Any

import msgspec
import yaml
from msgspec import field

from greenroom.cli.failures import CommandError
from greenroom.wire import shapes
from greenroom.wire.shapes.base import Shape

VERSION = 1


class StudioPart(Shape):
    """The studio's own members."""

    display_name: str | None = None
    admin_role_arn: str | None = None
    user_role_arn: str | None = None
    tags: dict[str, str] = field(default_factory=dict)


class ImagePart(Shape):
    """A streaming image."""

    owner: str | None = None
    """`amazon` for an image that came with the studio; absent for one of its own."""
    ec2_image_id: str | None = None
    description: str | None = None
    tags: dict[str, str] = field(default_factory=dict)


class ComponentPart(Shape):
    """A studio component."""

    type: shapes.StudioComponentType
    subtype: shapes.StudioComponentSubtype | None = None
    description: str | None = None
    configuration: shapes.StudioComponentConfiguration | None = None
    ec2_security_group_ids: list[str] = field(default_factory=list)
    initialization_scripts: list[shapes.StudioComponentInitializationScript] = field(default_factory=list)
    script_parameters: list[shapes.ScriptParameterKeyValue] = field(default_factory=list)
    runtime_role_arn: str | None = None
    secure_initialization_role_arn: str | None = None
    tags: dict[str, str] = field(default_factory=dict)


class StreamPart(Shape):
    """A launch profile's stream configuration without its images, which the profile names itself."""

    clipboard_mode: shapes.StreamingClipboardMode
    ec2_instance_types: list[shapes.StreamingInstanceType]
    session_persistence_mode: shapes.SessionPersistenceMode | None = None
    automatic_termination_mode: shapes.AutomaticTerminationMode | None = None
    max_session_length_in_minutes: int | None = None
    max_stopped_session_length_in_minutes: int | None = None
    session_backup: shapes.StreamConfigurationSessionBackup | None = None
    session_storage: shapes.StreamConfigurationSessionStorage | None = None
    volume_configuration: shapes.VolumeConfiguration | None = None


class ProfilePart(Shape):
    """A launch profile."""

    streaming_images: list[str]
    """Names of images, the default one first."""
    studio_components: list[str]
    """Names of components, in the order in which their scripts run."""
    stream_configuration: StreamPart
    description: str | None = None
    ec2_subnet_ids: list[str] = field(default_factory=list)
    launch_profile_protocol_versions: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    """Names of the users who may use it."""
    tags: dict[str, str] = field(default_factory=dict)


class StudioDocument(Shape):
    """The whole file."""

    version: int
    studio: StudioPart
    administrators: list[str] = field(default_factory=list)
    """Names of users."""
    accepted_eulas: list[str] = field(default_factory=list)
    """Names of licence agreements."""
    streaming_images: dict[str, ImagePart] = field(default_factory=dict)
    studio_components: dict[str, ComponentPart] = field(default_factory=dict)
    launch_profiles: dict[str, ProfilePart] = field(default_factory=dict)


def read_document(text: str, source: str) -> StudioDocument:
    """The document that the text is, YAML or JSON. Raises CommandError, which says where it is wrong."""
    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise CommandError(f"{source} is no YAML: {' '.join(str(error).split())}.") from error
    try:
        document = msgspec.convert(raw, StudioDocument)
    except msgspec.ValidationError as error:
        raise CommandError(f"{source} is no studio's configuration: {error}.") from error
    if document.version != VERSION:
        raise CommandError(f"{source} has version {document.version}; this Greenroom reads version {VERSION}.")
    stray = _stray_member(raw, msgspec.to_builtins(document))
    if stray:
        raise CommandError(f"{source}: {stray} is not known. Check its spelling, or take it out.")
    return document


def _stray_member(raw: Any, understood: Any, place: str = "") -> str | None:
    """The first member of the file that was not understood: a misspelt one must not be passed over in silence."""
    if isinstance(raw, dict) and isinstance(understood, dict):
        for name, value in raw.items():
            here = f"{place}.{name}" if place else str(name)
            if name in understood:
                if stray := _stray_member(value, understood[name], here):
                    return stray
            elif value not in (None, [], {}):
                return here
    if isinstance(raw, list) and isinstance(understood, list):
        for number, (value, known) in enumerate(zip(raw, understood, strict=True)):
            if stray := _stray_member(value, known, f"{place}[{number}]"):
                return stray
    return None


def write_document(document: StudioDocument) -> str:
    """The document as YAML: members in their order, scripts as blocks of lines."""
    text: str = yaml.dump(msgspec.to_builtins(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return text


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as they are."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)
