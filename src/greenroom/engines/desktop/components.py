"""What a desktop is made of: the programs, in the order of their start, and what each waits for.

Read on both sides: by the engine, which looks whether they are there, and inside of the session.
"""

import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SHOWN = "/run/greenroom"
"""Where a session sees what is shown to it of this installation, read-only."""
PACKAGES = f"{SHOWN}/packages"
"""The installation's Python packages."""
FILES = f"{SHOWN}/lib/greenroom/engines/desktop/files"
"""The desktop's own configuration."""
RUNTIME = "/run/user/1000"
"""The session user's XDG_RUNTIME_DIR."""
STREAM_SOCKET = f"{RUNTIME}/greenroom-stream"
"""Where Selkies listens."""
DISPLAY = ":1"
_X_SOCKET = "/tmp/.X11-unix/X1"  # noqa: S108  the X protocol's place; the session's own /tmp
_BUS_SOCKET = f"{RUNTIME}/bus"
_SOUND_SOCKET = f"{RUNTIME}/pulse/native"
_SOUND = (
    *("pulseaudio", "--daemonize=no", "-n", "--exit-idle-time=-1", "--use-pid-file=no", "--log-level=error"),
    *("-L", f"module-native-protocol-unix socket={_SOUND_SOCKET} auth-anonymous=1"),
    *("-L", "module-null-sink sink_name=output sink_properties=device.description=Browser"),
    *("-L", "module-always-sink"),
)

CLIPBOARD_VARIABLE = "GREENROOM_CLIPBOARD"
"""`ENABLED` or `DISABLED`, as the launch profile has it."""
UPLOADS_VARIABLE = "GREENROOM_UPLOADS"
"""Directory that uploads go to; empty or absent: there are none."""

INTERPRETER_VARIABLE = "GREENROOM_PYTHON"
"""How Python is run inside of the session: a word a line."""
GPU_VARIABLE = "GREENROOM_GPU"
"""Where the session has a GPU: its render node, or nothing where NVIDIA's devices are all there is; absent: no GPU."""

ENVIRONMENT = {
    "DISPLAY": DISPLAY,
    "DBUS_SESSION_BUS_ADDRESS": f"unix:path={_BUS_SOCKET}",
    "XDG_SESSION_TYPE": "x11",
    "XDG_CURRENT_DESKTOP": "LXDE",
    "GTK2_RC_FILES": f"{FILES}/gtk/gtkrc-2.0",
    "XDG_CONFIG_DIRS": f"{FILES}:/etc/xdg",
    "XDG_DATA_DIRS": f"{FILES}/share:/usr/local/share:/usr/share",
    "NO_AT_BRIDGE": "1",
    "PULSE_SERVER": f"unix:{_SOUND_SOCKET}",
}
"""What every process of a session with a desktop begins with, beside the rest."""

PROGRAMS = ("openbox", "pcmanfm", "tint2", "dunst", "pulseaudio")
"""What is kept running on a desktop where nothing else is set: commands, the window manager first."""
PROGRAMS_VARIABLE = "GREENROOM_DESKTOP_PROGRAMS"
"""Those commands for a session, a line each; absent: `PROGRAMS`."""

LARGEST_SCREEN = (3840, 2160)
"""Pixels; what a browser may ask for at most."""
_FIRST_MODE = ("greenroom", "138.50", "1920", "1968", "2000", "2080", "1080", "1083", "1088", "1111")
"""The screen until a browser asks for another size: 1920 x 1080."""


@dataclass(frozen=True, slots=True)
class Component:
    """One program that is to run all the time."""

    name: str
    command: Sequence[str]
    needs: Sequence[str] = ()
    """Paths that must exist before it is started."""
    makes: str = ""
    """A path that its predecessor may have left, and which tells when it is up."""
    first: Sequence[Sequence[str]] = ()
    """Commands that are run once, when `makes` is there."""


def components(environment: Mapping[str, str]) -> list[Component]:
    """All of them, for a session with that environment."""
    width, height = LARGEST_SCREEN
    mode = _FIRST_MODE[0]
    return [
        Component(
            "session bus",
            ("dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address=unix:path={_BUS_SOCKET}"),
            makes=_BUS_SOCKET,
        ),
        Component(
            "screen",
            (
                *("Xvfb", DISPLAY, "-screen", "0", f"{width}x{height}x24", "-dpi", "96"),
                *("-nolisten", "tcp", "-noreset", "-ac", "+extension", "RANDR", "-s", "0"),
            ),
            makes=_X_SOCKET,
            first=(
                ("xrandr", "--newmode", *_FIRST_MODE),
                ("xrandr", "--addmode", "screen", mode),
                ("xrandr", "--output", "screen", "--mode", mode),
            ),
        ),
        *(_kept(command, environment) for command in programs(environment)),
        Component("stream", stream_command(environment), needs=(_X_SOCKET,), makes=STREAM_SOCKET),
    ]


