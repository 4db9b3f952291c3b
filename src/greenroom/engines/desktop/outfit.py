"""What the local engine gives a session that is to have a desktop: a command to keep running, and what that needs."""

import importlib.util
import os
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from greenroom.engines.base import EnginePermanentError, SessionSpec
from greenroom.engines.desktop import components
from greenroom.engines.gpu import Gpu
from greenroom.engines.shim.image import PATH
from greenroom.engines.shim.runtime import Launch

MODES = ("auto", "on", "off")
"""Whether sessions have a desktop: where their image can, always, or never."""
_HOST = Path("/")
_LOADERS = (Path("/lib64/ld-linux-x86-64.so.2"), Path("/lib/ld-linux-aarch64.so.1"))
"""Of the C library that the interpreter and Selkies are made for, on this machine."""
_PYTHON = Path(components.SHOWN) / "python"
_LIBRARY = Path(components.SHOWN) / "lib"
_MACHINES_OWN = Path(components.SHOWN) / "libraries"
"""Where a session on an image sees this machine's libraries."""
_APART = ("pulseaudio",)
"""Directories of theirs that are found by their full names alone."""
_ALONE = ("-I", "-S", "-c")
"""How Python is run inside: with nothing of its own packages, nor of the session's environment."""
_PROGRAM = "import sys; sys.path[:0] = [sys.argv[1]]; from greenroom.engines.desktop.supervisor import main; main()"
_ERRAND = (
    "import sys; sys.path[:0] = [sys.argv[1]]; sys.path.append(sys.argv[2]); from importlib import import_module; "
    "import_module(sys.argv[3]).main(*sys.argv[4:])"
)


@dataclass(frozen=True, slots=True)
class Outfit:
    """A session's spec with its desktop, and the host's directories that it sees for that, by where it sees them."""

    spec: SessionSpec
    shown: Mapping[str, Path] = field(default_factory=dict)


def dress(
    spec: SessionSpec, mode: str, gpu: Gpu | None = None, programs: Sequence[str] = components.PROGRAMS
) -> Outfit:
    """The session with a desktop of those programs, if it is to have one.

    Nothing changes where the spec names a command of its own, where `mode` is "off", and where it is "auto" and
    something indispensable is missing. Raises EnginePermanentError where it is "on" and something is missing.
    """
    if mode == "off" or spec.command:
        return Outfit(spec)
    missing = lacking(spec.image_root, programs)
    if missing:
        if mode == "auto":
            return Outfit(spec)
        raise EnginePermanentError(
            f"session {spec.session_id}: its image cannot show a desktop without {', '.join(missing)}; "
            "install what is missing (greenroom doctor names the packages), or set GREENROOM_DESKTOP=off",
            reason="desktop-missing",
            status_code="AMI_VALIDATION_ERROR",
        )
    command, shown = _interpreter(spec.image_root)
    shown[str(_LIBRARY / "greenroom")] = Path(__file__).parents[2]
    shown[components.PACKAGES] = _packages()
    encoding = {components.GPU_VARIABLE: str(gpu.node or "")} if gpu else {}
    kept = {components.PROGRAMS_VARIABLE: "\n".join(programs)}
    told = {components.INTERPRETER_VARIABLE: "\n".join(command)}
    environment = {**components.ENVIRONMENT, **kept, **told, **encoding, **spec.environment}
    arguments = (*_ALONE, _PROGRAM, str(_LIBRARY))
    return Outfit(replace(spec, command=(*command, *arguments), environment=environment), shown)


def errand(launch: Launch, module: str, arguments: Sequence[str] = ()) -> tuple[str, ...] | None:
    """The command that runs `main` of a module of ours inside of a session; None for one without a desktop."""
    if not launch.shown:
        return None
    interpreter = launch.spec.command[: launch.spec.command.index(_ALONE[0])]
    return (*interpreter, *_ALONE, _ERRAND, str(_LIBRARY), components.PACKAGES, module, *arguments)


def lacking(image_root: Path, programs: Sequence[str] = components.PROGRAMS) -> list[str]:
    """The indispensable parts of a desktop of those programs that the image, or this installation, does not have."""
    missing = [name for name in components.indispensable(programs) if not _has(image_root, name)]
    if _loader() is None:
        missing.append("glibc")
    if importlib.util.find_spec("selkies") is None:
        missing.append("selkies")
    return missing


def _has(image_root: Path, program: str) -> bool:
    return any(os.path.lexists(image_root / place.lstrip("/") / program) for place in PATH.split(":"))


def _loader() -> Path | None:
    """What loads programs of this machine's C library; None where it has another one (Alpine)."""
    return next((loader.resolve() for loader in _LOADERS if loader.exists()), None)


def _packages() -> Path:
    """Where this installation's Python packages are."""
    found = importlib.util.find_spec("selkies")
    if found is None or found.origin is None:
        raise EnginePermanentError("selkies is not installed: no session can be streamed", reason="desktop-missing")
    return Path(found.origin).parents[1]


def _interpreter(image_root: Path) -> tuple[tuple[str, ...], dict[str, Path]]:
    """How to run Python inside, and what must be shown for that: nothing where the system is this machine's own.

    On an image it runs with this machine's libraries, whatever release the image is of: by their loader, so that what
    it starts there runs with the image's.
    """
    own = Path(sys.executable).resolve()
    base = Path(sys.base_prefix).resolve()
    loader = _loader()
    if image_root == _HOST and own.is_relative_to("/usr") and not own.is_relative_to("/usr/local"):
        return (str(own),), {}
    inside = str(_PYTHON / own.relative_to(base)) if own.is_relative_to(base) else str(own)
    shown = {str(_PYTHON): base}
    if image_root != _HOST and loader is not None:
        libraries = (_PYTHON / "lib", _MACHINES_OWN, *(_MACHINES_OWN / name for name in _APART))
        path = ":".join(map(str, libraries))
        shown[str(_MACHINES_OWN)] = loader.parent
        return (str(_MACHINES_OWN / loader.name), "--library-path", path, inside), shown
    if sysconfig.get_config_var("Py_ENABLE_SHARED"):
        return ("/usr/bin/env", f"LD_LIBRARY_PATH={_PYTHON}/lib", inside), shown
    return (inside,), shown
