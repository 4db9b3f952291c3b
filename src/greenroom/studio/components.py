"""Studio components: what sessions use beside their image, and which parts fit together (facts sheet 3.3)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum

from greenroom.studio.errors import Invalid
from greenroom.studio.lifecycles import Lifecycle, Resource, changes


class ComponentType(StrEnum):
    """StudioComponentType."""

    ACTIVE_DIRECTORY = "ACTIVE_DIRECTORY"
    SHARED_FILE_SYSTEM = "SHARED_FILE_SYSTEM"
    COMPUTE_FARM = "COMPUTE_FARM"
    LICENSE_SERVICE = "LICENSE_SERVICE"
    CUSTOM = "CUSTOM"


class ComponentSubtype(StrEnum):
    """StudioComponentSubtype."""

    AWS_MANAGED_MICROSOFT_AD = "AWS_MANAGED_MICROSOFT_AD"
    AMAZON_FSX_FOR_WINDOWS = "AMAZON_FSX_FOR_WINDOWS"
    AMAZON_FSX_FOR_LUSTRE = "AMAZON_FSX_FOR_LUSTRE"
    CUSTOM = "CUSTOM"


class RunContext(StrEnum):
    """StudioComponentInitializationScriptRunContext: as whom a script runs."""

    SYSTEM_INITIALIZATION = "SYSTEM_INITIALIZATION"
    USER_INITIALIZATION = "USER_INITIALIZATION"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputerAttribute:
    """An attribute of the computer accounts that sessions get in a directory."""

    name: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveDirectory:
    """A directory that sessions join."""

    computer_attributes: Sequence[ComputerAttribute] | None = None
    directory_id: str | None = None
    organizational_unit_distinguished_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputeFarm:
    """A render farm that sessions use."""

    active_directory_user: str | None = None
    endpoint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseService:
    """A licence server that sessions use."""

    endpoint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFileSystem:
    """A file system that sessions mount."""

    endpoint: str | None = None
    file_system_id: str | None = None
    linux_mount_point: str | None = None
    share_name: str | None = None
    windows_mount_drive: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentConfiguration:
    """StudioComponentConfiguration: one of these, by the component's type."""

    active_directory_configuration: ActiveDirectory | None = None
    compute_farm_configuration: ComputeFarm | None = None
    license_service_configuration: LicenseService | None = None
    shared_file_system_configuration: SharedFileSystem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InitializationScript:
    """A script that sessions run when they start; what it does not name fits every session."""

    launch_profile_protocol_version: str | None = None
    platform: str | None = None
    run_context: RunContext | None = None
    script: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptParameter:
    """A variable in the environment of a component's scripts."""

    key: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioComponent(Resource):
    """A component as it is kept."""

    studio_component_id: str
    studio_id: str
    name: str
    description: str | None
    type: ComponentType
    subtype: ComponentSubtype | None
    configuration: ComponentConfiguration | None
    ec2_security_group_ids: Sequence[str]
    initialization_scripts: Sequence[InitializationScript]
    script_parameters: Sequence[ScriptParameter]
    runtime_role_arn: str | None
    secure_initialization_role_arn: str | None
    created_at: datetime
    created_by: str
    updated_by: str
    tags: Mapping[str, str] = field(default_factory=dict)


def entry_names(shared: SharedFileSystem) -> list[str]:
    """By which names the server may know that file system, the most particular first.

    A name is one plain part of a path, whatever the file system is called: it leads nowhere else.
    """
    names = []
    for key in (shared.file_system_id, shared.endpoint):
        for text in (f"{key}-{shared.share_name}" if shared.share_name else None, key) if key else ():
            name = re.sub(r"[^A-Za-z0-9._-]+", "-", text or "").strip("-.")
            if name and name not in names:
                names.append(name)
    return names


STUDIO_COMPONENTS = Lifecycle(
    "studio component", "studio_component_id", *changes("Studio Component", "STUDIO_COMPONENT")
)

ACTIVE_DIRECTORIES = 1
"""How many ACTIVE_DIRECTORY components a studio can have; the original's quota could not be raised."""

_SUBTYPES: Mapping[ComponentType, frozenset[ComponentSubtype]] = {
    ComponentType.ACTIVE_DIRECTORY: frozenset({ComponentSubtype.AWS_MANAGED_MICROSOFT_AD}),
    ComponentType.SHARED_FILE_SYSTEM: frozenset(
        {
            ComponentSubtype.AMAZON_FSX_FOR_WINDOWS,
            ComponentSubtype.AMAZON_FSX_FOR_LUSTRE,
            ComponentSubtype.CUSTOM,
        }
    ),
    ComponentType.COMPUTE_FARM: frozenset({ComponentSubtype.CUSTOM}),
    ComponentType.LICENSE_SERVICE: frozenset({ComponentSubtype.CUSTOM}),
    ComponentType.CUSTOM: frozenset({ComponentSubtype.CUSTOM}),
}

_CONFIGURATIONS: Mapping[ComponentType, str] = {
    ComponentType.ACTIVE_DIRECTORY: "active_directory_configuration",
    ComponentType.SHARED_FILE_SYSTEM: "shared_file_system_configuration",
    ComponentType.COMPUTE_FARM: "compute_farm_configuration",
    ComponentType.LICENSE_SERVICE: "license_service_configuration",
}
"""The member of `configuration` that each type has; CUSTOM has none."""


def check_parts(
    kind: ComponentType, subtype: ComponentSubtype | None, configuration: ComponentConfiguration | None
) -> None:
    """Raises Invalid where subtype or configuration do not fit the type."""
    if subtype is not None and subtype not in _SUBTYPES[kind]:
        raise Invalid(
            f"subtype: a studio component of type {kind} cannot be {subtype}. "
            f"It can be: {', '.join(sorted(_SUBTYPES[kind]))}.",
            code="STUDIO_COMPONENT_SUBTYPE_MISMATCH",
        )
    wanted = _CONFIGURATIONS.get(kind)
    for member in fields(configuration) if configuration is not None else ():
        if getattr(configuration, member.name) is not None and member.name != wanted:
            need = f"its member {_camel(wanted)}" if wanted else "none at all"
            raise Invalid(
                f"configuration: {_camel(member.name)} does not fit a studio component of type {kind}, "
                f"which takes {need}.",
                code="STUDIO_COMPONENT_CONFIGURATION_MISMATCH",
            )


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
