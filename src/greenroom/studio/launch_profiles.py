"""Launch profiles: what a session is made from, and the rules of their stream configuration (facts sheet 2.2, 3.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from greenroom.studio.errors import Invalid
from greenroom.studio.lifecycles import Lifecycle, Resource, Status, changes
from greenroom.studio.status import ResourceState

PROTOCOL_VERSION = "2021-03-31"
DEFAULT_MAX_SESSION_LENGTH_IN_MINUTES = 690
DEFAULT_VOLUME_SIZE_GIB = 500
DEFAULT_VOLUME_THROUGHPUT_MIBS = 125
DEFAULT_VOLUME_IOPS = 3000

VALIDATIONS = (
    "VALIDATE_ACTIVE_DIRECTORY_STUDIO_COMPONENT",
    "VALIDATE_SUBNET_ASSOCIATION",
    "VALIDATE_NETWORK_ACL_ASSOCIATION",
    "VALIDATE_SECURITY_GROUP_ASSOCIATION",
)


class Switch(StrEnum):
    """SessionPersistenceMode and AutomaticTerminationMode."""

    ACTIVATED = "ACTIVATED"
    DEACTIVATED = "DEACTIVATED"


class BackupMode(StrEnum):
    """SessionBackupMode."""

    AUTOMATIC = "AUTOMATIC"
    DEACTIVATED = "DEACTIVATED"


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeConfiguration:
    """Size of a session's volume in GiB, throughput in MiB/s, I/O operations a second (gp3 figures)."""

    size: int | None = DEFAULT_VOLUME_SIZE_GIB
    throughput: int | None = DEFAULT_VOLUME_THROUGHPUT_MIBS
    iops: int | None = DEFAULT_VOLUME_IOPS


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionBackup:
    """Whether, and how many, backups each session of the profile has."""

    mode: BackupMode | None = BackupMode.DEACTIVATED
    max_backups_to_retain: int | None = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageRoot:
    """Upload folder, per platform."""

    linux: str | None = None
    windows: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStorage:
    """Whether files may be uploaded into a session, and where they go."""

    mode: Sequence[str] = ()
    root: StorageRoot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamConfiguration:
    """How the sessions of a profile live (model shape StreamConfiguration)."""

    clipboard_mode: str
    ec2_instance_types: Sequence[str]
    streaming_image_ids: Sequence[str]
    max_session_length_in_minutes: int | None = None
    max_stopped_session_length_in_minutes: int | None = None
    session_persistence_mode: Switch | None = None
    automatic_termination_mode: Switch | None = None
    session_backup: SessionBackup | None = None
    session_storage: SessionStorage | None = None
    volume_configuration: VolumeConfiguration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchProfile(Resource):
    """A profile as it is kept."""

    launch_profile_id: str
    studio_id: str
    name: str
    description: str | None
    ec2_subnet_ids: Sequence[str]
    launch_profile_protocol_versions: Sequence[str]
    stream_configuration: StreamConfiguration
    studio_component_ids: Sequence[str]
    created_at: datetime
    created_by: str
    updated_by: str
    tags: Mapping[str, str] = field(default_factory=dict)


LAUNCH_PROFILES = Lifecycle("launch profile", "launch_profile_id", *changes("Launch Profile", "LAUNCH_PROFILE"))


def settle(asked: StreamConfiguration) -> StreamConfiguration:
    """The configuration with every default filled in, or Invalid where members exclude each other.

    Defaults are part of every answer of the original, asked for or not (facts sheet 2.2). A profile written for
    the API before 2022-12 names no persistence mode: there, a stopped length above 0 alone made sessions stoppable.
    """
    stopped = asked.max_stopped_session_length_in_minutes or 0
    persistence, termination = asked.session_persistence_mode, asked.automatic_termination_mode
    if persistence is None and termination is None and stopped > 0:
        persistence = termination = Switch.ACTIVATED
    persistence = persistence or Switch.DEACTIVATED
    termination = termination or Switch.DEACTIVATED
    persistent = persistence is Switch.ACTIVATED
    if not persistent and termination is Switch.ACTIVATED:
        raise _needs("automaticTerminationMode ACTIVATED", "sessionPersistenceMode is ACTIVATED")
    if not persistent and asked.volume_configuration is not None:
        raise _needs("volumeConfiguration", "sessionPersistenceMode is ACTIVATED")
    if stopped > 0 and not (persistent and termination is Switch.ACTIVATED):
        raise _needs(
            "maxStoppedSessionLengthInMinutes above 0",
            "sessionPersistenceMode and automaticTerminationMode are ACTIVATED",
        )
    backup = asked.session_backup or SessionBackup()
    return replace(
        asked,
        max_session_length_in_minutes=asked.max_session_length_in_minutes or DEFAULT_MAX_SESSION_LENGTH_IN_MINUTES,
        max_stopped_session_length_in_minutes=stopped,
        session_persistence_mode=persistence,
        automatic_termination_mode=termination,
        session_backup=SessionBackup(
            mode=backup.mode or BackupMode.DEACTIVATED,
            max_backups_to_retain=backup.max_backups_to_retain or 0,
        ),
        volume_configuration=_settle_volume(asked.volume_configuration) if persistent else None,
    )


def _settle_volume(asked: VolumeConfiguration | None) -> VolumeConfiguration:
    asked = asked or VolumeConfiguration()
    return VolumeConfiguration(
        size=asked.size or DEFAULT_VOLUME_SIZE_GIB,
        throughput=asked.throughput or DEFAULT_VOLUME_THROUGHPUT_MIBS,
        iops=asked.iops or DEFAULT_VOLUME_IOPS,
    )


def _needs(what: str, condition: str) -> Invalid:
    return Invalid(
        f"streamConfiguration: {what} is only allowed where {condition}. Change one or the other.",
        code="STREAM_CONFIGURATION_CONTRADICTION",
    )


def still_has_sessions(live_sessions: int) -> Status | None:
    """Why a profile with so many sessions cannot be deleted; None where it can."""
    if not live_sessions:
        return None
    return Status(
        ResourceState.DELETE_FAILED,
        "LAUNCH_PROFILE_WITH_STREAM_SESSIONS_NOT_DELETED",
        f"The launch profile has {live_sessions} streaming sessions. Delete them first.",
    )
