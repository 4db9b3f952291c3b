"""What each StreamingInstanceType had of processors and memory, and what a session of it may take of one machine."""

from collections.abc import Mapping
from dataclasses import dataclass

_GIB = 1024**3


@dataclass(frozen=True, slots=True)
class InstanceType:
    """Figures of EC2's own documentation."""

    vcpus: int
    memory_bytes: int


def _of(vcpus: int, gib: float) -> InstanceType:
    return InstanceType(vcpus, int(gib * _GIB))


INSTANCE_TYPES: Mapping[str, InstanceType] = {
    "g3.4xlarge": _of(16, 122),
    "g3s.xlarge": _of(4, 30.5),
    "g4dn.xlarge": _of(4, 16),
    "g4dn.2xlarge": _of(8, 32),
    "g4dn.4xlarge": _of(16, 64),
    "g4dn.8xlarge": _of(32, 128),
    "g4dn.12xlarge": _of(48, 192),
    "g4dn.16xlarge": _of(64, 256),
    "g5.xlarge": _of(4, 16),
    "g5.2xlarge": _of(8, 32),
    "g5.4xlarge": _of(16, 64),
    "g5.8xlarge": _of(32, 128),
    "g5.16xlarge": _of(64, 256),
}
"""Every type of the model, by its name."""

MEMORY_LEFT = 1 / 8
"""Part of the machine's memory that no session gets, for the server and the system."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a session may take of a machine."""

    cpus: float
    memory_bytes: int


def share_of(instance_type: str, *, machine_cpus: int, machine_memory: int) -> Share:
    """What the type had, or as much of it as the machine has. Raises KeyError for a type that is unknown."""
    had = INSTANCE_TYPES[instance_type]
    return Share(
        cpus=float(min(had.vcpus, machine_cpus)),
        memory_bytes=min(had.memory_bytes, int(machine_memory * (1 - MEMORY_LEFT))),
    )
