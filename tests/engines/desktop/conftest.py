"""Sessions with desktops."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engines.sessions import Place, local_place
from tests.support import require


@pytest.fixture
def desktop(data: Path) -> Iterator[Place]:
    """A place whose sessions have desktops."""
    for program in (
        "Xvfb",
        "openbox",
        "xrandr",
        "tint2",
        "pcmanfm",
        "dbus-daemon",
        "pulseaudio",
        "dunst",
        "notify-send",
    ):
        require(program)
    with local_place(data, desktop="on") as place:
        yield place
