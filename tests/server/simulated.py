"""Studios for tests of the wire: a real server, real SQL and a real vault, with an engine that runs nothing."""

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
}


def simulated_studio(data: Path, **environment: str) -> Studio:
    """A studio that is neither founded nor served yet."""
    require("restic")
    return Studio(data, {**ENVIRONMENT, **environment})


@contextmanager
def serving_studio(data: Path, **environment: str) -> Iterator[Studio]:
    """A studio that serves, ended with its sessions."""
    studio = simulated_studio(data, **environment)
    try:
        yield studio.found().serve()
    finally:
        studio.close()


@contextmanager
def house_of(studio: Studio) -> Iterator[House]:
    """The studio's records and keys, beside its server."""
    with open_house(Settings.load(studio.data, studio.environ)) as house:
        yield house