def programs(environment: Mapping[str, str]) -> Sequence[str]:
    """The commands that are kept running on a desktop of that environment, the window manager first."""
    return environment[PROGRAMS_VARIABLE].splitlines() if PROGRAMS_VARIABLE in environment else PROGRAMS


def indispensable(kept: Sequence[str]) -> tuple[str, ...]:
    """Programs without which there is no desktop; of the others that are `kept` there, the missing are left out."""
    return ("Xvfb", shlex.split(kept[0])[0], "xrandr")


def _kept(command: str, environment: Mapping[str, str]) -> Component:
    """The command; one of `PROGRAMS` without arguments is run with this desktop's own arrangement of it."""
    match command:
        case "openbox":
            return Component("window manager", ("openbox",), needs=(_X_SOCKET,))
        case "pcmanfm":
            return Component("file manager", ("pcmanfm", "--desktop", "--profile=greenroom"), needs=(_X_SOCKET,))
        case "tint2":
            return Component("panel", ("tint2", "-c", _own_or("tint2/tint2rc", environment)), needs=(_X_SOCKET,))
        case "dunst":
            own = _own_or("dunst/dunstrc", environment)
            return Component("notices", ("dunst", "-conf", own), needs=(_X_SOCKET, _BUS_SOCKET))
        case "pulseaudio":
            return Component("sound", _SOUND, makes=_SOUND_SOCKET)
        case _:
            words = shlex.split(command)
            return Component(words[0], words, needs=(_X_SOCKET, _BUS_SOCKET))


def stream_command(environment: Mapping[str, str]) -> list[str]:
    """Selkies, told what the launch profile allows. The server checks the same again, outside of the session."""
    run = f"import sys; sys.path.append({PACKAGES!r}); from selkies.__main__ import main; sys.exit(main())"
    clipboard = environment.get(CLIPBOARD_VARIABLE) == "ENABLED"
    uploads = environment.get(UPLOADS_VARIABLE, "")
    options = {
        "mode": "websockets",
        "unix-socket": STREAM_SOCKET,
        "enable-basic-auth": "false",
        **_encoding(environment.get(GPU_VARIABLE)),
        "enable-clipboard": "true" if clipboard else "false",
        "file-transfers": "upload" if uploads else "none",
        "file-manager-path": uploads or "/tmp/uploads-are-off",  # noqa: S108  inside; nothing goes there
        "audio-device-name": "output.monitor",
        "microphone-enabled": "false|locked",
        "webcam-enabled": "false|locked",
        "gamepad-enabled": "false|locked",
        "printing-enabled": "false|locked",
        "command-enabled": "false|locked",
        # A second tab would end the first one without it. Links for others are Greenroom's to give.
        "enable-sharing": "true|locked",
        "enable-collab": "false|locked",
        "enable-shared": "false|locked",
        **{f"enable-player{number}": "false|locked" for number in (2, 3, 4)},
        "second-screen": "false|locked",
        "framerate": "30,8-60",
        "ui-title": "Greenroom",
        "ui-show-logo": "false",
        "ui-sidebar-show-apps": "false",
        "ui-sidebar-show-sharing": "false",
        "ui-sidebar-show-gamepads": "false",
        "ui-sidebar-show-webcam": "false",
    }
    return ["@python", "-I", "-S", "-c", run, *(f"--{name}={value}" for name, value in options.items())]


def _encoding(gpu: str | None) -> dict[str, str]:
    """By the processor as JPEG, which costs it least; by the GPU as H.264, which falls back where it cannot."""
    if gpu is None:
        return {"encoder": "jpeg"}
    return {"encoder": "h264enc"} | ({"encode-dri": gpu} if gpu else {})


def _own_or(name: str, environment: Mapping[str, str]) -> str:
    """The user's own file of that name, where there is one, else the desktop's."""
    own = f"{environment.get('HOME', '')}/.config/{name}"
    return own if os.path.exists(own) else f"{FILES}/{name}"  # noqa: PTH110  without pathlib, as all of this module
