"""Where the studio lies on this machine, and how much room is left there."""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.engine import make_url

from greenroom.server.settings import Settings
from greenroom.vaults.repository import Repository


def places(settings: Settings) -> Mapping[str, Path]:
    """One directory for each disk that something of the studio lies on: `data`, then `database` and `vault`."""
    wanted = {"data": settings.data}
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and url.database:
        wanted["database"] = Path(url.database).absolute().parent
    vault = Repository.at(settings.vault.removeprefix("restic:")).directory
    if vault is not None:
        wanted["vault"] = vault
    found: dict[str, Path] = {}
    seen = set()
    for name, place in wanted.items():
        there = next(each for each in (place, *place.parents) if each.is_dir())
        disk = there.stat().st_dev
        if disk not in seen:
            seen.add(disk)
            found[name] = there
    return found


class SpaceMetrics(Collector):
    """Asked of the file systems at every scrape."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """One figure a disk; none of one that does not answer."""
        family = GaugeMetricFamily("greenroom_free_bytes", "Bytes free for what lies there.", labels=["place"])
        for name, place in places(self._settings).items():
            try:
                family.add_metric([name], shutil.disk_usage(place).free)
            except OSError:
                continue
        yield family
