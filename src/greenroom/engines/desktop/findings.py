"""What desktops lack on this machine."""

import shutil
from pathlib import Path

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
"""Of each program of a desktop, Debian's package (scripts/system-packages installs them)."""
_PART = "desktops"


def finding() -> Finding:
    """Whether sessions of this machine's own system can have a desktop, and a whole one."""
    indispensable = lacking(Path("/"))
    missing = [name for name in PACKAGES if name not in indispensable and shutil.which(name) is None]
    packages = [PACKAGES[name] for name in (*indispensable, *missing) if name in PACKAGES]
    remedy = f"apt install {' '.join(packages)}" if packages else ""
    if indispensable:
        meaning = f"sessions have no desktop without {', '.join(indispensable)}"
        if "selkies" in indispensable:
            remedy = "; ".join(filter(None, [remedy, "install Greenroom again: selkies comes with it"]))
        return Finding(_PART, State.MISSING, meaning, remedy)
    if missing:
        return Finding(_PART, State.LIMITED, f"desktops are shown without {', '.join(missing)}", remedy)
    return Finding(_PART, State.OK, "sessions have desktops, drawn and encoded by the processor")
