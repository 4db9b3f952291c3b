"""Streaming images and studio components: what a session is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from greenroom.studio.status import ResourceState

VENDOR = "amazon"
"""Owner of the images that come with a studio, as the original wrote it in its answers (facts sheet 3.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamingImage:
    """A system that sessions run; `ec2_image_id` names it as the engine knows it."""

    streaming_image_id: str
    studio_id: str
    name: str
    description: str | None
    ec2_image_id: str
    platform: str
    owner: str
    eula_ids: Sequence[str]
    state: ResourceState
    status_code: str
    status_message: str
    encryption_configuration: Mapping[str, str] | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioComponent:
    """Something that sessions use: a file system, a licence server, a script."""

    studio_component_id: str
    studio_id: str
    name: str
    description: str | None
    type: str
    subtype: str | None
    configuration: Mapping[str, Any] | None
    ec2_security_group_ids: Sequence[str]
    initialization_scripts: Sequence[Mapping[str, Any]]
    script_parameters: Sequence[Mapping[str, str]]
    runtime_role_arn: str | None
    secure_initialization_role_arn: str | None
    state: ResourceState
    status_code: str
    status_message: str
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    tags: Mapping[str, str] = field(default_factory=dict)
