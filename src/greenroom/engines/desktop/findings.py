"""What desktops lack on this machine."""

import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path

from greenroom.engines.desktop.components import PROGRAMS
from greenroom.engines.desktop.outfit import lacking
from greenroom.engines.findings import Finding, State

PACKAGES = {
    "Xvfb": "xvfb",
    "openbox": "openbox",
    "xrandr": "x11-xserver-utils",
    "tint2": "tint2",
    "pcmanfm": "pcmanfm",
    "lxterminal": "lxterminal",
    "dbus-daemon": "dbus",
    "pulseaudio": "pulseaudio",
    "dunst": "dunst",
    "notify-send": "libnotify-bin",
}
"""Of each program that a desktop has where nothing else is set, Debian's package (scripts/system-packages installs
them)."""
_WITH = {"tint2": ("lxterminal",), "dunst": ("notify-send",)}
"""What a program is of no use without: the panel opens a terminal."""
_ALWAYS = ("dbus-daemon",)
_NO_PACKAGES = ("selkies", "glibc")
_PART = "desktops"


def of_image(ec2_image_id: str, root: Path, programs: Sequence[str] = PROGRAMS) -> Finding:
    """Whether sessions on that image have a desktop of those programs: of what release it is does not matter."""
    part = f"image {ec2_image_id}"
    missing = lacking(root, programs)
    if not missing:
        return Finding(part, State.OK, "sessions on it have desktops")
    packages = [PACKAGES.get(name, name) for name in missing if name not in _NO_PACKAGES]
    meaning = f"sessions on it have commands and no desktop: it lacks {', '.join(missing)}"
    remedy = f"register one under another id that has them (Debian: {', '.join(packages)})" if packages else ""
    return Finding(part, State.LIMITED, meaning, remedy)


def finding(programs: Sequence[str] = PROGRAMS) -> Finding:
    """Whether sessions of this machine's own system can have a desktop of those programs, and a whole one."""
    indispensable = lacking(Path("/"), programs)
    kept = [shlex.split(command)[0] for command in programs]
    wanted = dict.fromkeys((*_ALWAYS, *kept, *(other for name in kept for other in _WITH.get(name, ()))))
    missing = [name for name in wanted if name not in indispensable and shutil.which(name) is None]
    packages = [PACKAGES.get(name, name) for name in (*indispensable, *missing) if name not in _NO_PACKAGES]
    remedy = f"apt install {' '.join(packages)}" if packages else ""
    if indispensable:
        meaning = f"sessions have no desktop without {', '.join(indispensable)}"
        if "selkies" in indispensable:
            remedy = "; ".join(filter(None, [remedy, "install Greenroom again: selkies comes with it"]))
        return Finding(_PART, State.MISSING, meaning, remedy)
    if missing:
        return Finding(_PART, State.LIMITED, f"desktops are shown without {', '.join(missing)}", remedy)
    return Finding(_PART, State.OK, "sessions have desktops, drawn and encoded by the processor")
