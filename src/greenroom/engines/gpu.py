"""The machine's graphics processors: which devices a session gets of them, and what doctor says.

A session gets render nodes and NVIDIA's devices, never a `card` device, by which screens are set; all sessions share
them. What programs need beside, the driver's libraries, is in the session's system.
"""

import stat
from collections.abc import Callable
from dataclasses import dataclass
from os import stat_result
from pathlib import Path

from greenroom.engines.findings import Finding, State

MODES = ("off", "auto")
"""Whether sessions get a GPU: never, or where the machine has one."""
_PATTERNS = ("dri/renderD*", "nvidia[0-9]*", "nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "nvidia-modeset")
_EVERYBODY = stat.S_IROTH | stat.S_IWOTH
_GROUP = stat.S_IRGRP | stat.S_IWGRP


@dataclass(frozen=True, slots=True)
class Gpu:
    """What a session gets."""

    devices: tuple[Path, ...]
    groups: tuple[int, ...]
    """Of the host, whose members may use those devices."""
    node: Path | None
    """The render node that encodes; None: NVIDIA's own way alone."""


def find(directory: Path = Path("/dev"), status: Callable[[Path], stat_result] = Path.stat) -> Gpu | None:
    """What the machine has; None: nothing."""
    found = [
        (path, seen)
        for pattern in _PATTERNS
        for path in sorted(directory.glob(pattern))
        if stat.S_ISCHR((seen := status(path)).st_mode)
    ]
    if not found:
        return None
    groups = {seen.st_gid for _, seen in found if seen.st_mode & _EVERYBODY != _EVERYBODY and seen.st_mode & _GROUP}
    nodes = [path for path, _ in found if path.parent.name == "dri"]
    return Gpu(tuple(path for path, _ in found), tuple(sorted(groups - {0})), nodes[0] if nodes else None)


def finding(mode: str, gpu: Gpu | None) -> Finding:
    """Whether desktops are encoded by a GPU."""
    part = "GPU"
    if gpu is None:
        return Finding(part, State.OK, "there is none: desktops are drawn and encoded by the processor")
    names = ", ".join(path.name for path in gpu.devices)
    if mode == "off":
        return Finding(part, State.OK, f"sessions get nothing of {names}: the setting gpu is off", "set gpu to auto")
    return Finding(part, State.OK, f"sessions share {names}; desktops are encoded there where its driver can")
