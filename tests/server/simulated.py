"""Studios for tests of the wire: a real server, real SQL and a real vault, with an engine that runs nothing."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.running import Studio
from tests.support import require

from greenroom.server.house import House, open_house
from greenroom.server.settings import Settings

ENVIRONMENT: Mapping[str, str] = {
    "GREENROOM_ENGINE": "simulated",
    "GREENROOM_VOLUMES": "copy",
    "GREENROOM_BACKUP_INTERVAL": "0",
    "GREENROOM_STOP_GRACE": "100ms",
    "GREENROOM_LOG_FORMAT": "json",
    "GREENROOM_THROTTLE_READS": "0",
    "GREENROOM_THROTTLE_WRITES": "0",
}


def found(data: Path) -> Studio:
    """A studio that was founded and never served, to be copied: founding takes seconds, copying none."""
    require("restic")
    return Studio(data, ENVIRONMENT).found()


def copied(original: Studio, data: Path, **environment: str) -> Studio:
    """A studio like the original, in a directory of its own, not serving."""
    shutil.copytree(original.data, data)
    return Studio(data, {**ENVIRONMENT, **environment}, dict(original.founding))


@contextmanager
def serving(studio: Studio) -> Iterator[Studio]:
    """The studio while it serves; ended with its sessions."""
    try:
        yield studio.serve()
    finally:
        studio.close()


@contextmanager
def house_of(studio: Studio) -> Iterator[House]:
    """The studio's records and keys, beside its server."""
    with open_house(Settings.load(studio.data, studio.environ)) as house:
        yield house
