"""How a launch profile's sessions run: machines, times, volumes, backups, clipboard, uploads."""

from enum import StrEnum
from typing import Annotated

from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.streaming_images import StreamingImageId
from greenroom.wire.traits import Integer, ListOf, Text

__all__ = [
    "DEFAULT_MAX_BACKUPS_TO_RETAIN",
    "DEFAULT_MAX_SESSION_LENGTH_IN_MINUTES",
    "DEFAULT_MAX_STOPPED_SESSION_LENGTH_IN_MINUTES",
    "DEFAULT_VOLUME_IOPS",
    "DEFAULT_VOLUME_SIZE_IN_GIB",
    "DEFAULT_VOLUME_THROUGHPUT_IN_MIBS",
    "AutomaticTerminationMode",
    "SessionBackupMode",
    "SessionPersistenceMode",
    "StreamConfiguration",
    "StreamConfigurationCreate",
    "StreamConfigurationMaxBackupsToRetain",
    "StreamConfigurationMaxSessionLengthInMinutes",
    "StreamConfigurationMaxStoppedSessionLengthInMinutes",
    "StreamConfigurationSessionBackup",
    "StreamConfigurationSessionStorage",
    "StreamingClipboardMode",
    "StreamingImageIdList",
    "StreamingInstanceType",
    "StreamingInstanceTypeList",
    "StreamingSessionStorageMode",
    "StreamingSessionStorageModeList",
    "StreamingSessionStorageRoot",
    "StreamingSessionStorageRootPathLinux",
    "StreamingSessionStorageRootPathWindows",
    "VolumeConfiguration",
    "VolumeIops",
    "VolumeRetentionMode",
    "VolumeSizeInGiB",
    "VolumeThroughputInMiBs",
]

DEFAULT_MAX_BACKUPS_TO_RETAIN = 0
DEFAULT_MAX_SESSION_LENGTH_IN_MINUTES = 690
DEFAULT_MAX_STOPPED_SESSION_LENGTH_IN_MINUTES = 0
DEFAULT_VOLUME_IOPS = 3000
DEFAULT_VOLUME_SIZE_IN_GIB = 500
DEFAULT_VOLUME_THROUGHPUT_IN_MIBS = 125

StreamConfigurationMaxBackupsToRetain = Annotated[
    int,
    Integer(
        "StreamConfigurationMaxBackupsToRetain",
        minimum=0,
        maximum=10,
        default=DEFAULT_MAX_BACKUPS_TO_RETAIN,
        documentation="Backups kept of each session; the oldest beyond that go.",
    ),
]
StreamConfigurationMaxSessionLengthInMinutes = Annotated[
    int,
    Integer(
        "StreamConfigurationMaxSessionLengthInMinutes",
        minimum=1,
        maximum=43200,
        default=DEFAULT_MAX_SESSION_LENGTH_IN_MINUTES,
        documentation="Minutes in READY before a session is stopped, or terminated where it cannot be stopped.",
    ),
]
StreamConfigurationMaxStoppedSessionLengthInMinutes = Annotated[
    int,
    Integer(
        "StreamConfigurationMaxStoppedSessionLengthInMinutes",
        minimum=0,
        maximum=5760,
        default=DEFAULT_MAX_STOPPED_SESSION_LENGTH_IN_MINUTES,
        documentation="Minutes in STOPPED before a session is terminated; with 0 it cannot be stopped.",
    ),
]
StreamingSessionStorageRootPathLinux = Annotated[
    str,
    Text(
        "StreamingSessionStorageRootPathLinux",
        min_length=1,
        max_length=128,
        pattern=r"^(\$HOME|/)[/]?([A-Za-z0-9-_]+/)*([A-Za-z0-9_-]+)$",
        sensitive=True,
    ),
]
StreamingSessionStorageRootPathWindows = Annotated[
    str,
    Text(
        "StreamingSessionStorageRootPathWindows",
        min_length=1,
        max_length=128,
        pattern=r"^((\%HOMEPATH\%)|[a-zA-Z]:)[\\/](?:[a-zA-Z0-9_-]+[\\/])*[a-zA-Z0-9_-]+$",
        sensitive=True,
    ),
]
VolumeIops = Annotated[
    int,
    Integer(
        "VolumeIops",
        minimum=3000,
        maximum=16000,
        default=DEFAULT_VOLUME_IOPS,
        documentation="Operations a second of the root volume.",
    ),
]
VolumeSizeInGiB = Annotated[
    int,
    Integer(
        "VolumeSizeInGiB",
        minimum=100,
        maximum=16000,
        default=DEFAULT_VOLUME_SIZE_IN_GIB,
        documentation="GiB of the root volume.",
    ),
]
VolumeThroughputInMiBs = Annotated[
    int,
    Integer(
        "VolumeThroughputInMiBs",
        minimum=125,
        maximum=1000,
        default=DEFAULT_VOLUME_THROUGHPUT_IN_MIBS,
        documentation="MiB a second of the root volume.",
    ),
]


