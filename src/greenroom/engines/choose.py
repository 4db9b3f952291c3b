"""The engine that a setting names."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from greenroom.engines.base import Engine, EnginePermanentError
from greenroom.engines.desktop.components import PROGRAMS
from greenroom.engines.local import LocalEngine
from greenroom.engines.simulated import SimulatedEngine

NAMES = ("local", "simulated")
"""What there is to choose from."""


def choose(
    name: str,
    directory: Path,
    *,
    hidden: Sequence[Path] | None = None,
    desktop: str = "off",
    desktop_programs: Sequence[str] = PROGRAMS,
    gpu: str = "off",
    seed: int = 0,
    latency: Mapping[str, timedelta] = MappingProxyType({}),
    faults: Mapping[str, float] = MappingProxyType({}),
) -> Engine:
    """The engine of that name, which keeps its own files in `directory`, within the data directory.

    `hidden`: directories that no local session may see; the data directory (the parent) where nothing is said.
    `desktop`: whether local sessions have one: auto, on or off; `desktop_programs`: what is kept running there.
    `gpu`: whether they get the machine's: auto or off.
    `seed`, `latency`, `faults`: for the simulated one. Raises EnginePermanentError for what it does not know.
    """
    match name:
        case "local":
            hidden = (directory.absolute().parent,) if hidden is None else hidden
            return LocalEngine(directory, hidden=hidden, desktop=desktop, desktop_programs=desktop_programs, gpu=gpu)
        case "simulated":
            try:
                return SimulatedEngine(directory / "simulated.db", seed=seed, latency=latency, faults=faults)
            except ValueError as error:
                raise EnginePermanentError(str(error), reason="simulated-settings") from error
        case _:
            raise EnginePermanentError(
                f"there is no engine {name!r}; set GREENROOM_ENGINE to one of: {', '.join(NAMES)}",
                reason="engine-unknown",
            )