class AutomaticTerminationMode(StrEnum):
    """Whether a session that stays stopped is terminated after a time."""

    DEACTIVATED = "DEACTIVATED"
    ACTIVATED = "ACTIVATED"


class SessionBackupMode(StrEnum):
    """Whether sessions are backed up."""

    AUTOMATIC = "AUTOMATIC"
    DEACTIVATED = "DEACTIVATED"


class SessionPersistenceMode(StrEnum):
    """Whether a session's volume outlives a stop."""

    DEACTIVATED = "DEACTIVATED"
    ACTIVATED = "ACTIVATED"


class StreamingClipboardMode(StrEnum):
    """Whether the clipboard passes between a session and the machine of its user."""

    ENABLED = "ENABLED"
    DISABLED = "DISABLED"


class StreamingInstanceType(StrEnum):
    """The machine that a session asks for."""

    G4DN_XLARGE = "g4dn.xlarge"
    G4DN_2XLARGE = "g4dn.2xlarge"
    G4DN_4XLARGE = "g4dn.4xlarge"
    G4DN_8XLARGE = "g4dn.8xlarge"
    G4DN_12XLARGE = "g4dn.12xlarge"
    G4DN_16XLARGE = "g4dn.16xlarge"
    G3_4XLARGE = "g3.4xlarge"
    G3S_XLARGE = "g3s.xlarge"
    G5_XLARGE = "g5.xlarge"
    G5_2XLARGE = "g5.2xlarge"
    G5_4XLARGE = "g5.4xlarge"
    G5_8XLARGE = "g5.8xlarge"
    G5_16XLARGE = "g5.16xlarge"


class StreamingSessionStorageMode(StrEnum):
    """What may be done with a session's storage from outside."""

    UPLOAD = "UPLOAD"


class VolumeRetentionMode(StrEnum):
    """What becomes of the volume when its session stops."""

    RETAIN = "RETAIN"
    DELETE = "DELETE"


class StreamConfigurationSessionBackup(Shape):
    """Whether each session is backed up, and how many backups of it are kept."""

    max_backups_to_retain: StreamConfigurationMaxBackupsToRetain | None = None
    mode: SessionBackupMode | None = None


StreamingSessionStorageModeList = Annotated[
    list[StreamingSessionStorageMode], ListOf("StreamingSessionStorageModeList", min_items=1)
]


class StreamingSessionStorageRoot(Shape):
    """The upload folder, by platform."""

    linux: StreamingSessionStorageRootPathLinux | None = None
    windows: StreamingSessionStorageRootPathWindows | None = None


class StreamConfigurationSessionStorage(Shape):
    """Where people may upload files to."""

    mode: StreamingSessionStorageModeList
    root: StreamingSessionStorageRoot | None = None


StreamingImageIdList = Annotated[list[StreamingImageId], ListOf("StreamingImageIdList", min_items=1, max_items=20)]
StreamingInstanceTypeList = Annotated[
    list[StreamingInstanceType], ListOf("StreamingInstanceTypeList", min_items=1, max_items=30)
]


class VolumeConfiguration(Shape):
    """The root volume of a session; only with persistence activated."""

    iops: VolumeIops | None = None
    size: VolumeSizeInGiB | None = None
    throughput: VolumeThroughputInMiBs | None = None


class StreamConfigurationCreate(Shape):
    """How a launch profile's sessions are to run."""

    clipboard_mode: StreamingClipboardMode
    ec2_instance_types: StreamingInstanceTypeList
    streaming_image_ids: StreamingImageIdList
    automatic_termination_mode: AutomaticTerminationMode | None = None
    max_session_length_in_minutes: StreamConfigurationMaxSessionLengthInMinutes | None = None
    max_stopped_session_length_in_minutes: StreamConfigurationMaxStoppedSessionLengthInMinutes | None = None
    session_backup: StreamConfigurationSessionBackup | None = None
    session_persistence_mode: SessionPersistenceMode | None = None
    session_storage: StreamConfigurationSessionStorage | None = None
    volume_configuration: VolumeConfiguration | None = None


class StreamConfiguration(StreamConfigurationCreate):
    """How a launch profile's sessions run: what was asked for, with what its absence meant."""
